#include "gwpolicy/base/source_position.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

struct FindCase {
  const char* name;
  const char* path;
  int line;
  int column;
};

// data:            2
//   ca: x          3
//   ca.crt:   x    4
// spec:            5
//   refs:          6
//   - name: a      7
//   - name: b      8
//   after: "c"     9
std::shared_ptr<const SourceMap> Example() {
  const NameId name = InternName("name");
  SourceMap::Builder builder;
  builder.Begin({1, 1});
  builder.Open({InternName("data"), "data", {2, 1}, {2, 1}});
  builder.Add({0, "ca", {3, 3}, {3, 7}});
  builder.Add({0, "ca.crt", {4, 3}, {4, 13}});
  builder.Close();
  builder.Open({0, "spec", {5, 1}, {5, 1}});
  builder.Open({InternName("refs"), "refs", {6, 3}, {6, 3}});
  builder.OpenItem({7, 5});
  builder.Add({name, "name", {7, 5}, {7, 11}});
  builder.Close();
  builder.OpenItem({8, 5});
  builder.Add({name, "name", {8, 5}, {8, 11}});
  builder.Close();
  builder.Close();
  builder.Add({0, "after", {9, 3}, {9, 10}});
  builder.Close();
  return builder.Build("a.yaml");
}

class FindTest : public ::testing::TestWithParam<FindCase> {};

TEST_P(FindTest, GivesThePositionOfTheNearestField) {
  const SourcePosition position = Example()->Find(GetParam().path);
  EXPECT_EQ(position.line, GetParam().line);
  EXPECT_EQ(position.column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(Paths, FindTest,
                         ::testing::ValuesIn(std::vector<FindCase>{
                             {"Root", "", 1, 1},
                             {"Field", "data", 2, 1},
                             {"KeyWithDots", "data.ca.crt", 4, 13},
                             {"ShorterKey", "data.ca", 3, 7},
                             {"KeyThatBeginsLikeAnother", "data.car", 2, 1},
                             {"ListItem", "spec.refs[1]", 8, 5},
                             {"BelowAListItem", "spec.refs[0].name", 7, 11},
                             {"MissingField", "spec.refs[1].kind", 8, 5},
                             {"MissingItem", "spec.refs[7].name", 6, 3},
                             {"MissingBranch", "status.x", 1, 1},
                             {"UnclosedIndex", "spec.refs[1", 6, 3},
                             {"NoNumber", "spec.refs[x]", 6, 3}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SourceMapTest, KnowsItsFile) { EXPECT_EQ(Example()->file(), "a.yaml"); }

TEST(SourceMapTest, NamesHaveAPositionOfTheirOwn) {
  EXPECT_EQ(Example()->FindName("spec.refs[1].name").column, 5);
  EXPECT_EQ(Example()->FindName("data.ca.crt").column, 3);
}

TEST(SourceMapTest, LinesMayGoBackAndBeFar) {
  SourceMap::Builder builder;
  builder.Begin({4, 1});
  builder.Add({0, "alias", {1000000, 300}, {2, 1}});
  builder.Add({0, "next", {5, 3}, {5, 1}});
  const auto map = builder.Build("");
  EXPECT_EQ(map->Find("alias").line, 1000000);
  EXPECT_EQ(map->Find("alias").column, 300);
  EXPECT_EQ(map->Find("next").line, 5);
  EXPECT_EQ(map->Find("next").column, 1);
}

TEST(SourceMapTest, ABuilderMayBeUsedAgain) {
  SourceMap::Builder builder;
  builder.Begin({1, 1});
  builder.Add({0, "a", {9, 1}, {9, 4}});
  const auto first = builder.Build("one");
  builder.Begin({2, 1});
  builder.Add({0, "b", {7, 1}, {7, 4}});
  const auto second = builder.Build("two");
  EXPECT_EQ(first->Find("a").line, 9);
  EXPECT_EQ(second->Find("b").line, 7);
  EXPECT_EQ(second->Find("a").line, 2);
}

}  // namespace
}  // namespace gwpolicy
