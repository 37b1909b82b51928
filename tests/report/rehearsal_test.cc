#include "gwpolicy/report/rehearsal.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "tests/report/probed_chains.h"
#include "tests/report/value_at.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace report {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::MakeRoot;
using ::gwpolicy::tls::testing::MakeServer;
using ::gwpolicy::tls::testing::TestNow;

struct Pki {
  Identity old_root = MakeRoot("Old");
  Identity new_root = MakeRoot("New");
  Identity old_leaf = MakeServer("web.example.com", old_root);
  Identity new_leaf = MakeServer("web.example.com", new_root);
};

const Pki& P() {
  static const Pki* const pki = new Pki;
  return *pki;
}

std::shared_ptr<const tls::TrustBundle> BundleOf(const Identity& ca) {
  return tls::TrustBundle::Parse(ca.cert_pem, tls::PemReader::kEnvoy);
}

ProbeEntry Sends(const Identity& leaf) {
  return EntryOf(BackendWith("web", P().old_root.cert_pem, "web.example.com"), SawChain({leaf}));
}

Rotation To(const Identity& ca) {
  Rotation rotation;
  rotation.new_ca = BundleOf(ca);
  rotation.now = rotation.then = TestNow();
  return rotation;
}

Value Rehearse(const ProbeEntry& entry, const Rotation& rotation) {
  return RehearsalDocument(std::vector<ProbeEntry>{entry}, rotation);
}

TEST(RehearsalTest, AChainOfTheOldCaBreaks) {
  const Value document = Rehearse(Sends(P().old_leaf), To(P().new_root));
  EXPECT_EQ(At(document, "kind"), "Rehearsal");
  EXPECT_EQ(At(document, "results.0.effect"), "breaks");
  EXPECT_EQ(At(document, "results.0.now.verdict"), "pass");
  EXPECT_EQ(At(document, "results.0.then.verdict"), "fail");
  EXPECT_EQ(At(document, "results.0.code"), "Chain/UnknownIssuer");
  EXPECT_EQ(At(document, "results.0.remedy"),
            std::string(InfoOf(Code::kChainUnknownIssuer).remedy));
  EXPECT_EQ(At(document, "summary.breaks"), "1");
}

TEST(RehearsalTest, AChainOfTheNewCaIsRepaired) {
  const Value document = Rehearse(Sends(P().new_leaf), To(P().new_root));
  EXPECT_EQ(At(document, "results.0.effect"), "repaired");
  EXPECT_EQ(At(document, "results.0.code"), "");
}

TEST(RehearsalTest, BothWorkWhileBothAreTrusted) {
  Rotation rotation = To(P().new_root);
  rotation.keep_old = true;
  EXPECT_EQ(At(Rehearse(Sends(P().old_leaf), rotation), "results.0.effect"), "works");
  EXPECT_EQ(At(Rehearse(Sends(P().new_leaf), rotation), "results.0.effect"), "repaired");
}

TEST(RehearsalTest, TimeAloneMayBreakAChain) {
  CertSpec spec;
  spec.common_name = "Leaf";
  spec.san = "DNS:web.example.com";
  spec.not_after = TestNow() + absl::Hours(10);
  Rotation rotation;
  rotation.now = TestNow();
  rotation.then = TestNow() + absl::Hours(11);
  const Value document = Rehearse(Sends(MakeCertificate(spec, &P().old_root)), rotation);
  EXPECT_EQ(At(document, "newCa"), "null");
  EXPECT_EQ(At(document, "results.0.effect"), "breaks");
  EXPECT_EQ(At(document, "results.0.code"), "Cert/Expired");
}

TEST(RehearsalTest, AWrongNameIsBrokenBeforeAndAfter) {
  const Identity leaf = MakeServer("api.example.com", P().old_root);
  const Value document = Rehearse(Sends(leaf), To(P().old_root));
  EXPECT_EQ(At(document, "results.0.effect"), "broken");
  EXPECT_EQ(At(document, "results.0.code"), "Name/Mismatch");
}

TEST(RehearsalTest, WithoutAChainNothingIsKnown) {
  tls::HandshakeResult refused;
  refused.failures = {tls::MakeFailure(Code::kNetRefused, "nobody listens")};
  ProbeEntry entry = Sends(P().old_leaf);
  entry.result = std::make_shared<tls::HandshakeResult>(refused);
  Value document = Rehearse(entry, To(P().old_root));
  EXPECT_EQ(At(document, "results.0.effect"), "unknown");
  EXPECT_EQ(At(document, "results.0.now"), "null");
  EXPECT_EQ(At(document, "results.0.code"), "Net/Refused");
  entry.result = nullptr;
  entry.endpoint.reset();
  document = Rehearse(entry, To(P().old_root));
  EXPECT_EQ(At(document, "results.0.effect"), "unknown");
  EXPECT_EQ(At(document, "results.0.endpoint"), "null");
}

TEST(RehearsalTest, SystemTrustIsNotRotated) {
  auto backend = BackendWith("web", P().old_root.cert_pem, "web.example.com");
  auto tls = std::make_shared<tls::ClientTls>(*backend->port->tls);
  tls->trust = {tls::TrustSource::kSystem, nullptr};
  backend->port.Modify([&](PortTls& port) { port.tls = tls; });
  Rotation rotation = To(P().new_root);
  rotation.system_trust = BundleOf(P().old_root);
  const ProbeEntry entry = EntryOf(backend, SawChain({P().old_leaf}));
  EXPECT_EQ(At(Rehearse(entry, rotation), "results.0.effect"), "works");
  rotation.system_trust = nullptr;
  EXPECT_EQ(At(Rehearse(entry, rotation), "results.0.code"), "Trust/SystemMissing");
}

TEST(RehearsalTest, BackendsWithoutTlsAreLeftOut) {
  ProbeEntry entry = Sends(P().old_leaf);
  auto plain = std::make_shared<BackendTls>(*entry.backend);
  plain->port.Modify([](PortTls& port) {
    port.mode = TlsMode::kPlaintext;
    port.tls = nullptr;
  });
  entry.backend = plain;
  entry.result = nullptr;
  EXPECT_EQ(At(Rehearse(entry, To(P().new_root)), "results"), "[0]");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
