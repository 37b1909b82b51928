#include "gwpolicy/api/gateway/gateway.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/listener_rules.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kFromListeners[] = {"All", "Selector", "Same"};
constexpr absl::string_view kModes[] = {"Terminate", "Passthrough"};
constexpr absl::string_view kScopes[] = {"All", "None"};
constexpr char kIpAddress[] = "IPAddress";
constexpr char kHostnameType[] = "Hostname";
constexpr absl::string_view kListenerKey[] = {"name"};

// The server's rule reads both lists; one that is absent is an error of the rule unless the other
// one already decides.
void TerminationHasCertificates(const ListenerTLSConfig& tls, absl::string_view message,
                                FindingSink& sink) {
  if (tls.mode != "Terminate" || !tls.certificate_refs.empty() || !tls.options.empty()) return;
  const TypeInfo& type = TypeOf<ListenerTLSConfig>();
  const bool from_text = (tls.given & ApiStruct::kFromText) != 0;
  const auto given = [&](absl::string_view name) {
    return TypeInfo::IsPresent(*type.Find(name), &tls);
  };
  absl::string_view missing;
  if (from_text && !given("certificateRefs")) {
    missing = "certificateRefs";
  } else if (from_text && !given("options")) {
    missing = "options";
  } else {
    return type_info_internal::Break(message, sink);
  }
  type_info_internal::Break(
      absl::StrCat("\"object\": no such key: ", missing, " evaluating rule: ", message), sink);
}

// Rules of spec.addresses: what has the same type has to differ in value.
template <const char* Type>
bool AddressesDiffer(const GatewaySpec& spec) {
  const absl::string_view type = Type;
  {
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
    return std::adjacent_find(values.begin(), values.end()) == values.end();
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
          .Rule<&TerminationHasCertificates>(
              "certificateRefs or options must be specified when mode is Terminate")
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
          .Also(&AddListenerRules<T>)
          .Rule<&AddressesDiffer<kIpAddress>>(At{"addresses"}, "IPAddress values must be unique")
          .Rule<&AddressesDiffer<kHostnameType>>(At{"addresses"}, "Hostname values must be unique")
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
