#include "gwpolicy/base/source_position.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

struct FindCase {
  const char* name;
  const char* path;
  int line;
};

// data:            2
//   ca: x          3
//   ca.crt: x      4
// spec:            5
//   refs:          6
//   - name: a      7
//   - name: b      8
SourceMap Example() {
  SourceMap map("a.yaml", {1, 1});
  const SourceMap::NodeId data = map.AddField(SourceMap::kRoot, "data", {2, 1});
  map.AddField(data, "ca", {3, 3});
  map.AddField(data, "ca.crt", {4, 3});
  const SourceMap::NodeId spec = map.AddField(SourceMap::kRoot, "spec", {5, 1});
  const SourceMap::NodeId refs = map.AddField(spec, "refs", {6, 3});
  const SourceMap::NodeId first = map.AddItem(refs, 0, {7, 5});
  map.AddField(first, "name", {7, 5});
  const SourceMap::NodeId second = map.AddItem(refs, 1, {8, 5});
  map.AddField(second, "name", {8, 6});
  return map;
}

class FindTest : public ::testing::TestWithParam<FindCase> {};

TEST_P(FindTest, GivesThePositionOfTheNearestField) {
  EXPECT_EQ(Example().Find(GetParam().path).line, GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(Paths, FindTest,
                         ::testing::ValuesIn(std::vector<FindCase>{
                             {"Root", "", 1},
                             {"Field", "data", 2},
                             {"KeyWithDots", "data.ca.crt", 4},
                             {"ShorterKey", "data.ca", 3},
                             {"KeyThatBeginsLikeAnother", "data.car", 2},
                             {"ListItem", "spec.refs[1]", 8},
                             {"BelowAListItem", "spec.refs[0].name", 7},
                             {"MissingField", "spec.refs[1].kind", 8},
                             {"MissingItem", "spec.refs[7].name", 6},
                             {"MissingBranch", "status.x", 1},
                             {"UnclosedIndex", "spec.refs[1", 6},
                             {"NoNumber", "spec.refs[x]", 6}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SourceMapTest, KnowsItsFile) {
  EXPECT_EQ(Example().file(), "a.yaml");
  EXPECT_EQ(Example().Find("spec.refs[1].name").column, 6);
}

}  // namespace
}  // namespace gwpolicy
