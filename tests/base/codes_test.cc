#include "gwpolicy/base/codes.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

TEST(CodesTest, AreSortedAndUnique) {
  for (size_t i = 1; i < AllCodes().size(); ++i) {
    EXPECT_LT(AllCodes()[i - 1].name, AllCodes()[i].name);
  }
}

TEST(CodesTest, AreFoundByTheirNames) {
  for (const CodeInfo& info : AllCodes()) {
    EXPECT_EQ(CodeByName(info.name), info.code);
    EXPECT_EQ(NameOf(info.code), info.name);
    EXPECT_EQ(&InfoOf(info.code), &info);
  }
  EXPECT_EQ(CodeByName("Schema/Nonsense"), std::nullopt);
  EXPECT_EQ(CodeByName(""), std::nullopt);
}

TEST(CodesTest, AreAnAreaAndANameInCamelCase) {
  for (const CodeInfo& info : AllCodes()) {
    const std::vector<std::string> parts = absl::StrSplit(info.name, '/');
    ASSERT_EQ(parts.size(), 2u) << info.name;
    for (const std::string& part : parts) {
      ASSERT_FALSE(part.empty()) << info.name;
      EXPECT_TRUE(absl::ascii_isupper(part.front())) << info.name;
      for (const char c : part) EXPECT_TRUE(absl::ascii_isalnum(c)) << info.name;
    }
  }
}

TEST(CodesTest, SayCauseAndRemedyInSentences) {
  for (const CodeInfo& info : AllCodes()) {
    EXPECT_TRUE(absl::EndsWith(info.cause, ".")) << info.name;
    EXPECT_TRUE(absl::EndsWith(info.remedy, ".")) << info.name;
  }
}

TEST(LevelTest, HasANameForEach) {
  EXPECT_EQ(LevelName(Level::kError), "error");
  EXPECT_EQ(LevelName(Level::kWarning), "warning");
  EXPECT_EQ(LevelName(Level::kInfo), "info");
}

}  // namespace
}  // namespace gwpolicy
