#include "gwpolicy/api/gateway/http_route.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/box.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/filter_rules.h"
#include "gwpolicy/api/gateway/reference_rules.h"
#include "gwpolicy/api/gateway/route_rules.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kPathTypes[] = {"Exact", "PathPrefix", "RegularExpression"};
constexpr absl::string_view kMatchTypes[] = {"Exact", "RegularExpression"};
constexpr absl::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                          "CONNECT", "OPTIONS", "TRACE", "PATCH"};
constexpr absl::string_view kModifierTypes[] = {"ReplaceFullPath", "ReplacePrefixMatch"};
constexpr absl::string_view kFilterTypes[] = {"RequestHeaderModifier",
                                              "ResponseHeaderModifier",
                                              "RequestMirror",
                                              "RequestRedirect",
                                              "URLRewrite",
                                              "ExtensionRef",
                                              "CORS"};
constexpr absl::string_view kExperimentalFilterTypes[] = {"ExternalAuth"};
constexpr absl::string_view kSchemes[] = {"http", "https"};
constexpr absl::string_view kRedirectCodes[] = {"301", "302", "303", "307", "308"};
constexpr absl::string_view kCorsMethods[] = {"GET",     "HEAD",    "POST",  "PUT",   "DELETE",
                                              "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"};
constexpr absl::string_view kAuthProtocols[] = {"HTTP", "GRPC"};
constexpr absl::string_view kNameKey[] = {"name"};

// What Exact and PathPrefix may look like; regular expressions are free.
bool IsPlain(const HTTPPathMatch& path) {
  return path.type == "Exact" || path.type == "PathPrefix";
}

bool PathIsAbsolute(const HTTPPathMatch& path) {
  return !IsPlain(path) || absl::StartsWith(path.value, "/");
}

constexpr char kEmptySegment[] = "//";
constexpr char kHere[] = "/./";
constexpr char kUp[] = "/../";
constexpr char kEscapedSlash[] = "%2f";
constexpr char kEscapedSlashUpper[] = "%2F";
constexpr char kFragment[] = "#";
template <const char* Part>
bool PathLacks(const HTTPPathMatch& path) {
  return !IsPlain(path) || !absl::StrContains(path.value, Part);
}

constexpr char kEndsUp[] = "/..";
constexpr char kEndsHere[] = "/.";
template <const char* End>
bool PathDoesNotEnd(const HTTPPathMatch& path) {
  return !IsPlain(path) || !absl::EndsWith(path.value, End);
}

bool PathTypeIsKnown(const HTTPPathMatch& path) {
  return IsPlain(path) || path.type == "RegularExpression";
}

bool PathHasValidCharacters(const HTTPPathMatch& path) {
  return !IsPlain(path) || MatchesUrlPath(path.value);
}

bool FullPathIsThere(const HTTPPathModifier& path) {
  return path.type != "ReplaceFullPath" || path.replace_full_path.has_value();
}
bool FullPathGoesWithType(const HTTPPathModifier& path) {
  return path.type == "ReplaceFullPath" || !path.replace_full_path.has_value();
}
bool PrefixIsThere(const HTTPPathModifier& path) {
  return path.type != "ReplacePrefixMatch" || path.replace_prefix_match.has_value();
}
bool PrefixGoesWithType(const HTTPPathModifier& path) {
  return path.type == "ReplacePrefixMatch" || !path.replace_prefix_match.has_value();
}

bool MirrorHasOneShare(const HTTPRequestMirrorFilter& mirror) {
  return !mirror.percent.has_value() || !mirror.fraction.has_value();
}

bool FractionIsAtMostOne(const Fraction& fraction) {
  return fraction.numerator <= fraction.denominator;
}

template <List<Text> HTTPCORSFilter::*Member>
bool WildcardIsAlone(const HTTPCORSFilter& cors) {
  const List<Text>& items = cors.*Member;
  return items.size() <= 1 || std::find(items.begin(), items.end(), "*") == items.end();
}

bool GrpcIsThereForItsProtocol(const HTTPExternalAuthFilter& auth) {
  return auth.protocol != "GRPC" || auth.grpc.has_value();
}
bool GrpcIsOnlyForItsProtocol(const HTTPExternalAuthFilter& auth) {
  return !auth.grpc.has_value() || auth.protocol == "GRPC";
}
bool HttpIsThereForItsProtocol(const HTTPExternalAuthFilter& auth) {
  return auth.protocol != "HTTP" || auth.http.has_value();
}
bool HttpIsOnlyForItsProtocol(const HTTPExternalAuthFilter& auth) {
  return !auth.http.has_value() || auth.protocol == "HTTP";
}

// The rules that a rule's filters and a backendRef's filters share.
template <typename T>
bool RedirectsOrRewrites(const T& holder) {
  return CountOf(holder.filters, "RequestRedirect") == 0 ||
         CountOf(holder.filters, "URLRewrite") == 0;
}

template <typename T>
void AddFilterRules(TypeBuilder<T>& type) {
  constexpr At kPlace{"filters"};
  type.template Rule<&RedirectsOrRewrites<T>>(
          kPlace,
          "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but "
          "not both")
      .template Rule<&IsNotRepeated<T, kCors>>(kPlace, "CORS filter cannot be repeated")
      .template Rule<&IsNotRepeated<T, kRequestHeaderModifier>>(
          kPlace, "RequestHeaderModifier filter cannot be repeated")
      .template Rule<&IsNotRepeated<T, kResponseHeaderModifier>>(
          kPlace, "ResponseHeaderModifier filter cannot be repeated")
      .template Rule<&IsNotRepeated<T, kRequestRedirect>>(
          kPlace, "RequestRedirect filter cannot be repeated")
      .template Rule<&IsNotRepeated<T, kUrlRewrite>>(kPlace,
                                                     "URLRewrite filter cannot be repeated");
}

bool RedirectHasNoBackends(const HTTPRouteRule& rule) {
  return rule.backend_refs.empty() ||
         std::none_of(rule.filters.begin(), rule.filters.end(), [](const HTTPRouteFilter& filter) {
           return filter.request_redirect.has_value();
         });
}

bool ReplacesPrefix(const Box<HTTPPathModifier>& path) {
  return path.has_value() && path->type == "ReplacePrefixMatch" &&
         path->replace_prefix_match.has_value();
}

size_t RedirectsOfPrefix(const List<HTTPRouteFilter>& filters) {
  return static_cast<size_t>(
      std::count_if(filters.begin(), filters.end(), [](const HTTPRouteFilter& filter) {
        return filter.request_redirect.has_value() && ReplacesPrefix(filter.request_redirect->path);
      }));
}

size_t RewritesOfPrefix(const List<HTTPRouteFilter>& filters) {
  return static_cast<size_t>(
      std::count_if(filters.begin(), filters.end(), [](const HTTPRouteFilter& filter) {
        return filter.url_rewrite.has_value() && ReplacesPrefix(filter.url_rewrite->path);
      }));
}

// A prefix can only be replaced where exactly one prefix is matched. As in the definition, a rule
// is silent when two filters of one kind replace it: that is another rule's business.
bool MatchesOnePrefix(const HTTPRouteRule& rule) {
  return rule.matches.size() == 1 && rule.matches[0].path.type == "PathPrefix";
}

bool RedirectOfPrefixHasOnePrefix(const HTTPRouteRule& rule) {
  return MatchesOnePrefix(rule) || RedirectsOfPrefix(rule.filters) != 1;
}

bool RewriteOfPrefixHasOnePrefix(const HTTPRouteRule& rule) {
  return MatchesOnePrefix(rule) || RewritesOfPrefix(rule.filters) != 1;
}

template <size_t (*Count)(const List<HTTPRouteFilter>&)>
bool BackendsOfPrefixHaveOnePrefix(const HTTPRouteRule& rule) {
  if (MatchesOnePrefix(rule)) return true;
  return std::count_if(rule.backend_refs.begin(), rule.backend_refs.end(),
                       [](const HTTPBackendRef& ref) { return Count(ref.filters) == 1; }) != 1;
}

void BackendTimeoutIsTheShorter(const HTTPRouteTimeouts& timeouts, absl::string_view message,
                                FindingSink& sink) {
  // An empty text is there, and no duration.
  const auto is_absent = [&timeouts](const Text& text, absl::string_view name) {
    return text.empty() && !TypeInfo::IsPresent(*TypeOf<HTTPRouteTimeouts>().Find(name),
                                                static_cast<const ApiStruct*>(&timeouts));
  };
  if (is_absent(timeouts.request, "request") ||
      is_absent(timeouts.backend_request, "backendRequest")) {
    return;
  }
  const int64_t request = DurationMilliseconds(timeouts.request);
  const int64_t backend = DurationMilliseconds(timeouts.backend_request);
  if (request < 0 || (request != 0 && backend < 0)) {
    type_info_internal::Break(absl::StrCat("\"object\": type conversion error from 'string' to "
                                           "'google.protobuf.Duration' evaluating rule: ",
                                           message),
                              sink);
  } else if (request != 0 && backend > request) {
    type_info_internal::Break(message, sink);
  }
}

}  // namespace

template <>
const TypeInfo& TypeOf<HTTPPathMatch>() {
  using T = HTTPPathMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPPathMatch", Doc{"Paths that a request may have."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kPathTypes}, Doc{"How value is compared."})
          .Field<&T::value>("value", Defaulted{}, Length{0, 1024},
                            Doc{"A path, the start of one, or a regular expression."})
          .Rule<&PathIsAbsolute>(
              "value must be an absolute path and start with '/' when type one of ['Exact', "
              "'PathPrefix']")
          .Rule<&PathLacks<kEmptySegment>>(
              "must not contain '//' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathLacks<kHere>>(
              "must not contain '/./' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathLacks<kUp>>("must not contain '/../' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathLacks<kEscapedSlash>>(
              "must not contain '%2f' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathLacks<kEscapedSlashUpper>>(
              "must not contain '%2F' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathLacks<kFragment>>(
              "must not contain '#' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathDoesNotEnd<kEndsUp>>(
              "must not end with '/..' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathDoesNotEnd<kEndsHere>>(
              "must not end with '/.' when type one of ['Exact', 'PathPrefix']")
          .Rule<&PathTypeIsKnown>(
              "type must be one of ['Exact', 'PathPrefix', 'RegularExpression']")
          .Rule<&PathHasValidCharacters>(
              "must only contain valid characters (matching "
              "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', "
              "'PathPrefix']")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPHeaderMatch>() {
  using T = HTTPHeaderMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPHeaderMatch", Doc{"A header that a request must have."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kMatchTypes}, Doc{"How value is compared."})
          .Field<&T::name>("name", Required{}, kHeaderName, Doc{"Name, in any case."})
          .Field<&T::value>("value", Required{}, Length{1, 4096}, InExperimental{kHeaderValue},
                            Doc{"What it must be."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPQueryParamMatch>() {
  using T = HTTPQueryParamMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPQueryParamMatch", Doc{"A query parameter that a request must have."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kMatchTypes}, Doc{"How value is compared."})
          .Field<&T::name>("name", Required{}, kHeaderName, Doc{"Name of the parameter."})
          .Field<&T::value>("value", Required{}, Length{1, 1024}, Doc{"What it must be."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRouteMatch>() {
  using T = HTTPRouteMatch;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteMatch", Doc{"Requests that a rule is for; all parts must hold."})
          .Field<&T::path>("path", Defaulted{}, Doc{"The path."})
          .Field<&T::headers>("headers", Items{0, 16}, ListKey{kNameKey}, Doc{"The headers."})
          .Field<&T::query_params>("queryParams", Items{0, 16}, ListKey{kNameKey},
                                   Doc{"The query parameters."})
          .Field<&T::method>("method", OneOf{kMethods}, Doc{"The method; absent is any."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPHeader>() {
  using T = HTTPHeader;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPHeader", Doc{"A header and its value."})
          .Field<&T::name>("name", Required{}, kHeaderName, Doc{"Name, in any case."})
          .Field<&T::value>("value", Required{}, Length{1, 4096}, InExperimental{kHeaderValue},
                            Doc{"Value."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPHeaderFilter>() {
  using T = HTTPHeaderFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPHeaderFilter", Doc{"Changes headers."})
          .Field<&T::set>("set", Items{0, 16}, ListKey{kNameKey}, Doc{"Replaces these."})
          .Field<&T::add>("add", Items{0, 16}, ListKey{kNameKey}, Doc{"Adds these."})
          .Field<&T::remove>("remove", Items{0, 16}, ItemsDiffer{}, Doc{"Takes these away."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPPathModifier>() {
  using T = HTTPPathModifier;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPPathModifier", Doc{"Changes the path."})
          .Field<&T::type>("type", Required{}, OneOf{kModifierTypes},
                           Doc{"Which of the two members is set."})
          .Field<&T::replace_full_path>("replaceFullPath", Length{0, 1024}, Doc{"The new path."})
          .Field<&T::replace_prefix_match>("replacePrefixMatch", Length{0, 1024},
                                           Doc{"What stands in for the matched prefix."})
          .Rule<&FullPathIsThere>(
              "replaceFullPath must be specified when type is set to 'ReplaceFullPath'")
          .Rule<&FullPathGoesWithType>("type must be 'ReplaceFullPath' when replaceFullPath is set")
          .Rule<&PrefixIsThere>(
              "replacePrefixMatch must be specified when type is set to 'ReplacePrefixMatch'")
          .Rule<&PrefixGoesWithType>(
              "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPURLRewriteFilter>() {
  using T = HTTPURLRewriteFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPURLRewriteFilter", Doc{"Changes a request on its way to the backend."})
          .Field<&T::hostname>("hostname", kPreciseHostname,
                               Doc{"The new Host; has no effect on the SNI of a policy."})
          .Field<&T::path>("path", Doc{"The new path."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRequestRedirectFilter>() {
  using T = HTTPRequestRedirectFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRequestRedirectFilter", Doc{"Answers with a redirect."})
          .Field<&T::scheme>("scheme", OneOf{kSchemes}, Doc{"The new scheme."})
          .Field<&T::hostname>("hostname", kPreciseHostname, Doc{"The new host."})
          .Field<&T::path>("path", Doc{"The new path."})
          .Field<&T::port>("port", Range{1, 65535}, Doc{"The new port."})
          .Field<&T::status_code>("statusCode", Defaulted{}, AnyWidth{}, OneOf{kRedirectCodes},
                                  Doc{"The status of the answer."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Fraction>() {
  using T = Fraction;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Fraction", Doc{"A share of requests."})
          .Field<&T::numerator>("numerator", Required{}, Range{0, INT64_MAX}, Doc{"How many."})
          .Field<&T::denominator>("denominator", Defaulted{}, Range{1, INT64_MAX},
                                  Doc{"Of how many."})
          .Rule<&FractionIsAtMostOne>("numerator must be less than or equal to denominator")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPCORSFilter>() {
  using T = HTTPCORSFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPCORSFilter", Doc{"Answers cross-origin requests."})
          .Field<&T::allow_origins>("allowOrigins", Items{0, 64}, ItemsDiffer{}, kCorsOrigin,
                                    Doc{"Origins that may ask."})
          .Field<&T::allow_credentials>("allowCredentials",
                                        Doc{"Whether they may send credentials."})
          .Field<&T::allow_methods>("allowMethods", Items{0, 9}, ItemsDiffer{}, OneOf{kCorsMethods},
                                    Doc{"Methods that they may use."})
          .Field<&T::allow_headers>("allowHeaders", Items{0, 64}, ItemsDiffer{}, kHeaderName,
                                    Doc{"Headers that they may send."})
          .Field<&T::expose_headers>("exposeHeaders", Items{0, 64}, ItemsDiffer{}, kHeaderName,
                                     Doc{"Headers of the answer that scripts may read."})
          .Field<&T::max_age>("maxAge", Defaulted{}, Range{1, INT64_MAX},
                              Doc{"Seconds for which the answer may be kept."})
          .Rule<&WildcardIsAlone<&T::allow_headers>>(
              At{"allowHeaders"}, "AllowHeaders cannot contain '*' alongside other methods")
          .Rule<&WildcardIsAlone<&T::allow_methods>>(
              At{"allowMethods"}, "AllowMethods cannot contain '*' alongside other methods")
          .Rule<&WildcardIsAlone<&T::allow_origins>>(
              At{"allowOrigins"}, "AllowOrigins cannot contain '*' alongside other origins")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GRPCAuthConfig>() {
  using T = GRPCAuthConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GRPCAuthConfig", Doc{"What a gRPC authorization server is told."})
          .Field<&T::allowed_headers>("allowedHeaders", Items{0, 64}, ItemsDiffer{},
                                      Doc{"Headers of the request that it sees."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPAuthConfig>() {
  using T = HTTPAuthConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPAuthConfig", Doc{"What an HTTP authorization server is told."})
          .Field<&T::path>("path", kUrlPath, Doc{"What stands before the path of the request."})
          .Field<&T::allowed_headers>("allowedHeaders", Items{0, 64}, ItemsDiffer{},
                                      Doc{"Headers of the request that it sees."})
          .Field<&T::allowed_response_headers>("allowedResponseHeaders", Items{0, 64},
                                               ItemsDiffer{},
                                               Doc{"Headers of its answer that the backend sees."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ForwardBodyConfig>() {
  using T = ForwardBodyConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ForwardBodyConfig", Doc{"How much of the body an authorization server sees."})
          .Field<&T::max_size>("maxSize", Range{0, INT64_MAX}, Doc{"At most so many bytes."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPExternalAuthFilter>() {
  using T = HTTPExternalAuthFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPExternalAuthFilter",
                     Doc{"Asks another server whether a request may pass."})
          .Field<&T::protocol>("protocol", Required{}, OneOf{kAuthProtocols},
                               Doc{"Which of grpc and http is set."})
          .Field<&T::backend_ref>("backendRef", Required{}, Doc{"The server."})
          .Field<&T::grpc>("grpc", Doc{"Settings of gRPC."})
          .Field<&T::http>("http", Doc{"Settings of HTTP."})
          .Field<&T::forward_body>("forwardBody", Doc{"Whether the server sees the body."})
          .Rule<&GrpcIsThereForItsProtocol>("grpc must be specified when protocol is set to 'GRPC'")
          .Rule<&GrpcIsOnlyForItsProtocol>("protocol must be 'GRPC' when grpc is set")
          .Rule<&HttpIsThereForItsProtocol>("http must be specified when protocol is set to 'HTTP'")
          .Rule<&HttpIsOnlyForItsProtocol>("protocol must be 'HTTP' when http is set")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRouteRetry>() {
  using T = HTTPRouteRetry;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteRetry", Doc{"When requests are tried again."})
          .Field<&T::codes>("codes", ItemsDiffer{}, AnyWidth{}, Range{400, 599},
                            Doc{"Statuses of answers that are tried again."})
          .Field<&T::attempts>("attempts", AnyWidth{}, Range{1, INT64_MAX}, Doc{"How often."})
          .Field<&T::backoff>("backoff", kDuration, Doc{"How long to wait at least."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRequestMirrorFilter>() {
  using T = HTTPRequestMirrorFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRequestMirrorFilter", Doc{"Sends copies of requests elsewhere."})
          .Field<&T::backend_ref>("backendRef", Required{}, Doc{"Where they go."})
          .Field<&T::percent>("percent", Range{0, 100}, Doc{"Share of requests; absent is all."})
          .Field<&T::fraction>("fraction", Doc{"The same as numerator and denominator."})
          .Rule<&MirrorHasOneShare>(
              "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRouteFilter>() {
  using T = HTTPRouteFilter;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteFilter", Doc{"Something that is done to a request or response."})
          .Field<&T::type>("type", Required{}, OneOf{kFilterTypes, kExperimentalFilterTypes},
                           Doc{"Which of the other members is set."})
          .Field<&T::request_header_modifier>("requestHeaderModifier",
                                              Doc{"Changes headers of the request."})
          .Field<&T::response_header_modifier>("responseHeaderModifier",
                                               Doc{"Changes headers of the response."})
          .Field<&T::request_mirror>("requestMirror", Doc{"Copies the request."})
          .Field<&T::request_redirect>("requestRedirect", Doc{"Answers with a redirect."})
          .Field<&T::url_rewrite>("urlRewrite", Doc{"Changes host or path."})
          .Field<&T::extension_ref>("extensionRef", Doc{"A filter of an implementation."})
          .Field<&T::cors>("cors", Since{"v1.5"}, Doc{"Answers cross-origin requests."})
          .Field<&T::external_auth>("externalAuth", Experimental{},
                                    Doc{"Asks another server whether the request may pass."})
          .Rule<&IsOnlyForItsType<T, &T::cors, kCors>>(
              "filter.cors must be nil if the filter.type is not CORS")
          .Rule<&IsThereForItsType<T, &T::cors, kCors>>(
              "filter.cors must be specified for CORS filter.type")
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
          .Rule<&IsOnlyForItsType<T, &T::request_redirect, kRequestRedirect>>(
              "filter.requestRedirect must be nil if the filter.type is not RequestRedirect")
          .Rule<&IsThereForItsType<T, &T::request_redirect, kRequestRedirect>>(
              "filter.requestRedirect must be specified for RequestRedirect filter.type")
          .Rule<&IsOnlyForItsType<T, &T::url_rewrite, kUrlRewrite>>(
              "filter.urlRewrite must be nil if the filter.type is not URLRewrite")
          .Rule<&IsThereForItsType<T, &T::url_rewrite, kUrlRewrite>>(
              "filter.urlRewrite must be specified for URLRewrite filter.type")
          .Rule<&IsOnlyForItsType<T, &T::extension_ref, kExtensionRef>>(
              "filter.extensionRef must be nil if the filter.type is not ExtensionRef")
          .Rule<&IsThereForItsType<T, &T::extension_ref, kExtensionRef>>(
              "filter.extensionRef must be specified for ExtensionRef filter.type")
          .RuleOf<&IsOnlyForItsType<T, &T::external_auth, kExternalAuth>>(
              Channel::kExperimental,
              "filter.externalAuth must be nil if the filter.type is not ExternalAuth")
          .RuleOf<&IsThereForItsType<T, &T::external_auth, kExternalAuth>>(
              Channel::kExperimental,
              "filter.externalAuth must be specified for ExternalAuth filter.type")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPBackendRef>() {
  using T = HTTPBackendRef;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPBackendRef", Doc{"A backend and its share of the requests."})
          .Field<&T::group>("group", Defaulted{}, kGroup,
                            Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Service."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the backend."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the route's; needs a ReferenceGrant."})
          .Field<&T::port>("port", Range{1, 65535},
                           Doc{"Port of the Service; must be absent for a kgateway Backend."})
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
const TypeInfo& TypeOf<HTTPRouteTimeouts>() {
  using T = HTTPRouteTimeouts;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteTimeouts", Doc{"How long things may take; 0s is for ever."})
          .Field<&T::request>("request", kDuration, Doc{"The whole request, retries included."})
          .Field<&T::backend_request>("backendRequest", kDuration, Doc{"One request to a backend."})
          .Rule<&BackendTimeoutIsTheShorter>(
              "backendRequest timeout cannot be longer than request timeout")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRouteRule>() {
  using T = HTTPRouteRule;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteRule", Doc{"Which requests go where."})
          .Field<&T::name>("name", Since{"v1.4"}, kSectionName, Doc{"Name within the route."})
          .Field<&T::matches>("matches", Defaulted{}, Items{0, 64},
                              Doc{"Requests that the rule is for; any one is enough."})
          .Field<&T::filters>("filters", Items{0, 16}, Doc{"What is done to them."})
          .Field<&T::backend_refs>("backendRefs", Items{0, 16}, Doc{"Where they go."})
          .Field<&T::timeouts>("timeouts", Doc{"How long they may take."})
          .Field<&T::retry>("retry", Experimental{}, Doc{"When they are tried again."})
          .Field<&T::session_persistence>("sessionPersistence", Experimental{},
                                          Doc{"How a client stays with one endpoint."})
          .Rule<&RedirectHasNoBackends>(
              "RequestRedirect filter must not be used together with backendRefs")
          .Rule<&RedirectOfPrefixHasOnePrefix>(
              "When using RequestRedirect filter with path.replacePrefixMatch, exactly one "
              "PathPrefix match must be specified")
          .Rule<&RewriteOfPrefixHasOnePrefix>(
              "When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix "
              "match must be specified")
          .Rule<&BackendsOfPrefixHaveOnePrefix<&RedirectsOfPrefix>>(
              "Within backendRefs, when using RequestRedirect filter with path.replacePrefixMatch, "
              "exactly one PathPrefix match must be specified")
          .Rule<&BackendsOfPrefixHaveOnePrefix<&RewritesOfPrefix>>(
              "Within backendRefs, When using URLRewrite filter with path.replacePrefixMatch, "
              "exactly one PathPrefix match must be specified")
          .Also(&AddFilterRules<T>)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRouteSpec>() {
  using T = HTTPRouteSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteSpec", Doc{"How HTTP requests reach backends."})
          .Field<&T::parent_refs>("parentRefs", Items{0, 32}, Doc{"Gateways that it attaches to."})
          .Field<&T::use_default_gateways>("useDefaultGateways", Experimental{},
                                           OneOf{kDefaultGatewayScopes},
                                           Doc{"Whether it attaches to default Gateways."})
          .Field<&T::hostnames>("hostnames", Items{0, 16}, kHostname,
                                Doc{"Hosts that it is for; none is the listener's."})
          .Field<&T::rules>("rules", Defaulted{}, Items{1, 16}, Doc{"What goes where."})
          .Also(&AddParentRules<T>)
          .Rule<&MatchesAreFew<T>>(At{"rules"}, kMatchesAreFew)
          .RuleOf<&RuleNamesDiffer<T>>(Channel::kExperimental, At{"rules"}, kRuleNamesDiffer)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRoute>() {
  using T = HTTPRoute;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRoute", Doc{"Sends HTTP requests from Gateways to backends."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
