#include "gwpolicy/base/value.h"

#include <sstream>

#include "absl/hash/hash.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/base/status_macros.h"

namespace gwpolicy {
namespace {

TEST(ValueTest, MembersKeepTheirOrderAndAreReplacedInPlace) {
  Value value;
  value.Set("b", 1).Set("a", "x").Set("b", true);
  ASSERT_NE(value.AsObject(), nullptr);
  ASSERT_EQ(value.AsObject()->size(), 2u);
  EXPECT_EQ(value.AsObject()->front().first, "b");
  EXPECT_EQ(value.AsObject()->front().second, Value(true));
  EXPECT_EQ(*value.Find("a")->AsString(), "x");
  EXPECT_EQ(value.Find("c"), nullptr);
}

TEST(ValueTest, EachTypeIsItself) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(*Value(5).AsInt(), 5);
  EXPECT_EQ(*Value(0.5).AsDouble(), 0.5);
  EXPECT_EQ(*Value(false).AsBool(), false);
  EXPECT_EQ(*Value("text").AsString(), "text");
  EXPECT_EQ(Value("text").AsInt(), nullptr);
  EXPECT_EQ(Value("text").Find("x"), nullptr);
  EXPECT_NE(Value(1), Value(1.0));
}

TEST(ValueTest, ListsGrowAndCompareDeeply) {
  Value a;
  a.Append(Value::MakeObject().Set("k", 1)).Append("x");
  Value b = a;
  EXPECT_EQ(a, b);
  b.AsList()->front().Set("k", 2);
  EXPECT_NE(a, b);
}

TEST(PrivateBytesTest, AreNeverPrinted) {
  std::ostringstream out;
  out << PrivateBytes("key") << "|" << PrivateBytes();
  EXPECT_EQ(out.str(), "[redacted]|");
  EXPECT_EQ(PrivateBytes("key").Reveal(), "key");
  EXPECT_EQ(absl::HashOf(PrivateBytes("a")), absl::HashOf(PrivateBytes("a")));
  EXPECT_NE(PrivateBytes("a"), PrivateBytes("b"));
}

absl::StatusOr<int> Half(int n) {
  if (n % 2 != 0) return absl::InvalidArgumentError("odd");
  return n / 2;
}
absl::StatusOr<int> Quarter(int n) {
  GWP_ASSIGN_OR_RETURN(const int half, Half(n));
  GWP_RETURN_IF_ERROR(Half(half).status());
  return half / 2;
}

TEST(StatusMacrosTest, ReturnTheFirstError) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Quarter(7).status().message(), "odd");
}

}  // namespace
}  // namespace gwpolicy
