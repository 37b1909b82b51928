#include "gwpolicy/api/gateway/gateway.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/listener_rules.h"
#include "gwpolicy/api/gateway/route_rules.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kFromListeners[] = {"All", "Selector", "Same"};
constexpr absl::string_view kModes[] = {"Terminate", "Passthrough"};
constexpr char kIpAddress[] = "IPAddress";
constexpr char kHostnameType[] = "Hostname";
constexpr absl::string_view kValidationModes[] = {"AllowValidOnly", "AllowInsecureFallback"};
constexpr absl::string_view kPortKey[] = {"port"};
constexpr absl::string_view kConditionKey[] = {"type"};
constexpr absl::string_view kFromForListenerSets[] = {"All", "Selector", "Same", "None"};
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

// What has the same type has to differ in value.
template <const char* Type>
bool AddressesDiffer(const GatewaySpec& spec) {
  for (size_t i = 0; i < spec.addresses.size(); ++i) {
    const GatewaySpecAddress& a = spec.addresses[i];
    if (a.type != Type || !a.value.has_value()) continue;
    for (size_t j = i + 1; j < spec.addresses.size(); ++j) {
      const GatewaySpecAddress& b = spec.addresses[j];
      if (b.type == Type && a.value == b.value) return false;
    }
  }
  return true;
}

bool HostnameIsEmptyOrWellFormed(const GatewaySpecAddress& address) {
  return address.type != "Hostname" || !address.value.has_value() ||
         MatchesHostname(*address.value);
}

bool HostnameIsWellFormed(const GatewayStatusAddress& address) {
  return address.type != "Hostname" || MatchesHostname(address.value);
}

template <TextMap<Text> GatewayInfrastructure::*Member>
bool KeysAreWellFormed(const GatewayInfrastructure& infrastructure) {
  const TextMap<Text>& members = infrastructure.*Member;
  return std::all_of(members.begin(), members.end(),
                     [](const auto& member) { return MatchesAnnotationKey(member.first); });
}

// As in the definition, a key without a slash counts whole, and 253 is too long already.
template <TextMap<Text> GatewayInfrastructure::*Member>
bool PrefixesAreShort(const GatewayInfrastructure& infrastructure) {
  const TextMap<Text>& members = infrastructure.*Member;
  return std::all_of(members.begin(), members.end(), [](const auto& member) {
    const absl::string_view key = member.first;
    return std::min(key.find('/'), key.size()) < 253;
  });
}

bool PortsDiffer(const GatewayFrontendTLS& frontend) {
  for (size_t i = 0; i < frontend.per_port.size(); ++i) {
    for (size_t j = i + 1; j < frontend.per_port.size(); ++j) {
      if (frontend.per_port[i].port == frontend.per_port[j].port) return false;
    }
  }
  return true;
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
const TypeInfo& TypeOf<ObjectReference>() {
  using T = ObjectReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ObjectReference", Doc{"Names an object, perhaps of another namespace."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind, for example ConfigMap."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the object."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the referrer's; needs a ReferenceGrant."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<FrontendTLSValidation>() {
  using T = FrontendTLSValidation;
  static const TypeInfo* const kType =
      TypeBuilder<T>("FrontendTLSValidation", Doc{"How certificates of clients are verified."})
          .Field<&T::ca_certificate_refs>("caCertificateRefs", Required{}, Items{1, 16},
                                          Doc{"Objects with CA bundles."})
          .Field<&T::mode>("mode", Defaulted{}, OneOf{kValidationModes},
                           Doc{"Whether clients without a valid certificate may connect."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<FrontendTLSConfig>() {
  using T = FrontendTLSConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("FrontendTLSConfig", Doc{"TLS from clients, on some ports."})
          .Field<&T::validation>(
              "validation", Doc{"How certificates of clients are verified; absent asks for none."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<TLSPortConfig>() {
  using T = TLSPortConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TLSPortConfig", Doc{"TLS from clients on one port."})
          .Field<&T::port>("port", Required{}, Range{1, 65535}, Doc{"The port."})
          .Field<&T::tls>("tls", Required{}, Doc{"What holds there instead of the default."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayFrontendTLS>() {
  using T = GatewayFrontendTLS;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayFrontendTLS", Doc{"TLS from clients to a whole Gateway."})
          .Field<&T::default_config>("default", Required{},
                                     Doc{"What holds for ports that perPort does not name."})
          .Field<&T::per_port>("perPort", Items{0, 64}, ListKey{kPortKey},
                               Doc{"What holds for single ports."})
          .Rule<&PortsDiffer>(At{"perPort"},
                              "Port for TLS configuration must be unique within the Gateway")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewaySpecAddress>() {
  using T = GatewaySpecAddress;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewaySpecAddress", Doc{"An address that is wanted."})
          .Field<&T::type>("type", Defaulted{}, kAddressType,
                           Doc{"IPAddress, Hostname, NamedAddress or an implementation's."})
          .Field<&T::value>("value", Length{0, 253}, IpAddressWhen{"type", "IPAddress"},
                            Doc{"The address; absent lets the implementation choose."})
          .Rule<&HostnameIsEmptyOrWellFormed>(
              "Hostname value must be empty or contain only valid characters (matching "
              "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LocalParametersReference>() {
  using T = LocalParametersReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LocalParametersReference",
                     Doc{"Names an object with further settings in the same namespace."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind of the object."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the object."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayInfrastructure>() {
  using T = GatewayInfrastructure;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayInfrastructure", Doc{"What the objects that run a Gateway carry."})
          .Field<&T::labels>("labels", Items{0, 8}, kLabelValue, Doc{"Their labels."})
          .Field<&T::annotations>("annotations", Items{0, 16}, kAnnotationValue,
                                  Doc{"Their annotations."})
          .Field<&T::parameters_ref>("parametersRef", Doc{"Settings of the implementation."})
          .Rule<&KeysAreWellFormed<&T::annotations>>(
              At{"annotations"},
              "Annotation keys must be in the form of an optional DNS subdomain prefix followed by "
              "a required name segment of up to 63 characters.")
          .Rule<&PrefixesAreShort<&T::annotations>>(
              At{"annotations"},
              "If specified, the annotation key's prefix must be a DNS subdomain not longer than "
              "253 characters in total.")
          .Rule<&KeysAreWellFormed<&T::labels>>(
              At{"labels"},
              "Label keys must be in the form of an optional DNS subdomain prefix followed by a "
              "required name segment of up to 63 characters.")
          .Rule<&PrefixesAreShort<&T::labels>>(At{"labels"},
                                               "If specified, the label key's prefix must be a DNS "
                                               "subdomain not longer than 253 characters in total.")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ListenerNamespaces>() {
  using T = ListenerNamespaces;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ListenerNamespaces", Doc{"Namespaces from which ListenerSets may attach."})
          .Field<&T::from>("from", Defaulted{}, OneOf{kFromForListenerSets},
                           Doc{"None, All, Same as the Gateway's, or those that selector chooses."})
          .Field<&T::selector>("selector", Doc{"Labels of the namespaces; read for Selector."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<AllowedListeners>() {
  using T = AllowedListeners;
  static const TypeInfo* const kType =
      TypeBuilder<T>("AllowedListeners", Doc{"Which ListenerSets add listeners to a Gateway."})
          .Field<&T::namespaces>("namespaces", Defaulted{}, Doc{"From which namespaces."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayStatusAddress>() {
  using T = GatewayStatusAddress;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayStatusAddress", Doc{"An address that a Gateway has."})
          .Field<&T::type>("type", Defaulted{}, kAddressType,
                           Doc{"IPAddress, Hostname, NamedAddress or an implementation's."})
          .Field<&T::value>("value", Required{}, Length{1, 253}, IpAddressWhen{"type", "IPAddress"},
                            Doc{"The address."})
          .Rule<&HostnameIsWellFormed>(
              "Hostname value must only contain valid characters (matching "
              "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ListenerStatus>() {
  using T = ListenerStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ListenerStatus", Doc{"What the controller says about a listener."})
          .Field<&T::name>("name", Required{}, kSectionName, Doc{"The listener."})
          .Field<&T::supported_kinds>("supportedKinds", Items{0, 8},
                                      Doc{"Kinds of routes that it takes."})
          .Field<&T::attached_routes>("attachedRoutes", Required{},
                                      Doc{"How many routes attach to it."})
          .Field<&T::conditions>("conditions", Required{}, Items{0, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayStatus>() {
  using T = GatewayStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayStatus", Doc{"What the controller says about a Gateway."})
          .Field<&T::addresses>("addresses", Items{0, 16}, Doc{"Addresses that it has."})
          .Field<&T::conditions>("conditions", Items{0, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Field<&T::listeners>("listeners", Items{0, 64}, ListKey{kListenerKey},
                                Doc{"What it found of each listener."})
          .Field<&T::attached_listener_sets>("attachedListenerSets", Since{"v1.5"},
                                             Doc{"How many ListenerSets attach to it."})
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
          .Field<&T::default_scope>("defaultScope", Experimental{}, OneOf{kDefaultGatewayScopes},
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
