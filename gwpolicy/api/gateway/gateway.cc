#include "gwpolicy/api/gateway/gateway.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kFromListeners[] = {"All", "Selector", "Same"};
constexpr absl::string_view kModes[] = {"Terminate", "Passthrough"};
constexpr absl::string_view kScopes[] = {"All", "None"};
constexpr absl::string_view kListenerKey[] = {"name"};

// The rules of a listener list each look at every listener and speak once, as the server's do.
template <typename Predicate>
void ForbidListener(const GatewaySpec& spec, FindingSink& sink, const char* message,
                    Predicate is_wrong) {
  if (std::any_of(spec.listeners.begin(), spec.listeners.end(), is_wrong)) {
    auto listeners = sink.Field("listeners");
    sink.Add(Code::kSchemaRule, message);
  }
}

template <typename Predicate>
void ForbidListenerPair(const GatewaySpec& spec, FindingSink& sink, const char* message,
                        Predicate are_wrong) {
  for (size_t i = 0; i < spec.listeners.size(); ++i) {
    for (size_t j = i + 1; j < spec.listeners.size(); ++j) {
      if (!are_wrong(spec.listeners[i], spec.listeners[j])) continue;
      auto listeners = sink.Field("listeners");
      sink.Add(Code::kSchemaRule, message);
      return;
    }
  }
}

void PlainProtocolsHaveNoTls(const GatewaySpec& spec, FindingSink& sink) {
  ForbidListener(spec, sink,
                 "Invalid value: tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
                 [](const Listener& l) {
                   return (l.protocol == "HTTP" || l.protocol == "TCP" || l.protocol == "UDP") &&
                          l.tls.has_value();
                 });
}

void HttpsTerminates(const GatewaySpec& spec, FindingSink& sink) {
  ForbidListener(spec, sink, "Invalid value: tls mode must be Terminate for protocol HTTPS",
                 [](const Listener& l) {
                   return l.protocol == "HTTPS" && l.tls.has_value() && !l.tls->mode.empty() &&
                          l.tls->mode != "Terminate";
                 });
}

void TlsHasMode(const GatewaySpec& spec, FindingSink& sink) {
  ForbidListener(spec, sink, "Invalid value: tls mode must be set for protocol TLS",
                 [](const Listener& l) {
                   return l.protocol == "TLS" && (!l.tls.has_value() || l.tls->mode.empty());
                 });
}

void TransportProtocolsHaveNoHostname(const GatewaySpec& spec, FindingSink& sink) {
  ForbidListener(spec, sink,
                 "Invalid value: hostname must not be specified for protocols ['TCP', 'UDP']",
                 [](const Listener& l) {
                   return (l.protocol == "TCP" || l.protocol == "UDP") && !l.hostname.empty();
                 });
}

void ListenerNamesDiffer(const GatewaySpec& spec, FindingSink& sink) {
  ForbidListenerPair(spec, sink, "Invalid value: Listener name must be unique within the Gateway",
                     [](const Listener& a, const Listener& b) { return a.name == b.name; });
}

void ListenersDiffer(const GatewaySpec& spec, FindingSink& sink) {
  ForbidListenerPair(spec, sink,
                     "Invalid value: Combination of port, protocol and hostname must be unique for "
                     "each listener",
                     [](const Listener& a, const Listener& b) {
                       return a.port == b.port && a.protocol == b.protocol &&
                              a.hostname == b.hostname;
                     });
}

// The server's rule reads both lists; one that is absent is an error of the rule unless the other
// one already decides.
void TerminationHasCertificates(const ListenerTLSConfig& tls, FindingSink& sink) {
  if (tls.mode != "Terminate" || !tls.certificate_refs.empty() || !tls.options.empty()) return;
  const TypeInfo& type = TypeOf<ListenerTLSConfig>();
  const bool from_text = (tls.given & ApiStruct::kFromText) != 0;
  const auto given = [&](absl::string_view name) {
    return TypeInfo::IsPresent(*type.Find(name), &tls);
  };
  constexpr absl::string_view kMessage =
      "certificateRefs or options must be specified when mode is Terminate";
  if (from_text && !given("options")) {
    const absl::string_view missing = given("certificateRefs") ? "options" : "certificateRefs";
    sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: \"object\": no such key: ", missing,
                                             " evaluating rule: ", kMessage));
  } else if (from_text && !given("certificateRefs")) {
    sink.Add(Code::kSchemaRule,
             absl::StrCat("Invalid value: \"object\": no such key: certificateRefs evaluating "
                          "rule: ",
                          kMessage));
  } else {
    sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: ", kMessage));
  }
}

// Rules of spec.addresses: what has the same type has to differ in value.
void AddressesDiffer(const GatewaySpec& spec, FindingSink& sink) {
  for (const absl::string_view type : {"IPAddress", "Hostname"}) {
    std::vector<absl::string_view> values;
    for (const Value& address : spec.addresses) {
      const Value* given = address.Find("type");
      const std::string* own = given == nullptr ? nullptr : given->AsString();
      const Value* value = address.Find("value");
      if ((own == nullptr ? absl::string_view("IPAddress") : absl::string_view(*own)) != type ||
          value == nullptr || value->AsString() == nullptr) {
        continue;
      }
      values.push_back(*value->AsString());
    }
    std::sort(values.begin(), values.end());
    if (std::adjacent_find(values.begin(), values.end()) != values.end()) {
      auto addresses = sink.Field("addresses");
      sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: ", type, " values must be unique"));
    }
  }
}

}  // namespace

template <>
const TypeInfo& TypeOf<RouteNamespaces>() {
  using T = RouteNamespaces;
  static const TypeInfo* const kType =
      TypeBuilder<T>("RouteNamespaces", Doc{"Namespaces from which routes may attach."})
          .Field<&T::from>("from", Defaulted{}, OneOf{kFromListeners},
                           Doc{"All, Same as the Gateway's, or those that selector chooses."})
          .Field<&T::selector>("selector", Doc{"Labels of the namespaces; read for Selector."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<RouteGroupKind>() {
  using T = RouteGroupKind;
  static const TypeInfo* const kType =
      TypeBuilder<T>("RouteGroupKind", Doc{"A kind of route."})
          .Field<&T::group>("group", Defaulted{}, kGroup, Doc{"API group of the route."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind of the route."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<AllowedRoutes>() {
  using T = AllowedRoutes;
  static const TypeInfo* const kType =
      TypeBuilder<T>("AllowedRoutes", Doc{"Which routes a listener takes."})
          .Field<&T::namespaces>("namespaces", Defaulted{}, Doc{"From which namespaces."})
          .Field<&T::kinds>("kinds", Items{0, 8},
                            Doc{"Of which kinds; empty is what the protocol implies."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ListenerTLSConfig>() {
  using T = ListenerTLSConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ListenerTLSConfig", Doc{"TLS from clients to the Gateway."})
          .Field<&T::mode>("mode", Defaulted{}, OneOf{kModes},
                           Doc{"Whether the Gateway ends TLS or hands it on."})
          .Field<&T::certificate_refs>("certificateRefs", Items{0, 64},
                                       Doc{"Certificates that the Gateway shows."})
          .Field<&T::options>("options", Items{0, 16}, kAnnotationValue,
                              Doc{"Settings that an implementation defines."})
          .Rule<&TerminationHasCertificates>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Listener>() {
  using T = Listener;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Listener", Doc{"A port that a Gateway listens on, for some host names."})
          .Field<&T::name>("name", Required{}, kSectionName, Doc{"Name within the Gateway."})
          .Field<&T::hostname>("hostname", kHostname, Doc{"Hosts that it takes; absent is all."})
          .Field<&T::port>("port", Required{}, Range{1, 65535}, Doc{"The port."})
          .Field<&T::protocol>("protocol", Required{}, kProtocol,
                               Doc{"HTTP, HTTPS, TLS, TCP, UDP or an implementation's."})
          .Field<&T::tls>("tls", Doc{"TLS from clients; for HTTPS and TLS."})
          .Field<&T::allowed_routes>("allowedRoutes", Defaulted{}, Doc{"Which routes attach."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayBackendTLS>() {
  using T = GatewayBackendTLS;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayBackendTLS", Doc{"TLS from the Gateway to all its backends."})
          .Field<&T::client_certificate_ref>(
              "clientCertificateRef",
              Doc{"The certificate that the Gateway shows to backends; never starts TLS."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayTLSConfig>() {
  using T = GatewayTLSConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayTLSConfig", Doc{"TLS of a whole Gateway."})
          .Field<&T::backend>("backend", Since{"v1.4"}, Doc{"Towards backends."})
          .Field<&T::frontend>("frontend", Since{"v1.4"},
                               Doc{"Towards clients: whose certificates are asked for."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewaySpec>() {
  using T = GatewaySpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewaySpec", Doc{"Where traffic comes in."})
          .Field<&T::gateway_class_name>("gatewayClassName", Required{}, kObjectName,
                                         Doc{"The class, and by it the controller."})
          .Field<&T::listeners>("listeners", Required{}, Items{1, 64}, ListKey{kListenerKey},
                                Doc{"What it listens on."})
          .Field<&T::addresses>("addresses", Items{0, 16}, Doc{"Addresses that are wanted."})
          .Field<&T::infrastructure>("infrastructure",
                                     Doc{"Labels, annotations and settings of what runs it."})
          .Field<&T::allowed_listeners>("allowedListeners", Since{"v1.5"},
                                        Doc{"Which ListenerSets add listeners."})
          .Field<&T::tls>("tls", Since{"v1.4"}, Doc{"TLS of the whole Gateway."})
          .Field<&T::default_scope>("defaultScope", Experimental{}, OneOf{kScopes},
                                    Doc{"Whether routes without parents attach to it."})
          .Rule<&PlainProtocolsHaveNoTls>()
          .Rule<&HttpsTerminates>()
          .Rule<&TlsHasMode>()
          .Rule<&TransportProtocolsHaveNoHostname>()
          .Rule<&ListenerNamesDiffer>()
          .Rule<&ListenersDiffer>()
          .Rule<&AddressesDiffer>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Gateway>() {
  using T = Gateway;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Gateway", Doc{"An entry to the cluster."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What the controller says about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
