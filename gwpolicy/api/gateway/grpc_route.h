#ifndef GWPOLICY_API_GATEWAY_GRPC_ROUTE_H_
#define GWPOLICY_API_GATEWAY_GRPC_ROUTE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/gateway/route_status.h"
#include "gwpolicy/api/gateway/session_persistence.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// GRPCRoute, apis/v1/grpcroute_types.go.
struct GRPCMethodMatch : ApiStruct {
  std::string type = "Exact";  // Exact, RegularExpression
  std::optional<std::string> service;
  std::optional<std::string> method;
};

struct GRPCHeaderMatch : ApiStruct {
  std::string type = "Exact";  // Exact, RegularExpression
  std::string name;
  std::string value;
};

struct GRPCRouteMatch : ApiStruct {
  Box<GRPCMethodMatch> method;
  std::vector<GRPCHeaderMatch> headers;
};

struct GRPCRouteFilter : ApiStruct {
  std::string type;
  Box<HTTPHeaderFilter> request_header_modifier;
  Box<HTTPHeaderFilter> response_header_modifier;
  Box<HTTPRequestMirrorFilter> request_mirror;
  Box<LocalObjectReference> extension_ref;
};

struct GRPCBackendRef : ApiStruct {
  std::string group;
  std::string kind = "Service";
  std::string name;
  std::string ns;  // "namespace"; empty is the route's own
  std::optional<int32_t> port;
  int32_t weight = 1;
  std::vector<GRPCRouteFilter> filters;
};

struct GRPCRouteRule : ApiStruct {
  std::string name;
  std::vector<GRPCRouteMatch> matches;
  std::vector<GRPCRouteFilter> filters;
  std::vector<GRPCBackendRef> backend_refs;
  Box<SessionPersistence> session_persistence;
};

struct GRPCRouteSpec : ApiStruct {
  std::vector<ParentReference> parent_refs;
  std::string use_default_gateways;
  std::vector<std::string> hostnames;
  std::vector<GRPCRouteRule> rules;
};

struct GRPCRoute : KubernetesObject {
  static constexpr Kind kKind = Kind::kGRPCRoute;
  GRPCRouteSpec spec;
  Box<RouteStatus> status;
};

template <>
const TypeInfo& TypeOf<GRPCMethodMatch>();
template <>
const TypeInfo& TypeOf<GRPCHeaderMatch>();
template <>
const TypeInfo& TypeOf<GRPCRouteMatch>();
template <>
const TypeInfo& TypeOf<GRPCRouteFilter>();
template <>
const TypeInfo& TypeOf<GRPCBackendRef>();
template <>
const TypeInfo& TypeOf<GRPCRouteRule>();
template <>
const TypeInfo& TypeOf<GRPCRouteSpec>();
template <>
const TypeInfo& TypeOf<GRPCRoute>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_GRPC_ROUTE_H_
