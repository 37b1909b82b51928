#ifndef GWPOLICY_API_GATEWAY_GRPC_ROUTE_H_
#define GWPOLICY_API_GATEWAY_GRPC_ROUTE_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/gateway/route_status.h"
#include "gwpolicy/api/gateway/session_persistence.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// GRPCRoute, apis/v1/grpcroute_types.go.
struct GRPCMethodMatch : ApiStruct {
  Text type = "Exact";  // Exact, RegularExpression
  std::optional<Text> service;
  std::optional<Text> method;
};

struct GRPCHeaderMatch : ApiStruct {
  Text type = "Exact";  // Exact, RegularExpression
  Text name;
  Text value;
};

struct GRPCRouteMatch : ApiStruct {
  Box<GRPCMethodMatch> method;
  List<GRPCHeaderMatch> headers;
};

struct GRPCRouteFilter : ApiStruct {
  Text type;
  Box<HTTPHeaderFilter> request_header_modifier;
  Box<HTTPHeaderFilter> response_header_modifier;
  Box<HTTPRequestMirrorFilter> request_mirror;
  Box<LocalObjectReference> extension_ref;
};

struct GRPCBackendRef : ApiStruct {
  Text group;
  Text kind = "Service";
  Text name;
  Text ns;  // "namespace"; empty is the route's own
  std::optional<int32_t> port;
  int32_t weight = 1;
  List<GRPCRouteFilter> filters;
};

struct GRPCRouteRule : ApiStruct {
  Text name;
  List<GRPCRouteMatch> matches;
  List<GRPCRouteFilter> filters;
  List<GRPCBackendRef> backend_refs;
  Box<SessionPersistence> session_persistence;
};

struct GRPCRouteSpec : ApiStruct {
  List<ParentReference> parent_refs;
  Text use_default_gateways;
  List<Text> hostnames;
  List<GRPCRouteRule> rules;
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
