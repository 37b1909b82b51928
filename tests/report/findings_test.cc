#include "gwpolicy/report/findings.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

Finding Make(std::string file, int line, Code code = Code::kTrustExpired) {
  Finding finding;
  finding.code = code;
  finding.level = InfoOf(code).level;
  finding.message = "it ended";
  finding.file = std::move(file);
  finding.line = line;
  return finding;
}

TEST(FindingValueTest, HasEveryMemberOfTheContract) {
  Finding finding = Make("a.yaml", 12);
  finding.remedy = "renew it";
  finding.object = {"v1", "ConfigMap", "default", "ca"};
  finding.field_path = "data.ca.crt";
  finding.column = 3;
  const Value value = FindingValue(finding);
  EXPECT_EQ(At(value, "code"), "Trust/Expired");
  EXPECT_EQ(At(value, "level"), "error");
  EXPECT_EQ(At(value, "message"), "it ended");
  EXPECT_EQ(At(value, "remedy"), "renew it");
  EXPECT_EQ(At(value, "object.apiVersion"), "v1");
  EXPECT_EQ(At(value, "object.kind"), "ConfigMap");
  EXPECT_EQ(At(value, "object.namespace"), "default");
  EXPECT_EQ(At(value, "object.name"), "ca");
  EXPECT_EQ(At(value, "fieldPath"), "data.ca.crt");
  EXPECT_EQ(At(value, "file"), "a.yaml");
  EXPECT_EQ(At(value, "line"), "12");
  EXPECT_EQ(At(value, "column"), "3");
}

TEST(FindingValueTest, UnknownPartsAreThereAndEmpty) {
  const Value value = FindingValue(Finding());
  EXPECT_EQ(At(value, "object.kind"), "");
  EXPECT_EQ(At(value, "file"), "");
  EXPECT_EQ(At(value, "line"), "0");
}

TEST(SortedUniqueTest, ReadsAsTheFilesDoAndSaysEachOnce) {
  const std::vector<Finding> sorted =
      SortedUnique({Make("b.yaml", 1), Make("a.yaml", 9), Make("a.yaml", 2), Make("a.yaml", 9)});
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0].line, 2);
  EXPECT_EQ(sorted[1].line, 9);
  EXPECT_EQ(sorted[2].file, "b.yaml");
}

TEST(FindingsDocumentTest, CountsByLevel) {
  const std::vector<Finding> findings = {Make("a", 1), Make("a", 2, Code::kTrustExpiresSoon),
                                         Make("a", 3, Code::kPosturePlaintext),
                                         Make("a", 4, Code::kTrustExpiresSoon)};
  const Value document = FindingsDocument(findings, {7, 2});
  EXPECT_EQ(At(document, "apiVersion"), "gwpolicy/v1alpha1");
  EXPECT_EQ(At(document, "findings"), "[4]");
  EXPECT_EQ(At(document, "summary.errors"), "1");
  EXPECT_EQ(At(document, "summary.warnings"), "2");
  EXPECT_EQ(At(document, "summary.infos"), "1");
  EXPECT_EQ(At(document, "summary.objects"), "7");
  EXPECT_EQ(At(document, "summary.files"), "2");
}

TEST(FindingsDocumentTest, NoFindingsAreAnEmptyList) {
  EXPECT_EQ(At(FindingsDocument({}, {}), "findings"), "[0]");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
