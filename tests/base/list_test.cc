// List against std::vector: whatever is done to both, they are equal.
#include "gwpolicy/base/list.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST(ListTest, AnEmptyListTakesAPointer) {
  EXPECT_EQ(sizeof(List<std::string>), sizeof(void*));
  EXPECT_THAT(List<std::string>(), IsEmpty());
  EXPECT_EQ(List<int>().begin(), List<int>().end());
}

TEST(ListTest, CanBeMadeAsAVectorCan) {
  EXPECT_THAT((List<int>{1, 2, 3}), ElementsAre(1, 2, 3));
  EXPECT_THAT(List<std::string>(2), ElementsAre("", ""));
  const std::vector<std::string> names = {"a", "b"};
  EXPECT_THAT(List<std::string>(names.begin(), names.end()), ElementsAre("a", "b"));
}

TEST(ListTest, ReservingTakesWhatIsAskedForAndNoMore) {
  List<int> list;
  list.reserve(3);
  EXPECT_EQ(list.capacity(), 3u);
  list.emplace_back(1);
  list.reserve(2);
  EXPECT_EQ(list.capacity(), 3u);
  EXPECT_THAT(list, ElementsAre(1));
}

TEST(ListTest, CopiesAreDeepAndAMovedListIsEmpty) {
  List<std::string> list = {"a long text that is not kept in place", "b"};
  List<std::string> copy = list;
  copy[1] = "c";
  EXPECT_THAT(list, ElementsAre("a long text that is not kept in place", "b"));
  List<std::string> moved = std::move(list);
  EXPECT_THAT(list, IsEmpty());
  list = moved;
  EXPECT_EQ(list, moved);
  EXPECT_NE(list, copy);
  List<std::string>& self = list;
  list = self;
  EXPECT_EQ(list, moved);
}

TEST(ListTest, AnItemOfTheListMayBeAppendedToIt) {
  List<std::string> list = {"a long text that is not kept in place"};
  for (int i = 0; i < 9; ++i) list.emplace_back(list.front());
  EXPECT_EQ(list.size(), 10u);
  for (const std::string& item : list) EXPECT_EQ(item, list.front());
}

TEST(ListTest, IsASpan) {
  const List<int> list = {1, 2};
  const absl::Span<const int> span = list;
  EXPECT_THAT(span, ElementsAre(1, 2));
}

TEST(ListTest, DoesWhatAVectorDoes) {
  std::mt19937 random(7);  // NOLINT: the same each time
  List<std::string> list;
  std::vector<std::string> vector;
  for (int step = 0; step < 20000; ++step) {
    const std::string item(random() % 40, static_cast<char>('a' + step % 26));
    const size_t at = vector.empty() ? 0 : random() % vector.size();
    switch (random() % 9) {
      case 0:
      case 1:
        list.push_back(item);
        vector.push_back(item);
        break;
      case 2:
        list.insert(list.begin() + at, item);
        vector.insert(vector.begin() + static_cast<ptrdiff_t>(at), item);
        break;
      case 3:
        if (vector.empty()) break;
        list.erase(list.begin() + at);
        vector.erase(vector.begin() + static_cast<ptrdiff_t>(at));
        break;
      case 4:
        list.erase(list.begin() + at / 2, list.begin() + at);
        vector.erase(vector.begin() + static_cast<ptrdiff_t>(at / 2),
                     vector.begin() + static_cast<ptrdiff_t>(at));
        break;
      case 5:
        list.resize(at);
        vector.resize(at);
        break;
      case 6:
        list.resize(at + 5);
        vector.resize(at + 5);
        break;
      case 7:
        list = List<std::string>(vector.begin(), vector.end());
        break;
      default:
        if (step % 50 == 0) {
          list.clear();
          vector.clear();
        }
    }
    ASSERT_THAT(list, ElementsAreArray(vector)) << "after step " << step;
  }
}

}  // namespace
}  // namespace gwpolicy
