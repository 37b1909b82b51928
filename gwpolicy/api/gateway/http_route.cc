#include "gwpolicy/api/gateway/http_route.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/reference_rules.h"

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
constexpr absl::string_view kScopes[] = {"All", "None"};
constexpr absl::string_view kNameKey[] = {"name"};

void Break(FindingSink& sink, absl::string_view message) {
  sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: ", message));
}

// What Exact and PathPrefix may look like; regular expressions are free.
void PathIsWellFormed(const HTTPPathMatch& path, FindingSink& sink) {
  if (path.type != "Exact" && path.type != "PathPrefix") return;
  constexpr absl::string_view kWhen = " when type one of ['Exact', 'PathPrefix']";
  const absl::string_view value = path.value;
  if (!absl::StartsWith(value, "/")) {
    Break(sink, absl::StrCat("value must be an absolute path and start with '/'", kWhen));
  }
  for (const absl::string_view part : {"//", "/./", "/../", "%2f", "%2F", "#"}) {
    if (absl::StrContains(value, part)) {
      Break(sink, absl::StrCat("must not contain '", part, "'", kWhen));
    }
  }
  for (const absl::string_view end : {"/..", "/."}) {
    if (absl::EndsWith(value, end)) {
      Break(sink, absl::StrCat("must not end with '", end, "'", kWhen));
    }
  }
  if (!MatchesUrlPath(value)) {
    Break(sink,
          "must only contain valid characters (matching "
          "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', "
          "'PathPrefix']");
  }
}

void ModifierGoesWithType(const HTTPPathModifier& path, FindingSink& sink) {
  const bool full = path.replace_full_path.has_value();
  const bool prefix = path.replace_prefix_match.has_value();
  if (path.type == "ReplaceFullPath" && !full) {
    Break(sink, "replaceFullPath must be specified when type is set to 'ReplaceFullPath'");
  }
  if (full && path.type != "ReplaceFullPath") {
    Break(sink, "type must be 'ReplaceFullPath' when replaceFullPath is set");
  }
  if (path.type == "ReplacePrefixMatch" && !prefix) {
    Break(sink, "replacePrefixMatch must be specified when type is set to 'ReplacePrefixMatch'");
  }
  if (prefix && path.type != "ReplacePrefixMatch") {
    Break(sink, "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set");
  }
}

void MirrorHasOneShare(const HTTPRequestMirrorFilter& mirror, FindingSink& sink) {
  if (mirror.percent.has_value() && !mirror.fraction.is_null()) {
    Break(sink, "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter");
  }
}

void CheckMember(absl::string_view type, absl::string_view filter_type, absl::string_view member,
                 bool is_set, FindingSink& sink) {
  if (is_set && type != filter_type) {
    Break(sink,
          absl::StrCat("filter.", member, " must be nil if the filter.type is not ", filter_type));
  } else if (!is_set && type == filter_type) {
    Break(sink,
          absl::StrCat("filter.", member, " must be specified for ", filter_type, " filter.type"));
  }
}

void MembersGoWithType(const HTTPRouteFilter& f, FindingSink& sink) {
  CheckMember(f.type, "CORS", "cors", !f.cors.is_null(), sink);
  CheckMember(f.type, "RequestHeaderModifier", "requestHeaderModifier",
              f.request_header_modifier.has_value(), sink);
  CheckMember(f.type, "ResponseHeaderModifier", "responseHeaderModifier",
              f.response_header_modifier.has_value(), sink);
  CheckMember(f.type, "RequestMirror", "requestMirror", f.request_mirror.has_value(), sink);
  CheckMember(f.type, "RequestRedirect", "requestRedirect", f.request_redirect.has_value(), sink);
  CheckMember(f.type, "URLRewrite", "urlRewrite", f.url_rewrite.has_value(), sink);
  CheckMember(f.type, "ExtensionRef", "extensionRef", f.extension_ref.has_value(), sink);
  CheckMember(f.type, "ExternalAuth", "externalAuth", !f.external_auth.is_null(), sink);
}

size_t CountOf(const std::vector<HTTPRouteFilter>& filters, absl::string_view type) {
  return static_cast<size_t>(
      std::count_if(filters.begin(), filters.end(),
                    [type](const HTTPRouteFilter& filter) { return filter.type == type; }));
}

// The rules that a rule's filters and a backendRef's filters share.
void CheckFilters(const std::vector<HTTPRouteFilter>& filters, FindingSink& sink) {
  if (filters.size() < 2) return;
  auto scope = sink.Field("filters");
  if (CountOf(filters, "RequestRedirect") > 0 && CountOf(filters, "URLRewrite") > 0) {
    Break(sink,
          "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but "
          "not both");
  }
  for (const absl::string_view type : {"CORS", "RequestHeaderModifier", "ResponseHeaderModifier",
                                       "RequestRedirect", "URLRewrite"}) {
    if (CountOf(filters, type) > 1) Break(sink, absl::StrCat(type, " filter cannot be repeated"));
  }
}

void BackendFiltersFitTogether(const HTTPBackendRef& ref, FindingSink& sink) {
  CheckFilters(ref.filters, sink);
}

void BackendServiceHasPort(const HTTPBackendRef& ref, FindingSink& sink) {
  CheckServiceHasPort(ref.group, ref.kind, ref.port.has_value(), sink);
}

void FiltersFitTogether(const HTTPRouteRule& rule, FindingSink& sink) {
  CheckFilters(rule.filters, sink);
}

void RedirectHasNoBackends(const HTTPRouteRule& rule, FindingSink& sink) {
  if (rule.backend_refs.empty()) return;
  if (std::any_of(rule.filters.begin(), rule.filters.end(), [](const HTTPRouteFilter& filter) {
        return filter.request_redirect.has_value();
      })) {
    Break(sink, "RequestRedirect filter must not be used together with backendRefs");
  }
}

bool ReplacesPrefix(const std::optional<HTTPPathModifier>& path) {
  return path.has_value() && path->type == "ReplacePrefixMatch" &&
         path->replace_prefix_match.has_value();
}

size_t RedirectsOfPrefix(const std::vector<HTTPRouteFilter>& filters) {
  return static_cast<size_t>(
      std::count_if(filters.begin(), filters.end(), [](const HTTPRouteFilter& filter) {
        return filter.request_redirect.has_value() && ReplacesPrefix(filter.request_redirect->path);
      }));
}

size_t RewritesOfPrefix(const std::vector<HTTPRouteFilter>& filters) {
  return static_cast<size_t>(
      std::count_if(filters.begin(), filters.end(), [](const HTTPRouteFilter& filter) {
        return filter.url_rewrite.has_value() && ReplacesPrefix(filter.url_rewrite->path);
      }));
}

// A prefix can only be replaced where exactly one prefix is matched. As in the definition, the rule
// is silent when two filters of one kind replace it: that is another rule's business.
void PrefixReplacementHasOnePrefix(const HTTPRouteRule& rule, FindingSink& sink) {
  if (rule.matches.size() == 1 && rule.matches[0].path.type == "PathPrefix") return;
  constexpr absl::string_view kTail =
      " filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified";
  if (RedirectsOfPrefix(rule.filters) == 1) {
    Break(sink, absl::StrCat("When using RequestRedirect", kTail));
  }
  if (RewritesOfPrefix(rule.filters) == 1) {
    Break(sink, absl::StrCat("When using URLRewrite", kTail));
  }
  size_t redirects = 0;
  size_t rewrites = 0;
  for (const HTTPBackendRef& ref : rule.backend_refs) {
    redirects += RedirectsOfPrefix(ref.filters) == 1 ? 1 : 0;
    rewrites += RewritesOfPrefix(ref.filters) == 1 ? 1 : 0;
  }
  if (redirects == 1) {
    Break(sink, absl::StrCat("Within backendRefs, when using RequestRedirect", kTail));
  }
  if (rewrites == 1) {
    Break(sink, absl::StrCat("Within backendRefs, When using URLRewrite", kTail));
  }
}

void BackendTimeoutIsTheShorter(const HTTPRouteTimeouts& timeouts, FindingSink& sink) {
  if (timeouts.request.empty() || timeouts.backend_request.empty()) return;
  constexpr absl::string_view kMessage =
      "backendRequest timeout cannot be longer than request timeout";
  const int64_t request = DurationMilliseconds(timeouts.request);
  const int64_t backend = DurationMilliseconds(timeouts.backend_request);
  if (request < 0 || (request != 0 && backend < 0)) {
    sink.Add(Code::kSchemaRule,
             absl::StrCat("Invalid value: \"object\": type conversion error from 'string' to "
                          "'google.protobuf.Duration' evaluating rule: ",
                          kMessage));
  } else if (request != 0 && backend > request) {
    Break(sink, kMessage);
  }
}

bool SameParent(const ParentReference& a, const ParentReference& b) {
  return a.group == b.group && a.kind == b.kind && a.name == b.name && a.ns == b.ns;
}

template <typename Predicate>
void ForbidParentPair(const HTTPRouteSpec& spec, FindingSink& sink, absl::string_view message,
                      Predicate are_wrong) {
  for (size_t i = 0; i < spec.parent_refs.size(); ++i) {
    for (size_t j = i + 1; j < spec.parent_refs.size(); ++j) {
      const ParentReference& a = spec.parent_refs[i];
      const ParentReference& b = spec.parent_refs[j];
      if (!SameParent(a, b) || !are_wrong(a, b)) continue;
      auto refs = sink.Field("parentRefs");
      Break(sink, message);
      return;
    }
  }
}

void RepeatedParentsNameSections(const HTTPRouteSpec& spec, FindingSink& sink) {
  ForbidParentPair(spec, sink,
                   "sectionName must be specified when parentRefs includes 2 or more references to "
                   "the same parent",
                   [](const ParentReference& a, const ParentReference& b) {
                     return a.section_name.empty() != b.section_name.empty();
                   });
}

void RepeatedParentsDifferInSection(const HTTPRouteSpec& spec, FindingSink& sink) {
  ForbidParentPair(spec, sink,
                   "sectionName must be unique when parentRefs includes 2 or more references to "
                   "the same parent",
                   [](const ParentReference& a, const ParentReference& b) {
                     return a.section_name == b.section_name;
                   });
}

void RepeatedParentsNameSectionsOrPorts(const HTTPRouteSpec& spec, FindingSink& sink) {
  ForbidParentPair(spec, sink,
                   "sectionName or port must be specified when parentRefs includes 2 or more "
                   "references to the same parent",
                   [](const ParentReference& a, const ParentReference& b) {
                     return a.section_name.empty() != b.section_name.empty() ||
                            (a.port.value_or(0) == 0) != (b.port.value_or(0) == 0);
                   });
}

void RepeatedParentsDifferInSectionOrPort(const HTTPRouteSpec& spec, FindingSink& sink) {
  ForbidParentPair(spec, sink,
                   "sectionName or port must be unique when parentRefs includes 2 or more "
                   "references to the same parent",
                   [](const ParentReference& a, const ParentReference& b) {
                     return a.section_name == b.section_name &&
                            a.port.value_or(0) == b.port.value_or(0);
                   });
}

// The message says "less than" and 128 passes: so does the definition.
void MatchesAreFew(const HTTPRouteSpec& spec, FindingSink& sink) {
  size_t matches = 0;
  for (const HTTPRouteRule& rule : spec.rules) matches += rule.matches.size();
  if (matches <= 128) return;
  auto rules = sink.Field("rules");
  Break(sink,
        "While 16 rules and 64 matches per rule are allowed, the total number of matches across "
        "all rules in a route must be less than 128");
}

void RuleNamesDiffer(const HTTPRouteSpec& spec, FindingSink& sink) {
  for (size_t i = 0; i < spec.rules.size(); ++i) {
    for (size_t j = i + 1; j < spec.rules.size(); ++j) {
      if (spec.rules[i].name.empty() || spec.rules[i].name != spec.rules[j].name) continue;
      auto rules = sink.Field("rules");
      Break(sink, "Rule name must be unique within the route");
      return;
    }
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
          .Rule<&PathIsWellFormed>()
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
          .Field<&T::value>("value", Required{}, Length{1, 4096}, Doc{"What it must be."})
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
          .Field<&T::value>("value", Required{}, Length{1, 4096}, Doc{"Value."})
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
          .Field<&T::remove>("remove", Items{0, 16}, Doc{"Takes these away."})
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
          .Rule<&ModifierGoesWithType>()
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
          .Field<&T::status_code>("statusCode", Defaulted{}, OneOf{kRedirectCodes},
                                  Doc{"The status of the answer."})
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
          .Rule<&MirrorHasOneShare>()
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
          .Rule<&MembersGoWithType>()
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
          .Rule<&BackendServiceHasPort>()
          .Rule<&BackendFiltersFitTogether>()
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
          .Rule<&BackendTimeoutIsTheShorter>()
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
          .Rule<&RedirectHasNoBackends>()
          .Rule<&PrefixReplacementHasOnePrefix>()
          .Rule<&FiltersFitTogether>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HTTPRouteSpec>() {
  using T = HTTPRouteSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HTTPRouteSpec", Doc{"How HTTP requests reach backends."})
          .Field<&T::parent_refs>("parentRefs", Items{0, 32}, Doc{"Gateways that it attaches to."})
          .Field<&T::use_default_gateways>("useDefaultGateways", Experimental{}, OneOf{kScopes},
                                           Doc{"Whether it attaches to default Gateways."})
          .Field<&T::hostnames>("hostnames", Items{0, 16}, kHostname,
                                Doc{"Hosts that it is for; none is the listener's."})
          .Field<&T::rules>("rules", Defaulted{}, Items{1, 16}, Doc{"What goes where."})
          .RuleOf<&RepeatedParentsNameSections>(Channel::kStandard)
          .RuleOf<&RepeatedParentsDifferInSection>(Channel::kStandard)
          .RuleOf<&RepeatedParentsNameSectionsOrPorts>(Channel::kExperimental)
          .RuleOf<&RepeatedParentsDifferInSectionOrPort>(Channel::kExperimental)
          .Rule<&MatchesAreFew>()
          .RuleOf<&RuleNamesDiffer>(Channel::kExperimental)
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
