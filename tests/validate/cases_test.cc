#include "tests/validate/cases.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/matchers.h"

namespace gwpolicy::testing {
namespace {

using ::testing::SizeIs;

struct NamedCase {
  std::string name;
  std::string manifest;
  std::vector<Expected> expected;
  Channel channel;
};

void PrintTo(const NamedCase& one, std::ostream* out) { *out << one.manifest; }

std::vector<NamedCase> AllCases() {
  std::vector<NamedCase> all;
  for (const CaseTable& table : AllTables()) {
    for (const ValidateCase& one : table.cases) {
      all.push_back({absl::StrCat(table.name, "_", one.name), absl::StrCat(table.head, one.text),
                     one.expected, one.channel});
    }
  }
  return all;
}

class ValidateCasesTest : public ::testing::TestWithParam<NamedCase> {};

TEST_P(ValidateCasesTest, GetTheServersMessagesAndNoOther) {
  const manifest::LoadResult loaded = manifest::ReadText(GetParam().manifest, "-");
  ASSERT_THAT(loaded.objects, SizeIs(1));
  ValidateOptions options;
  options.channel = GetParam().channel;
  const std::vector<Finding> findings = Validate(loaded.objects[0], options);
  std::vector<::testing::Matcher<Finding>> matchers;
  for (const Expected& expected : GetParam().expected) {
    matchers.push_back(IsFinding(expected.code, expected.path, expected.message));
  }
  EXPECT_THAT(findings, ::testing::UnorderedElementsAreArray(matchers));
  for (const Finding& finding : findings) EXPECT_GT(finding.line, 0) << finding.message;
}

INSTANTIATE_TEST_SUITE_P(All, ValidateCasesTest, ::testing::ValuesIn(AllCases()),
                         NameOfCase<NamedCase>);

}  // namespace
}  // namespace gwpolicy::testing
