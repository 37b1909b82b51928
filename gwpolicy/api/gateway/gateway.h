#ifndef GWPOLICY_API_GATEWAY_GATEWAY_H_
#define GWPOLICY_API_GATEWAY_GATEWAY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// Gateway, apis/v1/gateway_types.go (v1, v1beta1).
struct RouteNamespaces : ApiStruct {
  std::string from = "Same";  // All, Selector, Same
  std::optional<LabelSelector> selector;
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
  std::optional<ListenerTLSConfig> tls;
  AllowedRoutes allowed_routes;
};

struct GatewayBackendTLS : ApiStruct {
  std::optional<SecretObjectReference> client_certificate_ref;
};

struct GatewayTLSConfig : ApiStruct {
  std::optional<GatewayBackendTLS> backend;
  Value frontend;
};

struct GatewaySpec : ApiStruct {
  std::string gateway_class_name;
  std::vector<Listener> listeners;
  std::vector<Value> addresses;
  Value infrastructure;
  Value allowed_listeners;
  std::optional<GatewayTLSConfig> tls;
  std::string default_scope;
};

struct Gateway : KubernetesObject {
  static constexpr Kind kKind = Kind::kGateway;
  GatewaySpec spec;
  Value status;
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
const TypeInfo& TypeOf<GatewayTLSConfig>();
template <>
const TypeInfo& TypeOf<GatewaySpec>();
template <>
const TypeInfo& TypeOf<Gateway>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_GATEWAY_H_
