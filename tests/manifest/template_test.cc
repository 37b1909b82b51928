#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "tests/testing/matchers.h"

// Templates of charts that were not rendered, and text that only looks like one.
namespace gwpolicy::manifest {
namespace {

using ::gwpolicy::testing::NameOfCase;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ValuesIn;

struct TemplateCase {
  std::string name;
  std::string text;
  int line;
  int column;
};

void PrintTo(const TemplateCase& one, std::ostream* out) { *out << one.text; }

class BrokenTemplateTest : public ::testing::TestWithParam<TemplateCase> {};

TEST_P(BrokenTemplateTest, IsOneErrorAtTheBraces) {
  const LoadResult result = ReadText(GetParam().text, "chart.yaml");
  ASSERT_THAT(result.findings, SizeIs(1));
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.code, Code::kReadTemplate) << finding.message;
  EXPECT_EQ(finding.level, Level::kError);
  EXPECT_EQ(finding.line, GetParam().line);
  EXPECT_EQ(finding.column, GetParam().column);
  EXPECT_TRUE(absl::StrContains(finding.message, "helm template")) << finding.message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenTemplateTest,
    ValuesIn(std::vector<TemplateCase>{
        {"Alone", "{{ .Values.all }}\n", 1, 1},
        {"ActionOnALineOfItsOwn",
         "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n{{- if .Values.b }}\n  "
         "labels: {}\n{{- end }}\n",
         5, 1},
        {"ValueWithoutQuotes",
         "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {{ .Values.name }}\n", 4, 9},
        {"KeyWithoutQuotes",
         "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {{{ .k }}: v}}\n", 3, 29},
        {"BehindLetters", "apiVersion: v1\nkind: Namespace\nmetadata:\n  é: [\"é\", {{ .x }}]\n", 4,
         12},
        {"SecondOfThreeDocuments",
         "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n# {{ here }}\nkind: {{ .k }}\n"
         "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n",
         6, 7},
        {"BehindABlockScalar",
         "data:\n  a: |-\n    {{ not here }}\n\n    nor }} {{ here\n  b: {{ .x }}\n", 6, 6},
    }),
    NameOfCase<TemplateCase>);

TEST(BrokenTextTest, WithBracesElsewhereIsABareSyntaxError) {
  for (const char* text : {
           "a: [\n---\nkind: \"{{ x }}\"\n",
           "# {{ x }}\na: [\n",
           "a: b # {{ x }}\nc: ]\n",
           "a: |\n  {{ x }}\nb: ]\n",
           "a: \"{{ x }}\"\nb: ['{{ y }}', \"\\\"{{ z }}\"\nc: ]\n",
       }) {
    const LoadResult result = ReadText(text, "a.yaml");
    ASSERT_FALSE(result.findings.empty()) << text;
    EXPECT_EQ(result.findings[0].code, Code::kReadSyntax) << text;
  }
}

TEST(BrokenTextTest, KeepsTheErrorsOfJsonThatQuotesBraces) {
  const LoadResult result =
      ReadText("{\"kind\": \"{{ x }}\"}\n{\"kind\":}\n{\"kind\":}\n", "a.json");
  int errors = 0;
  for (const Finding& finding : result.findings) errors += finding.code == Code::kReadSyntax;
  EXPECT_EQ(errors, 2);
}

TEST(BrokenTextTest, AnApostropheIsNoQuote) {
  const LoadResult result = ReadText("a: it's {{ .x }}: b: c\n", "a.yaml");
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].code, Code::kReadTemplate);
  EXPECT_EQ(result.findings[0].column, 9);
}

class QuotedTemplateTest : public ::testing::TestWithParam<TemplateCase> {};

TEST_P(QuotedTemplateTest, IsOneWarningAtTheBracesAndTheObjectLoads) {
  const LoadResult result = ReadText(GetParam().text, "chart.yaml");
  EXPECT_FALSE(result.objects.empty());
  std::vector<Finding> found;
  for (const Finding& finding : result.findings) {
    if (finding.level != Level::kInfo) found.push_back(finding);
  }
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code, Code::kReadTemplate);
  EXPECT_EQ(found[0].level, Level::kWarning);
  EXPECT_EQ(found[0].line, GetParam().line);
  EXPECT_EQ(found[0].column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(
    All, QuotedTemplateTest,
    ValuesIn(std::vector<TemplateCase>{
        {"Value", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: \"{{ .Values.name }}\"\n", 4,
         10},
        {"PartOfAValue",
         "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: é-{{ x }}-b\n  labels: {a: '{{ y "
         "}}'}\n",
         4, 11},
        {"Key", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {'{{ k }}': v}}\n", 3,
         31},
        {"Json",
         "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\",\n\"metadata\": {\"name\": \"{{ x "
         "}}\"}}",
         2, 23},
        {"ItemOfAList",
         "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: "
         "{name: \"{{ x }}\"}\n  data: {a: \"{{ y }}\"}\n",
         6, 21},
        {"KindThatIsNotModelled",
         "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: '{{ "
         ".Values.replicas }}'}\n",
         4, 19},
    }),
    NameOfCase<TemplateCase>);

class NoTemplateTest : public ::testing::TestWithParam<TemplateCase> {};

TEST_P(NoTemplateTest, GivesNothing) {
  const LoadResult result = ReadText(GetParam().text, "a.yaml");
  EXPECT_THAT(result.objects, SizeIs(1));
  for (const Finding& finding : result.findings) {
    EXPECT_EQ(finding.code, Code::kReadUnknownKind) << finding.message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, NoTemplateTest,
    ValuesIn(std::vector<TemplateCase>{
        {"BlockScalarOfAConfigMap",
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  t.tpl: |\n    Hello {{ "
         ".Name }}\n",
         0, 0},
        {"LineOfAConfigMap",
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {t: '{{ .Name }}'}\n", 0, 0},
        {"TextOfASecret",
         "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {t: '{{ .Name }}'}\n", 0,
         0},
        {"Annotation",
         "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, annotations: {t: '{{ .Name }}'}}\n",
         0, 0},
        {"Comment", "# {{ .Values.a }}\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", 0,
         0},
        {"RuleOfAnotherTool",
         "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec: "
         "{summary: '{{ $labels.pod }} is down'}\n",
         0, 0},
        {"OpeningBracesAlone",
         "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {a: '{{'}}\n", 0, 0},
    }),
    NameOfCase<TemplateCase>);

TEST(TemplateTest, EachDocumentIsToldOnce) {
  const std::string one = "kind: {{ .a }}\napiVersion: {{ .b }}\n";
  EXPECT_THAT(ReadText(one + "---\n" + one, "a.yaml").findings, SizeIs(2));
}

TEST(TemplateTest, ManyBrokenDocumentsTakeNoQuadraticTime) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "a: {{ .b }}\n---\n";
  EXPECT_THAT(ReadText(text, "a.yaml").findings, SizeIs(4000));
}

}  // namespace
}  // namespace gwpolicy::manifest
