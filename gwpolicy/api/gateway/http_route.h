#ifndef GWPOLICY_API_GATEWAY_HTTP_ROUTE_H_
#define GWPOLICY_API_GATEWAY_HTTP_ROUTE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/gateway/route_status.h"
#include "gwpolicy/api/gateway/session_persistence.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// HTTPRoute, apis/v1/httproute_types.go (v1, v1beta1).
struct HTTPPathMatch : ApiStruct {
  std::string type = "PathPrefix";  // Exact, PathPrefix, RegularExpression
  std::string value = "/";
};

struct HTTPHeaderMatch : ApiStruct {
  std::string type = "Exact";  // Exact, RegularExpression
  std::string name;
  std::string value;
};

struct HTTPQueryParamMatch : ApiStruct {
  std::string type = "Exact";  // Exact, RegularExpression
  std::string name;
  std::string value;
};

struct HTTPRouteMatch : ApiStruct {
  HTTPPathMatch path;
  std::vector<HTTPHeaderMatch> headers;
  std::vector<HTTPQueryParamMatch> query_params;
  std::string method;
};

struct HTTPHeader : ApiStruct {
  std::string name;
  std::string value;
};

struct HTTPHeaderFilter : ApiStruct {
  std::vector<HTTPHeader> set;
  std::vector<HTTPHeader> add;
  std::vector<std::string> remove;
};

struct HTTPPathModifier : ApiStruct {
  std::string type;  // ReplaceFullPath, ReplacePrefixMatch
  std::optional<std::string> replace_full_path;
  std::optional<std::string> replace_prefix_match;
};

struct HTTPURLRewriteFilter : ApiStruct {
  std::string hostname;
  Box<HTTPPathModifier> path;
};

struct HTTPRequestRedirectFilter : ApiStruct {
  std::string scheme;
  std::string hostname;
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
  std::vector<std::string> allow_origins;
  std::optional<bool> allow_credentials;
  std::vector<std::string> allow_methods;
  std::vector<std::string> allow_headers;
  std::vector<std::string> expose_headers;
  int32_t max_age = 5;  // seconds
};

struct GRPCAuthConfig : ApiStruct {
  std::vector<std::string> allowed_headers;
};

struct HTTPAuthConfig : ApiStruct {
  std::string path;
  std::vector<std::string> allowed_headers;
  std::vector<std::string> allowed_response_headers;
};

struct ForwardBodyConfig : ApiStruct {
  std::optional<int32_t> max_size;  // bytes
};

struct HTTPExternalAuthFilter : ApiStruct {
  std::string protocol;  // HTTP, GRPC
  BackendObjectReference backend_ref;
  Box<GRPCAuthConfig> grpc;
  Box<HTTPAuthConfig> http;
  Box<ForwardBodyConfig> forward_body;
};

struct HTTPRouteFilter : ApiStruct {
  std::string type;
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
  std::string group;
  std::string kind = "Service";
  std::string name;
  std::string ns;  // "namespace"; empty is the route's own
  std::optional<int32_t> port;
  int32_t weight = 1;
  std::vector<HTTPRouteFilter> filters;
};

struct HTTPRouteTimeouts : ApiStruct {
  std::string request;
  std::string backend_request;
};

struct HTTPRouteRetry : ApiStruct {
  std::vector<int64_t> codes;
  std::optional<int64_t> attempts;
  std::string backoff;
};

struct HTTPRouteRule : ApiStruct {
  std::string name;
  std::vector<HTTPRouteMatch> matches = std::vector<HTTPRouteMatch>(1);
  std::vector<HTTPRouteFilter> filters;
  std::vector<HTTPBackendRef> backend_refs;
  Box<HTTPRouteTimeouts> timeouts;
  Box<HTTPRouteRetry> retry;
  Box<SessionPersistence> session_persistence;
};

struct HTTPRouteSpec : ApiStruct {
  std::vector<ParentReference> parent_refs;
  std::string use_default_gateways;
  std::vector<std::string> hostnames;
  std::vector<HTTPRouteRule> rules = std::vector<HTTPRouteRule>(1);
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
