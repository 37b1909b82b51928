// The verifier against the name constraints of BetterTLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/tls/limbo.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::LimboCase;
using ::gwpolicy::tls::testing::PrimaryOf;
using ::gwpolicy::tls::testing::ReadDepartures;
using ::gwpolicy::tls::testing::ReadLimbo;
using ::gwpolicy::tls::testing::Reasons;
using ::gwpolicy::tls::testing::VerifyLimbo;
using ::gwpolicy::tls::testing::WhyNoLimbo;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class LimboNamesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    cases_ = new std::vector<LimboCase>(ReadLimbo("x509-limbo-bettertls-nc.json.gz"));
  }
  static void TearDownTestSuite() {
    delete cases_;
    cases_ = nullptr;
  }
  void SetUp() override {
    if (!WhyNoLimbo().empty()) GTEST_SKIP() << WhyNoLimbo();
    ASSERT_EQ(cases_->size(), 9491u);
  }

  static const std::vector<LimboCase>* cases_;
};

const std::vector<LimboCase>* LimboNamesTest::cases_ = nullptr;

TEST_F(LimboNamesTest, EnvoyModeAgreesButForConstraintsOnIpAddresses) {
  size_t equal = 0;
  size_t refused = 0;
  for (const LimboCase& limbo : *cases_) {
    SCOPED_TRACE(absl::StrCat(limbo.id, ": ", limbo.description));
    const VerifyResult result = VerifyLimbo(limbo, VerifyMode::kEnvoy);
    if (result.verdict == limbo.expected) {
      ++equal;
      continue;
    }
    ++refused;
    ASSERT_EQ(result.verdict, Verdict::kFail) << "accepted, and must not be";
    const Failure* primary = PrimaryOf(result);
    ASSERT_NE(primary, nullptr);
    EXPECT_EQ(primary->code, Code::kChainNameConstraint) << Reasons(result);
    EXPECT_THAT(primary->envoy_reason, HasSubstr(": unsupported name constraint type:"));
  }
  EXPECT_EQ(equal, 9041u);
  EXPECT_EQ(refused, 450u);
}

TEST_F(LimboNamesTest, StrictModeRefusesBeyondLimboWhatThePageSays) {
  size_t addresses = 0;
  size_t common_names = 0;
  for (const LimboCase& limbo : *cases_) {
    SCOPED_TRACE(absl::StrCat(limbo.id, ": ", limbo.description));
    const VerifyResult result = VerifyLimbo(limbo, VerifyMode::kStrict);
    if (result.verdict == limbo.expected) continue;
    ASSERT_EQ(result.verdict, Verdict::kFail) << "accepted, and must not be";
    const std::string reasons = Reasons(result);
    if (absl::StrContains(reasons, ": unsupported name constraint type:")) {
      ++addresses;
    } else {
      EXPECT_THAT(result.failures, SizeIs(1)) << reasons;
      EXPECT_THAT(reasons, HasSubstr("which its subjectAltName does not repeat"));
      ++common_names;
    }
  }
  EXPECT_THAT(ReadDepartures().refused_name_constraints, ElementsAre(addresses, common_names));
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
