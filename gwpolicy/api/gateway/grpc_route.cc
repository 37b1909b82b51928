#include "gwpolicy/api/gateway/grpc_route.h"

#include <string>

#include "absl/strings/ascii.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/filter_rules.h"
#include "gwpolicy/api/gateway/reference_rules.h"
#include "gwpolicy/api/gateway/route_rules.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kMatchTypes[] = {"Exact", "RegularExpression"};
constexpr absl::string_view kFilterTypes[] = {"ResponseHeaderModifier", "RequestHeaderModifier",
                                              "RequestMirror", "ExtensionRef"};
constexpr absl::string_view kNameKey[] = {"name"};

// [A-Za-z_][A-Za-z_0-9]*
bool IsIdentifier(absl::string_view text) {
  if (text.empty() || absl::ascii_isdigit(text.front())) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '_') return false;
  }
  return true;
}

bool SomethingIsMatched(const GRPCMethodMatch& match) {
  return match.service.has_value() || match.method.has_value();
}

// Identifiers joined by dots, perhaps behind one.
bool ServiceHasValidCharacters(const GRPCMethodMatch& match) {
  if (match.type != "Exact" || !match.service.has_value()) return true;
  absl::string_view rest = *match.service;
  if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
  for (size_t dot = rest.find('.'); dot != absl::string_view::npos; dot = rest.find('.')) {
    if (!IsIdentifier(rest.substr(0, dot))) return false;
    rest.remove_prefix(dot + 1);
  }
  return IsIdentifier(rest);
}

bool MethodHasValidCharacters(const GRPCMethodMatch& match) {
  return match.type != "Exact" || !match.method.has_value() || IsIdentifier(*match.method);
}

template <typename T>
void AddFilterRules(TypeBuilder<T>& type) {
  constexpr At kPlace{"filters"};
  type.template Rule<&IsNotRepeated<T, kRequestHeaderModifier>>(
          kPlace, "RequestHeaderModifier filter cannot be repeated")
      .template Rule<&IsNotRepeated<T, kResponseHeaderModifier>>(
          kPlace, "ResponseHeaderModifier filter cannot be repeated");
}

}  // namespace

template <>
const TypeInfo& TypeOf<GRPCMethodMatch>() {
  using T = GRPCMethodMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCMethodMatch", Doc{"Methods that a request may call."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kMatchTypes},
                           Doc{"How service and method are compared."})
          .Field<&T::service>("service", Length{0, 1024}, Doc{"Name of the service."})
          .Field<&T::method>("method", Length{0, 1024}, Doc{"Name of the method."})
          .Rule<&SomethingIsMatched>("One or both of 'service' or 'method' must be specified")
          .Rule<&ServiceHasValidCharacters>(
              "service must only contain valid characters (matching "
              "^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$)")
          .Rule<&MethodHasValidCharacters>(
              "method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCHeaderMatch>() {
  using T = GRPCHeaderMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCHeaderMatch", Doc{"A header that a request must have."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kMatchTypes}, Doc{"How value is compared."})
          .Field<&T::name>("name", Required{}, kHeaderName, Doc{"Name, in any case."})
          .Field<&T::value>("value", Required{}, Length{1, 4096}, Doc{"What it must be."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCRouteMatch>() {
  using T = GRPCRouteMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCRouteMatch", Doc{"Requests that a rule is for; all parts must hold."})
          .Field<&T::method>("method", Doc{"The method; absent is any."})
          .Field<&T::headers>("headers", Items{0, 16}, ListKey{kNameKey}, Doc{"The headers."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCRouteFilter>() {
  using T = GRPCRouteFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCRouteFilter", Doc{"Something that is done to a request or response."})
          .Field<&T::type>("type", Required{}, OneOf{kFilterTypes},
                           Doc{"Which of the other members is set."})
          .Field<&T::request_header_modifier>("requestHeaderModifier",
                                              Doc{"Changes headers of the request."})
          .Field<&T::response_header_modifier>("responseHeaderModifier",
                                               Doc{"Changes headers of the response."})
          .Field<&T::request_mirror>("requestMirror", Doc{"Copies the request."})
          .Field<&T::extension_ref>("extensionRef", Doc{"A filter of an implementation."})
          .Rule<&IsOnlyForItsType<T, &T::request_header_modifier, kRequestHeaderModifier>>(
              "filter.requestHeaderModifier must be nil if the filter.type is not "
              "RequestHeaderModifier")
          .Rule<&IsThereForItsType<T, &T::request_header_modifier, kRequestHeaderModifier>>(
              "filter.requestHeaderModifier must be specified for RequestHeaderModifier "
              "filter.type")
          .Rule<&IsOnlyForItsType<T, &T::response_header_modifier, kResponseHeaderModifier>>(
              "filter.responseHeaderModifier must be nil if the filter.type is not "
              "ResponseHeaderModifier")
          .Rule<&IsThereForItsType<T, &T::response_header_modifier, kResponseHeaderModifier>>(
              "filter.responseHeaderModifier must be specified for ResponseHeaderModifier "
              "filter.type")
          .Rule<&IsOnlyForItsType<T, &T::request_mirror, kRequestMirror>>(
              "filter.requestMirror must be nil if the filter.type is not RequestMirror")
          .Rule<&IsThereForItsType<T, &T::request_mirror, kRequestMirror>>(
              "filter.requestMirror must be specified for RequestMirror filter.type")
          .Rule<&IsOnlyForItsType<T, &T::extension_ref, kExtensionRef>>(
              "filter.extensionRef must be nil if the filter.type is not ExtensionRef")
          .Rule<&IsThereForItsType<T, &T::extension_ref, kExtensionRef>>(
              "filter.extensionRef must be specified for ExtensionRef filter.type")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCBackendRef>() {
  using T = GRPCBackendRef;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCBackendRef", Doc{"A backend and its share of the requests."})
          .Field<&T::group>("group", Defaulted{}, kGroup,
                            Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Service."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the backend."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the route's; needs a ReferenceGrant."})
          .Field<&T::port>("port", Range{1, 65535}, Doc{"Port of the Service."})
          .Field<&T::weight>("weight", Defaulted{}, Range{0, 1000000},
                             Doc{"Its share, compared with the other backends of the rule."})
          .Field<&T::filters>("filters", Items{0, 16},
                              Doc{"What is done to requests to this backend alone."})
          .Rule<&ServiceHasPort<T>>(kServiceHasPort)
          .Also(&AddFilterRules<T>)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCRouteRule>() {
  using T = GRPCRouteRule;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCRouteRule", Doc{"Which requests go where."})
          .Field<&T::name>("name", Since{"v1.4"}, kSectionName, Doc{"Name within the route."})
          .Field<&T::matches>(
              "matches", Items{0, 64},
              Doc{"Requests that the rule is for; any one is enough, and none is all."})
          .Field<&T::filters>("filters", Items{0, 16}, Doc{"What is done to them."})
          .Field<&T::backend_refs>("backendRefs", Items{0, 16}, Doc{"Where they go."})
          .Field<&T::session_persistence>("sessionPersistence", Experimental{},
                                          Doc{"How a client stays with one endpoint."})
          .Also(&AddFilterRules<T>)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCRouteSpec>() {
  using T = GRPCRouteSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCRouteSpec", Doc{"How gRPC requests reach backends."})
          .Field<&T::parent_refs>("parentRefs", Items{0, 32}, Doc{"What it attaches to."})
          .Field<&T::use_default_gateways>("useDefaultGateways", Experimental{},
                                           OneOf{kDefaultGatewayScopes},
                                           Doc{"Whether it attaches to default Gateways."})
          .Field<&T::hostnames>("hostnames", Items{0, 16}, kHostname,
                                Doc{"Hosts that it is for; none is the listener's."})
          .Field<&T::rules>("rules", Items{0, 16}, Doc{"What goes where."})
          .Also(&AddParentRules<T>)
          .Rule<&MatchesAreFew<T>>(At{"rules"}, kMatchesAreFew)
          .RuleOf<&RuleNamesDiffer<T>>(Channel::kExperimental, At{"rules"}, kRuleNamesDiffer)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCRoute>() {
  using T = GRPCRoute;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCRoute", Doc{"Sends gRPC requests from Gateways to backends."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
