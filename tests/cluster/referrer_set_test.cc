#include "gwpolicy/cluster/referrer_set.h"

#include <random>
#include <set>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/cluster/object_id.h"
#include "gwpolicy/cluster/references.h"

namespace gwpolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

using Items = std::multiset<std::pair<Edge, ObjectId>>;

Items ItemsOf(const ReferrerSet& referrers) {
  Items items;
  referrers.ForEach([&items](Edge edge, ObjectId id) { items.insert({edge, id}); });
  return items;
}

TEST(ReferrerSetTest, OneObjectMayReferByTwoEdges) {
  ReferrerSet referrers;
  EXPECT_TRUE(referrers.empty());
  referrers.Add(Edge::kTrust, 7);
  referrers.Add(Edge::kTarget, 7);
  EXPECT_THAT(ItemsOf(referrers), ElementsAre(Pair(Edge::kTarget, 7), Pair(Edge::kTrust, 7)));
  referrers.Remove(Edge::kTarget, 7);
  EXPECT_THAT(ItemsOf(referrers), ElementsAre(Pair(Edge::kTrust, 7)));
  referrers.Remove(Edge::kTrust, 7);
  EXPECT_TRUE(referrers.empty());
}

TEST(ReferrerSetTest, RemovingWhatIsNotThereChangesNothing) {
  ReferrerSet referrers;
  referrers.Remove(Edge::kTarget, 1);
  referrers.Add(Edge::kTarget, 2);
  referrers.Remove(Edge::kTarget, 1);
  referrers.Remove(Edge::kBackend, 2);
  EXPECT_THAT(ItemsOf(referrers), ElementsAre(Pair(Edge::kTarget, 2)));
}

// A route may name two ports of one Service.
TEST(ReferrerSetTest, WhoRefersTwiceByOneEdgeIsThereOnce) {
  ReferrerSet referrers;
  for (ObjectId id = 0; id < 40; ++id) {
    referrers.Add(Edge::kBackend, id);
    referrers.Add(Edge::kBackend, id);
  }
  EXPECT_EQ(ItemsOf(referrers).size(), 40u);
  for (ObjectId id = 0; id < 40; ++id) referrers.Remove(Edge::kBackend, id);
  EXPECT_TRUE(referrers.empty());
}

// From few to many and back again, over and over.
TEST(ReferrerSetTest, HoldsWhatWasAddedAndNotRemoved) {
  std::mt19937 random(20261128);
  ReferrerSet referrers;
  Items expected;
  for (int step = 0; step < 20000; ++step) {
    const std::pair<Edge, ObjectId> item(random() % 2 == 0 ? Edge::kBackend : Edge::kParent,
                                         random() % 40);
    const bool grows = step / 2000 % 2 == 0;
    if (random() % 3 == (grows ? 0U : 1U) || expected.count(item) != 0) {
      referrers.Remove(item.first, item.second);
      expected.erase(item);
    } else if (grows || random() % 4 == 0) {
      referrers.Add(item.first, item.second);
      expected.insert(item);
    }
    ASSERT_EQ(ItemsOf(referrers), expected) << "step " << step;
    ASSERT_EQ(referrers.empty(), expected.empty());
  }
}

}  // namespace
}  // namespace gwpolicy
