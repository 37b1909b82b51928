#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/text.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/namespace.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/manifest/text_writer.h"
#include "tests/manifest/compress.h"
#include "tests/testing/matchers.h"
#include "tests/testing/objects.h"

namespace gwpolicy::manifest {
namespace {

using ::gwpolicy::testing::IsFinding;
using ::gwpolicy::testing::IsFindingAt;
using ::gwpolicy::testing::NameOfCase;
using ::gwpolicy::testing::ParseObject;
using ::gwpolicy::testing::ParseObjects;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ValuesIn;

std::vector<std::string> KeysOf(const std::vector<Object>& objects) {
  std::vector<std::string> keys;
  for (const Object& object : objects) keys.push_back(object.key().ToString());
  return keys;
}

constexpr char kGood[] =
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: good, labels: {team: a}}\n";

TEST(ReadTextTest, GivesEachFieldItsPosition) {
  const Object policy = ParseObject(R"(apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata:
  name: web
spec:
  targetRefs:
  - group: ""
    kind: Service
    name: web
  validation:
    hostname: web.example.com
    wellKnownCACertificates: System
)");
  ASSERT_NE(policy.As<BackendTLSPolicy>(), nullptr);
  EXPECT_EQ(policy.As<BackendTLSPolicy>()->spec.validation.hostname, "web.example.com");
  const SourcePosition name = policy.source()->Find("spec.targetRefs[0].name");
  EXPECT_EQ(name.line, 9);
  EXPECT_EQ(name.column, 11);
  EXPECT_EQ(policy.source()->file(), "test.yaml");
  // What is not there is at the object that lacks it.
  EXPECT_EQ(policy.source()->Find("spec.validation.subjectAltNames[0]").line, 10);
}

TEST(ReadTextTest, HandsOverEachObjectAsItIsRead) {
  const std::string text = absl::StrCat(kGood, "---\n: [\n---\n", kGood, "---\n", kGood);
  const LoadResult all = ReadText(text, "test.yaml");
  std::vector<Object> objects;
  const std::vector<Finding> findings = ForEachObject(
      text, "test.yaml", [&](Object object) { objects.push_back(std::move(object)); });
  EXPECT_THAT(objects, SizeIs(3));
  EXPECT_EQ(KeysOf(objects), KeysOf(all.objects));
  EXPECT_THAT(findings, ElementsAre(IsFindingAt(Code::kReadSyntax, 5, 1)));
}

TEST(ReadTextTest, JsonAndYamlGiveEqualObjects) {
  const Object yaml = ParseObject(R"(
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ports:
  - {name: https, port: 8443, targetPort: web}
)");
  const Object json = ParseObject(R"({"apiVersion": "v1", "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"ports": [{"name": "https", "port": 8443, "targetPort": "web"}]}})");
  EXPECT_EQ(yaml, json);
  EXPECT_EQ(json.source()->Find("spec.ports[0].port").line, 3);
  EXPECT_EQ(json.source()->Find("spec.ports[0].port").column, 50);
  EXPECT_EQ(json.source()->FindName("spec.ports[0].port").column, 42);
}

TEST(ReadTextTest, ListsAreTakenApart) {
  const std::vector<Object> objects = ParseObjects(R"(
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: a}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: a}, data: {ca.crt: x}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClassList
items:
- {metadata: {name: c}, spec: {controllerName: example.com/c}}
)");
  EXPECT_THAT(KeysOf(objects), ElementsAre("Namespace a", "ConfigMap a/b", "GatewayClass c"));
  EXPECT_EQ(objects[2].api_version(), "gateway.networking.k8s.io/v1");
}

TEST(ReadTextTest, SeveralJsonValuesMayFollowEachOther) {
  const std::vector<Object> objects = ParseObjects(
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b"}}
---
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c}\"{"}})");
  EXPECT_THAT(KeysOf(objects), ElementsAre("Namespace a", "Namespace b", "Namespace c}\"{"));
}

TEST(ReadTextTest, FlowYamlIsNotMistakenForJson) {
  const std::vector<Object> objects =
      ParseObjects("{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n");
  EXPECT_THAT(KeysOf(objects), ElementsAre("Namespace a"));
}

TEST(ReadTextTest, JsonDocumentsMayStandBesideYamlOnes) {
  const LoadResult loaded = ReadText(
      "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"a\"}}\n---\n"
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n",
      "in.yaml");
  EXPECT_THAT(loaded.findings, IsEmpty());
  ASSERT_EQ(loaded.objects.size(), 2u);
  EXPECT_EQ(loaded.objects[1].meta().name, "b");
}

TEST(ReadTextTest, ObjectsThatNameNoNamespaceArePlaced) {
  ReadOptions options;
  options.default_namespace = "shop";
  const LoadResult loaded = ReadText(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {typo: 1}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: other}\n---\n"
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
      "in.yaml", options);
  ASSERT_EQ(loaded.objects.size(), 3u);
  EXPECT_EQ(loaded.objects[0].meta().ns, "shop");
  EXPECT_EQ(loaded.objects[1].meta().ns, "other");
  EXPECT_EQ(loaded.objects[2].meta().ns, "");
  ASSERT_EQ(loaded.findings.size(), 1u);
  EXPECT_EQ(loaded.findings[0].object.ns, "shop");
}

TEST(ReadTextTest, SecretsAreDecodedAndPlainTextWins) {
  const Object object = ParseObject(R"(
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {a: aGVsbG8=, b: aGVsbG8=}
stringData:
  b: |
    other
)");
  const Secret* secret = object.As<Secret>();
  ASSERT_NE(secret, nullptr);
  EXPECT_EQ(secret->Find("a")->Reveal(), "hello");
  EXPECT_EQ(secret->Find("b")->Reveal(), "other\n");
  EXPECT_EQ(secret->Find("c"), nullptr);
}

TEST(ReadTextTest, AnchorsAndMergeKeysAreExpanded) {
  const Object object = ParseObject(R"(
apiVersion: v1
kind: ConfigMap
metadata: &m
  name: c
  labels: &l {a: one, b: two}
  annotations:
    <<: *l
    b: mine
data:
  one: &text text
  two: *text
)");
  EXPECT_EQ(object.meta().annotations, (TextMap<Text>{{"a", "one"}, {"b", "mine"}}));
  EXPECT_EQ(object.As<ConfigMap>()->data.find("two")->second, "text");
}

TEST(ReadTextTest, UnknownKindsAreKeptWhole) {
  const LoadResult result = ReadText(
      "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {a: [1, x, null, "
      "1.5]}\n",
      "-");
  ASSERT_THAT(result.objects, SizeIs(1));
  const auto* widget = result.objects[0].As<UntypedObject>();
  ASSERT_NE(widget, nullptr);
  EXPECT_EQ(widget->kind, "Widget");
  EXPECT_EQ(*widget->body.Find("spec"),
            Value::MakeObject().Set("a", Value(Value::List{1, "x", Value(), 1.5})));
  EXPECT_THAT(result.findings, ElementsAre(IsFinding(Code::kReadUnknownKind, "kind")));
  EXPECT_EQ(result.findings[0].level, Level::kInfo);
}

TEST(ReadTextTest, ByteOrderMarkAndCarriageReturnsAreFine) {
  EXPECT_THAT(KeysOf(ParseObjects(absl::StrCat("\xEF\xBB\xBF", kGood))),
              ElementsAre("Namespace good"));
  EXPECT_THAT(KeysOf(ParseObjects(absl::StrReplaceAll(kGood, {{"\n", "\r\n"}}))),
              ElementsAre("Namespace good"));
  EXPECT_THAT(
      KeysOf(ParseObjects("\xEF\xBB\xBF{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":"
                          "{\"name\":\"a\"}}")),
      ElementsAre("Namespace a"));
}

TEST(ReadTextTest, EmptyDocumentsAreNothing) {
  EXPECT_THAT(KeysOf(ParseObjects(absl::StrCat("---\n# only a comment\n---\n", kGood, "---\n"))),
              ElementsAre("Namespace good"));
}

// One bad document each, between two good ones: what is good has to load.
struct BadDocument {
  const char* name;
  std::string text;
  Code code;
  int line;
  int column;
};

std::string AliasBomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [");
    for (int j = 0; j < 10; ++j) absl::StrAppend(&text, j == 0 ? "" : ", ", "*a", i - 1);
    absl::StrAppend(&text, "]\n");
  }
  return text;
}

std::string DeepMappings() {
  std::string text;
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "{a: ");
  return text;
}

class BadDocumentTest : public ::testing::TestWithParam<BadDocument> {};

TEST_P(BadDocumentTest, IsAFindingAndTheOthersLoad) {
  const std::string text =
      absl::StrCat(kGood, "---\n", GetParam().text,
                   "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: also}\n");
  const LoadResult result = ReadText(text, "bad.yaml");
  EXPECT_THAT(KeysOf(result.objects), Contains("Namespace good"));
  EXPECT_THAT(KeysOf(result.objects), Contains("Namespace also"));
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_THAT(result.findings,
              ElementsAre(IsFindingAt(GetParam().code, GetParam().line, GetParam().column)));
  EXPECT_EQ(result.findings[0].file, "bad.yaml");
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, BadDocumentTest,
    ValuesIn(std::vector<BadDocument>{
        {"UnterminatedQuote", "a: \"b\nc: d", Code::kReadSyntax, 7, 1},
        {"TabForIndent", "a:\n\tb: c", Code::kReadSyntax, 6, 1},
        {"BadIndent", "a: b\n  c: d", Code::kReadSyntax, 6, 4},
        {"UnknownAnchor", "a: *nowhere", Code::kReadSyntax, 5, 4},
        {"AnchorInItself", "a: &a [*a]", Code::kReadSyntax, 5, 8},
        {"KeyThatIsAList", "? [a]\n: b", Code::kReadSyntax, 5, 3},
        {"TwoValuesInOneDocument", "{apiVersion: v1, kind: Namespace, metadata: {name: x}}\n{c: d}",
         Code::kReadSyntax, 6, 1},
        {"Infinity", "a: .inf", Code::kReadSyntax, 5, 4},
        {"NoNumber", "a: {b: [1, .NaN]}", Code::kReadSyntax, 5, 12},
        {"MergeOfText", "<<: text", Code::kReadSyntax, 6, 1},
        {"AliasBomb", AliasBomb(), Code::kReadAliasBomb, 9, 45},
        {"DeepNesting", std::string(100000, '['), Code::kReadTooDeep, 5, 101},
        {"DeepMappings", DeepMappings(), Code::kReadTooDeep, 5, 401},
        {"KeyThatIsAMapping", "? {a: b}\n: c", Code::kReadSyntax, 5, 3},
        {"NoKind", "apiVersion: v1", Code::kReadNoObject, 5, 1},
        {"NoApiVersion", "kind: Service", Code::kReadNoObject, 5, 1},
        {"Text", "just text", Code::kReadNoObject, 5, 1},
        {"ListOfNothing", "- a\n- b", Code::kReadNoObject, 5, 1},
        {"NoName", "apiVersion: v1\nkind: Secret\nmetadata: {}", Code::kSchemaRequired, 7, 1},
        {"MetadataIsText", "apiVersion: v1\nkind: Secret\nmetadata: x", Code::kSchemaWrongType, 7,
         11},
        {"NameIsNumber", "apiVersion: v1\nkind: Secret\nmetadata: {name: 5}",
         Code::kSchemaWrongType, 7, 18}}),
    NameOfCase<BadDocument>);

struct BadText {
  const char* name;
  std::string text;
  std::string file;
  Code code;
};

class BadTextTest : public ::testing::TestWithParam<BadText> {};

TEST_P(BadTextTest, IsOneFinding) {
  const LoadResult result = ReadText(GetParam().text, GetParam().file);
  EXPECT_THAT(result.objects, IsEmpty());
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].code, GetParam().code) << result.findings[0].message;
  EXPECT_EQ(result.findings[0].file, GetParam().file);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadTextTest,
    ValuesIn(std::vector<BadText>{
        {"Empty", "", "-", Code::kReadEmpty},
        {"OnlyComments", "# nothing\n---\n", "a.yaml", Code::kReadEmpty},
        {"NulBytes", std::string("apiVersion: v1\0", 15), "a.yaml", Code::kReadBinary},
        {"LatinOne", "kind: \xE9t\xE9\n", "a.yaml", Code::kReadBinary},
        {"ControlCharacters", "kind: \x01\n", "a.yaml", Code::kReadBinary},
        {"JsonNotUtf8", "{\"kind\": \"\xE9\"}", "a.json", Code::kReadBinary},
        {"JsonDeepLists", std::string(100000, '['), "a.json", Code::kReadTooDeep},
        {"JsonDeepListsByContent", std::string(100000, '['), "-", Code::kReadTooDeep},
        {"JsonUnterminatedString", "{\"kind\": \"a", "a.json", Code::kReadSyntax},
        {"JsonUnterminatedObject", "{\"kind\": \"a\"", "a.json", Code::kReadSyntax},
        {"JsonWrongBracket", "{\"kind\": [\"a\"}", "a.json", Code::kReadSyntax},
        {"JsonTrailingComma", "{\"kind\": \"a\",}", "a.json", Code::kReadSyntax},
        {"JsonMissingColon", "{\"kind\" \"a\"}", "a.json", Code::kReadSyntax},
        {"JsonBadNumber", "{\"kind\": 01}", "a.json", Code::kReadSyntax},
        {"JsonBadWord", "{\"kind\": yes}", "a.json", Code::kReadSyntax},
        {"JsonText", "kind: a", "a.json", Code::kReadSyntax},
        {"TemplateOfAChart", "{{ .Values.all }}\n", "a.yaml", Code::kReadTemplate}}),
    NameOfCase<BadText>);

TEST(ReadTextTest, TooManyBytesAreRefusedAtOnce) {
  ReadOptions options;
  options.max_bytes = 10;
  EXPECT_THAT(ReadText(kGood, "-", options).findings,
              ElementsAre(IsFinding(Code::kReadTooLarge, "")));
}

TEST(ReadTextTest, GoodJsonBesideBadLoads) {
  const LoadResult result = ReadText(
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":}}
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}})",
      "a.json");
  EXPECT_THAT(KeysOf(result.objects), ElementsAre("Namespace a", "Namespace c"));
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].code, Code::kReadSyntax);
  EXPECT_EQ(result.findings[0].line, 2);
}

// Findings of one field; the rest of the object has to be there.
struct FieldCase {
  const char* name;
  const char* spec;  // of a Gateway
  Code code;
  const char* path;
  const char* message;
};

class BadFieldTest : public ::testing::TestWithParam<FieldCase> {};

TEST_P(BadFieldTest, IsAFindingAndTheObjectLoads) {
  const LoadResult result =
      ReadText(absl::StrCat("apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
                            "metadata: {name: g, namespace: ns}\nspec:\n  gatewayClassName: c\n",
                            GetParam().spec),
               "-");
  ASSERT_THAT(result.objects, SizeIs(1));
  EXPECT_EQ(result.objects[0].As<Gateway>()->spec.gateway_class_name, "c");
  EXPECT_THAT(result.findings,
              ElementsAre(IsFinding(GetParam().code, GetParam().path, GetParam().message)));
  EXPECT_EQ(result.findings[0].object.kind, "Gateway");
  EXPECT_EQ(result.findings[0].object.name, "g");
}

INSTANTIATE_TEST_SUITE_P(
    Gateway, BadFieldTest,
    ValuesIn(std::vector<FieldCase>{
        {"UnknownField", "  foo: 1\n", Code::kSchemaUnknownField, "spec.foo",
         "unknown field \"spec.foo\""},
        {"UnknownFieldBelowAListItem", "  listeners: [{name: a, foo: {bar: 1}}]\n",
         Code::kSchemaUnknownField, "spec.listeners[0].foo",
         "unknown field \"spec.listeners[0].foo\""},
        {"UnknownFieldThatIsNull", "  foo: ~\n", Code::kSchemaUnknownField, "spec.foo",
         "unknown field \"spec.foo\""},
        {"OtherCase", "  Listeners: []\n", Code::kSchemaUnknownField, "spec.Listeners",
         "unknown field \"spec.Listeners\""},
        {"TextForNumber", "  listeners: [{port: \"80\"}]\n", Code::kSchemaWrongType,
         "spec.listeners[0].port",
         "Invalid value: \"string\": spec.listeners[0].port in body must be of type integer: "
         "\"string\""},
        {"NumberForText", "  listeners: [{name: 80}]\n", Code::kSchemaWrongType,
         "spec.listeners[0].name",
         "Invalid value: \"integer\": spec.listeners[0].name in body must be of type string: "
         "\"integer\""},
        {"BooleanWordForText", "  listeners: [{name: yes}]\n", Code::kSchemaWrongType,
         "spec.listeners[0].name",
         "Invalid value: \"boolean\": spec.listeners[0].name in body must be of type string: "
         "\"boolean\""},
        {"ObjectForList", "  listeners: {}\n", Code::kSchemaWrongType, "spec.listeners",
         "Invalid value: \"object\": spec.listeners in body must be of type array: \"object\""},
        {"NullInAList", "  listeners: [~]\n", Code::kSchemaWrongType, "spec.listeners[0]",
         "Invalid value: \"null\": spec.listeners[0] in body must be of type object: \"null\""},
        {"RepeatedKey", "  listeners: []\n  listeners: []\n", Code::kReadDuplicateKey,
         "spec.listeners", "duplicate field \"spec.listeners\""},
        {"KeyThreeTimes", "  listeners: []\n  listeners: []\n  listeners: []\n",
         Code::kReadDuplicateKey, "spec.listeners", "duplicate field \"spec.listeners\""}}),
    NameOfCase<FieldCase>);

TEST(ReadTextTest, WrongTypesAreMarkedBroken) {
  const LoadResult result = ReadText(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\n"
      "spec: {hostnames: [5, a.com], parentRefs: [x, {name: g}]}\n",
      "-");
  ASSERT_THAT(result.objects, SizeIs(1));
  const HTTPRouteSpec& spec = result.objects[0].As<HTTPRoute>()->spec;
  EXPECT_THAT(spec.hostnames, ElementsAre("", "a.com"));
  ASSERT_THAT(spec.parent_refs, SizeIs(2));
  EXPECT_EQ(spec.parent_refs[0].broken, ApiStruct::kAllBroken);
  EXPECT_EQ(spec.parent_refs[1].broken, 0u);
  EXPECT_TRUE(TypeInfo::IsBroken(*TypeOf<HTTPRouteSpec>().Find("hostnames"), &spec));
}

TEST(ReadTextTest, LabelsAreTextAndNullIsEmptyText) {
  const LoadResult result = ReadText(
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {a: ~, b: yes, c: d}}\n", "-");
  ASSERT_THAT(result.objects, SizeIs(1));
  EXPECT_EQ(result.objects[0].meta().labels, (TextMap<Text>{{"a", ""}, {"b", ""}, {"c", "d"}}));
  EXPECT_THAT(result.findings,
              ElementsAre(IsFinding(Code::kSchemaWrongType, "metadata.labels.b",
                                    "json: cannot unmarshal bool into Go struct field "
                                    "ObjectMeta.labels of type string")));
}

TEST(ReadTextTest, OlderBackendTlsPoliciesAreReadAsTodays) {
  const std::string text = R"(apiVersion: gateway.networking.k8s.io/v1alpha2
kind: BackendTLSPolicy
metadata: {name: p, namespace: shop}
spec:
  targetRef:
    group: ''
    kind: Service
    name: web
    sectionName: https
  tls:
    hostname: a.com
    caCertRefs:
    - {group: '', kind: ConfigMap, name: ca}
)";
  const LoadResult result = ReadText(text, "-");
  EXPECT_THAT(result.findings, ElementsAre(IsFinding(Code::kReadConverted, "apiVersion")));
  ASSERT_THAT(result.objects, SizeIs(1));
  const Object& object = result.objects[0];
  const auto* policy = object.As<BackendTLSPolicy>();
  ASSERT_NE(policy, nullptr);
  ASSERT_THAT(policy->spec.target_refs, SizeIs(1));
  EXPECT_EQ(policy->spec.target_refs[0].name, "web");
  EXPECT_EQ(policy->spec.target_refs[0].section_name, "https");
  EXPECT_EQ(policy->spec.validation.hostname, "a.com");
  ASSERT_THAT(policy->spec.validation.ca_certificate_refs, SizeIs(1));
  EXPECT_EQ(policy->spec.validation.ca_certificate_refs[0].name, "ca");
  // Positions by the names of both versions.
  for (const char* path : {"spec.targetRef.name", "spec.targetRefs[0].name"}) {
    EXPECT_EQ(object.source()->Find(path).line, 8) << path;
  }
  for (const char* path :
       {"spec.tls.caCertRefs[0].name", "spec.validation.caCertificateRefs[0].name"}) {
    EXPECT_EQ(object.source()->Find(path).line, 13) << path;
  }
  const std::string written = ToYaml(Encode(object, Secrets::kReveal));
  EXPECT_THAT(written, ::testing::HasSubstr("caCertRefs:"));
  const LoadResult again = ReadText(written, "-");
  ASSERT_THAT(again.objects, SizeIs(1));
  EXPECT_EQ(again.objects[0], object);
}

TEST(ReadTextTest, WhatAnOlderBackendTlsPolicyCannotKeepIsTold) {
  const auto read = [](const std::string& target) {
    return ReadText(absl::StrCat("apiVersion: gateway.networking.k8s.io/v1alpha2\n"
                                 "kind: BackendTLSPolicy\nmetadata: {name: p, namespace: shop}\n"
                                 "spec:\n  targetRef: {group: '', kind: Service, name: web, ",
                                 target, "}\n  tls: {hostname: a.com, wellKnownCACerts: System}\n"),
                    "-");
  };
  EXPECT_THAT(read("namespace: shop").findings,
              ElementsAre(IsFinding(Code::kReadConverted, "apiVersion")));
  const LoadResult other = read("namespace: other");
  EXPECT_THAT(other.findings,
              ElementsAre(IsFinding(Code::kReadConverted, "apiVersion"),
                          IsFinding(Code::kReadConverted, "spec.targetRef.namespace")));
  EXPECT_EQ(other.findings[1].level, Level::kError);
  EXPECT_EQ(other.findings[1].line, 5);
  EXPECT_NE(other.objects[0], read("namespace: shop").objects[0]);
  EXPECT_THAT(read("targetRefs: []").findings,
              ElementsAre(IsFinding(Code::kSchemaUnknownField, "spec.targetRef.targetRefs"),
                          IsFinding(Code::kReadConverted, "apiVersion")));
}

TEST(ReadTextTest, KindsUnderFormerNamesAreReadAsTodays) {
  const LoadResult result = ReadText(
      "apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XListenerSet\nmetadata: {name: l}\n"
      "spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: HTTP}]}\n"
      "---\n"
      "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: BackendLBPolicy\nmetadata: {name: b}\n"
      "spec: {targetRefs: [{group: '', kind: Service, name: web}], sessionPersistence: {type: "
      "Header}, retryConstraint: {}}\n"
      "---\n"
      "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: ReferenceGrant\nmetadata: {name: r}\n"
      "spec: {from: [{group: '', kind: Service, namespace: a}], to: [{group: '', kind: Secret}]}\n"
      "---\n"
      "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: GRPCRoute\nmetadata: {name: r}\n",
      "-");
  EXPECT_THAT(result.findings,
              ElementsAre(IsFinding(Code::kReadConverted, "apiVersion",
                                    "XListenerSet of gateway.networking.x-k8s.io/v1alpha1 is read "
                                    "as ListenerSet of gateway.networking.k8s.io/v1. The newest "
                                    "release of the Gateway API does not serve it."),
                          IsFinding(Code::kSchemaUnknownField, "spec.retryConstraint"),
                          IsFinding(Code::kReadConverted, "apiVersion")));
  EXPECT_THAT(KeysOf(result.objects), ElementsAre("ListenerSet l", "XBackendTrafficPolicy b",
                                                  "ReferenceGrant r", "GRPCRoute r"));
  EXPECT_EQ(result.objects[0].ref().kind, "XListenerSet");
  EXPECT_EQ(*Encode(result.objects[1], Secrets::kReveal).Find("kind"), Value("BackendLBPolicy"));
}

TEST(ReadTextTest, VersionsThatDoNotExistAreFindings) {
  const LoadResult result = ReadText(
      "apiVersion: gateway.networking.k8s.io/v1alpha1\nkind: BackendTLSPolicy\n"
      "metadata: {name: p}\n",
      "-");
  EXPECT_THAT(result.findings, ElementsAre(IsFinding(Code::kSchemaUnservedVersion, "apiVersion")));
  EXPECT_TRUE(absl::StartsWith(result.findings[0].message,
                               "no matches for kind \"BackendTLSPolicy\" in version "
                               "\"gateway.networking.k8s.io/v1alpha1\""));
  ASSERT_THAT(result.objects, SizeIs(1));
  EXPECT_EQ(result.objects[0].kind(), Kind::kUntyped);
}

TEST(ReadTextTest, BrokenBase64IsToldWithoutTheValue) {
  const LoadResult result = ReadText(
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {tls.key: '!secret!', a: YQ==}\n",
      "-");
  EXPECT_THAT(result.findings, ElementsAre(IsFinding(Code::kSchemaFormat, "data.tls.key")));
  EXPECT_THAT(result.findings[0].message, Not(::testing::HasSubstr("secret!")));
  ASSERT_THAT(result.objects, SizeIs(1));
  EXPECT_EQ(result.objects[0].As<Secret>()->data.find("a")->second.Reveal(), "a");
}

// Folders, files and patterns.
class ReadPathTest : public ::testing::Test {
 protected:
  ReadPathTest()
      : root_(absl::StrCat(::testing::TempDir(), "/",
                           ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }

  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = std::filesystem::path(root_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  std::string NamespaceText(const char* name) {
    return absl::StrCat("apiVersion: v1\nkind: Namespace\nmetadata: {name: ", name, "}\n");
  }

  const std::string root_;
};

TEST_F(ReadPathTest, FoldersAreReadInTheOrderOfTheirPaths) {
  Write("b.yaml", NamespaceText("b"));
  Write("a/z.yml", NamespaceText("az"));
  Write("c.json", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}})");
  Write("notes.txt", "not a manifest: [");
  Write("values.yaml", "replicas: 3\n");
  const LoadResult result = ReadPath(root_);
  EXPECT_THAT(KeysOf(result.objects), ElementsAre("Namespace az", "Namespace b", "Namespace c"));
  ASSERT_THAT(result.findings, ElementsAre(IsFinding(Code::kReadNoObject, "")));
  EXPECT_EQ(result.findings[0].level, Level::kInfo);
  EXPECT_EQ(result.findings[0].file, root_ + "/values.yaml");
}

TEST_F(ReadPathTest, ManyFilesAreReadByThreadsInTheSameOrder) {
  for (int i = 0; i < 40; ++i) {
    std::string text;
    for (int j = 0; j < 200; ++j) {
      absl::StrAppend(&text, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n", i, "-", j,
                      ", labels: {a: b, c: d}}\n");
    }
    if (i % 7 == 0) text += "---\na: [\n";
    Write(absl::StrCat(100 + i, ".yaml"), text);
  }
  ReadOptions options;
  options.max_threads = 1;
  const LoadResult alone = ReadPath(root_, options);
  options.max_threads = 4;
  const LoadResult together = ReadPath(root_, options);
  ASSERT_THAT(together.objects, SizeIs(8000));
  EXPECT_EQ(KeysOf(together.objects), KeysOf(alone.objects));
  EXPECT_THAT(together.findings, SizeIs(6));
  EXPECT_EQ(together.findings, alone.findings);
}

TEST_F(ReadPathTest, CompressedFilesAreReadAsWhatTheyHold) {
  Write("a.yaml.gz", Gzip(NamespaceText("a")));
  Write("b.json.gz", Gzip(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b"}})"));
  Write("notes.gz", Gzip("not a manifest"));
  const LoadResult result = ReadPath(root_);
  EXPECT_THAT(KeysOf(result.objects), ElementsAre("Namespace a", "Namespace b"));
  EXPECT_THAT(result.findings, IsEmpty());
  ASSERT_THAT(result.objects, SizeIs(2));
  EXPECT_EQ(result.objects[0].source()->file(), root_ + "/a.yaml.gz");
  EXPECT_EQ(result.objects[0].source()->Find("metadata.name").column, 18);
}

TEST(ReadTextTest, CompressedTextThatIsDamagedOrTooLargeIsToldOf) {
  const std::string good = Gzip("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
  EXPECT_THAT(ReadText(good, "-").findings, IsEmpty());
  EXPECT_THAT(ReadText(good.substr(0, good.size() - 3), "-").findings,
              ElementsAre(IsFinding(Code::kReadBinary, "",
                                    "The input is no whole gzip file: the compressed data is "
                                    "cut.")));
  ReadOptions options;
  options.max_bytes = 40;
  EXPECT_THAT(ReadText(good, "-", options).findings,
              ElementsAre(IsFinding(Code::kReadTooLarge, "",
                                    "Decompressed, the input has more bytes than the limit of "
                                    "40.")));
}

TEST_F(ReadPathTest, PatternsAreExpanded) {
  Write("1.yaml", NamespaceText("one"));
  Write("2.yaml", NamespaceText("two"));
  Write("x.txt", NamespaceText("x"));
  EXPECT_THAT(KeysOf(ReadPath(root_ + "/?.yaml").objects),
              ElementsAre("Namespace one", "Namespace two"));
  EXPECT_THAT(ReadPath(root_ + "/*.nothing").findings,
              ElementsAre(IsFinding(Code::kReadNotFound, "")));
}

TEST_F(ReadPathTest, WhatIsMissingIsAFinding) {
  const LoadResult result = ReadPath(root_ + "/nowhere.yaml");
  ASSERT_THAT(result.findings, ElementsAre(IsFinding(Code::kReadNotFound, "")));
  EXPECT_EQ(result.findings[0].file, root_ + "/nowhere.yaml");
}

TEST_F(ReadPathTest, AnEmptyFolderIsAFinding) {
  EXPECT_THAT(ReadPath(root_).findings, ElementsAre(IsFinding(Code::kReadEmpty, "")));
}

TEST_F(ReadPathTest, AHugeFileIsNotRead) {
  Write("huge.yaml", "");
  std::filesystem::resize_file(root_ + "/huge.yaml", 100u << 20);  // sparse
  EXPECT_THAT(ReadPath(root_ + "/huge.yaml").findings,
              ElementsAre(IsFinding(Code::kReadTooLarge, "")));
}

}  // namespace
}  // namespace gwpolicy::manifest
