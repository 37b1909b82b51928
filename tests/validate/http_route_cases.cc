#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/validate/cases.h"
#include "tests/validate/shared_cases.h"

namespace gwpolicy::testing {
namespace {

std::string RouteRule(const std::string& rule) {
  return absl::StrCat("spec: {rules: [{", rule, "}]}\n");
}

std::vector<ValidateCase> RouteCases() {
  return {{"Nothing", "spec: {}\n", {}},
          {"NoSpec", "", {{Code::kSchemaRequired, "spec", "Required value"}, Silenced()}},
          {"MirrorWithoutBackend",
           RouteRule("filters: [{type: RequestMirror, requestMirror: {}}]"),
           {{Code::kSchemaRequired, "spec.rules[0].filters[0].requestMirror.backendRef",
             "Required value"},
            Silenced()}},
          {"ServiceWithoutPort",
           RouteRule("backendRefs: [{name: web}]"),
           {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}},
          {"BackendWithoutPort",
           RouteRule("backendRefs: [{name: web, group: gateway.kgateway.dev, kind: Backend}]"),
           {}},
          {"WeightTooLarge",
           RouteRule("backendRefs: [{name: web, port: 80, weight: 1000001}]"),
           {{Code::kSchemaRange, "spec.rules[0].backendRefs[0].weight",
             "Invalid value: 1000001: spec.rules[0].backendRefs[0].weight in body should be less "
             "than or equal to 1000000"}}},
          {"WeightZero", RouteRule("backendRefs: [{name: web, port: 80, weight: 0}]"), {}},
          {"NoRules",
           "spec: {rules: []}\n",
           {{Code::kSchemaTooFew, "spec.rules",
             "Invalid value: 0: spec.rules in body should have at least 1 items"}}},
          {"NoMatches", RouteRule("matches: []"), {}},
          {"RedirectWithBackends",
           RouteRule("filters: [{type: RequestRedirect, requestRedirect: {port: 80}}], "
                     "backendRefs: [{name: web, port: 80}]"),
           {Rule("spec.rules[0]",
                 "RequestRedirect filter must not be used together with backendRefs")}},
          {"BackendTimeoutTooLong",
           RouteRule("timeouts: {request: 5s, backendRequest: 1m}"),
           {Rule("spec.rules[0].timeouts",
                 "backendRequest timeout cannot be longer than request timeout")}},
          {"OneTimeout", RouteRule("timeouts: {request: 1s}"), {}},
          {"RequestTimeoutZero", RouteRule("timeouts: {request: 0s, backendRequest: 1m}"), {}},
          {"EqualTimeouts", RouteRule("timeouts: {request: 5400s, backendRequest: 1h30m}"), {}},
          {"ExternalAuthInStandardChannel",
           RouteRule("filters: [{type: ExternalAuth}]"),
           {{Code::kSchemaEnum, "spec.rules[0].filters[0].type",
             "Unsupported value: \"ExternalAuth\": supported values: \"RequestHeaderModifier\", "
             "\"ResponseHeaderModifier\", \"RequestMirror\", \"RequestRedirect\", \"URLRewrite\", "
             "\"ExtensionRef\", \"CORS\""},
            Silenced()}},
          {"HeaderNamesDifferInCase",
           RouteRule("matches: [{headers: [{name: a, value: b}, {name: A, value: b}]}]"),
           {}},
          {"SameHeaderTwice",
           RouteRule("matches: [{headers: [{name: a, value: b}, {name: a, value: c}]}]"),
           {{Code::kSchemaDuplicate, "spec.rules[0].matches[0].headers[1]",
             "Duplicate value: {\"name\":\"a\"}"}}},
          {"HostnameOfUpperCase",
           "spec: {hostnames: [a.com, A.com]}\n",
           {{Code::kSchemaPattern, "spec.hostnames[1]",
             "Invalid value: \"A.com\": spec.hostnames[1] in body should match "
             "'^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"}}},
          {"BadRedirectCode",
           RouteRule("filters: [{type: RequestRedirect, requestRedirect: {statusCode: 300}}]"),
           {{Code::kSchemaEnum, "spec.rules[0].filters[0].requestRedirect.statusCode",
             "Unsupported value: 300: supported values: \"301\", \"302\", \"303\", \"307\", "
             "\"308\""},
            Silenced()}}};
}

std::vector<ValidateCase> PathCases() {
  const auto rule = [](const std::string& message) {
    return Rule("", absl::StrCat(message, " when type one of ['Exact', 'PathPrefix']"));
  };
  const Expected characters =
      Rule("",
           "must only contain valid characters (matching "
           "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', "
           "'PathPrefix']");
  return Placed(
      {"spec: {rules: [{matches: [{path: {", "}}]}]}\n", "spec.rules[0].matches[0].path"}, "Path",
      {
          {"Plain", "value: '/a/.b/%41'", {}},
          {"Exact", "type: Exact, value: /a", {}},
          {"RegularExpressionIsFree", "type: RegularExpression, value: '.*//#'", {}},
          {"Relative", "value: a", {rule("value must be an absolute path and start with '/'")}},
          {"EmptySegment", "value: //a", {rule("must not contain '//'")}},
          {"DotSegment", "value: /a/./b", {rule("must not contain '/./'")}},
          {"DotsSegment", "value: /a/../b", {rule("must not contain '/../'")}},
          {"EscapedSlash", "value: /a%2fb", {rule("must not contain '%2f'")}},
          {"EscapedSlashInUpperCase", "value: /a%2Fb", {rule("must not contain '%2F'")}},
          {"Fragment", "value: '/a#b'", {rule("must not contain '#'"), characters}},
          {"EndsWithDots", "value: /a/..", {rule("must not end with '/..'")}},
          {"EndsWithDot", "value: /a/.", {rule("must not end with '/.'")}},
          {"WithBlank", "value: /a b", {characters}},
          {"OfUnknownType",
           "type: Prefix, value: /a",
           {{Code::kSchemaEnum, ".type",
             "Unsupported value: \"Prefix\": supported values: \"Exact\", \"PathPrefix\", "
             "\"RegularExpression\""},
            Silenced()}},
      });
}

// How a redirect or a rewrite changes the path: `filter` is the type, `member` its member.
std::vector<ValidateCase> PathModifierCases(const std::string& filter, const std::string& member) {
  const Place place = {absl::StrCat("{type: ", filter, ", ", member, ": {path: {"), "}}}",
                       absl::StrCat("[0].", member, ".path")};
  return Placed(
      place, absl::StrCat(filter, "Path"),
      {
          {"InFull", "type: ReplaceFullPath, replaceFullPath: /a", {}},
          {"OfPrefix", "type: ReplacePrefixMatch, replacePrefixMatch: /a", {}},
          {"InFullWithPrefix",
           "type: ReplaceFullPath, replacePrefixMatch: /b",
           {Rule("",
                 "replaceFullPath must be specified when type is set to "
                 "'ReplaceFullPath'"),
            Rule("", "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set")}},
          {"OfPrefixInFull",
           "type: ReplacePrefixMatch, replaceFullPath: /b",
           {Rule("",
                 "replacePrefixMatch must be specified when type is set to "
                 "'ReplacePrefixMatch'"),
            Rule("", "type must be 'ReplaceFullPath' when replaceFullPath is set")}},
      });
}

std::vector<ValidateCase> FilterCases() {
  const Channel experimental = Channel::kExperimental;
  const std::string redirect = "{type: RequestRedirect, requestRedirect: {port: 80}}";
  const std::string rewrite = "{type: URLRewrite, urlRewrite: {hostname: a.com}}";
  const std::string headers = "{type: RequestHeaderModifier, requestHeaderModifier: {}}";
  const std::string answers = "{type: ResponseHeaderModifier, responseHeaderModifier: {}}";
  const std::string cors = "{type: CORS, cors: {}}";
  const auto twice = [](const std::string& filter) { return absl::StrCat(filter, ",", filter); };
  const auto repeated = [](const std::string& type) {
    return Rule("", absl::StrCat(type, " filter cannot be repeated"));
  };
  const auto mirror = [](const std::string& more) {
    return absl::StrCat("{type: RequestMirror, requestMirror: {backendRef: {name: m, port: 1}, ",
                        more, "}}");
  };
  const auto auth = [](const std::string& text) {
    return absl::StrCat("{type: ExternalAuth, externalAuth: {", text, "}}");
  };
  return {
      {"AllAtOnce", absl::StrJoin({rewrite, headers, answers, cors}, ","), {}},
      {"RewriteAndRedirect",
       absl::StrCat(rewrite, ",", redirect),
       {Rule("",
             "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, "
             "but not both")}},
      {"CorsTwice", twice(cors), {repeated("CORS")}},
      {"RequestHeadersTwice", twice(headers), {repeated("RequestHeaderModifier")}},
      {"ResponseHeadersTwice", twice(answers), {repeated("ResponseHeaderModifier")}},
      {"RedirectTwice", twice(redirect), {repeated("RequestRedirect")}},
      {"RewriteTwice", twice(rewrite), {repeated("URLRewrite")}},
      {"MirrorTwice", twice(mirror("percent: 1")), {}},
      {"MirrorServiceWithoutPort",
       "{type: RequestMirror, requestMirror: {backendRef: {name: web}}}",
       {Rule("[0].requestMirror.backendRef", "Must have port for Service reference")}},
      {"MirrorByFraction", mirror("fraction: {numerator: 100}"), {}},
      {"MirrorByMoreThanAll",
       mirror("fraction: {numerator: 101}"),
       {Rule("[0].requestMirror.fraction", "numerator must be less than or equal to denominator")}},
      {"MirrorByTwoShares",
       mirror("percent: 1, fraction: {numerator: 1}"),
       {Rule("[0].requestMirror",
             "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter")}},
      {"CorsOrigins",
       "{type: CORS, cors: {allowOrigins: ['https://*.a.com:80', 'http://b'], "
       "allowMethods: [GET, PUT], allowHeaders: [a, b], maxAge: 1}}",
       {}},
      {"CorsAll",
       "{type: CORS, cors: {allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*']}}",
       {}},
      {"CorsMixed",
       "{type: CORS, cors: {allowOrigins: ['*', 'http://b'], allowMethods: ['*', GET], "
       "allowHeaders: ['*', a]}}",
       {Rule("[0].cors.allowHeaders", "AllowHeaders cannot contain '*' alongside other methods"),
        Rule("[0].cors.allowMethods", "AllowMethods cannot contain '*' alongside other methods"),
        Rule("[0].cors.allowOrigins", "AllowOrigins cannot contain '*' alongside other origins")}},
      {"RepeatedCorsMethod",
       "{type: CORS, cors: {allowMethods: [GET, GET, GET]}}",
       {{Code::kSchemaDuplicate, "[0].cors.allowMethods[1]", "Duplicate value: \"GET\""}}},
      {"AuthByHttp",
       auth("protocol: HTTP, http: {path: /a}, backendRef: {name: a, port: 1}"),
       {},
       experimental},
      {"AuthByGrpcWithHttp",
       auth("protocol: GRPC, http: {}, backendRef: {name: a, port: 1}"),
       {Rule("[0].externalAuth", "grpc must be specified when protocol is set to 'GRPC'"),
        Rule("[0].externalAuth", "protocol must be 'HTTP' when http is set")},
       experimental},
      {"AuthByHttpWithGrpc",
       auth("protocol: HTTP, grpc: {}, backendRef: {name: a, port: 1}"),
       {Rule("[0].externalAuth", "protocol must be 'GRPC' when grpc is set"),
        Rule("[0].externalAuth", "http must be specified when protocol is set to 'HTTP'")},
       experimental},
      {"AuthServiceWithoutPort",
       auth("protocol: HTTP, http: {}, backendRef: {name: a}"),
       {Rule("[0].externalAuth.backendRef", "Must have port for Service reference")},
       experimental},
      {"HostsThatAreAddresses",
       "{type: URLRewrite, urlRewrite: {hostname: 1.2.3.4}}",
       {{Code::kLintAddressAsHostname, "[0].urlRewrite.hostname",
         "1.2.3.4 is an IP address; the Gateway API wants a DNS name here."}}},
  };
}

std::vector<ValidateCase> PrefixCases() {
  const std::string path = "path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}";
  const std::string redirect =
      absl::StrCat("filters: [{type: RequestRedirect, requestRedirect: {", path, "}}]");
  const std::string rewrite =
      absl::StrCat("filters: [{type: URLRewrite, urlRewrite: {", path, "}}]");
  const std::string exact = "matches: [{path: {type: Exact, value: /a}}], ";
  const std::string backend = "backendRefs: [{name: w, port: 80, ";
  const std::string one = "exactly one PathPrefix match must be specified";
  return Placed(
      {"spec: {rules: [{", "}]}\n", "spec.rules[0]"}, "Prefix",
      {
          {"RedirectWithDefaultMatch", redirect, {}},
          {"RewriteWithDefaultMatch", rewrite, {}},
          {"RedirectOfBackendWithDefaultMatch", absl::StrCat(backend, redirect, "}]"), {}},
          {"RewriteOfBackendWithDefaultMatch", absl::StrCat(backend, rewrite, "}]"), {}},
          {"RedirectWithExactMatch",
           absl::StrCat(exact, redirect),
           {Rule("", absl::StrCat("When using RequestRedirect filter with "
                                  "path.replacePrefixMatch, ",
                                  one))}},
          {"RewriteWithExactMatch",
           absl::StrCat(exact, rewrite),
           {Rule("", absl::StrCat("When using URLRewrite filter with "
                                  "path.replacePrefixMatch, ",
                                  one))}},
          {"RedirectOfBackendWithExactMatch",
           absl::StrCat(exact, backend, redirect, "}]"),
           {Rule("", absl::StrCat("Within backendRefs, when using RequestRedirect filter "
                                  "with path.replacePrefixMatch, ",
                                  one))}},
          {"RewriteOfBackendWithExactMatch",
           absl::StrCat(exact, backend, rewrite, "}]"),
           {Rule("", absl::StrCat("Within backendRefs, When using URLRewrite filter with "
                                  "path.replacePrefixMatch, ",
                                  one))}},
      });
}

std::vector<ValidateCase> RetryCases() {
  return {
      {"Retry",
       "spec: {rules: [{retry: {codes: [500, 503], attempts: 1, backoff: 1s}}]}\n",
       {},
       Channel::kExperimental},
      {"RepeatedRetryCode",
       "spec: {rules: [{retry: {codes: [500, 500]}}]}\n",
       {{Code::kSchemaDuplicate, "spec.rules[0].retry.codes[1]", "Duplicate value: 500"}},
       Channel::kExperimental},
  };
}

}  // namespace

std::vector<CaseTable> HttpRouteTables() {
  const std::string head = HeadOf("gateway.networking.k8s.io/v1", "HTTPRoute");
  const Place session = {"spec: {rules: [{sessionPersistence: ", "}]}\n",
                         "spec.rules[0].sessionPersistence"};
  return {
      {"HttpRoute", head, RouteCases()},
      {"HttpRouteParents", head, ParentRefCases("")},
      {"HttpRouteRules", head, RuleListCases()},
      {"HttpRoutePaths", head, PathCases()},
      {"HttpRoutePrefixes", head, PrefixCases()},
      {"HttpRouteFilterUnion", head,
       OfFilters(FilterUnionCases({
           {"CORS", "cors", "{}"},
           {"RequestHeaderModifier", "requestHeaderModifier", "{}"},
           {"ResponseHeaderModifier", "responseHeaderModifier", "{}"},
           {"RequestMirror", "requestMirror", "{backendRef: {name: m, port: 1}}"},
           {"RequestRedirect", "requestRedirect", "{port: 80}"},
           {"URLRewrite", "urlRewrite", "{hostname: a.com}"},
           {"ExtensionRef", "extensionRef", "{group: a.b, kind: Kind, name: x}"},
           {"ExternalAuth", "externalAuth",
            "{protocol: GRPC, grpc: {}, backendRef: {name: a, port: 1}}", Channel::kExperimental},
       }))},
      {"HttpRouteFilters", head, OfFilters(FilterCases())},
      {"HttpRouteRedirects", head,
       OfFilters(PathModifierCases("RequestRedirect", "requestRedirect"))},
      {"HttpRouteRewrites", head, OfFilters(PathModifierCases("URLRewrite", "urlRewrite"))},
      {"HttpRouteRetry", head, RetryCases()},
      {"HttpRouteSession", head, SessionPersistenceCases(session)},
  };
}

}  // namespace gwpolicy::testing
