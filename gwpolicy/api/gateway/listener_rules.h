#ifndef GWPOLICY_API_GATEWAY_LISTENER_RULES_H_
#define GWPOLICY_API_GATEWAY_LISTENER_RULES_H_

#include <algorithm>
#include <cstddef>

#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/type_info.h"

// Rules on the listeners of a Gateway and of a ListenerSet. Each looks at every listener and speaks
// once, as the server's do.
namespace gwpolicy {

template <typename Spec, typename Predicate>
bool NoListener(const Spec& spec, Predicate is_wrong) {
  return std::none_of(spec.listeners.begin(), spec.listeners.end(), is_wrong);
}

template <typename Spec, typename Predicate>
bool NoListenerPair(const Spec& spec, Predicate are_wrong) {
  for (size_t i = 0; i < spec.listeners.size(); ++i) {
    for (size_t j = i + 1; j < spec.listeners.size(); ++j) {
      if (are_wrong(spec.listeners[i], spec.listeners[j])) return false;
    }
  }
  return true;
}

template <typename Spec>
bool PlainProtocolsHaveNoTls(const Spec& spec) {
  return NoListener(spec, [](const Listener& l) {
    return (l.protocol == "HTTP" || l.protocol == "TCP" || l.protocol == "UDP") &&
           l.tls.has_value();
  });
}

template <typename Spec>
bool HttpsTerminates(const Spec& spec) {
  return NoListener(spec, [](const Listener& l) {
    return l.protocol == "HTTPS" && l.tls.has_value() && !l.tls->mode.empty() &&
           l.tls->mode != "Terminate";
  });
}

template <typename Spec>
bool TlsHasMode(const Spec& spec) {
  return NoListener(spec, [](const Listener& l) {
    return l.protocol == "TLS" && (!l.tls.has_value() || l.tls->mode.empty());
  });
}

template <typename Spec>
bool TransportProtocolsHaveNoHostname(const Spec& spec) {
  return NoListener(spec, [](const Listener& l) {
    return (l.protocol == "TCP" || l.protocol == "UDP") && !l.hostname.empty();
  });
}

template <typename Spec>
bool ListenerNamesDiffer(const Spec& spec) {
  return NoListenerPair(spec,
                        [](const Listener& a, const Listener& b) { return a.name == b.name; });
}

template <typename Spec>
bool ListenersDiffer(const Spec& spec) {
  return NoListenerPair(spec, [](const Listener& a, const Listener& b) {
    return a.port == b.port && a.protocol == b.protocol && a.hostname == b.hostname;
  });
}

template <typename Spec>
void AddListenerRules(TypeBuilder<Spec>& type) {
  constexpr At kPlace{"listeners"};
  type.template Rule<&PlainProtocolsHaveNoTls<Spec>>(
          kPlace, "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']")
      .template Rule<&HttpsTerminates<Spec>>(kPlace,
                                             "tls mode must be Terminate for protocol HTTPS")
      .template Rule<&TlsHasMode<Spec>>(kPlace, "tls mode must be set for protocol TLS")
      .template Rule<&TransportProtocolsHaveNoHostname<Spec>>(
          kPlace, "hostname must not be specified for protocols ['TCP', 'UDP']")
      .template Rule<&ListenerNamesDiffer<Spec>>(kPlace,
                                                 "Listener name must be unique within the Gateway")
      .template Rule<&ListenersDiffer<Spec>>(
          kPlace, "Combination of port, protocol and hostname must be unique for each listener");
}

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_LISTENER_RULES_H_
