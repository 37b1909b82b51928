#include "gwpolicy/base/distinct_list.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

TEST(DistinctListTest, KeepsTheOrderAndLeavesOutWhatIsThere) {
  for (const int count : {3, 15, 16, 17, 100}) {
    DistinctList<std::string> list;
    for (int i = 0; i < count; ++i) EXPECT_TRUE(list.Add(absl::StrCat("item ", i)));
    for (int i = 0; i < count; ++i) EXPECT_FALSE(list.Add(absl::StrCat("item ", i))) << count;
    ASSERT_EQ(list.items().size(), count);
    for (int i = 0; i < count; ++i) EXPECT_EQ(list.items()[i], absl::StrCat("item ", i));
  }
}

}  // namespace
}  // namespace gwpolicy
