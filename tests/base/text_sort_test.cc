#include "gwpolicy/base/text_sort.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

using Place = std::pair<std::string, std::string>;

void Sort(std::vector<Place>& places) {
  PlaceSorter<absl::string_view> sorter;
  for (const Place& place : places) sorter.Add(place.first, place.second);
  sorter.Sort(places, [](const Place& a, const Place& b) { return a < b; });
}

TEST(PlaceSorterTest, OrdersByNamespaceThenName) {
  std::vector<Place> places = {{"b", "a"}, {"a", "z"}, {"", "m"}, {"a", "y"}};
  Sort(places);
  EXPECT_EQ(places, (std::vector<Place>{{"", "m"}, {"a", "y"}, {"a", "z"}, {"b", "a"}}));
}

TEST(PlaceSorterTest, NamesThatDifferOnlyAfterTheirBeginningAreInOrder) {
  std::vector<Place> places = {{"a", "a-name-of-16-bytes-2"},
                               {"a", "a-name-of-16-bytes-1"},
                               {"a", "a-name-of-16-byte"},
                               {"a", "a-name-of-16-byt"}};
  Sort(places);
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
}

// Also for bytes that a name of Kubernetes never has.
TEST(PlaceSorterTest, SortsAnyTextsAsTheirOrderDoes) {
  std::mt19937 random(20261128);
  const auto text = [&random] {
    constexpr char kBytes[] = {'\0', 'a', 'b', '-', '\x7f', '\xff'};
    std::string out(random() % 20, 'a');
    for (size_t i = random() % 20; i < out.size(); ++i) out[i] = kBytes[random() % sizeof(kBytes)];
    return out;
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<Place> places(random() % 200);
    for (Place& place : places) place = {text().substr(0, 2), text()};
    std::vector<Place> expected = places;
    std::sort(expected.begin(), expected.end());
    Sort(places);
    EXPECT_EQ(places, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace gwpolicy
