#include "gwpolicy/manifest/gzip.h"

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/manifest/compress.h"

namespace gwpolicy::manifest {
namespace {

std::string Lines(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&text, "line ", i * 7919, "\n");
  return text;
}

TEST(GzipTest, IsKnownByItsFirstBytes) {
  EXPECT_TRUE(IsGzip(Gzip("x")));
  EXPECT_FALSE(IsGzip("apiVersion: v1"));
  EXPECT_FALSE(IsGzip("\x1F"));
  EXPECT_FALSE(IsGzip(""));
}

TEST(GzipTest, GivesWhatWasCompressed) {
  for (const size_t count : {0, 1, 100, 50000}) {
    const absl::StatusOr<std::string> text = Gunzip(Gzip(Lines(count)), 1 << 20);
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_EQ(*text, Lines(count));
  }
}

TEST(GzipTest, StreamsInARowAreOneText) {
  const absl::StatusOr<std::string> text = Gunzip(Gzip("one\n") + Gzip("") + Gzip("two\n"), 100);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, "one\ntwo\n");
}

TEST(GzipTest, TheLimitIsThatOfTheText) {
  const std::string zeros = Gzip(std::string(1 << 24, '0'));
  EXPECT_LT(zeros.size(), size_t{1} << 15);
  EXPECT_TRUE(Gunzip(zeros, 1 << 24).ok());
  EXPECT_EQ(Gunzip(zeros, (1 << 24) - 1).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Gunzip(zeros, 0).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(GzipTest, DataThatIsCutAnywhereIsRefused) {
  const std::string whole = Gzip(Lines(40));
  for (size_t size = 2; size < whole.size(); ++size) {
    EXPECT_EQ(Gunzip(whole.substr(0, size), 1 << 20).status().code(),
              absl::StatusCode::kInvalidArgument)
        << "at " << size;
  }
}

TEST(GzipTest, DamagedDataIsRefused) {
  const std::string whole = Gzip(Lines(40));
  for (size_t at = 10; at < whole.size();
       ++at) {  // behind the header, which has bits of no meaning
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_FALSE(Gunzip(damaged, 1 << 20).ok()) << "at " << at;
  }
  EXPECT_FALSE(Gunzip(whole + "more", 1 << 20).ok());
}

}  // namespace
}  // namespace gwpolicy::manifest
