#include "gwpolicy/report/trust.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/validity.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "tests/report/value_at.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace report {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::MakeRoot;
using ::gwpolicy::tls::testing::TestNow;

Identity CaThatEnds(absl::Time end) {
  CertSpec spec;
  spec.common_name = "Short";
  spec.is_ca = true;
  spec.not_after = end;
  return MakeCertificate(spec, nullptr);
}

TrustSourceEntry FileOf(const std::string& content) {
  TrustSourceEntry entry;
  entry.source = entry.path = "ca.pem";
  entry.bundle = tls::TrustBundle::ParseFile(content);
  return entry;
}

Value Show(const TrustSourceEntry& entry, absl::Time now = TestNow()) {
  return TrustDocument(std::vector<TrustSourceEntry>{entry}, Moment{now, absl::Hours(24 * 30)});
}

TEST(TrustDocumentTest, GivesEachCertificateWithItsTime) {
  const Value document =
      Show(FileOf("# mine\n" + CaThatEnds(TestNow() + absl::Hours(24 * 90 + 1)).cert_pem));
  EXPECT_EQ(At(document, "kind"), "TrustBundles");
  EXPECT_EQ(At(document, "at"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(At(document, "bundles.0.usable"), "true");
  EXPECT_EQ(At(document, "bundles.0.certificates.0.subject"), "CN=Short");
  EXPECT_EQ(At(document, "bundles.0.certificates.0.line"), "2");
  EXPECT_EQ(At(document, "bundles.0.certificates.0.daysLeft"), "90");
  EXPECT_EQ(At(document, "bundles.0.certificates.0.validity"), "valid");
  EXPECT_EQ(At(document, "bundles.0.notes"), "[0]");
  EXPECT_EQ(At(document, "summary.errors"), "0");
}

TEST(TrustDocumentTest, DaysAreWholeOnesAndNegativeAfterTheEnd) {
  const TrustSourceEntry entry = FileOf(CaThatEnds(TestNow()).cert_pem);
  const auto at = [&](absl::Duration after) { return Show(entry, TestNow() + after); };
  EXPECT_EQ(At(at(-absl::Hours(25)), "bundles.0.certificates.0.daysLeft"), "1");
  EXPECT_EQ(At(at(-absl::Hours(1)), "bundles.0.certificates.0.daysLeft"), "0");
  EXPECT_EQ(At(at(-absl::Hours(1)), "bundles.0.certificates.0.validity"), "soon");
  EXPECT_EQ(At(at(absl::ZeroDuration()), "bundles.0.certificates.0.validity"), "expired");
  EXPECT_EQ(At(at(absl::Hours(1)), "bundles.0.certificates.0.daysLeft"), "-1");
}

TEST(TrustDocumentTest, NotesAreOrderedByLineAndCounted) {
  const std::string expired = CaThatEnds(TestNow() - absl::Hours(1)).cert_pem;
  const Identity root = MakeRoot("Root");
  const Value document = Show(FileOf(expired + root.key_pem + root.cert_pem + root.cert_pem));
  EXPECT_EQ(At(document, "bundles.0.notes"), "[3]");
  EXPECT_EQ(At(document, "bundles.0.notes.0.code"), "Trust/Expired");
  EXPECT_EQ(At(document, "bundles.0.notes.0.line"), "1");
  EXPECT_EQ(At(document, "bundles.0.notes.0.level"), "error");
  EXPECT_EQ(At(document, "bundles.0.notes.0.remedy"),
            std::string(InfoOf(Code::kTrustExpired).remedy));
  EXPECT_EQ(At(document, "bundles.0.notes.1.code"), "Trust/PrivateKey");
  EXPECT_EQ(At(document, "bundles.0.notes.2.code"), "Trust/BlockSkipped");
  EXPECT_EQ(At(document, "summary.errors"), "2");
  EXPECT_EQ(At(document, "summary.warnings"), "1");
  EXPECT_FALSE(Mentions(document, root.key_pem.substr(40, 30)));
}

TEST(TrustDocumentTest, ABundleThatCannotBeUsedIsAnError) {
  const Value document = Show(FileOf("nothing"));
  EXPECT_EQ(At(document, "bundles.0.usable"), "false");
  EXPECT_EQ(At(document, "bundles.0.notes.0.code"), "Trust/Invalid");
  EXPECT_EQ(At(document, "bundles.0.contentHash"), "");
  EXPECT_EQ(At(document, "summary.errors"), "1");
}

TEST(TrustDocumentTest, ABundleThatIsNotThereSaysWhy) {
  TrustSourceEntry entry;
  entry.source = "ConfigMap/default/ca";
  entry.problems = {{Code::kTrustNotFound, "there is none", 0}};
  const Value document = Show(entry);
  EXPECT_EQ(At(document, "bundles.0.usable"), "false");
  EXPECT_EQ(At(document, "bundles.0.notes.0.code"), "Trust/NotFound");
  EXPECT_EQ(At(document, "bundles.0.certificates"), "[0]");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
