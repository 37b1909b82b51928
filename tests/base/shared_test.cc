#include "gwpolicy/base/shared.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

using ::testing::ElementsAre;

struct Point {
  int x = 7;
  std::string name;
  friend bool operator==(const Point& a, const Point& b) { return a.x == b.x && a.name == b.name; }
};

TEST(SharedTest, IsTheDefaultValueUntilItIsSet) {
  Shared<Point> point;
  EXPECT_EQ(point->x, 7);
  EXPECT_EQ(&*point, &*Shared<Point>());
  point = Point{1, "a"};
  EXPECT_EQ(point->name, "a");
}

TEST(SharedTest, CopiesAreOneValue) {
  Shared<Point> a = Point{1, "a"};
  const Shared<Point> b = a;
  EXPECT_EQ(&*a, &*b);
  a = Point{2, "b"};
  EXPECT_EQ(b->x, 1);
  const Shared<Point> moved = std::move(a);
  EXPECT_EQ(moved->x, 2);
}

TEST(SharedTest, AValueCanBeMadeInPlace) {
  const auto point = Shared<Point>::Made([](Point& made) { made.name = "a"; });
  EXPECT_EQ(*point, (Point{7, "a"}));
}

TEST(SharedTest, ModifyingOneLeavesTheOthers) {
  Shared<Point> a = Point{1, "a"};
  const Shared<Point> b = a;
  a.Modify([](Point& point) { point.x = 2; });
  EXPECT_EQ(*a, (Point{2, "a"}));
  EXPECT_EQ(*b, (Point{1, "a"}));
  Shared<Point> c;
  c.Modify([](Point& point) { point.name = "c"; });
  EXPECT_EQ(*c, (Point{7, "c"}));
  EXPECT_EQ(*Shared<Point>(), Point());
}

TEST(SharedTest, ComparesValues) {
  EXPECT_TRUE(Shared<Point>(Point{1, "a"}) == Shared<Point>(Point{1, "a"}));
  EXPECT_TRUE(Shared<Point>(Point()) == Shared<Point>());
  EXPECT_TRUE(Shared<Point>(Point{1, "a"}) != Shared<Point>());
}

TEST(SharedTest, DropsItsValueWithTheLastOwner) {
  const auto counted = std::make_shared<int>(1);
  {
    const Shared<std::shared_ptr<int>> a(counted);
    const Shared<std::shared_ptr<int>> b = a;
    EXPECT_EQ(counted.use_count(), 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(SharedListTest, ReadsAsAVectorDoes) {
  const SharedList<std::string> none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.begin(), none.end());
  const SharedList<std::string> list{"a", "b"};
  EXPECT_THAT(list, ElementsAre("a", "b"));
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list.front(), "a");
  EXPECT_EQ(list[1], "b");
}

TEST(SharedListTest, TakesTheItemsOfATemporaryAndCopiesThoseOfOthers) {
  std::vector<std::unique_ptr<int>> owned;
  owned.push_back(std::make_unique<int>(5));
  const SharedList<std::unique_ptr<int>> list(std::move(owned));
  EXPECT_EQ(*list[0], 5);

  const std::vector<std::string> kept = {"a text that is too long to be kept in place"};
  const SharedList<std::string> copy(kept);
  EXPECT_EQ(copy[0], kept[0]);
}

TEST(SharedListTest, ACopyOfAListThatMayChangeIsTheSameList) {
  SharedList<std::string> list{"a", "b"};
  const SharedList<std::string> copy(list);
  EXPECT_TRUE(copy.IsSame(list));
}

TEST(SharedListTest, ItemsCanBeMadeInPlace) {
  const auto number = [](size_t i) { return std::make_unique<size_t>(i); };
  const auto list = SharedList<std::unique_ptr<size_t>>::Made(3, number);
  ASSERT_EQ(list.size(), 3);
  EXPECT_EQ(*list[2], 2);
  EXPECT_TRUE(SharedList<std::unique_ptr<size_t>>::Made(0, number).empty());
}

TEST(SharedListTest, AnEmptyContainerMakesTheEmptyList) {
  EXPECT_TRUE(SharedList<int>(std::vector<int>()).IsSame(SharedList<int>()));
}

TEST(SharedListTest, ComparesItems) {
  const SharedList<int> a{1, 2};
  const SharedList<int> b{1, 2};
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a.IsSame(b));
  EXPECT_TRUE(a != SharedList<int>({1}));
}

TEST(SharedListTest, DropsItsItemsWithTheLastOwner) {
  const auto counted = std::make_shared<int>(1);
  {
    const SharedList<std::shared_ptr<int>> a{counted, counted};
    SharedList<std::shared_ptr<int>> b = a;
    EXPECT_EQ(counted.use_count(), 3);
    b = SharedList<std::shared_ptr<int>>();
    EXPECT_EQ(counted.use_count(), 3);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(SharedTest, CanBeCopiedAndDroppedByManyThreads) {
  const auto counted = std::make_shared<int>(1);
  {
    const Shared<std::shared_ptr<int>> value(counted);
    const SharedList<std::shared_ptr<int>> list{counted};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([value, list] {
        for (int j = 0; j < 10000; ++j) {
          const Shared<std::shared_ptr<int>> copy = value;
          const SharedList<std::shared_ptr<int>> other = list;
          ASSERT_EQ(**copy, *other[0]);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(counted.use_count(), 1);
}

}  // namespace
}  // namespace gwpolicy
