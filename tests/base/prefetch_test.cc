#include "gwpolicy/base/prefetch.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

using ::testing::IsEmpty;

TEST(PrefetchTest, TakesAnyAddress) {
  const std::string text(1000, 'x');
  Prefetch(text.data(), text.size());
  Prefetch(nullptr, 64);
  Prefetch(text.data() + text.size(), 64);
  EXPECT_EQ(text.size(), 1000u);
}

TEST(ForEachAheadTest, UsesEachItemInTurn) {
  std::vector<int> used;
  const std::vector<int> items = {3, 1, 2};
  ForEachAhead(
      items, 0, [](int, size_t) {}, [&used](int item) { used.push_back(item); });
  EXPECT_EQ(used, items);
}

TEST(ForEachAheadTest, TakesNone) {
  std::vector<int> used;
  const auto note = [&used](int item) { used.push_back(item); };
  ForEachAhead(
      std::vector<int>(), 3, [&](int item, size_t) { note(item); }, note);
  EXPECT_THAT(used, IsEmpty());
}

TEST(ForEachAheadTest, AsksForEachStepInOrderAndBeforeTheUse) {
  constexpr int kItems = 100;
  constexpr size_t kSteps = 3;
  std::vector<int> items(kItems);
  for (int i = 0; i < kItems; ++i) items[static_cast<size_t>(i)] = i;
  std::vector<size_t> asked(kItems, 0);
  int without = 0;
  ForEachAhead(
      items, kSteps,
      [&](int item, size_t step) {
        size_t& next = asked[static_cast<size_t>(item)];
        // Those at the beginning have no items before them at which they could be asked for.
        EXPECT_TRUE(step == next || next == 0) << absl::StrCat(item, " step ", step);
        next = step + 1;
      },
      [&](int item) { without += asked[static_cast<size_t>(item)] != kSteps; });
  EXPECT_LT(without, 10);
  for (int item = 10; item < kItems; ++item) EXPECT_EQ(asked[static_cast<size_t>(item)], kSteps);
}

}  // namespace
}  // namespace gwpolicy
