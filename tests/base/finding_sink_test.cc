#include "gwpolicy/base/finding_sink.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::IsFinding;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FindingSinkTest, PathsFollowTheScopes) {
  FindingSink sink;
  {
    auto spec = sink.Field("spec");
    {
      auto refs = sink.Field("targetRefs");
      auto item = sink.Index(2);
      auto name = sink.Field("name");
      EXPECT_EQ(sink.Path(), "spec.targetRefs[2].name");
      sink.Add(Code::kSchemaRequired, "Required value");
    }
    sink.Add(Code::kSchemaRule, "rule");
    sink.AddAt("metadata.name", Code::kSchemaFormat, "elsewhere");
  }
  EXPECT_EQ(sink.Path(), "");
  EXPECT_THAT(sink.Take(), ElementsAre(IsFinding(Code::kSchemaRequired, "spec.targetRefs[2].name"),
                                       IsFinding(Code::kSchemaRule, "spec"),
                                       IsFinding(Code::kSchemaFormat, "metadata.name")));
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST(FindingSinkTest, FindingsCarryObjectPositionLevelAndRemedy) {
  SourceMap::Builder builder;
  builder.Begin({3, 1});
  builder.Add({0, "spec", {5, 1}, {5, 1}});
  const auto source = builder.Build("a.yaml");
  FindingSink sink;
  sink.SetObject(ObjectRef{"v1", "Service", "shop", "web"}, source.get());
  {
    auto spec = sink.Field("spec");
    sink.Add(Code::kSchemaRequired, "m");
    sink.Add(Code::kSchemaRequired, Level::kWarning, "m");
  }
  const std::vector<Finding> findings = sink.Take();
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].object, (ObjectRef{"v1", "Service", "shop", "web"}));
  EXPECT_EQ(findings[0].file, "a.yaml");
  EXPECT_EQ(findings[0].line, 5);
  EXPECT_EQ(findings[0].level, InfoOf(Code::kSchemaRequired).level);
  EXPECT_EQ(findings[0].remedy, InfoOf(Code::kSchemaRequired).remedy);
  EXPECT_EQ(findings[1].level, Level::kWarning);
}

TEST(FindingSinkTest, FindingsOfAnObjectThatIsBeingReadArePlacedAtItsEnd) {
  FindingSink sink;
  sink.SetFile("a.yaml");
  sink.Add(Code::kReadSyntax, "before");
  sink.BeginObject();
  EXPECT_FALSE(sink.HasFoundSinceBegin());
  {
    auto port = sink.Field("port");
    sink.Add(Code::kSchemaRange, "of the value");
    sink.Add(Code::kSchemaUnknownField, "of the name");
    sink.AddToObject(Code::kSchemaWrongType, "of the object, shown at the field");
  }
  EXPECT_TRUE(sink.HasFoundSinceBegin());
  SourceMap::Builder builder;
  builder.Begin({1, 1});
  builder.Add({0, "port", {2, 1}, {2, 7}});
  const auto source = builder.Build("a.yaml");
  sink.EndObject(ObjectRef{"v1", "Service", "shop", "web"}, *source);
  const std::vector<Finding> findings = sink.Take();
  ASSERT_THAT(findings,
              ElementsAre(::gwpolicy::testing::IsFindingAt(Code::kReadSyntax, 0, 0),
                          ::gwpolicy::testing::IsFindingAt(Code::kSchemaRange, 2, 7),
                          ::gwpolicy::testing::IsFindingAt(Code::kSchemaUnknownField, 2, 1),
                          ::gwpolicy::testing::IsFindingAt(Code::kSchemaWrongType, 2, 7)));
  EXPECT_EQ(findings[0].object, ObjectRef());
  EXPECT_EQ(findings[3].field_path, "");
  EXPECT_EQ(findings[3].object.name, "web");
}

TEST(FindingSinkTest, TextThatIsNoObjectHasAFileAndAPosition) {
  FindingSink sink;
  sink.SetObject(ObjectRef{"v1", "Service", "shop", "web"}, nullptr);
  sink.SetFile("b.yaml");
  sink.AddAt(SourcePosition{7, 9}, Code::kReadSyntax, "m");
  const std::vector<Finding> findings = sink.Take();
  ASSERT_THAT(findings, ElementsAre(::gwpolicy::testing::IsFindingAt(Code::kReadSyntax, 7, 9)));
  EXPECT_EQ(findings[0].file, "b.yaml");
  EXPECT_EQ(findings[0].object, ObjectRef());
}

TEST(FindingTest, SortsAsTheFilesRead) {
  Finding late;
  late.file = "a.yaml";
  late.line = 9;
  Finding early = late;
  early.line = 3;
  Finding other = early;
  other.file = "b.yaml";
  std::vector<Finding> findings = {other, late, early};
  std::sort(findings.begin(), findings.end());
  EXPECT_EQ(findings, (std::vector<Finding>{early, late, other}));
}

}  // namespace
}  // namespace gwpolicy
