#ifndef GWPOLICY_API_GATEWAY_GATEWAY_H_
#define GWPOLICY_API_GATEWAY_GATEWAY_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// Gateway, apis/v1/gateway_types.go (v1, v1beta1).
struct RouteNamespaces : ApiStruct {
  Text from = "Same";  // All, Selector, Same
  Box<LabelSelector> selector;
};

struct RouteGroupKind : ApiStruct {
  Text group = kGatewayGroupText;
  Text kind;
};

struct AllowedRoutes : ApiStruct {
  RouteNamespaces namespaces;
  List<RouteGroupKind> kinds;
};

struct ListenerTLSConfig : ApiStruct {
  Text mode = "Terminate";  // Terminate, Passthrough
  List<SecretObjectReference> certificate_refs;
  TextMap<Text> options;
};

struct Listener : ApiStruct {
  Text name;
  Text hostname;  // empty matches all
  int32_t port = 0;
  Text protocol;
  Box<ListenerTLSConfig> tls;
  AllowedRoutes allowed_routes;
};

struct GatewayBackendTLS : ApiStruct {
  Box<SecretObjectReference> client_certificate_ref;
};

struct ObjectReference : ApiStruct {
  Text group;
  Text kind;
  Text name;
  Text ns;  // "namespace"; empty is the Gateway's own
};

struct FrontendTLSValidation : ApiStruct {
  List<ObjectReference> ca_certificate_refs;
  Text mode = "AllowValidOnly";  // AllowValidOnly, AllowInsecureFallback
};

struct FrontendTLSConfig : ApiStruct {
  Box<FrontendTLSValidation> validation;
};

struct TLSPortConfig : ApiStruct {
  int32_t port = 0;
  FrontendTLSConfig tls;
};

struct GatewayFrontendTLS : ApiStruct {
  FrontendTLSConfig default_config;  // "default"
  List<TLSPortConfig> per_port;
};

struct GatewayTLSConfig : ApiStruct {
  Box<GatewayBackendTLS> backend;
  Box<GatewayFrontendTLS> frontend;
};

struct GatewaySpecAddress : ApiStruct {
  Text type = "IPAddress";
  std::optional<Text> value;  // absent lets the implementation choose
};

struct LocalParametersReference : ApiStruct {
  Text group;
  Text kind;
  Text name;
};

struct GatewayInfrastructure : ApiStruct {
  TextMap<Text> labels;
  TextMap<Text> annotations;
  Box<LocalParametersReference> parameters_ref;
};

struct ListenerNamespaces : ApiStruct {
  Text from = "None";  // All, Selector, Same, None
  Box<LabelSelector> selector;
};

struct AllowedListeners : ApiStruct {
  ListenerNamespaces namespaces;
};

struct GatewaySpec : ApiStruct {
  Text gateway_class_name;
  List<Listener> listeners;
  List<GatewaySpecAddress> addresses;
  Box<GatewayInfrastructure> infrastructure;
  Box<AllowedListeners> allowed_listeners;
  Box<GatewayTLSConfig> tls;
  Text default_scope;
};

struct GatewayStatusAddress : ApiStruct {
  Text type = "IPAddress";
  Text value;
};

struct ListenerStatus : ApiStruct {
  Text name;
  List<RouteGroupKind> supported_kinds;
  int32_t attached_routes = 0;
  List<Condition> conditions;
};

struct GatewayStatus : ApiStruct {
  List<GatewayStatusAddress> addresses;
  List<Condition> conditions;
  List<ListenerStatus> listeners;
  std::optional<int32_t> attached_listener_sets;
};

struct Gateway : KubernetesObject {
  static constexpr Kind kKind = Kind::kGateway;
  GatewaySpec spec;
  Box<GatewayStatus> status;
};

template <>
const TypeInfo& TypeOf<RouteNamespaces>();
template <>
const TypeInfo& TypeOf<RouteGroupKind>();
template <>
const TypeInfo& TypeOf<AllowedRoutes>();
template <>
const TypeInfo& TypeOf<ListenerTLSConfig>();
template <>
const TypeInfo& TypeOf<Listener>();
template <>
const TypeInfo& TypeOf<GatewayBackendTLS>();
template <>
const TypeInfo& TypeOf<ObjectReference>();
template <>
const TypeInfo& TypeOf<FrontendTLSValidation>();
template <>
const TypeInfo& TypeOf<FrontendTLSConfig>();
template <>
const TypeInfo& TypeOf<TLSPortConfig>();
template <>
const TypeInfo& TypeOf<GatewayFrontendTLS>();
template <>
const TypeInfo& TypeOf<GatewaySpecAddress>();
template <>
const TypeInfo& TypeOf<LocalParametersReference>();
template <>
const TypeInfo& TypeOf<GatewayInfrastructure>();
template <>
const TypeInfo& TypeOf<ListenerNamespaces>();
template <>
const TypeInfo& TypeOf<AllowedListeners>();
template <>
const TypeInfo& TypeOf<GatewayStatusAddress>();
template <>
const TypeInfo& TypeOf<ListenerStatus>();
template <>
const TypeInfo& TypeOf<GatewayStatus>();
template <>
const TypeInfo& TypeOf<GatewayTLSConfig>();
template <>
const TypeInfo& TypeOf<GatewaySpec>();
template <>
const TypeInfo& TypeOf<Gateway>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_GATEWAY_H_
