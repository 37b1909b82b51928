#include "gwpolicy/validate/validate.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/manifest/reader.h"
#include "tests/testing/matchers.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::IsFinding;
using ::gwpolicy::testing::NameOfCase;
using ::gwpolicy::testing::ParseObject;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ValuesIn;

struct Expected {
  Code code;
  std::string path;
  std::string message;
};

struct ValidateCase {
  std::string name;
  std::string text;  // an object without apiVersion, kind and metadata
  std::vector<Expected> expected;
  Channel channel = Channel::kStandard;
};

void Check(const std::string& head, const ValidateCase& one) {
  const manifest::LoadResult loaded = manifest::ReadText(absl::StrCat(head, one.text), "-");
  ASSERT_THAT(loaded.objects, SizeIs(1));
  ValidateOptions options;
  options.channel = one.channel;
  const std::vector<Finding> findings = Validate(loaded.objects[0], options);
  std::vector<::testing::Matcher<Finding>> matchers;
  for (const Expected& expected : one.expected) {
    matchers.push_back(IsFinding(expected.code, expected.path, expected.message));
  }
  EXPECT_THAT(findings, ::testing::UnorderedElementsAreArray(matchers));
}

constexpr char kSilenced[] =
    "Invalid value: null: some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation";

Expected Rule(const std::string& path, const std::string& message) {
  return {Code::kSchemaRule, path, absl::StrCat("Invalid value: ", message)};
}
Expected Silenced() { return {Code::kSchemaRule, "", kSilenced}; }

class BackendTlsPolicyTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(BackendTlsPolicyTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: {name: p}\n",
        GetParam());
}

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

constexpr char kWeb[] = "group: '', kind: Service, name: web";
constexpr char kSpecified[] =
    "sectionName must be specified when targetRefs includes 2 or more references to the same "
    "target";
constexpr char kUnique[] =
    "sectionName must be unique when targetRefs includes 2 or more references to the same target";
constexpr char kWellKnownPattern[] =
    "should match '^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
    "([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$'";

std::vector<ValidateCase> TargetCases() {
  const auto web = [](const std::string& more) { return absl::StrCat("{", kWeb, more, "}"); };
  return {
      {"OneTarget", TargetRefs(web("")), {}},
      {"OneTargetWithSection", TargetRefs(web(", sectionName: foo")), {}},
      {"SameTargetTwice", TargetRefs(web("") + "," + web("")), {Rule("spec.targetRefs", kUnique)}},
      {"SectionMissingOnOne",
       TargetRefs(web("") + "," + web(", sectionName: foo")),
       {Rule("spec.targetRefs", kSpecified)}},
      {"SameSectionTwice",
       TargetRefs(web(", sectionName: foo") + "," + web(", sectionName: bar") + "," +
                  web(", sectionName: foo")),
       {Rule("spec.targetRefs", kUnique)}},
      {"DifferentSections",
       TargetRefs(web(", sectionName: foo") + "," + web(", sectionName: bar")),
       {}},
      {"DifferentKinds",
       TargetRefs(web(", sectionName: foo") +
                  ",{group: '', kind: Other, name: web, sectionName: foo}"),
       {}},
      {"DifferentGroups",
       TargetRefs(web(", sectionName: foo") +
                  ",{group: svc.other.io, kind: Service, name: web, sectionName: foo}"),
       {}},
      {"NoTargets",
       TargetRefs(""),
       {{Code::kSchemaTooFew, "spec.targetRefs",
         "Invalid value: 0: spec.targetRefs in body should have at least 1 items"}}},
      {"NoSpec", "", {{Code::kSchemaRequired, "spec", "Required value"}, Silenced()}},
      {"GroupMissing",
       TargetRefs("{kind: Service, name: web}"),
       {{Code::kSchemaRequired, "spec.targetRefs[0].group", "Required value"}, Silenced()}},
      {"KindNotOfThePattern",
       TargetRefs("{group: '', kind: 5x, name: web}"),
       {{Code::kSchemaPattern, "spec.targetRefs[0].kind",
         "Invalid value: \"5x\": spec.targetRefs[0].kind in body should match "
         "'^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$'"}}},
  };
}

std::vector<ValidateCase> ValidationCases() {
  return {
      {"System", Validation("wellKnownCACertificates: System, hostname: a.com"), {}},
      {"Prefixed",
       Validation("wellKnownCACertificates: my.company.com/my-custom-ca-certificates, "
                  "hostname: a.com"),
       {}},
      {"CaReference",
       Validation("caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}], hostname: a.com"),
       {}},
      {"EmptyHostnameAndNoTrust",
       Validation("hostname: ''"),
       {{Code::kSchemaTooShort, "spec.validation.hostname",
         "Invalid value: \"\": spec.validation.hostname in body should be at least 1 chars long"},
        Rule("spec.validation",
             "must specify either CACertificateRefs or WellKnownCACertificates")}},
      {"NoHostname",
       Validation("wellKnownCACertificates: System"),
       {{Code::kSchemaRequired, "spec.validation.hostname", "Required value"}, Silenced()}},
      {"HostnameIsNull",
       Validation("wellKnownCACertificates: System, hostname: null"),
       {{Code::kSchemaRequired, "spec.validation.hostname", "Required value"}, Silenced()}},
      {"BothSources",
       Validation("caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}], hostname: a.com, "
                  "wellKnownCACertificates: System"),
       {Rule("spec.validation",
             "must not contain both CACertificateRefs and WellKnownCACertificates")}},
      {"EmptyReferencesAreNoSource",
       Validation("caCertificateRefs: [], hostname: a.com"),
       {Rule("spec.validation",
             "must specify either CACertificateRefs or WellKnownCACertificates")}},
      {"WellKnownWithoutPrefix",
       Validation("wellKnownCACertificates: MySystem, hostname: a.com"),
       {{Code::kSchemaPattern, "spec.validation.wellKnownCACertificates",
         absl::StrCat("Invalid value: \"MySystem\": spec.validation.wellKnownCACertificates in "
                      "body ",
                      kWellKnownPattern)}}},
      {"WellKnownWithBadPrefix",
       Validation("wellKnownCACertificates: in..va..lid./x, hostname: a.com"),
       {{Code::kSchemaPattern, "spec.validation.wellKnownCACertificates",
         absl::StrCat("Invalid value: \"in..va..lid./x\": "
                      "spec.validation.wellKnownCACertificates in body ",
                      kWellKnownPattern)}}},
      {"TooManyReferences",
       Validation("hostname: a.com, caCertificateRefs: [" +
                  absl::StrReplaceAll("xxxxxxxxx", {{"x", "{group: '', kind: A, name: b},"}}) +
                  "]"),
       {{Code::kSchemaTooMany, "spec.validation.caCertificateRefs",
         "Too many: 9: must have at most 8 items"},
        Silenced()}},
      {"HostnameTooLong",
       Validation("wellKnownCACertificates: System, hostname: " + std::string(254, 'a')),
       {{Code::kSchemaTooLong, "spec.validation.hostname",
         "Too long: may not be more than 253 bytes"},
        Silenced()}},
      {"HostSan", San("type: Hostname, hostname: '*.example.com'"), {}},
      {"UriSan", San("type: URI, uri: 'spiffe://mycluster.example'"), {}},
      {"HostSanWithoutHost",
       San("type: Hostname"),
       {Rule("spec.validation.subjectAltNames[0]",
             "SubjectAltName element must contain Hostname, if Type is set to Hostname")}},
      {"UriSanWithHost",
       San("type: URI, hostname: a.com, uri: 'spiffe://x'"),
       {Rule("spec.validation.subjectAltNames[0]",
             "SubjectAltName element must not contain Hostname, if Type is not set to Hostname")}},
      {"UriSanWithoutUri",
       San("type: URI"),
       {Rule("spec.validation.subjectAltNames[0]",
             "SubjectAltName element must contain URI, if Type is set to URI")}},
      {"HostSanWithUri",
       San("type: Hostname, hostname: a.com, uri: 'a://b'"),
       {Rule("spec.validation.subjectAltNames[0]",
             "SubjectAltName element must not contain URI, if Type is not set to URI")}},
      {"UriWithoutScheme",
       San("type: URI, uri: foo.example.com"),
       {{Code::kSchemaPattern, "spec.validation.subjectAltNames[0].uri",
         "Invalid value: \"foo.example.com\": spec.validation.subjectAltNames[0].uri in body "
         "should match '^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\\?([^#]*))?(#(.*))?'"}}},
      {"UnknownSanType",
       San("type: Email, hostname: a.com"),
       {{Code::kSchemaEnum, "spec.validation.subjectAltNames[0].type",
         "Unsupported value: \"Email\": supported values: \"Hostname\", \"URI\""},
        Silenced()}},
      // What the reader could not take silences the rules and is not told twice.
      {"HostnameOfAWrongType", Validation("hostname: 5"), {Silenced()}},
      {"TargetOfAWrongType", TargetRefs("x"), {Silenced()}},
      {"StatusIsNotLookedAt",
       Validation("wellKnownCACertificates: System, hostname: a.com") +
           "status: {ancestors: [{controllerName: x}]}\n",
       {}},
  };
}

INSTANTIATE_TEST_SUITE_P(Targets, BackendTlsPolicyTest, ValuesIn(TargetCases()),
                         NameOfCase<ValidateCase>);
INSTANTIATE_TEST_SUITE_P(Validation, BackendTlsPolicyTest, ValuesIn(ValidationCases()),
                         NameOfCase<ValidateCase>);

class GatewayTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(GatewayTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n",
        GetParam());
}

std::string Listeners(const std::string& listeners) {
  return absl::StrCat("spec: {gatewayClassName: c, listeners: [", listeners, "]}\n");
}

constexpr char kPlainTls[] = "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']";
constexpr char kNeedsCertificates[] =
    "certificateRefs or options must be specified when mode is Terminate";

// What the server says of a value that is no address, at spec.addresses[0].
std::vector<Expected> NoAddress(const std::string& value) {
  return {
      {Code::kSchemaFormat, "",
       "Invalid value: \"\": \"spec.addresses[0]\" must validate one and only one schema "
       "(oneOf). Found none valid"},
      {Code::kSchemaFormat, "",
       "Invalid value: \"\": \"spec.addresses[0].value\" must validate at least one schema "
       "(anyOf)"},
      {Code::kSchemaFormat, "spec.addresses[0].value",
       absl::StrCat("Invalid value: \"", value,
                    "\": spec.addresses[0].value in body must be of type ipv4: \"", value, "\"")},
      Silenced()};
}

std::vector<ValidateCase> AddressCases() {
  const auto address = [](const std::string& fields) {
    return absl::StrCat(
        "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
        "addresses: [{",
        fields, "}]}\n");
  };
  std::vector<ValidateCase> cases = {
      {"NotForHostnames", address("type: Hostname, value: a.com"), {}},
      {"NotForOtherTypes", address("type: example.com/Pool, value: '%'"), {}},
      {"NotWithoutAValue", address("type: IPAddress"), {}},
      {"TypeIsADefault", address("value: a.com"), NoAddress("a.com")},
      {"EmptyIsNone", address("value: ''"), NoAddress("")},
  };
  for (const char* good :
       {"192.0.2.1", "192.0.02.1", "000192.0.2.1", "0.0.0.0", "::", "2001:DB8::1",
        "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "::ffff:192.0.02.01", "00001::1.2.3.4"}) {
    cases.push_back(
        {absl::StrCat("Good", cases.size()), address(absl::StrCat("value: '", good, "'")), {}});
  }
  for (const char* bad :
       {"192.0.2", "192.0.2.256", "192.0.2.1.", ".192.0.2.1", "192.0.2.1/32", "192.0.2.1:80",
        "0x1.0.2.1", " 192.0.2.1", "[::1]", "fe80::1%eth0", "::1/128", "1:2:3:4:5:6:7", "00001::1",
        "1::2::3", "1:2:3:4:5:6:7::8:9", "12345::", "::ffff:192.0.2"}) {
    cases.push_back({absl::StrCat("Bad", cases.size()), address(absl::StrCat("value: '", bad, "'")),
                     NoAddress(bad)});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Addresses, GatewayTest, ValuesIn(AddressCases()),
                         NameOfCase<ValidateCase>);

INSTANTIATE_TEST_SUITE_P(
    Listeners, GatewayTest,
    ValuesIn(std::vector<ValidateCase>{
        {"PlainHttp", Listeners("{name: a, port: 80, protocol: HTTP}"), {}},
        {"TlsOnHttp",
         Listeners("{name: a, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: c}]}}"),
         {Rule("spec.listeners", kPlainTls)}},
        {"TlsOnTcp",
         Listeners("{name: a, port: 80, protocol: TCP, tls: {mode: Passthrough}}"),
         {Rule("spec.listeners", kPlainTls)}},
        {"HttpsPassthrough",
         Listeners("{name: a, port: 443, protocol: HTTPS, tls: {mode: Passthrough}}"),
         {Rule("spec.listeners", "tls mode must be Terminate for protocol HTTPS")}},
        {"HttpsWithoutTls", Listeners("{name: a, port: 443, protocol: HTTPS}"), {}},
        {"HttpsWithoutMode",
         Listeners("{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: c}]}}"),
         {}},
        {"TlsWithoutTls",
         Listeners("{name: a, port: 443, protocol: TLS}"),
         {Rule("spec.listeners", "tls mode must be set for protocol TLS")}},
        {"HostnameOnUdp",
         Listeners("{name: a, port: 53, protocol: UDP, hostname: a.com}"),
         {Rule("spec.listeners", "hostname must not be specified for protocols ['TCP', 'UDP']")}},
        {"TerminateWithOptions",
         Listeners("{name: a, port: 443, protocol: HTTPS, tls: {options: {a/b: c}}}"),
         {}},
        {"EmptyTls",
         Listeners("{name: a, port: 443, protocol: HTTPS, tls: {}}"),
         {Rule("spec.listeners[0].tls",
               absl::StrCat("\"object\": no such key: certificateRefs evaluating rule: ",
                            kNeedsCertificates))}},
        {"EmptyCertificates",
         Listeners("{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: []}}"),
         {Rule("spec.listeners[0].tls",
               absl::StrCat("\"object\": no such key: options evaluating rule: ",
                            kNeedsCertificates))}},
        {"EmptyCertificatesAndOptions",
         Listeners(
             "{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [], options: {}}}"),
         {Rule("spec.listeners[0].tls", kNeedsCertificates)}},
        {"SameName",
         Listeners("{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}"),
         {{Code::kSchemaDuplicate, "spec.listeners[1]", "Duplicate value: {\"name\":\"a\"}"},
          Rule("spec.listeners", "Listener name must be unique within the Gateway")}},
        {"SamePortProtocolAndHost",
         Listeners("{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}"),
         {Rule("spec.listeners",
               "Combination of port, protocol and hostname must be unique for each listener")}},
        {"HostPresentAndAbsent",
         Listeners("{name: a, port: 80, protocol: HTTP}, "
                   "{name: b, port: 80, protocol: HTTP, hostname: a.com}"),
         {}},
        {"PortOutOfRange",
         Listeners("{name: a, port: 70000, protocol: HTTP}"),
         {{Code::kSchemaRange, "spec.listeners[0].port",
           "Invalid value: 70000: spec.listeners[0].port in body should be less than or equal to "
           "65535"}}},
        {"PortZero",
         Listeners("{name: a, port: 0, protocol: HTTP}"),
         {{Code::kSchemaRange, "spec.listeners[0].port",
           "Invalid value: 0: spec.listeners[0].port in body should be greater than or equal to "
           "1"}}},
        {"NoListeners",
         "spec: {gatewayClassName: c}\n",
         {{Code::kSchemaRequired, "spec.listeners", "Required value"}, Silenced()}},
        {"SameAddressTwice",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "addresses: [{value: 1.2.3.4}, {type: IPAddress, value: 1.2.3.4}]}\n",
         {Rule("spec.addresses", "IPAddress values must be unique")}},
        {"ExperimentalFieldInStandardChannel",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "defaultScope: All}\n",
         {{Code::kSchemaUnknownField, "spec.defaultScope", "unknown field \"spec.defaultScope\""}}},
        {"ExperimentalFieldInExperimentalChannel",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "defaultScope: All}\n",
         {},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

INSTANTIATE_TEST_SUITE_P(
    Parts, GatewayTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Addresses",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
         "[{value: 1.2.3.4}, {value: 1.2.3.5}, {type: Hostname, value: a.com}, {type: "
         "Hostname}]}\n",
         {}},
        {"SameIpAddresses",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
         "[{value: 1.2.3.4}, {type: IPAddress, value: 1.2.3.4}]}\n",
         {Rule("spec.addresses", "IPAddress values must be unique")}},
        {"SameHostnames",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
         "[{type: Hostname, value: a.com}, {type: Hostname, value: a.com}]}\n",
         {Rule("spec.addresses", "Hostname values must be unique")}},
        {"BadHostname",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
         "[{type: Hostname, value: A}]}\n",
         {Rule("spec.addresses[0]",
               "Hostname value must be empty or contain only valid characters (matching "
               "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)")}},
        {"Infrastructure",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "infrastructure: {labels: {a.b/c: d}, annotations: {e: f}}}\n",
         {}},
        {"BadLabelKey",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "infrastructure: {labels: {-a: d}}}\n",
         {Rule("spec.infrastructure.labels",
               "Label keys must be in the form of an optional DNS subdomain prefix followed by a "
               "required name segment of up to 63 characters.")}},
        {"BadAnnotationKey",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "infrastructure: {annotations: {a/b/c: d}}}\n",
         {Rule("spec.infrastructure.annotations",
               "Annotation keys must be in the form of an optional DNS subdomain prefix followed "
               "by a required name segment of up to 63 characters.")}},
        {"LongLabelPrefix",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "infrastructure: {labels: "
         "{bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/a: d}}}\n",
         {Rule("spec.infrastructure.labels",
               "If specified, the label key's prefix must be a DNS subdomain not longer than 253 "
               "characters in total.")}},
        {"LongAnnotationPrefix",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "infrastructure: {annotations: "
         "{bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/a: d}}}\n",
         {Rule("spec.infrastructure.annotations",
               "If specified, the annotation key's prefix must be a DNS subdomain not longer than "
               "253 characters in total.")}},
        {"FrontendTls",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], tls: "
         "{frontend: {default: {validation: {caCertificateRefs: [{group: '', kind: ConfigMap, "
         "name: c}]}}, perPort: [{port: 1, tls: {}}, {port: 2, tls: {}}]}}}\n",
         {}},
        {"SamePortTwice",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], tls: "
         "{frontend: {default: {}, perPort: [{port: 1, tls: {}}, {port: 1, tls: {}}]}}}\n",
         {{Code::kSchemaDuplicate, "spec.tls.frontend.perPort[1]", "Duplicate value: {\"port\":1}"},
          Rule("spec.tls.frontend.perPort",
               "Port for TLS configuration must be unique within the Gateway")}},
        {"AllowedListeners",
         "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
         "allowedListeners: {namespaces: {from: None}}}\n",
         {}}}),
    NameOfCase<ValidateCase>);

class HttpRouteTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(HttpRouteTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\n",
        GetParam());
}

std::string RouteRule(const std::string& rule) {
  return absl::StrCat("spec: {rules: [{", rule, "}]}\n");
}
std::string Path(const std::string& path) {
  return RouteRule(absl::StrCat("matches: [{path: {", path, "}}]"));
}

constexpr char kPathTail[] = " when type one of ['Exact', 'PathPrefix']";

INSTANTIATE_TEST_SUITE_P(
    All, HttpRouteTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Nothing", "spec: {}\n", {}},
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
        {"MirrorServiceWithoutPort",
         RouteRule("filters: [{type: RequestMirror, requestMirror: {backendRef: {name: web}}}]"),
         {Rule("spec.rules[0].filters[0].requestMirror.backendRef",
               "Must have port for Service reference")}},
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
        {"FilterOfOtherType",
         RouteRule("filters: [{type: URLRewrite, requestRedirect: {port: 80}}]"),
         {Rule("spec.rules[0].filters[0]",
               "filter.requestRedirect must be nil if the filter.type is not RequestRedirect"),
          Rule("spec.rules[0].filters[0]",
               "filter.urlRewrite must be specified for URLRewrite filter.type")}},
        {"RedirectWithBackends",
         RouteRule("filters: [{type: RequestRedirect, requestRedirect: {port: 80}}], "
                   "backendRefs: [{name: web, port: 80}]"),
         {Rule("spec.rules[0]",
               "RequestRedirect filter must not be used together with backendRefs")}},
        {"RewriteTwice",
         RouteRule("filters: [{type: URLRewrite, urlRewrite: {hostname: a.com}}, "
                   "{type: URLRewrite, urlRewrite: {hostname: b.com}}]"),
         {Rule("spec.rules[0].filters", "URLRewrite filter cannot be repeated")}},
        {"RewriteAndRedirect",
         RouteRule("filters: [{type: URLRewrite, urlRewrite: {hostname: a.com}}, "
                   "{type: RequestRedirect, requestRedirect: {port: 80}}]"),
         {Rule("spec.rules[0].filters",
               "May specify either httpRouteFilterRequestRedirect or "
               "httpRouteFilterRequestRewrite, but not both")}},
        {"RewriteOfPrefixWithExactMatch",
         RouteRule("matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, "
                   "urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]"),
         {Rule("spec.rules[0]",
               "When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix "
               "match must be specified")}},
        {"RewriteOfPrefixWithDefaultMatch",
         RouteRule("filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, "
                   "replacePrefixMatch: /b}}}]"),
         {}},
        {"PathModifierOfOtherType",
         RouteRule("filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, "
                   "replacePrefixMatch: /b}}}]"),
         {Rule("spec.rules[0].filters[0].urlRewrite.path",
               "replaceFullPath must be specified when type is set to 'ReplaceFullPath'"),
          Rule("spec.rules[0].filters[0].urlRewrite.path",
               "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set")}},
        {"RelativePath",
         Path("value: a"),
         {Rule("spec.rules[0].matches[0].path",
               absl::StrCat("value must be an absolute path and start with '/'", kPathTail))}},
        {"DoubleSlash",
         Path("value: //a"),
         {Rule("spec.rules[0].matches[0].path", absl::StrCat("must not contain '//'", kPathTail))}},
        {"EndsWithDots",
         Path("value: /a/.."),
         {Rule("spec.rules[0].matches[0].path",
               absl::StrCat("must not end with '/..'", kPathTail))}},
        {"RegularExpressionIsFree", Path("type: RegularExpression, value: '.*//'"), {}},
        {"BackendTimeoutTooLong",
         RouteRule("timeouts: {request: 5s, backendRequest: 1m}"),
         {Rule("spec.rules[0].timeouts",
               "backendRequest timeout cannot be longer than request timeout")}},
        {"RequestTimeoutZero", RouteRule("timeouts: {request: 0s, backendRequest: 1m}"), {}},
        {"EqualTimeouts", RouteRule("timeouts: {request: 5400s, backendRequest: 1h30m}"), {}},
        {"SameParentTwiceByDefault",
         "spec: {parentRefs: [{name: gw}, {name: gw, kind: Gateway}]}\n",
         {Rule("spec.parentRefs",
               "sectionName must be unique when parentRefs includes 2 or more references to the "
               "same parent")}},
        {"SameParentOnOtherPortInStandardChannel",
         "spec: {parentRefs: [{name: gw, port: 80}, {name: gw, port: 81}]}\n",
         {Rule("spec.parentRefs",
               "sectionName must be unique when parentRefs includes 2 or more references to the "
               "same parent")}},
        {"SameParentOnOtherPortInExperimentalChannel",
         "spec: {parentRefs: [{name: gw, port: 80}, {name: gw, port: 81}]}\n",
         {},
         Channel::kExperimental},
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
          Silenced()}}}),
    NameOfCase<ValidateCase>);

class ListenerSetTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(ListenerSetTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: ListenerSet\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, ListenerSetTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Plain",
         "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: HTTP}]}\n",
         {}},
        {"TlsOnHttp",
         "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: HTTP, tls: {mode: "
         "Passthrough}}]}\n",
         {Rule("spec.listeners",
               "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']")}},
        {"HttpsPassthrough",
         "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: HTTPS, tls: "
         "{mode: Passthrough}}]}\n",
         {Rule("spec.listeners", "tls mode must be Terminate for protocol HTTPS")}},
        {"TlsWithoutMode",
         "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: TLS}]}\n",
         {Rule("spec.listeners", "tls mode must be set for protocol TLS")}},
        {"HostnameOnTcp",
         "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: TCP, hostname: "
         "a.com}]}\n",
         {Rule("spec.listeners", "hostname must not be specified for protocols ['TCP', 'UDP']")}},
        {"SamePort",
         "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: TCP}, {name: b, "
         "port: 80, protocol: TCP}]}\n",
         {Rule("spec.listeners",
               "Combination of port, protocol and hostname must be unique for each listener")}}}),
    NameOfCase<ValidateCase>);

class GRPCRouteTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(GRPCRouteTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, GRPCRouteTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Nothing", "spec: {}\n", {}},
        {"Service", "spec: {rules: [{matches: [{method: {service: .a.B_1}}]}]}\n", {}},
        {"Neither",
         "spec: {rules: [{matches: [{method: {type: Exact}}]}]}\n",
         {Rule("spec.rules[0].matches[0].method",
               "One or both of 'service' or 'method' must be specified")}},
        {"BadService",
         "spec: {rules: [{matches: [{method: {service: a..b}}]}]}\n",
         {Rule("spec.rules[0].matches[0].method",
               "service must only contain valid characters (matching "
               "^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$)")}},
        {"BadServiceAsExpression",
         "spec: {rules: [{matches: [{method: {type: RegularExpression, service: a..b}}]}]}\n",
         {}},
        {"BadMethod",
         "spec: {rules: [{matches: [{method: {method: 1a}}]}]}\n",
         {Rule("spec.rules[0].matches[0].method",
               "method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)")}},
        {"RepeatedFilter",
         "spec: {rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}}, "
         "{type: RequestHeaderModifier, requestHeaderModifier: {}}]}]}\n",
         {Rule("spec.rules[0].filters", "RequestHeaderModifier filter cannot be repeated")}},
        {"FilterWithoutMember",
         "spec: {rules: [{filters: [{type: ExtensionRef}]}]}\n",
         {Rule("spec.rules[0].filters[0]",
               "filter.extensionRef must be specified for ExtensionRef filter.type")}},
        {"MemberOfAnotherType",
         "spec: {rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}, "
         "responseHeaderModifier: {}}]}]}\n",
         {Rule("spec.rules[0].filters[0]",
               "filter.responseHeaderModifier must be nil if the filter.type is not "
               "ResponseHeaderModifier")}},
        {"ServiceWithoutPort",
         "spec: {rules: [{backendRefs: [{name: w}]}]}\n",
         {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}},
        {"SameNames",
         "spec: {rules: [{name: a}, {name: a}]}\n",
         {Rule("spec.rules", "Rule name must be unique within the route")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

class TLSRouteTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(TLSRouteTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: TLSRoute\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, TLSRouteTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Plain", "spec: {hostnames: [a.com], rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
        {"ServiceWithoutPort",
         "spec: {hostnames: [a.com], rules: [{backendRefs: [{name: w}]}]}\n",
         {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}},
        {"SameParent",
         "spec: {parentRefs: [{name: g}, {name: g}], hostnames: [a.com], rules: [{backendRefs: "
         "[{name: w, port: 1}]}]}\n",
         {Rule("spec.parentRefs",
               "sectionName must be unique when parentRefs includes 2 or more references to the "
               "same parent")}},
        {"SamePortOfParent",
         "spec: {parentRefs: [{name: g, port: 1}, {name: g}], hostnames: [a.com], rules: "
         "[{backendRefs: [{name: w, port: 1}]}]}\n",
         {Rule("spec.parentRefs",
               "sectionName or port must be specified when parentRefs includes 2 or more "
               "references to the same parent")},
         Channel::kExperimental},
        {"Wildcard",
         "spec: {hostnames: ['*.a.com'], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
         {}},
        {"Address",
         "spec: {hostnames: [1.2.3.4], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
         {Rule("spec.hostnames", "Hostnames cannot contain an IP")}},
        {"NotAName",
         "spec: {hostnames: ['a.*.com', 'A'], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
         {{Code::kSchemaPattern, "spec.hostnames[0]",
           absl::StrCat("Invalid value: \"a.*.com\": spec.hostnames[0] in body should match '",
                        kHostname.pattern, "'")},
          {Code::kSchemaPattern, "spec.hostnames[1]",
           absl::StrCat("Invalid value: \"A\": spec.hostnames[1] in body should match '",
                        kHostname.pattern, "'")},
          Rule("spec.hostnames", "Hostnames must be valid based on RFC-1123"),
          Rule("spec.hostnames",
               "Wildcards on hostnames must be the first label, and the rest of hostname must be "
               "valid based on RFC-1123")}}}),
    NameOfCase<ValidateCase>);

class TCPRouteTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(TCPRouteTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: TCPRoute\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, TCPRouteTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Plain", "spec: {rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
        {"ServiceWithoutPort",
         "spec: {rules: [{backendRefs: [{name: w}]}]}\n",
         {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}},
        {"SameParent",
         "spec: {parentRefs: [{name: g}, {name: g}], rules: [{backendRefs: [{name: w, port: "
         "1}]}]}\n",
         {Rule("spec.parentRefs",
               "sectionName must be unique when parentRefs includes 2 or more references to the "
               "same parent")}},
        {"SamePortOfParent",
         "spec: {parentRefs: [{name: g, port: 1}, {name: g}], rules: [{backendRefs: [{name: w, "
         "port: 1}]}]}\n",
         {Rule("spec.parentRefs",
               "sectionName or port must be specified when parentRefs includes 2 or more "
               "references to the same parent")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

class UDPRouteTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(UDPRouteTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.k8s.io/v1\nkind: UDPRoute\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, UDPRouteTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Plain", "spec: {rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
        {"ServiceWithoutPort",
         "spec: {rules: [{backendRefs: [{name: w}]}]}\n",
         {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}},
        {"SameParent",
         "spec: {parentRefs: [{name: g}, {name: g}], rules: [{backendRefs: [{name: w, port: "
         "1}]}]}\n",
         {Rule("spec.parentRefs",
               "sectionName must be unique when parentRefs includes 2 or more references to the "
               "same parent")}},
        {"SamePortOfParent",
         "spec: {parentRefs: [{name: g, port: 1}, {name: g}], rules: [{backendRefs: [{name: w, "
         "port: 1}]}]}\n",
         {Rule("spec.parentRefs",
               "sectionName or port must be specified when parentRefs includes 2 or more "
               "references to the same parent")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

INSTANTIATE_TEST_SUITE_P(
    Parts, HttpRouteTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Cors",
         "spec: {rules: [{filters: [{type: CORS, cors: {allowOrigins: ['https://*.a.com:80', "
         "'http://b'], allowMethods: [GET, PUT], maxAge: 1}}]}]}\n",
         {}},
        {"CorsAll",
         "spec: {rules: [{filters: [{type: CORS, cors: {allowOrigins: ['*'], allowMethods: ['*'], "
         "allowHeaders: ['*']}}]}]}\n",
         {}},
        {"CorsMixed",
         "spec: {rules: [{filters: [{type: CORS, cors: {allowOrigins: ['*', 'http://b'], "
         "allowMethods: ['*', GET], allowHeaders: ['*', a]}}]}]}\n",
         {Rule("spec.rules[0].filters[0].cors.allowHeaders",
               "AllowHeaders cannot contain '*' alongside other methods"),
          Rule("spec.rules[0].filters[0].cors.allowMethods",
               "AllowMethods cannot contain '*' alongside other methods"),
          Rule("spec.rules[0].filters[0].cors.allowOrigins",
               "AllowOrigins cannot contain '*' alongside other origins")}},
        {"RepeatedCorsMethod",
         "spec: {rules: [{filters: [{type: CORS, cors: {allowMethods: [GET, GET, GET]}}]}]}\n",
         {{Code::kSchemaDuplicate, "spec.rules[0].filters[0].cors.allowMethods[1]",
           "Duplicate value: \"GET\""}}},
        {"Fraction",
         "spec: {rules: [{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, "
         "port: 1}, fraction: {numerator: 100}}}]}]}\n",
         {}},
        {"FractionAboveOne",
         "spec: {rules: [{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, "
         "port: 1}, fraction: {numerator: 101}}}]}]}\n",
         {Rule("spec.rules[0].filters[0].requestMirror.fraction",
               "numerator must be less than or equal to denominator")}},
        {"GrpcAuth",
         "spec: {rules: [{filters: [{type: ExternalAuth, externalAuth: {protocol: GRPC, grpc: {}, "
         "backendRef: {name: a, port: 1}}}]}]}\n",
         {},
         Channel::kExperimental},
        {"HttpAuth",
         "spec: {rules: [{filters: [{type: ExternalAuth, externalAuth: {protocol: HTTP, http: "
         "{path: /a}, backendRef: {name: a, port: 1}}}]}]}\n",
         {},
         Channel::kExperimental},
        {"GrpcAuthWithHttp",
         "spec: {rules: [{filters: [{type: ExternalAuth, externalAuth: {protocol: GRPC, http: {}, "
         "backendRef: {name: a, port: 1}}}]}]}\n",
         {Rule("spec.rules[0].filters[0].externalAuth",
               "grpc must be specified when protocol is set to 'GRPC'"),
          Rule("spec.rules[0].filters[0].externalAuth",
               "protocol must be 'HTTP' when http is set")},
         Channel::kExperimental},
        {"HttpAuthWithGrpc",
         "spec: {rules: [{filters: [{type: ExternalAuth, externalAuth: {protocol: HTTP, grpc: {}, "
         "backendRef: {name: a, port: 1}}}]}]}\n",
         {Rule("spec.rules[0].filters[0].externalAuth", "protocol must be 'GRPC' when grpc is set"),
          Rule("spec.rules[0].filters[0].externalAuth",
               "http must be specified when protocol is set to 'HTTP'")},
         Channel::kExperimental},
        {"Retry",
         "spec: {rules: [{retry: {codes: [500, 503], attempts: 1, backoff: 1s}}]}\n",
         {},
         Channel::kExperimental},
        {"RepeatedRetryCode",
         "spec: {rules: [{retry: {codes: [500, 500]}}]}\n",
         {{Code::kSchemaDuplicate, "spec.rules[0].retry.codes[1]", "Duplicate value: 500"}},
         Channel::kExperimental},
        {"Cookie",
         "spec: {rules: [{sessionPersistence: {cookie: {name: a}}}]}\n",
         {},
         Channel::kExperimental},
        {"Header",
         "spec: {rules: [{sessionPersistence: {type: Header, header: {name: a}}}]}\n",
         {},
         Channel::kExperimental},
        {"PermanentCookie",
         "spec: {rules: [{sessionPersistence: {cookie: {lifetimeType: Permanent}}}]}\n",
         {Rule("spec.rules[0].sessionPersistence",
               "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")},
         Channel::kExperimental},
        {"CookieMissing",
         "spec: {rules: [{sessionPersistence: {header: {name: a}}}]}\n",
         {Rule("spec.rules[0].sessionPersistence", "cookie must be specified for Cookie type"),
          Rule("spec.rules[0].sessionPersistence", "header must be nil if type is not Header")},
         Channel::kExperimental},
        {"HeaderMissing",
         "spec: {rules: [{sessionPersistence: {type: Header, cookie: {}}}]}\n",
         {Rule("spec.rules[0].sessionPersistence", "cookie must be nil if type is not Cookie"),
          Rule("spec.rules[0].sessionPersistence", "header must be specified for Header type")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

class XBackendTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(XBackendTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XBackend\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, XBackendTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Plain",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}}\n",
         {},
         Channel::kExperimental},
        {"NamedPort",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1, "
         "name: p}}\n",
         {Rule("spec.port.name", "Name must be a valid DNS label")},
         Channel::kExperimental},
        {"NameOfTheCluster",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.b.svc.cluster.local}, "
         "port: {port: 1}}\n",
         {Rule("spec.externalHostname.hostname",
               "hostname must not be an IP address or end with .cluster.local")},
         Channel::kExperimental},
        {"NoHostname",
         "spec: {type: ExternalHostname, port: {port: 1}}\n",
         {Rule("spec",
               "externalHostname must be set when type is ExternalHostname and must be unset "
               "otherwise")},
         Channel::kExperimental},
        {"ClientCertificate",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
         "tls: {mode: ClientAndServer, clientCertificateRef: {name: c}}}\n",
         {},
         Channel::kExperimental},
        {"NoClientCertificate",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
         "tls: {mode: ClientAndServer}}\n",
         {Rule("spec.tls",
               "clientCertificateRef must be set if and only if mode is ClientAndServer")},
         Channel::kExperimental},
        {"StrayClientCertificate",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
         "tls: {mode: None, clientCertificateRef: {name: c}}}\n",
         {Rule("spec.tls",
               "clientCertificateRef must be set if and only if mode is ClientAndServer")},
         Channel::kExperimental},
        {"NoTrust",
         "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
         "tls: {mode: ServerOnly, validation: {hostname: a.com}}}\n",
         {Rule("spec.tls.validation",
               "must specify either CACertificateRefs or WellKnownCACertificates")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

class XBackendTrafficPolicyTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(XBackendTrafficPolicyTest, GetsTheServersMessages) {
  Check(
      "apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XBackendTrafficPolicy\n"
      "metadata: {name: x}\n",
      GetParam());
}

// A policy for the Service web; `more` is in braces.
std::string Traffic(const std::string& more, const std::string& targets = "") {
  return absl::StrCat("spec: {targetRefs: [{", kWeb, "}", targets, "], ", more, "}\n");
}
std::string Retries(const std::string& constraint) {
  return Traffic(absl::StrCat("retryConstraint: {", constraint, "}"));
}

constexpr char kBudgetInterval[] =
    "interval cannot be greater than one hour or less than one second";
constexpr char kRateInterval[] = "interval cannot be greater than one hour";
constexpr char kNoDuration[] =
    "\"string\": type conversion error from 'string' to 'google.protobuf.Duration' evaluating "
    "rule: ";
constexpr char kDurationPattern[] = "^([0-9]{1,5}(h|m|s|ms)){1,4}$";

INSTANTIATE_TEST_SUITE_P(
    All, XBackendTrafficPolicyTest,
    ValuesIn(std::vector<ValidateCase>{
        {"TargetAlone", Traffic(""), {}, Channel::kExperimental},
        {"NoTargets",
         "spec: {targetRefs: []}\n",
         {{Code::kSchemaTooFew, "spec.targetRefs",
           "Invalid value: 0: spec.targetRefs in body should have at least 1 items"}},
         Channel::kExperimental},
        {"SameTargetTwice",
         Traffic("", absl::StrCat(",{", kWeb, "}")),
         {{Code::kSchemaDuplicate, "spec.targetRefs[1]",
           "Duplicate value: {\"group\":\"\",\"kind\":\"Service\",\"name\":\"web\"}"}},
         Channel::kExperimental},
        {"WholeConstraint",
         Retries("budget: {percent: 0, interval: 1h}, minRetryRate: {count: 1, interval: 1h}"),
         {},
         Channel::kExperimental},
        {"BudgetOfTwoHours",
         Retries("budget: {interval: 2h}"),
         {Rule("spec.retryConstraint.budget.interval", kBudgetInterval)},
         Channel::kExperimental},
        {"BudgetOfOneMillisecond",
         Retries("budget: {interval: 1ms}"),
         {Rule("spec.retryConstraint.budget.interval", kBudgetInterval)},
         Channel::kExperimental},
        {"BudgetOfNoTimeAtAll",
         Retries("budget: {interval: 1d}"),
         {{Code::kSchemaPattern, "spec.retryConstraint.budget.interval",
           absl::StrCat("Invalid value: \"1d\": spec.retryConstraint.budget.interval in body "
                        "should match '",
                        kDurationPattern, "'")},
          Rule("spec.retryConstraint.budget.interval", absl::StrCat(kNoDuration, kBudgetInterval))},
         Channel::kExperimental},
        {"BudgetAboveAll",
         Retries("budget: {percent: 101}"),
         {{Code::kSchemaRange, "spec.retryConstraint.budget.percent",
           "Invalid value: 101: spec.retryConstraint.budget.percent in body should be less than or "
           "equal to 100"}},
         Channel::kExperimental},
        {"RateOfTwoHours",
         Retries("minRetryRate: {interval: 2h}"),
         {Rule("spec.retryConstraint.minRetryRate.interval", kRateInterval)},
         Channel::kExperimental},
        {"RateOfNothing",
         Retries("minRetryRate: {interval: 0s}"),
         {Rule("spec.retryConstraint.minRetryRate.interval", kRateInterval)},
         Channel::kExperimental},
        {"RateWithoutFields", Retries("minRetryRate: {}"), {}, Channel::kExperimental},
        {"RateOfNoRetries",
         Retries("minRetryRate: {count: 0}"),
         {{Code::kSchemaRange, "spec.retryConstraint.minRetryRate.count",
           "Invalid value: 0: spec.retryConstraint.minRetryRate.count in body should be greater "
           "than or equal to 1"}},
         Channel::kExperimental},
        {"PermanentCookieWithoutTimeout",
         Traffic("sessionPersistence: {cookie: {lifetimeType: Permanent}}"),
         {Rule("spec.sessionPersistence",
               "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")},
         Channel::kExperimental},
        {"HeaderForCookieType",
         Traffic("sessionPersistence: {type: Cookie, header: {name: h}}"),
         {Rule("spec.sessionPersistence", "header must be nil if type is not Header"),
          Rule("spec.sessionPersistence", "cookie must be specified for Cookie type")},
         Channel::kExperimental},
        {"CookieForHeaderType",
         Traffic("sessionPersistence: {type: Header, cookie: {}}"),
         {Rule("spec.sessionPersistence", "cookie must be nil if type is not Cookie"),
          Rule("spec.sessionPersistence", "header must be specified for Header type")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

class XMeshTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(XMeshTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XMesh\nmetadata: {name: x}\n",
        GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, XMeshTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Plain", "spec: {controllerName: a.b/c}\n", {}, Channel::kExperimental},
        {"NotInTheStandardChannel",
         "spec: {controllerName: a.b/c}\n",
         {{Code::kSchemaUnservedVersion, "apiVersion",
           "no matches for kind \"XMesh\" in version \"gateway.networking.x-k8s.io/v1alpha1\""}}},
        {"NoController",
         "spec: {}\n",
         {{Code::kSchemaRequired, "spec.controllerName", "Required value"}, Silenced()},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

class BackendConfigPolicyTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(BackendConfigPolicyTest, GetsTheServersMessages) {
  Check(
      "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: BackendConfigPolicy\n"
      "metadata: {name: p}\n",
      GetParam());
}

constexpr char kAtMostOneSource[] =
    "at most one of the fields in [secretRef files insecureSkipVerify wellKnownCACertificates] may "
    "be set";
constexpr char kSniRequired[] =
    "sni is required when no trust source is set; set sni, provide secretRef, files, or "
    "wellKnownCACertificates, or set insecureSkipVerify to true";

INSTANTIATE_TEST_SUITE_P(
    All, BackendConfigPolicyTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Nothing", "spec: {}\n", {}},
        {"SecretAlone", "spec: {tls: {secretRef: {name: s}}}\n", {}},
        {"SniAlone", "spec: {tls: {sni: a.com}}\n", {}},
        {"EmptyTls", "spec: {tls: {}}\n", {Rule("spec.tls", kSniRequired)}},
        {"SecretAndSystem",
         "spec: {tls: {secretRef: {name: s}, wellKnownCACertificates: System}}\n",
         {Rule("spec.tls", kAtMostOneSource)}},
        {"InsecureFalseCountsAsSet",
         "spec: {tls: {secretRef: {name: s}, insecureSkipVerify: false}}\n",
         {Rule("spec.tls", kAtMostOneSource)}},
        {"InsecureFalseIsNoTrust",
         "spec: {tls: {insecureSkipVerify: false}}\n",
         {Rule("spec.tls", kSniRequired)}},
        {"EmptyFiles",
         "spec: {tls: {files: {}}}\n",
         {Rule("spec.tls.files",
               "At least one of tlsCertificate, tlsKey, or rootCA must be set in TLSFiles")}},
        {"TwoHttpVersions",
         "spec: {http1ProtocolOptions: {}, http2ProtocolOptions: {}}\n",
         {Rule("spec",
               "at most one of the fields in [http1ProtocolOptions http2ProtocolOptions] may be "
               "set")}},
        {"TargetOfOtherKind",
         "spec: {targetRefs: [{group: '', kind: Pod, name: p}]}\n",
         {Rule("spec.targetRefs",
               "TargetRefs must reference either a Kubernetes Service, a Backend, or an Istio "
               "Hostname")}},
        {"TargetBackend",
         "spec: {targetRefs: [{group: gateway.kgateway.dev, kind: Backend, name: b}]}\n",
         {}},
        {"SelectorOfOtherKind",
         "spec: {targetSelectors: [{group: '', kind: Pod, matchLabels: {a: b}}]}\n",
         {Rule("spec.targetSelectors",
               "TargetSelectors must reference either a Kubernetes Service, a Backend, or an Istio "
               "Hostname")}},
        {"BadDuration",
         "spec: {connectTimeout: 1d}\n",
         {Rule("spec.connectTimeout", "invalid duration value")}},
        {"UnknownTlsVersion",
         "spec: {tls: {sni: a.com, parameters: {minVersion: '1.4'}}}\n",
         {{Code::kSchemaEnum, "spec.tls.parameters.minVersion",
           "Unsupported value: \"1.4\": supported values: \"AUTO\", \"1.0\", \"1.1\", \"1.2\", "
           "\"1.3\""},
          Silenced()}},
        {"NoBalancer",
         "spec: {loadBalancer: {}}\n",
         {Rule("spec.loadBalancer",
               "exactly one of the fields in [leastRequest roundRobin ringHash maglev random] must "
               "be set")}}}),
    NameOfCase<ValidateCase>);

class BackendTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(BackendTest, GetsTheServersMessages) {
  Check("apiVersion: gateway.kgateway.dev/v1alpha1\nkind: Backend\nmetadata: {name: b}\n",
        GetParam());
}

constexpr char kOneBlock[] =
    "exactly one of the fields in [aws static dynamicForwardProxy gcp] must be set";

// A backend of AWS whose function is `lambda`, in braces.
std::string Aws(const std::string& lambda, const std::string& more = "") {
  return absl::StrCat("spec: {aws: {accountId: '123456789012', lambda: ", lambda, more, "}}\n");
}

Expected Pattern(const std::string& path, const std::string& value, const std::string& pattern) {
  return {Code::kSchemaPattern, path,
          absl::StrCat("Invalid value: \"", value, "\": ", path, " in body should match '", pattern,
                       "'")};
}

INSTANTIATE_TEST_SUITE_P(
    Clouds, BackendTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Lambda", Aws("{functionName: f}"), {}},
        {"LambdaInFull",
         Aws("{endpointURL: 'http://a.com:80/x', functionName: f-1_A, invocationMode: Async, "
             "qualifier: '12', payloadTransformMode: None}",
             ", region: eu-west-1, auth: {type: Secret, secretRef: {name: s}}"),
         {}},
        {"LambdaOfTheLatestVersion", Aws("{functionName: f, qualifier: $LATEST}"), {}},
        {"LambdaWithoutName",
         Aws("{}"),
         {{Code::kSchemaRequired, "spec.aws.lambda.functionName", "Required value"}, Silenced()}},
        {"LambdaPatterns",
         Aws("{endpointURL: 'ftp://a', functionName: a b, qualifier: $latest}", ", region: EU"),
         {Pattern("spec.aws.lambda.endpointURL", "ftp://a", "^https?://[-a-zA-Z0-9@:%.+~#?&/=]+$"),
          Pattern("spec.aws.lambda.functionName", "a b", "^[A-Za-z0-9-_]{1,140}$"),
          Pattern("spec.aws.lambda.qualifier", "$latest",
                  "^(\\$LATEST|[0-9]+|[A-Za-z0-9-_]{1,128})$"),
          Pattern("spec.aws.region", "EU", "^[a-z0-9-]+$")}},
        {"LambdaModes",
         Aws("{functionName: f, invocationMode: sync, payloadTransformMode: AWS}"),
         {{Code::kSchemaEnum, "spec.aws.lambda.invocationMode",
           "Unsupported value: \"sync\": supported values: \"Sync\", \"Async\""},
          {Code::kSchemaEnum, "spec.aws.lambda.payloadTransformMode",
           "Unsupported value: \"AWS\": supported values: \"None\", \"Envoy\""},
          Silenced()}},
        {"AwsAccountOfElevenDigits",
         "spec: {aws: {accountId: '12345678901', lambda: {functionName: f}}}\n",
         {Pattern("spec.aws.accountId", "12345678901", "^[0-9]{12}$")}},
        {"AwsWithoutLambdaAndAccount",
         "spec: {aws: {}}\n",
         {{Code::kSchemaRequired, "spec.aws.accountId", "Required value"},
          {Code::kSchemaRequired, "spec.aws.lambda", "Required value"},
          Silenced()}},
        {"AwsAuthWithoutSecret",
         Aws("{functionName: f}", ", auth: {type: Secret}"),
         {Rule("spec.aws.auth", "secretRef must be specified when type is 'Secret'")}},
        {"AwsAuthOfUnknownType",
         Aws("{functionName: f}", ", auth: {type: Role}"),
         {{Code::kSchemaEnum, "spec.aws.auth.type",
           "Unsupported value: \"Role\": supported values: \"Secret\""},
          Silenced()}},
        {"Gcp", "spec: {type: GCP, gcp: {host: a.run.app, audience: 'https://a'}}\n", {}},
        {"GcpEmpty",
         "spec: {gcp: {host: '', audience: ''}}\n",
         {{Code::kSchemaTooShort, "spec.gcp.host",
           "Invalid value: \"\": spec.gcp.host in body should be at least 1 chars long"},
          {Code::kSchemaTooShort, "spec.gcp.audience",
           "Invalid value: \"\": spec.gcp.audience in body should be at least 1 chars long"}}},
        {"ForwardProxy", "spec: {dynamicForwardProxy: {enableTls: true}}\n", {}},
        {"ForwardProxyEmpty", "spec: {dynamicForwardProxy: {}}\n", {}},
        {"TypeAwsWithoutBlock",
         "spec: {type: AWS, gcp: {host: b}}\n",
         {Rule("spec", "aws backend must be specified when type is 'AWS'")}},
        {"TypeForwardProxyWithoutBlock",
         "spec: {type: DynamicForwardProxy, gcp: {host: b}}\n",
         {Rule("spec",
               "dynamicForwardProxy backend must be specified when type is "
               "'DynamicForwardProxy'")}},
        {"TypeGcpWithoutBlock",
         "spec: {type: GCP, dynamicForwardProxy: {}}\n",
         {Rule("spec", "gcp backend must be specified when type is 'GCP'")}},
        {"UnknownType",
         "spec: {type: Azure, gcp: {host: b}}\n",
         {{Code::kSchemaEnum, "spec.type",
           "Unsupported value: \"Azure\": supported values: \"AWS\", \"Static\", "
           "\"DynamicForwardProxy\", \"GCP\""},
          Silenced()}},
        {"UnknownAppProtocol",
         "spec: {static: {hosts: [{host: a.com, port: 65536}], appProtocol: h2}}\n",
         {{Code::kSchemaEnum, "spec.static.appProtocol",
           "Unsupported value: \"h2\": supported values: \"http2\", \"grpc\", \"grpc-web\", "
           "\"kubernetes.io/h2c\", \"kubernetes.io/ws\""},
          {Code::kSchemaRange, "spec.static.hosts[0].port",
           "Invalid value: 65536: spec.static.hosts[0].port in body should be less than or equal "
           "to 65535"},
          Silenced()}}}),
    NameOfCase<ValidateCase>);

INSTANTIATE_TEST_SUITE_P(
    All, BackendTest,
    ValuesIn(std::vector<ValidateCase>{
        {"Static", "spec: {static: {hosts: [{host: a.com, port: 443}]}}\n", {}},
        {"Nothing", "spec: {}\n", {Rule("spec", kOneBlock)}},
        {"TwoBlocks",
         "spec: {static: {hosts: [{host: a.com, port: 443}]}, gcp: {host: b}}\n",
         {Rule("spec", kOneBlock)}},
        {"TypeWithoutBlock",
         "spec: {type: Static, gcp: {host: b}}\n",
         {Rule("spec", "static backend must be specified when type is 'Static'")}},
        {"NoHosts",
         "spec: {static: {hosts: []}}\n",
         {{Code::kSchemaTooFew, "spec.static.hosts",
           "Invalid value: 0: spec.static.hosts in body should have at least 1 items"}}}}),
    NameOfCase<ValidateCase>);

// Metadata is checked in the same way for all kinds.
class MetadataTest : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(MetadataTest, GetsTheServersMessages) {
  Check("apiVersion: v1\nkind: ConfigMap\n", GetParam());
}

constexpr char kSubdomain[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

INSTANTIATE_TEST_SUITE_P(
    All, MetadataTest,
    ValuesIn(std::vector<ValidateCase>{
        {"DottedName", "metadata: {name: a.b}\n", {}},
        {"UpperCaseName",
         "metadata: {name: A}\n",
         {{Code::kSchemaFormat, "metadata.name",
           absl::StrCat("Invalid value: \"A\": ", kSubdomain)}}},
        {"LongName",
         "metadata: {name: " + std::string(254, 'a') + "}\n",
         {{Code::kSchemaTooLong, "metadata.name",
           absl::StrCat("Invalid value: \"", std::string(254, 'a'),
                        "\": must be no more than 253 characters")}}},
        {"DottedNamespace",
         "metadata: {name: a, namespace: a.b}\n",
         {{Code::kSchemaFormat, "metadata.namespace",
           "Invalid value: \"a.b\": must not contain dots"}}},
        {"LabelKeyWithTwoSlashes",
         "metadata: {name: a, labels: {a/b/c: d}}\n",
         {{Code::kSchemaFormat, "metadata.labels",
           "Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, "
           "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
           "'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
           "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and "
           "'/' (e.g. 'example.com/MyName')"}}},
        {"UpperCaseLabelPrefix",
         "metadata: {name: a, labels: {A.b/c: d}}\n",
         {{Code::kSchemaFormat, "metadata.labels",
           absl::StrCat("Invalid value: \"A.b/c\": prefix part ", kSubdomain)}}},
        {"UpperCaseAnnotationPrefix", "metadata: {name: a, annotations: {A.b/c: d}}\n", {}},
        {"LabelValueWithBlank",
         "metadata: {name: a, labels: {a: b c}}\n",
         {{Code::kSchemaFormat, "metadata.labels",
           "Invalid value: \"b c\": a valid label must be an empty string or consist of "
           "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
           "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
           "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"}}},
        {"EmptyLabelValue", "metadata: {name: a, labels: {a: ''}}\n", {}},
        {"LabelValueOf64Bytes",
         "metadata: {name: a, labels: {a: " + std::string(64, 'x') + "}}\n",
         {{Code::kSchemaTooLong, "metadata.labels",
           absl::StrCat("Invalid value: \"", std::string(64, 'x'),
                        "\": must be no more than 63 bytes")}}},
        {"AnnotationsTooLarge",
         "metadata: {name: a, annotations: {a: " + std::string(262144, 'x') + "}}\n",
         {{Code::kSchemaTooLong, "metadata.annotations",
           "Too long: may not be more than 262144 bytes"}}}}),
    NameOfCase<ValidateCase>);

TEST(ValidateTest, ClusterScopedKindsHaveNoNamespaceToCheck) {
  EXPECT_THAT(Validate(ParseObject("apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\n"
                                   "metadata: {name: c, namespace: Bad_NS}\n"
                                   "spec: {controllerName: example.com/c}\n")),
              IsEmpty());
}

TEST(ValidateTest, VersionsAreServedByChannel) {
  const Object policy = ParseObject(
      "apiVersion: gateway.networking.k8s.io/v1alpha3\nkind: BackendTLSPolicy\n"
      "metadata: {name: p}\n"
      "spec: {targetRefs: [{group: '', kind: Service, name: web}], "
      "validation: {hostname: a.com, wellKnownCACertificates: System}}\n");
  EXPECT_THAT(Validate(policy),
              ElementsAre(IsFinding(Code::kSchemaUnservedVersion, "apiVersion",
                                    "no matches for kind \"BackendTLSPolicy\" in version "
                                    "\"gateway.networking.k8s.io/v1alpha3\"")));
  EXPECT_THAT(Validate(policy, ValidateOptions{Channel::kExperimental}), IsEmpty());
}

// The deprecated versions allow more rules, whose names differ; TLSRoute needs no hostnames there
// and looks at them less closely.
class V1Alpha2Test : public ::testing::TestWithParam<ValidateCase> {};

TEST_P(V1Alpha2Test, GetsTheServersMessages) {
  for (const char* kind : {"TCPRoute", "UDPRoute"}) {
    Check(absl::StrCat("apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: ", kind,
                       "\nmetadata: {name: x}\nspec:\n"),
          GetParam());
  }
  Check(
      "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TLSRoute\nmetadata: {name: x}\n"
      "spec:\n  hostnames: [192.0.2.1]\n",
      GetParam());
  Check(
      "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TLSRoute\nmetadata: {name: x}\n"
      "spec:\n",
      GetParam());
}

std::string Rules(int count, const std::string& name) {
  std::string text = "  rules:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "  - {", name.empty() ? "" : absl::StrCat("name: ", name, ", "),
                    "backendRefs: [{name: w, port: 1}]}\n");
  }
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    All, V1Alpha2Test,
    ValuesIn(std::vector<ValidateCase>{
        {"OneRule", Rules(1, "a"), {}, Channel::kExperimental},
        {"SixteenRules", Rules(16, ""), {}, Channel::kExperimental},
        {"TooManyRules",
         Rules(17, ""),
         {{Code::kSchemaTooMany, "spec.rules", "Too many: 17: must have at most 16 items"},
          Silenced()},
         Channel::kExperimental},
        {"NoRules",
         "  rules: []\n",
         {{Code::kSchemaTooFew, "spec.rules",
           "Invalid value: 0: spec.rules in body should have at least 1 items"}},
         Channel::kExperimental},
        {"SameName",
         Rules(2, "a"),
         {Rule("spec.rules", "Rule name must be unique within the route")},
         Channel::kExperimental}}),
    NameOfCase<ValidateCase>);

TEST(ValidateTest, FindingsCarryObjectAndPosition) {
  const Object service = ParseObject(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  ports:\n"
      "  - port: 0\n");
  const std::vector<Finding> findings = Validate(service);
  ASSERT_THAT(findings,
              ElementsAre(IsFinding(Code::kSchemaRange, "spec.ports[0].port",
                                    "Invalid value: 0: must be between 1 and 65535, inclusive")));
  EXPECT_EQ(findings[0].object, (ObjectRef{"v1", "Service", "shop", "web"}));
  EXPECT_EQ(findings[0].file, "test.yaml");
  EXPECT_EQ(findings[0].line, 6);
  EXPECT_EQ(findings[0].column, 5);
}

TEST(ValidateTest, ObjectsMadeByHandAreCheckedAsATypedClientWritesThem) {
  BackendTLSPolicy policy;
  policy.metadata.name = "p";
  LocalPolicyTargetReferenceWithSectionName target;
  target.kind = "Service";  // the group is empty on purpose: it is the core group
  target.name = "web";
  policy.spec.target_refs.push_back(target);
  policy.spec.validation.well_known_ca_certificates = "System";
  EXPECT_THAT(Validate(Object::Make(policy)),
              ElementsAre(IsFinding(Code::kSchemaTooShort, "spec.validation.hostname")));
  policy.spec.validation.hostname = "a.com";
  EXPECT_THAT(Validate(Object::Make(policy)), IsEmpty());
}

TEST(ValidateTest, LongListsTakeNoQuadraticTime) {
  std::string text =
      "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
      "spec:\n  gatewayClassName: c\n  listeners:\n";
  for (int i = 0; i < 50000; ++i) {
    absl::StrAppend(&text, "  - {name: l", i % 49999, ", port: 80, protocol: HTTP}\n");
  }
  EXPECT_THAT(
      Validate(ParseObject(text)),
      ::testing::UnorderedElementsAre(IsFinding(Code::kSchemaTooMany, "spec.listeners"),
                                      IsFinding(Code::kSchemaDuplicate, "spec.listeners[49999]"),
                                      IsFinding(Code::kSchemaRule, "")));
}

TEST(PublishedManifestsTest, StandardExamplesAreValid) {
  const char* shared = std::getenv("GWPOLICY_SHARED");
  const std::string folder =
      absl::StrCat(shared == nullptr ? "" : shared, "/testdata/gateway-api/examples/standard");
  if (shared == nullptr || !std::filesystem::exists(folder)) {
    GTEST_SKIP() << "no published manifests at $GWPOLICY_SHARED";
  }
  size_t objects = 0;
  for (const Object& object : manifest::ReadPath(folder).objects) {
    ++objects;
    for (const Finding& finding : Validate(object)) {
      ADD_FAILURE() << ::testing::PrintToString(finding);
    }
  }
  EXPECT_GT(objects, 50u);
}

}  // namespace
}  // namespace gwpolicy
