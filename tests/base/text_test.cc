#include "gwpolicy/base/text.h"

#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

constexpr TextLiteral kShort("Service");
constexpr TextLiteral kLong("gateway.networking.k8s.io");

// Every length around the border between what is kept in place and what is shared.
class TextOfLengthTest : public ::testing::TestWithParam<size_t> {
 protected:
  static std::string Chars() {
    std::string chars;
    for (size_t i = 0; i < GetParam(); ++i) chars.push_back(static_cast<char>(i * 37));
    return chars;
  }
};

TEST_P(TextOfLengthTest, HoldsWhatItWasMadeOf) {
  const Text text = Chars();
  EXPECT_EQ(text.view(), Chars());
  EXPECT_EQ(text.size(), GetParam());
  EXPECT_EQ(text.empty(), GetParam() == 0);
  EXPECT_EQ(std::string(text.begin(), text.end()), Chars());
}

TEST_P(TextOfLengthTest, CopiesAndMovesKeepTheText) {
  Text text = Chars();
  Text copy = text;
  EXPECT_EQ(copy, text);
  const Text moved = std::move(text);
  EXPECT_EQ(moved, Chars());
  text = "other than before";
  EXPECT_EQ(copy, Chars());
  copy = text;
  EXPECT_EQ(copy, "other than before");
  Text& self = copy;
  copy = self;
  EXPECT_EQ(copy, "other than before");
  copy.clear();
  EXPECT_TRUE(copy.empty());
  EXPECT_EQ(moved, Chars());
}

TEST_P(TextOfLengthTest, IsComparedByItsCharacters) {
  const Text a = Chars();
  const Text b = Chars();
  const Text longer = Chars() + "x";
  EXPECT_EQ(a, b);
  EXPECT_NE(a, longer);
  EXPECT_LT(a, longer);
  EXPECT_FALSE(longer < a);
  EXPECT_TRUE(a == Chars() && Chars() == a && a == absl::string_view(b));
  EXPECT_TRUE(a != longer.view() && longer.view() != a);
  EXPECT_EQ(absl::HashOf(a), absl::HashOf(absl::string_view(b)));
}

INSTANTIATE_TEST_SUITE_P(Lengths, TextOfLengthTest,
                         ::testing::Values(0, 1, 6, 7, 8, 9, 15, 16, 1000, 100000),
                         [](const auto& info) { return absl::StrCat(info.param); });

TEST(TextTest, AnAbsentTextIsEmpty) {
  EXPECT_TRUE(Text().empty());
  EXPECT_EQ(Text(), "");
  EXPECT_EQ(Text().size(), 0u);
}

TEST(TextTest, CopiesOfALongTextShareItsCharacters) {
  const Text text = "a text of more than seven bytes";
  const Text copy = text;
  EXPECT_EQ(copy.data(), text.data());
}

TEST(TextTest, LiteralsAreNotCopied) {
  const Text text = kLong;
  EXPECT_EQ(text, "gateway.networking.k8s.io");
  EXPECT_EQ(text.data(), kLong.view().data());
  EXPECT_EQ(Text(kShort), "Service");
  Text other = text;
  other = "x";
  EXPECT_EQ(text, kLong.view());
}

TEST(TextTest, JoinedPiecesAreOneText) {
  EXPECT_EQ(Text::Join({}), Text());
  EXPECT_EQ(Text::Join({"", ""}), Text());
  EXPECT_EQ(Text::Join({"abc", "", "defg"}), Text("abcdefg"));
  EXPECT_EQ(Text::Join({"abcd", "efgh"}), Text("abcdefgh"));
  EXPECT_EQ(Text::Join({kShort.view(), " ", kLong.view()}), "Service gateway.networking.k8s.io");
}

TEST(TextTest, WorksWhereTextsAreMade) {
  const Text name = "web";
  const Text group = "gateway.networking.k8s.io";
  EXPECT_EQ(absl::StrCat(name, " of ", group), "web of gateway.networking.k8s.io");
  std::string appended = "to ";
  absl::StrAppend(&appended, group);
  EXPECT_EQ(appended, "to gateway.networking.k8s.io");
  const std::string assigned = group;
  EXPECT_EQ(assigned, "gateway.networking.k8s.io");
  const std::vector<Text> both = {name, group};
  EXPECT_EQ(absl::StrJoin(both, ","), "web,gateway.networking.k8s.io");
  std::ostringstream stream;
  stream << name;
  EXPECT_EQ(stream.str(), "web");
}

TEST(TextTest, IsAKeyThatViewsCanFind) {
  absl::flat_hash_set<std::string> names = {"web", "a name of more bytes"};
  EXPECT_TRUE(names.contains(Text("web")));
  EXPECT_TRUE(names.contains(Text("a name of more bytes")));
  EXPECT_FALSE(names.contains(Text("other")));
}

TEST(TextTest, OwnersOnSeveralThreadsMayComeAndGo) {
  const Text shared = "a text that several threads copy and drop";
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([shared] {
      for (int n = 0; n < 10000; ++n) {
        Text copy = shared;
        const Text moved = std::move(copy);
        copy = moved;
        ASSERT_EQ(copy, "a text that several threads copy and drop");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared, "a text that several threads copy and drop");
}

TEST(RecentTextsTest, LongTextsThatComeAgainAreOne) {
  RecentTexts recent;
  const std::string chars = "app.kubernetes.io/name";
  recent.Get(chars);
  const Text first = recent.Get(chars);
  for (int i = 0; i < 5; ++i) recent.Get(absl::StrCat("something else ", i));
  const Text second = recent.Get(std::string(chars));
  EXPECT_EQ(first, chars);
  EXPECT_EQ(first.data(), second.data());
}

TEST(RecentTextsTest, ForgettingATextDoesNotChangeIt) {
  std::vector<Text> texts;
  {
    RecentTexts recent;
    for (int i = 0; i < 5000; ++i) texts.push_back(recent.Get(absl::StrCat("text number ", i)));
  }
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(texts[i], absl::StrCat("text number ", i));
}

}  // namespace
}  // namespace gwpolicy
