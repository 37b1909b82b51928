#include "tests/validate/shared_cases.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gwpolicy::testing {
namespace {

constexpr char kSanWithoutName[] =
    "SubjectAltName element must contain Hostname, if Type is set to Hostname";
constexpr char kSanWithName[] =
    "SubjectAltName element must not contain Hostname, if Type is not set to Hostname";
constexpr char kSanWithoutUri[] = "SubjectAltName element must contain URI, if Type is set to URI";
constexpr char kSanWithUri[] =
    "SubjectAltName element must not contain URI, if Type is not set to URI";

std::string SameParent(const std::string& what) {
  return absl::StrCat(what, " when parentRefs includes 2 or more references to the same parent");
}

// A rule with so many matches, in braces.
std::string RuleWithMatches(int count) {
  return absl::StrCat(
      "{matches: [", absl::StrJoin(std::vector<std::string>(static_cast<size_t>(count), "{}"), ","),
      "]}");
}

}  // namespace

std::vector<ValidateCase> Placed(const Place& place, const std::string& prefix,
                                 const std::vector<ValidateCase>& cases) {
  std::vector<ValidateCase> placed;
  for (ValidateCase one : cases) {
    one.name = absl::StrCat(prefix, one.name);
    one.text = absl::StrCat(place.before, one.text, place.after);
    for (Expected& expected : one.expected) {
      if (expected.message != Silenced().message) {
        expected.path = absl::StrCat(place.path, expected.path);
      }
    }
    placed.push_back(one);
  }
  return placed;
}

std::vector<ValidateCase> Together(const std::vector<std::vector<ValidateCase>>& lists) {
  std::vector<ValidateCase> all;
  for (const std::vector<ValidateCase>& list : lists) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

std::vector<ValidateCase> OfFilters(const std::vector<ValidateCase>& cases) {
  const Place rule = {"spec: {rules: [{filters: [", "]}]}\n", "spec.rules[0].filters"};
  const Place backend = {"spec: {rules: [{backendRefs: [{name: w, port: 80, filters: [", "]}]}]}\n",
                         "spec.rules[0].backendRefs[0].filters"};
  return Together({Placed(rule, "Rule", cases), Placed(backend, "Backend", cases)});
}

std::vector<ValidateCase> FilterUnionCases(const std::vector<FilterMember>& members) {
  std::vector<ValidateCase> cases;
  for (const FilterMember& one : members) {
    const std::string own = absl::StrCat(one.member, ": ", one.value);
    const char* other = one.type == "RequestHeaderModifier"
                            ? "type: ResponseHeaderModifier, responseHeaderModifier: {}, "
                            : "type: RequestHeaderModifier, requestHeaderModifier: {}, ";
    cases.push_back({one.type, absl::StrCat("{type: ", one.type, ", ", own, "}"), {}, one.channel});
    cases.push_back({absl::StrCat(one.type, "WithoutMember"),
                     absl::StrCat("{type: ", one.type, "}"),
                     {Rule("[0]", absl::StrCat("filter.", one.member, " must be specified for ",
                                               one.type, " filter.type"))},
                     one.channel});
    cases.push_back(
        {absl::StrCat(one.type, "MemberOfAnotherType"),
         absl::StrCat("{", other, own, "}"),
         {Rule("[0]", absl::StrCat("filter.", one.member, " must be nil if the filter.type is not ",
                                   one.type))},
         one.channel});
  }
  return cases;
}

std::vector<ValidateCase> ParentRefCases(const std::string& more) {
  const Channel experimental = Channel::kExperimental;
  const Expected specified = Rule("", SameParent("sectionName must be specified"));
  const Expected unique = Rule("", SameParent("sectionName must be unique"));
  const Expected specified_or_port = Rule("", SameParent("sectionName or port must be specified"));
  const Expected unique_or_port = Rule("", SameParent("sectionName or port must be unique"));
  return Placed(
      {"spec: {parentRefs: [", absl::StrCat("]", more, "}\n"), "spec.parentRefs"}, "Parents",
      {
          {"InTwoSections", "{name: g, sectionName: a}, {name: g, sectionName: b}", {}},
          {"InTwoNamespaces", "{name: g}, {name: g, namespace: other}", {}},
          {"WithSectionOnOne", "{name: g}, {name: g, sectionName: a}", {specified}},
          {"Same", "{name: g}, {name: g, kind: Gateway}", {unique}},
          {"OnTwoPorts", "{name: g, port: 80}, {name: g, port: 81}", {unique}},
          {"OnTwoPortsInExperimentalChannel",
           "{name: g, port: 80}, {name: g, port: 81}",
           {},
           experimental},
          {"InTwoSectionsInExperimentalChannel",
           "{name: g, sectionName: a}, {name: g, sectionName: b}",
           {},
           experimental},
          {"WithPortOnOneInExperimentalChannel",
           "{name: g, port: 1}, {name: g}",
           {specified_or_port},
           experimental},
          {"SameInExperimentalChannel", "{name: g}, {name: g}", {unique_or_port}, experimental},
      });
}

std::vector<ValidateCase> RuleListCases() {
  return Placed(
      {"spec: {rules: [", "]}\n", "spec.rules"}, "Rules",
      {
          {"WithManyMatches", absl::StrCat(RuleWithMatches(64), ",", RuleWithMatches(64)), {}},
          {"WithTooManyMatches",
           absl::StrCat(RuleWithMatches(64), ",", RuleWithMatches(64), ",", RuleWithMatches(1)),
           {Rule("",
                 "While 16 rules and 64 matches per rule are allowed, the total number of "
                 "matches across all rules in a route must be less than 128")}},
          {"OfTwoNames", "{name: a}, {name: b}, {}, {}", {}, Channel::kExperimental},
          {"OfOneName",
           "{name: a}, {name: a}",
           {Rule("", "Rule name must be unique within the route")},
           Channel::kExperimental},
          {"OfOneNameInStandardChannel", "{name: a}, {name: a}", {}},
      });
}

std::vector<ValidateCase> SessionPersistenceCases(const Place& place) {
  std::vector<ValidateCase> cases = {
      {"Cookie", "{cookie: {name: a}}", {}},
      {"Header", "{type: Header, header: {name: a}}", {}},
      {"PermanentCookie", "{absoluteTimeout: 1h, cookie: {lifetimeType: Permanent}}", {}},
      {"PermanentCookieWithoutTimeout",
       "{cookie: {lifetimeType: Permanent}}",
       {Rule("", "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")}},
      {"HeaderForCookieType",
       "{type: Cookie, header: {name: h}}",
       {Rule("", "header must be nil if type is not Header"),
        Rule("", "cookie must be specified for Cookie type")}},
      {"CookieForHeaderType",
       "{type: Header, cookie: {}}",
       {Rule("", "cookie must be nil if type is not Cookie"),
        Rule("", "header must be specified for Header type")}},
  };
  for (ValidateCase& one : cases) one.channel = Channel::kExperimental;
  return Placed(place, "Session", cases);
}

std::vector<ValidateCase> TrustCases(const Place& place, Channel channel) {
  const std::string head = "hostname: a.com, wellKnownCACertificates: System";
  const auto san = [&](const std::string& text) {
    return absl::StrCat(head, ", subjectAltNames: [{", text, "}]");
  };
  const auto rule = [](const std::string& message) { return Rule(".subjectAltNames[0]", message); };
  std::vector<ValidateCase> cases = {
      {"BySystem", head, {}},
      {"ByReference",
       "hostname: a.com, caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]",
       {}},
      {"ByBoth",
       absl::StrCat(head, ", caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]"),
       {Rule("", "must not contain both CACertificateRefs and WellKnownCACertificates")}},
      {"ByNothing",
       "hostname: a.com",
       {Rule("", "must specify either CACertificateRefs or WellKnownCACertificates")}},
      {"InAName", san("type: Hostname, hostname: b.com"), {}},
      {"InAUri", san("type: URI, uri: 'spiffe://x/y'"), {}},
      {"InANameThatIsAbsent", san("type: Hostname"), {rule(kSanWithoutName)}},
      {"InAUriAndAName", san("type: URI, uri: 'a://b', hostname: b.com"), {rule(kSanWithName)}},
      {"InAUriThatIsAbsent", san("type: URI"), {rule(kSanWithoutUri)}},
      {"InANameAndAUri", san("type: Hostname, uri: 'a://b', hostname: b.com"), {rule(kSanWithUri)}},
  };
  for (ValidateCase& one : cases) one.channel = channel;
  return Placed(place, "Trust", cases);
}

}  // namespace gwpolicy::testing
