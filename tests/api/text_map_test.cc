// TextMap against std::map: whatever is done to both, they are equal.
#include "gwpolicy/api/text_map.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(TextMapTest, AnEmptyMapTakesAPointer) {
  EXPECT_EQ(sizeof(TextMap<int>), sizeof(void*));
  EXPECT_THAT(TextMap<int>(), IsEmpty());
}

TEST(TextMapTest, EntriesAreInTheOrderOfTheirKeys) {
  TextMap<Text> map = {{"b", "2"}, {"a", "1"}};
  map["aa"] = "3";
  EXPECT_THAT(map, ElementsAre(Pair("a", "1"), Pair("aa", "3"), Pair("b", "2")));
  EXPECT_EQ(map.find("aa")->second, "3");
  EXPECT_EQ(map.find("c"), map.end());
  EXPECT_EQ(map.count("b"), 1u);
}

TEST(TextMapTest, BytesAreComparedWithoutSigns) {
  const TextMap<int> map = {{"\xC3\xA9", 1}, {"z", 2}};
  EXPECT_THAT(map, ElementsAre(Pair("z", 2), Pair("\xC3\xA9", 1)));
  EXPECT_NE(map.find("\xC3\xA9"), map.end());
}

TEST(TextMapTest, EmplaceLeavesWhatIsThere) {
  TextMap<int> map;
  EXPECT_TRUE(map.emplace("a", 1).second);
  EXPECT_FALSE(map.emplace("a", 2).second);
  EXPECT_THAT(map, ElementsAre(Pair("a", 1)));
  EXPECT_EQ(map.erase("b"), 0u);
  EXPECT_EQ(map.erase("a"), 1u);
  EXPECT_THAT(map, IsEmpty());
}

TEST(TextMapTest, OfEqualKeysTheLastOneStays) {
  TextMap<int> map;
  int value = 0;
  for (const char* key : {"b", "a", "b", "c", "a", "a"}) map.Append(key) = ++value;
  map.Sort();
  EXPECT_THAT(map, ElementsAre(Pair("a", 6), Pair("b", 3), Pair("c", 4)));
}

TEST(TextMapTest, DoesWhatAMapDoes) {
  std::mt19937 random(7);  // NOLINT: the same each time
  TextMap<int> map;
  std::map<std::string, int> model;
  for (int step = 0; step < 20000; ++step) {
    const std::string key = absl::StrCat("key of an entry ", random() % 60);
    switch (random() % 4) {
      case 0:
        map[key] = step;
        model[key] = step;
        break;
      case 1:
        ASSERT_EQ(map.emplace(key, step).second, model.emplace(key, step).second);
        break;
      case 2:
        ASSERT_EQ(map.erase(key), model.erase(key));
        break;
      default:
        const auto at = model.find(key);
        ASSERT_EQ(map.count(key), model.count(key));
        if (at != model.end()) {
          ASSERT_EQ(map.find(key)->second, at->second);
        }
    }
    ASSERT_TRUE(std::equal(
        map.begin(), map.end(), model.begin(), model.end(),
        [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; }))
        << "after step " << step;
  }
}

}  // namespace
}  // namespace gwpolicy
