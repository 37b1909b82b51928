#ifndef GWPOLICY_API_GATEWAY_GATEWAY_H_
#define GWPOLICY_API_GATEWAY_GATEWAY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// Gateway, apis/v1/gateway_types.go (v1, v1beta1).
struct RouteNamespaces : ApiStruct {
  std::string from = "Same";  // All, Selector, Same
  Box<LabelSelector> selector;
};

struct RouteGroupKind : ApiStruct {
  std::string group = "gateway.networking.k8s.io";
  std::string kind;
};

struct AllowedRoutes : ApiStruct {
  RouteNamespaces namespaces;
  std::vector<RouteGroupKind> kinds;
};

struct ListenerTLSConfig : ApiStruct {
  std::string mode = "Terminate";  // Terminate, Passthrough
  std::vector<SecretObjectReference> certificate_refs;
  std::map<std::string, std::string> options;
};

struct Listener : ApiStruct {
  std::string name;
  std::string hostname;  // empty matches all
  int32_t port = 0;
  std::string protocol;
  Box<ListenerTLSConfig> tls;
  AllowedRoutes allowed_routes;
};

struct GatewayBackendTLS : ApiStruct {
  Box<SecretObjectReference> client_certificate_ref;
};

struct ObjectReference : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;
  std::string ns;  // "namespace"; empty is the Gateway's own
};

struct FrontendTLSValidation : ApiStruct {
  std::vector<ObjectReference> ca_certificate_refs;
  std::string mode = "AllowValidOnly";  // AllowValidOnly, AllowInsecureFallback
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
  std::vector<TLSPortConfig> per_port;
};

struct GatewayTLSConfig : ApiStruct {
  Box<GatewayBackendTLS> backend;
  Box<GatewayFrontendTLS> frontend;
};

struct GatewaySpecAddress : ApiStruct {
  std::string type = "IPAddress";
  std::optional<std::string> value;  // absent lets the implementation choose
};

struct LocalParametersReference : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;
};

struct GatewayInfrastructure : ApiStruct {
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  Box<LocalParametersReference> parameters_ref;
};

struct ListenerNamespaces : ApiStruct {
  std::string from = "None";  // All, Selector, Same, None
  Box<LabelSelector> selector;
};

struct AllowedListeners : ApiStruct {
  ListenerNamespaces namespaces;
};

struct GatewaySpec : ApiStruct {
  std::string gateway_class_name;
  std::vector<Listener> listeners;
  std::vector<GatewaySpecAddress> addresses;
  Box<GatewayInfrastructure> infrastructure;
  Box<AllowedListeners> allowed_listeners;
  Box<GatewayTLSConfig> tls;
  std::string default_scope;
};

struct GatewayStatusAddress : ApiStruct {
  std::string type = "IPAddress";
  std::string value;
};

struct ListenerStatus : ApiStruct {
  std::string name;
  std::vector<RouteGroupKind> supported_kinds;
  int32_t attached_routes = 0;
  std::vector<Condition> conditions;
};

struct GatewayStatus : ApiStruct {
  std::vector<GatewayStatusAddress> addresses;
  std::vector<Condition> conditions;
  std::vector<ListenerStatus> listeners;
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
