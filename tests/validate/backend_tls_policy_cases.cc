#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gwpolicy/api/formats.h"
#include "tests/validate/cases.h"

namespace gwpolicy::testing {
namespace {

std::string TargetRefs(const std::string& refs) {
  return absl::StrCat("spec: {targetRefs: [", refs,
                      "], validation: {wellKnownCACertificates: System, hostname: a.com}}\n");
}
std::string Validation(const std::string& validation) {
  return absl::StrCat("spec: {targetRefs: [{group: '', kind: Service, name: web}], validation: {",
                      validation, "}}\n");
}
std::string San(const std::string& san) {
  return Validation(absl::StrCat(
      "hostname: a.com, wellKnownCACertificates: System, subjectAltNames: [{", san, "}]"));
}

constexpr char kFirstSan[] = "spec.validation.subjectAltNames[0]";
constexpr char kNoUri[] = "SubjectAltName element must not contain URI, if Type is not set to URI";
constexpr char kNoPort[] =
    "No port of a Service can have this name: a port's name has no dots and at most 63 characters.";
constexpr char kSpecified[] =
    "sectionName must be specified when targetRefs includes 2 or more references to the same "
    "target";
constexpr char kUnique[] =
    "sectionName must be unique when targetRefs includes 2 or more references to the same target";

Expected NoTrust() {
  return Rule("spec.validation",
              "must specify either CACertificateRefs or WellKnownCACertificates");
}
Expected UnreadKind(int target, const std::string& kind, const std::string& group = "") {
  return {Code::kLintTargetKind, absl::StrCat("spec.targetRefs[", target, "].kind"),
          absl::StrCat("No known controller attaches a BackendTLSPolicy to the kind ", kind,
                       group.empty() ? "" : " of ", group, ".")};
}
Expected SeveralReferences(int count) {
  return {Code::kLintSeveralCaReferences, "spec.validation.caCertificateRefs[1]",
          absl::StrCat("There are ", count,
                       " CA references, of which some controllers read the first alone.")};
}
Expected WildcardSan(const std::string& name) {
  return {
      Code::kLintWildcardSan, "spec.validation.subjectAltNames[0].hostname",
      absl::StrCat("Which names of a certificate ", name, " matches depends on the controller.")};
}
Expected Address(const std::string& path, const std::string& address) {
  return {Code::kLintAddressAsHostname, path,
          absl::StrCat(address, " is an IP address; the Gateway API wants a DNS name here.")};
}

std::string Target(const std::string& name, const std::string& section = "") {
  return absl::StrCat("{group: '', kind: Service, name: ", name,
                      section.empty() ? "" : ", sectionName: ", section, "}");
}

// Those of the Gateway API itself, tests/cel/backendtlspolicy_test.go.
std::vector<ValidateCase> PublishedTargetCases() {
  return {
      {"SameServiceTwice",
       TargetRefs(Target("example") + "," + Target("example")),
       {Rule("spec.targetRefs", kUnique)}},
      {"SectionOnOneOfTwo",
       TargetRefs(Target("example") + "," + Target("example2") + "," + Target("example", "foo")),
       {Rule("spec.targetRefs", kSpecified)}},
      {"SameSectionTwice",
       TargetRefs(Target("example", "foo") + "," + Target("example", "bar") + "," +
                  Target("example", "foo")),
       {Rule("spec.targetRefs", kUnique)}},
      {"OneTarget", TargetRefs(Target("example")), {}},
      {"OneTargetWithSection", TargetRefs(Target("example", "foo")), {}},
      {"ThreeSections",
       TargetRefs(Target("example", "foo") + "," + Target("example", "bar") + "," +
                  Target("example", "jin")),
       {}},
      {"ThreeServices",
       TargetRefs(Target("example", "foo") + "," + Target("example2", "foo") + "," +
                  Target("example3", "foo")),
       {}},
      {"TwoKinds",
       TargetRefs(Target("example", "foo") +
                  ",{group: '', kind: NotService, name: example, sectionName: foo}"),
       {UnreadKind(1, "NotService")}},
      {"TwoGroups",
       TargetRefs(Target("example", "foo") +
                  ",{group: svc.other.io, kind: Service, name: example, sectionName: foo}"),
       {UnreadKind(1, "Service", "svc.other.io")}},
  };
}

std::vector<ValidateCase> TargetCases() {
  return {
      {"NoTargets",
       TargetRefs(""),
       {{Code::kSchemaTooFew, "spec.targetRefs",
         "Invalid value: 0: spec.targetRefs in body should have at least 1 items"}}},
      {"NoSpec", "", {Required("spec"), Silenced()}},
      {"GroupMissing",
       TargetRefs("{kind: Service, name: web}"),
       {Required("spec.targetRefs[0].group"), Silenced()}},
      {"KindNotOfThePattern",
       TargetRefs("{group: '', kind: 5x, name: web}"),
       {Pattern("spec.targetRefs[0].kind", "5x", "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$"),
        UnreadKind(0, "5x")}},
      {"TargetOfAWrongType", TargetRefs("x"), {Silenced()}},
      {"KindsThatSomeControllerReads",
       TargetRefs("{group: gateway.kgateway.dev, kind: Backend, name: b},"
                  "{group: agentgateway.dev, kind: AgentgatewayBackend, name: b, sectionName: s},"
                  "{group: inference.networking.k8s.io, kind: InferencePool, name: p},"
                  "{group: core, kind: Service, name: s}"),
       {}},
      {"KindsThatNoControllerReads",
       TargetRefs("{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r, sectionName: a.b},"
                  "{group: '', kind: Backend, name: b},"
                  "{group: gateway.networking.x-k8s.io, kind: XBackend, name: b}"),
       {UnreadKind(0, "HTTPRoute", "gateway.networking.k8s.io"), UnreadKind(1, "Backend"),
        UnreadKind(2, "XBackend", "gateway.networking.x-k8s.io")}},
      {"SectionOfAKindWithoutPorts",
       TargetRefs("{group: gateway.kgateway.dev, kind: Backend, name: b, sectionName: https}"),
       {{Code::kLintSectionWithoutPorts, "spec.targetRefs[0].sectionName",
         "The kind Backend has no ports with names, so nothing matches sectionName."}}},
      {"SectionThatNoPortCanHave",
       TargetRefs(Target("a", "x.y") + "," + Target("b", std::string(64, 'x')) + "," +
                  Target("c", std::string(63, 'x'))),
       {{Code::kLintSectionNoPortName, "spec.targetRefs[0].sectionName", kNoPort},
        {Code::kLintSectionNoPortName, "spec.targetRefs[1].sectionName", kNoPort}}},
      {"StatusIsNotLookedAt",
       Validation("wellKnownCACertificates: System, hostname: a.com") +
           "status: {ancestors: [{controllerName: x}]}\n",
       {}},
  };
}

// Those of the Gateway API itself, tests/cel/backendtlspolicy_test.go.
std::vector<ValidateCase> PublishedValidationCases() {
  const auto well_known = [](const std::string& value) {
    return Pattern("spec.validation.wellKnownCACertificates", value, kWellKnownCa.pattern);
  };
  return {
      {"System", Validation("wellKnownCACertificates: System, hostname: foo.example.com"), {}},
      {"Prefixed",
       Validation("wellKnownCACertificates: my.company.com/my-custom-ca-certificates, "
                  "hostname: foo.example.com"),
       {}},
      {"OneCaReference",
       Validation("caCertificateRefs: [{group: group.example.io, kind: KindExample, name: name}], "
                  "hostname: foo.example.com"),
       {}},
      {"EmptyValidation",
       Validation("hostname: ''"),
       {Empty("spec.validation.hostname"), NoTrust()}},
      {"BothSources",
       Validation("caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}], hostname: a.com, "
                  "wellKnownCACertificates: System"),
       {Rule("spec.validation",
             "must not contain both CACertificateRefs and WellKnownCACertificates")}},
      {"WellKnownWithoutPrefix",
       Validation("wellKnownCACertificates: MySystem, hostname: a.com"),
       {well_known("MySystem")}},
      {"WellKnownInLowerCaseWithoutPrefix",
       Validation("wellKnownCACertificates: my-system, hostname: a.com"),
       {well_known("my-system")}},
      {"WellKnownWithBadPrefix",
       Validation("wellKnownCACertificates: in..va..lid./my-custom-ca-certificates, "
                  "hostname: a.com"),
       {well_known("in..va..lid./my-custom-ca-certificates")}},
      {"CaReferenceAndEmptyHostname",
       Validation("caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}], hostname: ''"),
       {Empty("spec.validation.hostname")}},
      {"HostSan", San("type: Hostname, hostname: foo.example.com"), {}},
      {"UriSan", San("type: URI, uri: 'spiffe://mycluster.example'"), {}},
      {"HostSanOfNothing",
       San("type: Hostname, hostname: ''"),
       {Empty("spec.validation.subjectAltNames[0].hostname"),
        Rule(kFirstSan,
             "SubjectAltName element must contain Hostname, if Type is set to Hostname")}},
      {"UriSanWithHost",
       San("type: URI, hostname: foo.example.com, uri: 'spiffe://x'"),
       {Rule(kFirstSan,
             "SubjectAltName element must not contain Hostname, if Type is not set to Hostname")}},
      {"UriSanOfNothing",
       San("type: URI, uri: ''"),
       {Empty("spec.validation.subjectAltNames[0].uri"),
        Rule(kFirstSan, "SubjectAltName element must contain URI, if Type is set to URI")}},
      {"HostSanWithUriAlone",
       San("type: Hostname, uri: test"),
       {Pattern("spec.validation.subjectAltNames[0].uri", "test", kAbsoluteUri.pattern),
        Rule(kFirstSan, "SubjectAltName element must contain Hostname, if Type is set to Hostname"),
        Rule(kFirstSan, kNoUri)}},
      {"HostSanWithUri",
       San("type: Hostname, hostname: foo.example.com, uri: test"),
       {Pattern("spec.validation.subjectAltNames[0].uri", "test", kAbsoluteUri.pattern),
        Rule(kFirstSan, kNoUri)}},
      {"UriWithoutScheme",
       San("type: URI, uri: foo.example.com"),
       {Pattern("spec.validation.subjectAltNames[0].uri", "foo.example.com",
                kAbsoluteUri.pattern)}},
  };
}

std::vector<ValidateCase> ValidationCases() {
  return {
      {"NoHostname",
       Validation("wellKnownCACertificates: System"),
       {Required("spec.validation.hostname"), Silenced()}},
      {"HostnameIsNull",
       Validation("wellKnownCACertificates: System, hostname: null"),
       {Required("spec.validation.hostname"), Silenced()}},
      {"EmptyReferencesAreNoSource",
       Validation("caCertificateRefs: [], hostname: a.com"),
       {NoTrust()}},
      {"SeveralReferences",
       Validation("hostname: a.com, caCertificateRefs: [{group: '', kind: ConfigMap, name: a}, "
                  "{group: '', kind: ConfigMap, name: b}]"),
       {SeveralReferences(2)}},
      {"TooManyReferences",
       Validation("hostname: a.com, caCertificateRefs: [" +
                  absl::StrReplaceAll("xxxxxxxxx", {{"x", "{group: '', kind: A, name: b},"}}) +
                  "]"),
       {{Code::kSchemaTooMany, "spec.validation.caCertificateRefs",
         "Too many: 9: must have at most 8 items"},
        SeveralReferences(9),
        Silenced()}},
      {"HostnameTooLong",
       Validation("wellKnownCACertificates: System, hostname: " + std::string(254, 'a')),
       {{Code::kSchemaTooLong, "spec.validation.hostname",
         "Too long: may not be more than 253 bytes"},
        Silenced()}},
      {"HostnameIsAnAddress",
       Validation("wellKnownCACertificates: System, hostname: 1.2.3.4"),
       {Address("spec.validation.hostname", "1.2.3.4")}},
      {"HostnameIsNearlyAnAddress",
       Validation("wellKnownCACertificates: System, hostname: 1.2.3.256"),
       {}},
      {"HostnameOfAWrongType", Validation("hostname: 5"), {Silenced()}},
      {"WildcardSan",
       San("type: Hostname, hostname: '*.example.com'"),
       {WildcardSan("*.example.com")}},
      {"SanIsAnAddress",
       San("type: Hostname, hostname: 10.0.0.1"),
       {Address("spec.validation.subjectAltNames[0].hostname", "10.0.0.1")}},
      {"HostSanWithoutHost",
       San("type: Hostname"),
       {Rule(kFirstSan,
             "SubjectAltName element must contain Hostname, if Type is set to Hostname")}},
      {"UriSanWithoutUri",
       San("type: URI"),
       {Rule(kFirstSan, "SubjectAltName element must contain URI, if Type is set to URI")}},
      {"UnknownSanType",
       San("type: Email, hostname: a.com"),
       {{Code::kSchemaEnum, "spec.validation.subjectAltNames[0].type",
         "Unsupported value: \"Email\": supported values: \"Hostname\", \"URI\""},
        Silenced()}},
  };
}

// Served, and deprecated, in the experimental channel alone.
std::vector<ValidateCase> VersionCases() {
  const std::string good = Validation("wellKnownCACertificates: System, hostname: a.com");
  return {
      {"NotServed",
       good,
       {{Code::kSchemaUnservedVersion, "apiVersion",
         "no matches for kind \"BackendTLSPolicy\" in version "
         "\"gateway.networking.k8s.io/v1alpha3\""}}},
      {"Deprecated",
       good,
       {{Code::kLintDeprecatedVersion, "apiVersion",
         "The v1alpha3 version of BackendTLSPolicy has been deprecated and will be removed in a "
         "future release of the API. Please upgrade to v1."}},
       Channel::kExperimental},
  };
}

}  // namespace

std::vector<CaseTable> BackendTlsPolicyTables() {
  const std::string head = HeadOf("gateway.networking.k8s.io/v1", "BackendTLSPolicy");
  return {
      {"BackendTlsPolicyPublishedTargets", head, PublishedTargetCases()},
      {"BackendTlsPolicyTargets", head, TargetCases()},
      {"BackendTlsPolicyPublishedValidation", head, PublishedValidationCases()},
      {"BackendTlsPolicyValidation", head, ValidationCases()},
      {"BackendTlsPolicyV1Alpha3", HeadOf("gateway.networking.k8s.io/v1alpha3", "BackendTLSPolicy"),
       VersionCases()},
  };
}

}  // namespace gwpolicy::testing
