// What the API server answers to a whole manifest: the findings of reading and of validation
// together. The limits of each field and its rules are tested elsewhere; here stand the habits that
// the server has for all kinds.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/matchers.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::IsFinding;
using ::gwpolicy::testing::NameOfCase;
using ::testing::ValuesIn;

struct Expected {
  Code code;
  std::string path;
  std::string message;
};

struct ServerCase {
  std::string name;
  std::string manifest;
  std::vector<Expected> expected;
};

constexpr char kSilenced[] =
    "Invalid value: null: some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation";

Expected Rule(const std::string& path, const std::string& message) {
  return {Code::kSchemaRule, path, absl::StrCat("Invalid value: ", message)};
}
Expected Silenced() { return {Code::kSchemaRule, "", kSilenced}; }
Expected Missing(const std::string& path) {
  return {Code::kSchemaRequired, path, "Required value"};
}
Expected WrongType(const std::string& path, const std::string& wanted, const std::string& given) {
  return {Code::kSchemaWrongType, path,
          absl::StrCat("Invalid value: \"", given, "\": ", path, " in body must be of type ",
                       wanted, ": \"", given, "\"")};
}
// Told of the object as a whole, with the field in the text.
Expected NotInt32(const std::string& path) {
  return {Code::kSchemaWrongType, "",
          absl::StrCat(
              "Invalid value: \"\": Checked value must be of type integer with format int32 in ",
              path)};
}
Expected AboveMaximum(const std::string& path, const std::string& value, int64_t maximum) {
  return {Code::kSchemaRange, path,
          absl::StrCat("Invalid value: ", value, ": ", path,
                       " in body should be less than or equal to ", maximum)};
}
Expected Unknown(const std::string& path) {
  return {Code::kSchemaUnknownField, path, absl::StrCat("unknown field \"", path, "\"")};
}
Expected Repeated(const std::string& path, const std::string& value) {
  return {Code::kSchemaDuplicate, path, absl::StrCat("Duplicate value: ", value)};
}

std::string Gateway(const std::string& spec) {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {",
      "gatewayClassName: c, ", spec, "}\n");
}
std::string Listener(const std::string& fields) {
  return Gateway(absl::StrCat("listeners: [{name: a, ", fields, "}]"));
}
std::string JsonListener(const std::string& fields) {
  return absl::StrCat(
      R"({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": )",
      R"({"name": "g"}, "spec": {"gatewayClassName": "c", "listeners": [{"name": "a", )", fields,
      "}]}}");
}
std::string Route(const std::string& spec) {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec: {",
      spec, "}\n");
}
std::string Filter(const std::string& filter) {
  return Route(absl::StrCat("rules: [{filters: [{", filter, "}]}]"));
}

class ApiServerTest : public ::testing::TestWithParam<ServerCase> {};

TEST_P(ApiServerTest, SaysTheSame) {
  const ServerCase& one = GetParam();
  const manifest::LoadResult loaded = manifest::ReadText(one.manifest, "-");
  std::vector<Finding> findings = loaded.findings;
  for (const Object& object : loaded.objects) {
    for (Finding& finding : Validate(object)) findings.push_back(std::move(finding));
  }
  std::vector<::testing::Matcher<Finding>> matchers;
  for (const Expected& expected : one.expected) {
    matchers.push_back(IsFinding(expected.code, expected.path, expected.message));
  }
  EXPECT_THAT(findings, ::testing::UnorderedElementsAreArray(matchers));
  for (const Finding& finding : findings) EXPECT_GT(finding.line, 0) << finding.message;
}

std::vector<ServerCase> ScalarCases() {
  return {
      {"HexadecimalAndOctalAreNumbers",
       Gateway("listeners: [{name: a, port: 0x50, protocol: HTTP}, "
               "{name: b, port: 0120, protocol: HTTP}]"),
       {Rule("spec.listeners",
             "Combination of port, protocol and hostname must be unique for each "
             "listener")}},
      {"ExponentsAndUnderscoresAreNumbers",
       Gateway("listeners: [{name: a, port: 1e3, protocol: HTTP}, "
               "{name: b, port: 1_000, protocol: HTTP}]"),
       {Rule("spec.listeners",
             "Combination of port, protocol and hostname must be unique for each "
             "listener")}},
      {"ANumberTooLargeIsNoneOfTheChoicesEither",
       Filter("type: RequestRedirect, requestRedirect: {statusCode: -3000000000}"),
       {{Code::kSchemaEnum, "spec.rules[0].filters[0].requestRedirect.statusCode",
         "Unsupported value: -3000000000: supported values: \"301\", \"302\", \"303\", \"307\", "
         "\"308\""},
        Silenced()}},
      {"AnEmptyTextIsThereAndIsNoDuration",
       Route("rules: [{timeouts: {request: '', backendRequest: 1s}}]"),
       {{Code::kSchemaPattern, "spec.rules[0].timeouts.request",
         "Invalid value: \"\": spec.rules[0].timeouts.request in body should match "
         "'^([0-9]{1,5}(h|m|s|ms)){1,4}$'"},
        Rule("spec.rules[0].timeouts",
             "\"object\": type conversion error from 'string' to 'google.protobuf.Duration' "
             "evaluating rule: backendRequest timeout cannot be longer than request timeout")}},
      {"ALeadingZeroBeforeEightIsDecimal", Listener("port: 080, protocol: HTTP"), {}},
      {"AFloatWithoutFractionIsAnInteger", Listener("port: 80.0, protocol: HTTP"), {}},
      {"MinutesAreText",
       Listener("port: 1:30, protocol: HTTP"),
       {WrongType("spec.listeners[0].port", "integer", "string"), Silenced()}},
      {"DatesAreText",
       "apiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {a: 2026-01-01}}\n",
       {}},
      {"BooleanWordInALabel",
       "apiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {a: yes}}\n",
       {{Code::kSchemaWrongType, "metadata.labels.a",
         "json: cannot unmarshal bool into Go struct field ObjectMeta.labels of type string"}}},
      {"AFractionBreaksTypeAndFormat",
       Listener("port: 1.5, protocol: HTTP"),
       {WrongType("spec.listeners[0].port", "int32", "float64"), NotInt32("spec.listeners[0].port"),
        Silenced()}},
      {"MoreThan32BitsBreaksFormatAndMaximum",
       Listener("port: 3000000000, protocol: HTTP"),
       {NotInt32("spec.listeners[0].port"),
        AboveMaximum("spec.listeners[0].port", "3000000000", 65535)}},
      {"MoreThan32BitsDoesNotSilenceRules",
       Listener("port: 3000000000, protocol: HTTP, tls: {certificateRefs: [{name: c}]}"),
       {NotInt32("spec.listeners[0].port"),
        AboveMaximum("spec.listeners[0].port", "3000000000", 65535),
        Rule("spec.listeners", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']")}},
      {"RulesSeeThatThereIsANumberThatIsTooLarge",
       Route("rules: [{backendRefs: [{name: w, port: 3000000000}]}]"),
       {NotInt32("spec.rules[0].backendRefs[0].port"),
        AboveMaximum("spec.rules[0].backendRefs[0].port", "3000000000", 65535)}},
      {"AFloatWhereNoWidthIsNamed",
       Filter("type: RequestRedirect, requestRedirect: {statusCode: 1.0e20}"),
       {WrongType("spec.rules[0].filters[0].requestRedirect.statusCode", "integer", "number"),
        {Code::kSchemaWrongType, "",
         "Invalid value: \"\": Checked value must be of type integer (default format) in "
         "spec.rules[0].filters[0].requestRedirect.statusCode"},
        Silenced()}},
      {"AnAddressThatIsANumber",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}], addresses: [{value: 5}]"),
       {WrongType("spec.addresses[0].value", "string", "integer"),
        {Code::kSchemaFormat, "",
         "Invalid value: \"\": \"spec.addresses[0]\" must validate one and only one schema "
         "(oneOf). Found none valid"},
        {Code::kSchemaFormat, "",
         "Invalid value: \"\": \"spec.addresses[0].value\" must validate at least one schema "
         "(anyOf)"},
        {Code::kSchemaFormat, "spec.addresses[0].value",
         "Invalid value: \"int64\": spec.addresses[0].value in body must be of type ipv4: "
         "\"int64\""},
        Silenced()}},
      {"AnAddressThatIsNoObject",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}], addresses: [x]"),
       {WrongType("spec.addresses[0]", "object", "string"),
        {Code::kSchemaFormat, "",
         "Invalid value: \"\": \"spec.addresses[0]\" must validate one and only one schema "
         "(oneOf). Found 2 valid alternatives"},
        Silenced()}},
      {"MoreThan64BitsInJsonIsAFloat",
       JsonListener(R"("port": 9223372036854775808, "protocol": "HTTP")"),
       {WrongType("spec.listeners[0].port", "int32", "float64"), NotInt32("spec.listeners[0].port"),
        AboveMaximum("spec.listeners[0].port", "9.223372036854776e+18", 65535), Silenced()}},
  };
}

std::vector<ServerCase> FieldCases() {
  return {
      {"AnUnknownFieldIsToldOnceWithWhatIsBelowIt",
       Listener("port: 80, protocol: HTTP, foo: {bar: 1, baz: [2]}"),
       {Unknown("spec.listeners[0].foo")}},
      {"AnUnknownFieldOfTheStatusIsTold",
       Listener("port: 80, protocol: HTTP") + "status: {foo: 1}\n",
       {Unknown("status.foo")}},
      {"AWrongTypeInTheStatusIsNot",
       Listener("port: 80, protocol: HTTP") + "status: {conditions: x}\n",
       {}},
      {"ANullRequiredFieldIsMissing",
       Listener("port: ~, protocol: HTTP"),
       {Missing("spec.listeners[0].port"), Silenced()}},
      {"ANullFieldWithADefaultHasTheDefault",
       Listener("port: 443, protocol: HTTPS, tls: {mode: ~, certificateRefs: [{name: c}]}"),
       {}},
      {"NoSpecIsAMissingField",
       "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: ~\n",
       {Missing("spec"), Silenced()}},
      {"NoMetadataIsAMissingName",
       "apiVersion: v1\nkind: Namespace\nmetadata: ~\n",
       {{Code::kSchemaRequired, "metadata.name",
         "Required value: name or generateName is required"}}},
      {"ANullEntryOfAMapIsAbsent",
       Gateway(
           "infrastructure: {labels: {a: ~}}, listeners: [{name: a, port: 80, protocol: HTTP}]"),
       {}},
      {"ANullItemStays",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}], addresses: [~]"),
       {WrongType("spec.addresses[0]", "object", "null"), Silenced()}},
      {"PresenceRulesTakeNullForAbsence",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP, hostname: ~}, "
               "{name: b, port: 80, protocol: HTTP}]"),
       {Rule("spec.listeners",
             "Combination of port, protocol and hostname must be unique for each "
             "listener")}},
      {"KeysAreCaseSensitive",
       Gateway("GatewayClassName: d, listeners: [{name: a, port: 80, protocol: HTTP}]"),
       {Unknown("spec.GatewayClassName")}},
  };
}

std::vector<ServerCase> LimitCases() {
  return {
      {"LengthsCountCodePoints",
       Filter("type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: " +
              [] {
                std::string text;
                for (int i = 0; i < 4096; ++i) text += "\xC3\xA9";
                return text;
              }() +
              "}]}"),
       {}},
      {"AnEmptyTextIsTooShortAlone",
       Route("hostnames: ['']"),
       {{Code::kSchemaTooShort, "spec.hostnames[0]",
         "Invalid value: \"\": spec.hostnames[0] in body should be at least 1 chars long"}}},
      {"AnOverlongTextIsTooLongAlone",
       Route("hostnames: ['" + std::string(254, '_') + "']"),
       {{Code::kSchemaTooLong, "spec.hostnames[0]", "Too long: may not be more than 253 bytes"},
        Silenced()}},
      {"PatternsEndAtTheEndOfTheText",
       Gateway("listeners: [{name: \"a\\n\", port: 80, protocol: HTTP}]"),
       {{Code::kSchemaPattern, "spec.listeners[0].name",
         "Invalid value: \"a\\n\": spec.listeners[0].name in body should match "
         "'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"}}},
      {"EntriesOfAMapHaveTheirKeyInThePath",
       Gateway("infrastructure: {labels: {a.b/c: '!'}}, listeners: [{name: a, port: 80, protocol: "
               "HTTP}]"),
       {{Code::kSchemaPattern, "spec.infrastructure.labels.a.b/c",
         "Invalid value: \"!\": spec.infrastructure.labels.a.b/c in body should match "
         "'^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$'"}}},
      {"SelectorsAreNotChecked",
       Listener("port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: "
                "{matchExpressions: [{key: 'a b', operator: Nope}]}}}"),
       {}},
  };
}

std::vector<ServerCase> ListCases() {
  return {
      {"AKeyGivenThriceIsToldOnce",
       Filter("type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, "
              "{name: a, value: c}, {name: a, value: d}]}"),
       {Repeated("spec.rules[0].filters[0].requestHeaderModifier.set[1]", "{\"name\":\"a\"}")}},
      {"HeaderNamesOfOtherCaseAreOtherKeys",
       Filter("type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, "
              "{name: A, value: c}]}"),
       {}},
      {"ItemsOfASetAreToldOnce",
       Filter("type: RequestHeaderModifier, requestHeaderModifier: {remove: [a, b, a, a]}"),
       {Repeated("spec.rules[0].filters[0].requestHeaderModifier.remove[2]", "\"a\"")}},
      {"AnItemThatIsNoObject",
       Gateway("listeners: [x, {name: a, port: 80, protocol: HTTP}]"),
       {WrongType("spec.listeners[0]", "object", "string"),
        {Code::kSchemaWrongType, "spec.listeners[0]",
         "Invalid value: \"x\": must be an object for an array of list-type map"},
        Silenced()}},
      {"BesideAnItemThatIsNoObjectNoKeysAreCompared",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: "
               "HTTP}, x, z]"),
       {WrongType("spec.listeners[2]", "object", "string"),
        {Code::kSchemaWrongType, "spec.listeners[2]",
         "Invalid value: \"x\": must be an object for an array of list-type map"},
        WrongType("spec.listeners[3]", "object", "string"),
        Silenced()}},
      {"KeysOfAWrongTypeAreComparedToo",
       Gateway("listeners: [{name: 1, port: 80, protocol: HTTP}, {name: 1, port: 81, protocol: "
               "HTTP}, {name: true, port: 82, protocol: HTTP}]"),
       {WrongType("spec.listeners[0].name", "string", "integer"),
        WrongType("spec.listeners[1].name", "string", "integer"),
        WrongType("spec.listeners[2].name", "string", "boolean"),
        Repeated("spec.listeners[1]", "{\"name\":1}"), Silenced()}},
      {"KeysAreWrittenAsGoWritesJson",
       Filter("type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: 'a&', value: b}, "
              "{name: 'a&', value: c}]}"),
       {Repeated("spec.rules[0].filters[0].requestHeaderModifier.set[1]",
                 "{\"name\":\"a\\u0026\"}")}},
      {"OtherItemsOfAListThatWasReadInPartAreChecked",
       Route("hostnames: [1, '', A, b.com]"),
       {WrongType("spec.hostnames[0]", "string", "integer"),
        {Code::kSchemaTooShort, "spec.hostnames[1]",
         "Invalid value: \"\": spec.hostnames[1] in body should be at least 1 chars long"},
        {Code::kSchemaPattern, "spec.hostnames[2]",
         "Invalid value: \"A\": spec.hostnames[2] in body should match "
         "'^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"},
        Silenced()}},
      {"AndSoIsItsLength",
       Route("hostnames: [1, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]"),
       {WrongType("spec.hostnames[0]", "string", "integer"),
        {Code::kSchemaTooMany, "spec.hostnames", "Too many: 17: must have at most 16 items"},
        Silenced()}},
      {"ANullDoesNotKeepKeysFromBeingCompared",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: "
               "HTTP}, ~]"),
       {WrongType("spec.listeners[2]", "object", "null"),
        Repeated("spec.listeners[1]", "{\"name\":\"a\"}"), Silenced()}},
      {"ANullIsAnItemWithoutKeys",
       Route("rules: [{matches: [{headers: [~, {value: x}]}]}]"),
       {WrongType("spec.rules[0].matches[0].headers[0]", "object", "null"),
        Missing("spec.rules[0].matches[0].headers[1].name"),
        Repeated("spec.rules[0].matches[0].headers[1]", "{}"), Silenced()}},
      {"LargeNumbersAreWrittenWithoutAnExponent",
       Gateway("listeners: [{name: 1e20, port: 80, protocol: HTTP}, {name: 1e20, port: 81, "
               "protocol: HTTP}]"),
       {WrongType("spec.listeners[0].name", "string", "number"),
        WrongType("spec.listeners[1].name", "string", "number"),
        Repeated("spec.listeners[1]", "{\"name\":100000000000000000000}"), Silenced()}},
      {"ButNotThoseThatStandForAnObject",
       Gateway("listeners: [1e20, 0.5]"),
       {WrongType("spec.listeners[0]", "object", "number"),
        WrongType("spec.listeners[1]", "object", "number"),
        {Code::kSchemaWrongType, "spec.listeners[0]",
         "Invalid value: 1e+20: must be an object for an array of list-type map"},
        Silenced()}},
      {"ItemsOfAWrongTypeAreComparedToo",
       Filter("type: RequestHeaderModifier, requestHeaderModifier: {remove: [1, a, 1]}"),
       {WrongType("spec.rules[0].filters[0].requestHeaderModifier.remove[0]", "string", "integer"),
        WrongType("spec.rules[0].filters[0].requestHeaderModifier.remove[2]", "string", "integer"),
        Repeated("spec.rules[0].filters[0].requestHeaderModifier.remove[2]", "1"), Silenced()}},
      {"OtherEntriesOfAMapThatWasReadInPartAreChecked",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}], infrastructure: {labels: {a: 1, "
               "b: '?'}}"),
       {WrongType("spec.infrastructure.labels.a", "string", "integer"),
        {Code::kSchemaPattern, "spec.infrastructure.labels.b",
         "Invalid value: \"?\": spec.infrastructure.labels.b in body should match "
         "'^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$'"},
        Silenced()}},
      {"DuplicatesDoNotSilenceRules",
       Gateway("listeners: [{name: a, port: 80, protocol: HTTP}, "
               "{name: a, port: 81, protocol: HTTP}]"),
       {Repeated("spec.listeners[1]", "{\"name\":\"a\"}"),
        Rule("spec.listeners", "Listener name must be unique within the Gateway")}},
  };
}

INSTANTIATE_TEST_SUITE_P(Scalars, ApiServerTest, ValuesIn(ScalarCases()), NameOfCase<ServerCase>);
INSTANTIATE_TEST_SUITE_P(Fields, ApiServerTest, ValuesIn(FieldCases()), NameOfCase<ServerCase>);
INSTANTIATE_TEST_SUITE_P(Limits, ApiServerTest, ValuesIn(LimitCases()), NameOfCase<ServerCase>);
INSTANTIATE_TEST_SUITE_P(Lists, ApiServerTest, ValuesIn(ListCases()), NameOfCase<ServerCase>);

}  // namespace
}  // namespace gwpolicy
