#include "gwpolicy/report/failures.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

TEST(VerificationDocumentTest, TellsVerdictReasonsAndTheChainThatWasBuilt) {
  tls::VerifyResult result;
  result.failures = {tls::MakeFailure(Code::kCertExpired, "ended")};
  result.failures[0].depth = 0;
  result.failures[0].subject = "CN=web";
  result.warnings = {tls::MakeFailure(Code::kChainModesDiffer, "they differ")};
  result.modes_differ = true;
  result.matched_pin = "PIN";
  result.built_chain = {{false, 0, "CN=web", absl::FromUnixSeconds(1767225600)},
                        {true, 2, "CN=Root", absl::InfiniteFuture()}};
  const Value document = VerificationDocument(result, {"no certificate"});
  EXPECT_EQ(At(document, "kind"), "Verification");
  EXPECT_EQ(At(document, "verdict"), "fail");
  EXPECT_EQ(At(document, "modesDiffer"), "true");
  EXPECT_EQ(At(document, "matchedPin"), "PIN");
  EXPECT_EQ(At(document, "errors.0.code"), "Cert/Expired");
  EXPECT_EQ(At(document, "errors.0.depth"), "0");
  EXPECT_EQ(At(document, "errors.0.subject"), "CN=web");
  EXPECT_EQ(At(document, "warnings.0.code"), "Chain/ModesDiffer");
  EXPECT_EQ(At(document, "chain"), "[1]");
  EXPECT_EQ(At(document, "chain.0"), "null");
  EXPECT_EQ(At(document, "builtChain.0.from"), "peer");
  EXPECT_EQ(At(document, "builtChain.0.notAfter"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(At(document, "builtChain.1.from"), "bundle");
  EXPECT_EQ(At(document, "builtChain.1.index"), "2");
}

TEST(VerificationDocumentTest, AResultThatSaysNothingFails) {
  const Value document = VerificationDocument(tls::VerifyResult(), {});
  EXPECT_EQ(At(document, "verdict"), "fail");
  EXPECT_EQ(At(document, "builtChain"), "[0]");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
