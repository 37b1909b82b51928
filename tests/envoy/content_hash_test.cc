#include "gwpolicy/envoy/content_hash.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace gwpolicy {
namespace envoy {
namespace {

// FIPS 180-2, appendix B, and the empty message of NIST's SHAVS.
TEST(ContentHashTest, IsSha256) {
  EXPECT_EQ(ContentHash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ContentHash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ContentHash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(ContentHash(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(ContentHashTest, DiffersAtEveryLengthAroundABlock) {
  std::set<std::string> seen;
  for (size_t size = 50; size <= 130; ++size) {
    EXPECT_TRUE(seen.insert(ContentHash(std::string(size, '\0'))).second) << size;
  }
}

}  // namespace
}  // namespace envoy
}  // namespace gwpolicy
