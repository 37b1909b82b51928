#include "gwpolicy/cluster/id_map.h"

#include <map>
#include <memory>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "gwpolicy/cluster/object_id.h"

namespace gwpolicy {
namespace {

using Items = std::map<ObjectId, std::string>;

Items ItemsOf(const IdMap<std::string>& map) {
  Items items;
  map.ForEach([&items](ObjectId id, const std::string& value) { items.emplace(id, value); });
  return items;
}

TEST(IdMapTest, HasNothingAtFirst) {
  IdMap<std::string> map;
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.Find(0), nullptr);
  EXPECT_EQ(map.Find(5000), nullptr);
  EXPECT_FALSE(map.Erase(0));
}

TEST(IdMapTest, AddsADefaultValueWhereThereIsNone) {
  IdMap<std::string> map;
  EXPECT_EQ(map[70000], "");
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(map.Find(69999), nullptr);
}

TEST(IdMapTest, ValuesDoNotMove) {
  IdMap<std::string> map;
  std::string* const first = &map[3];
  for (ObjectId id = 0; id < 5000; ++id) map[id];
  EXPECT_EQ(map.Find(3), first);
}

TEST(IdMapTest, ErasedValuesAreGoneAtOnce) {
  IdMap<std::shared_ptr<int>> map;
  const auto value = std::make_shared<int>(1);
  map[7] = value;
  map[8] = value;
  EXPECT_TRUE(map.Erase(7));
  EXPECT_EQ(value.use_count(), 2);
  map.Clear();
  EXPECT_EQ(value.use_count(), 1);
  EXPECT_EQ(map[7], nullptr);
}

TEST(IdMapTest, IsWhatWasPutInAndNotTakenOut) {
  std::mt19937 random(20261129);
  IdMap<std::string> map;
  Items expected;
  for (int step = 0; step < 50000; ++step) {
    const ObjectId id = random() % (step % 3 == 0 ? 4000 : 100);
    switch (random() % 4) {
      case 0:
        EXPECT_EQ(map.Erase(id), expected.erase(id) != 0);
        break;
      case 1:
        EXPECT_EQ(map.Find(id) == nullptr, expected.count(id) == 0);
        break;
      default:
        map[id] = expected[id] = std::to_string(step);
        break;
    }
    if (random() % 2000 == 0) {
      map.Clear();
      expected.clear();
    }
    if (step % 500 == 0) {
      ASSERT_EQ(ItemsOf(map), expected) << step;
      ASSERT_EQ(map.size(), expected.size());
    }
  }
}

}  // namespace
}  // namespace gwpolicy
