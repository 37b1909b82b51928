#ifndef GWPOLICY_API_GATEWAY_HTTP_ROUTE_H_
#define GWPOLICY_API_GATEWAY_HTTP_ROUTE_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/gateway/route_status.h"
#include "gwpolicy/api/gateway/session_persistence.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// HTTPRoute, apis/v1/httproute_types.go (v1, v1beta1).
inline constexpr TextLiteral kPathPrefix("PathPrefix");

struct HTTPPathMatch : ApiStruct {
  Text type = kPathPrefix;  // Exact, PathPrefix, RegularExpression
  Text value = "/";
};

struct HTTPHeaderMatch : ApiStruct {
  Text type = "Exact";  // Exact, RegularExpression
  Text name;
  Text value;
};

struct HTTPQueryParamMatch : ApiStruct {
  Text type = "Exact";  // Exact, RegularExpression
  Text name;
  Text value;
};

struct HTTPRouteMatch : ApiStruct {
  HTTPPathMatch path;
  List<HTTPHeaderMatch> headers;
  List<HTTPQueryParamMatch> query_params;
  Text method;
};

struct HTTPHeader : ApiStruct {
  Text name;
  Text value;
};

struct HTTPHeaderFilter : ApiStruct {
  List<HTTPHeader> set;
  List<HTTPHeader> add;
  List<Text> remove;
};

struct HTTPPathModifier : ApiStruct {
  Text type;  // ReplaceFullPath, ReplacePrefixMatch
  std::optional<Text> replace_full_path;
  std::optional<Text> replace_prefix_match;
};

struct HTTPURLRewriteFilter : ApiStruct {
  Text hostname;
  Box<HTTPPathModifier> path;
};

struct HTTPRequestRedirectFilter : ApiStruct {
  Text scheme;
  Text hostname;
  Box<HTTPPathModifier> path;
  std::optional<int32_t> port;
  int32_t status_code = 302;
};

struct Fraction : ApiStruct {
  int32_t numerator = 0;
  int32_t denominator = 100;
};

struct HTTPRequestMirrorFilter : ApiStruct {
  BackendObjectReference backend_ref;
  std::optional<int32_t> percent;
  Box<Fraction> fraction;
};

struct HTTPCORSFilter : ApiStruct {
  List<Text> allow_origins;
  std::optional<bool> allow_credentials;
  List<Text> allow_methods;
  List<Text> allow_headers;
  List<Text> expose_headers;
  int32_t max_age = 5;  // seconds
};

struct GRPCAuthConfig : ApiStruct {
  List<Text> allowed_headers;
};

struct HTTPAuthConfig : ApiStruct {
  Text path;
  List<Text> allowed_headers;
  List<Text> allowed_response_headers;
};

struct ForwardBodyConfig : ApiStruct {
  std::optional<int32_t> max_size;  // bytes
};

struct HTTPExternalAuthFilter : ApiStruct {
  Text protocol;  // HTTP, GRPC
  BackendObjectReference backend_ref;
  Box<GRPCAuthConfig> grpc;
  Box<HTTPAuthConfig> http;
  Box<ForwardBodyConfig> forward_body;
};

struct HTTPRouteFilter : ApiStruct {
  Text type;
  Box<HTTPHeaderFilter> request_header_modifier;
  Box<HTTPHeaderFilter> response_header_modifier;
  Box<HTTPRequestMirrorFilter> request_mirror;
  Box<HTTPRequestRedirectFilter> request_redirect;
  Box<HTTPURLRewriteFilter> url_rewrite;
  Box<LocalObjectReference> extension_ref;
  Box<HTTPCORSFilter> cors;
  Box<HTTPExternalAuthFilter> external_auth;
};

// BackendRef is a BackendObjectReference with a weight; the fields are spelled out because a JSON
// object has them side by side.
struct HTTPBackendRef : ApiStruct {
  Text group;
  Text kind = "Service";
  Text name;
  Text ns;  // "namespace"; empty is the route's own
  std::optional<int32_t> port;
  int32_t weight = 1;
  List<HTTPRouteFilter> filters;
};

struct HTTPRouteTimeouts : ApiStruct {
  Text request;
  Text backend_request;
};

struct HTTPRouteRetry : ApiStruct {
  List<int64_t> codes;
  std::optional<int64_t> attempts;
  Text backoff;
};

struct HTTPRouteRule : ApiStruct {
  Text name;
  List<HTTPRouteMatch> matches = List<HTTPRouteMatch>(1);
  List<HTTPRouteFilter> filters;
  List<HTTPBackendRef> backend_refs;
  Box<HTTPRouteTimeouts> timeouts;
  Box<HTTPRouteRetry> retry;
  Box<SessionPersistence> session_persistence;
};

struct HTTPRouteSpec : ApiStruct {
  List<ParentReference> parent_refs;
  Text use_default_gateways;
  List<Text> hostnames;
  List<HTTPRouteRule> rules = List<HTTPRouteRule>(1);
};

struct HTTPRoute : KubernetesObject {
  static constexpr Kind kKind = Kind::kHTTPRoute;
  HTTPRouteSpec spec;
  Box<RouteStatus> status;
};

template <>
const TypeInfo& TypeOf<HTTPPathMatch>();
template <>
const TypeInfo& TypeOf<HTTPHeaderMatch>();
template <>
const TypeInfo& TypeOf<HTTPQueryParamMatch>();
template <>
const TypeInfo& TypeOf<HTTPRouteMatch>();
template <>
const TypeInfo& TypeOf<HTTPHeader>();
template <>
const TypeInfo& TypeOf<HTTPHeaderFilter>();
template <>
const TypeInfo& TypeOf<HTTPPathModifier>();
template <>
const TypeInfo& TypeOf<HTTPURLRewriteFilter>();
template <>
const TypeInfo& TypeOf<HTTPRequestRedirectFilter>();
template <>
const TypeInfo& TypeOf<Fraction>();
template <>
const TypeInfo& TypeOf<HTTPCORSFilter>();
template <>
const TypeInfo& TypeOf<GRPCAuthConfig>();
template <>
const TypeInfo& TypeOf<HTTPAuthConfig>();
template <>
const TypeInfo& TypeOf<ForwardBodyConfig>();
template <>
const TypeInfo& TypeOf<HTTPExternalAuthFilter>();
template <>
const TypeInfo& TypeOf<HTTPRouteRetry>();
template <>
const TypeInfo& TypeOf<HTTPRequestMirrorFilter>();
template <>
const TypeInfo& TypeOf<HTTPRouteFilter>();
template <>
const TypeInfo& TypeOf<HTTPBackendRef>();
template <>
const TypeInfo& TypeOf<HTTPRouteTimeouts>();
template <>
const TypeInfo& TypeOf<HTTPRouteRule>();
template <>
const TypeInfo& TypeOf<HTTPRouteSpec>();
template <>
const TypeInfo& TypeOf<HTTPRoute>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_HTTP_ROUTE_H_
