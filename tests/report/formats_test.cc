#include "gwpolicy/report/formats.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

Finding Expired() {
  Finding finding;
  finding.code = Code::kTrustExpired;
  finding.level = Level::kError;
  finding.message = "it ended";
  finding.remedy = "renew it";
  finding.object = {"v1", "ConfigMap", "default", "ca"};
  finding.field_path = "data.ca.crt";
  finding.file = "dir/a.yaml";
  finding.line = 12;
  finding.column = 3;
  return finding;
}

Finding WithLevel(Level level) {
  Finding finding = Expired();
  finding.level = level;
  return finding;
}

std::string Text(absl::string_view format, const std::vector<Finding>& findings) {
  return FindFindingsFormat(format)->text(findings);
}

Value Document(absl::string_view format, const std::vector<Finding>& findings) {
  return FindFindingsFormat(format)->document(findings, "1.2.3");
}

TEST(FormatsTest, TableIsInAlphabeticalOrderAndEachRowWritesInOneWay) {
  std::string last;
  for (const FindingsFormat& format : AllFindingsFormats()) {
    EXPECT_LT(last, format.name);
    EXPECT_FALSE(format.doc.empty());
    EXPECT_NE(format.document == nullptr, format.text == nullptr) << format.name;
    EXPECT_EQ(FindFindingsFormat(format.name), &format);
    last = std::string(format.name);
  }
}

TEST(FormatsTest, UnknownNameHasNoFormat) { EXPECT_EQ(FindFindingsFormat("pdf"), nullptr); }

TEST(GithubTest, NamesFileLineAndColumn) {
  EXPECT_EQ(Text("github", {Expired()}),
            "::error file=dir/a.yaml,line=12,col=3,title=Trust/Expired::data.ca.crt: it ended%0A"
            "renew it\n");
}

TEST(GithubTest, LevelsAreThoseOfGithub) {
  EXPECT_TRUE(absl::StartsWith(Text("github", {WithLevel(Level::kWarning)}), "::warning "));
  EXPECT_TRUE(absl::StartsWith(Text("github", {WithLevel(Level::kInfo)}), "::notice "));
}

TEST(GithubTest, TextOfTheInputCannotStartACommand) {
  Finding finding = Expired();
  finding.message = "100%\n::error::forged";
  finding.file = "a,line=1::x";
  const std::string text = Text("github", {finding});
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_TRUE(absl::StrContains(text, "file=a%2Cline=1%3A%3Ax,"));
  EXPECT_TRUE(absl::StrContains(text, "100%25%0A::error::forged"));
}

TEST(GithubTest, StandardInputIsNoFile) {
  Finding finding = Expired();
  finding.file = "-";
  EXPECT_TRUE(absl::StartsWith(Text("github", {finding}), "::error title="));
}

TEST(GithubTest, NoFindingsAreNoText) { EXPECT_EQ(Text("github", {}), ""); }

TEST(JunitTest, ErrorsFailWarningsAreSkippedInfosPass) {
  const std::string xml =
      Text("junit", {Expired(), WithLevel(Level::kWarning), WithLevel(Level::kInfo)});
  EXPECT_TRUE(absl::StrContains(
      xml, "<testsuites name=\"gwpolicy\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">"));
  EXPECT_TRUE(absl::StrContains(
      xml, "<failure type=\"Trust/Expired\" message=\"it ended\">dir/a.yaml:12:3&#10;it ended"));
  EXPECT_TRUE(absl::StrContains(
      xml, "name=\"Trust/Expired ConfigMap default/ca data.ca.crt\" line=\"12\""));
}

TEST(JunitTest, SuiteAFile) {
  Finding other = Expired();
  other.file = "b.yaml";
  const std::string xml = Text("junit", {Expired(), Expired(), other});
  EXPECT_TRUE(absl::StrContains(xml, "<testsuite name=\"dir/a.yaml\" tests=\"2\""));
  EXPECT_TRUE(absl::StrContains(xml, "<testsuite name=\"b.yaml\" tests=\"1\""));
}

TEST(JunitTest, MarkupAndControlCharactersAreEscaped) {
  Finding finding = Expired();
  finding.message = "<a href=\"x\"> & \x01";
  const std::string xml = Text("junit", {finding});
  EXPECT_TRUE(absl::StrContains(xml, "&lt;a href=&quot;x&quot;&gt; &amp; \xEF\xBF\xBD"));
}

TEST(JunitTest, NoFindingsAreOnePassedTest) {
  EXPECT_TRUE(absl::StrContains(Text("junit", {}), "tests=\"1\" failures=\"0\""));
}

TEST(SarifTest, ResultsReferToRules) {
  Finding other = Expired();
  other.code = Code::kAttachConflicted;
  other.level = Level::kWarning;
  const Value log = Document("sarif", {Expired(), other});
  EXPECT_EQ(At(log, "version"), "2.1.0");
  EXPECT_EQ(At(log, "runs.0.tool.driver.version"), "1.2.3");
  EXPECT_EQ(At(log, "runs.0.tool.driver.rules.0.id"), "Attach/Conflicted");
  EXPECT_EQ(At(log, "runs.0.tool.driver.rules.1.id"), "Trust/Expired");
  EXPECT_EQ(At(log, "runs.0.results.0.ruleId"), "Trust/Expired");
  EXPECT_EQ(At(log, "runs.0.results.0.ruleIndex"), "1");
  EXPECT_EQ(At(log, "runs.0.results.0.level"), "error");
  EXPECT_EQ(At(log, "runs.0.results.1.level"), "warning");
  const std::string location = "runs.0.results.0.locations.0.";
  EXPECT_EQ(At(log, location + "physicalLocation.artifactLocation.uri"), "dir/a.yaml");
  EXPECT_EQ(At(log, location + "physicalLocation.region.startLine"), "12");
  EXPECT_EQ(At(log, location + "physicalLocation.region.startColumn"), "3");
  EXPECT_EQ(At(log, location + "logicalLocations.0.fullyQualifiedName"),
            "ConfigMap/default/ca/data.ca.crt");
}

TEST(SarifTest, PathsBecomeUris) {
  const auto uri = [](std::string file) {
    Finding finding = Expired();
    finding.file = std::move(file);
    return At(Document("sarif", {finding}),
              "runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri");
  };
  EXPECT_EQ(uri("./a b#c.yaml"), "a%20b%23c.yaml");
  EXPECT_EQ(uri("/etc/a.yaml"), "file:///etc/a.yaml");
  EXPECT_EQ(uri("-"), "absent");
}

TEST(SarifTest, FindingWithoutAnyPlaceHasNoLocations) {
  Finding finding;
  EXPECT_EQ(At(Document("sarif", {finding}), "runs.0.results.0.locations"), "absent");
}

TEST(SarifTest, NoFindingsAreARunWithoutResults) {
  EXPECT_EQ(At(Document("sarif", {}), "runs.0.results"), "[0]");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
