#include "gwpolicy/report/timeline.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gwpolicy/report/validity.h"
#include "tests/report/probed_chains.h"
#include "tests/report/value_at.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace report {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::TestNow;

constexpr absl::Duration kDay = absl::Hours(24);

Identity Made(const std::string& name, bool is_ca, int days, const Identity* issuer) {
  CertSpec spec;
  spec.common_name = name;
  spec.is_ca = is_ca;
  if (!is_ca) spec.san = "DNS:web.example.com";
  spec.not_after = TestNow() + days * kDay;
  return MakeCertificate(spec, issuer);
}

struct Pki {
  Identity root = Made("Root", true, 1000, nullptr);
  Identity intermediate = Made("Intermediate", true, 100, &root);
  Identity leaf = Made("Leaf", false, 20, &intermediate);
  Identity other = Made("Other", true, 400, nullptr);
};

const Pki& P() {
  static const Pki* const pki = new Pki;
  return *pki;
}

class TimelineTest : public ::testing::Test {
 protected:
  Value Make(absl::Time now = TestNow()) const {
    TimelineInput input;
    input.backends = backends_;
    input.chains = chains_;
    input.system_trust = system_trust_;
    return TimelineDocument(input, Moment{now, 30 * kDay});
  }
  // "leaf CN=Leaf soon" and so on, in order.
  static std::string Entries(const Value& document) {
    std::vector<std::string> lines;
    for (const Value& one : *document.Find("entries")->AsList()) {
      lines.push_back(absl::StrCat(At(one, "role"), " ", At(one, "certificate.subject"), " ",
                                   At(one, "validity")));
    }
    return absl::StrJoin(lines, "; ");
  }

  std::vector<std::shared_ptr<const BackendTls>> backends_;
  std::vector<ProbeEntry> chains_;
  std::shared_ptr<const tls::TrustBundle> system_trust_;
};

TEST_F(TimelineTest, ListsTheBuiltChainAndTheRestOfTheBundleSoonestFirst) {
  backends_ = {BackendWith("web", P().root.cert_pem + P().other.cert_pem, "web.example.com")};
  chains_ = {EntryOf(backends_[0], SawChain({P().leaf, P().intermediate}))};
  const Value document = Make();
  EXPECT_EQ(Entries(document),
            "leaf CN=Leaf soon; intermediate CN=Intermediate valid; trust CN=Other valid; "
            "anchor CN=Root valid");
  EXPECT_EQ(At(document, "entries.0.daysLeft"), "20");
  EXPECT_EQ(At(document, "entries.0.gateways.0"), "infra/http");
  EXPECT_EQ(At(document, "entries.0.endpoints.0"), "192.0.2.1:8443");
  EXPECT_EQ(At(document, "entries.2.endpoints"), "[0]");
  EXPECT_EQ(At(document, "summary.soon"), "1");
  EXPECT_EQ(At(document, "summary.valid"), "2");
}

TEST_F(TimelineTest, TheFirstEndOfTheChainIsTheBackends) {
  backends_ = {BackendWith("web", P().root.cert_pem, "web.example.com"),
               BackendWith("api", P().root.cert_pem, "web.example.com")};
  chains_ = {EntryOf(backends_[0], SawChain({P().leaf, P().intermediate}))};
  const Value document = Make();
  EXPECT_EQ(At(document, "backends.0.backend.name"), "api");
  EXPECT_EQ(At(document, "backends.0.expires"), "null");
  EXPECT_EQ(At(document, "backends.1.subject"), "CN=Leaf");
  EXPECT_EQ(At(document, "backends.1.daysLeft"), "20");
}

TEST_F(TimelineTest, WhatIsSentButNotNeededIsUnused) {
  backends_ = {BackendWith("web", P().intermediate.cert_pem, "web.example.com")};
  chains_ = {EntryOf(backends_[0], SawChain({P().leaf, P().intermediate, P().other}))};
  EXPECT_EQ(Entries(Make()),
            "leaf CN=Leaf soon; anchor CN=Intermediate valid; unused CN=Other valid");
}

TEST_F(TimelineTest, EndpointsAndGatewaysWithOneCertificateShareARow) {
  backends_ = {BackendWith("web", P().root.cert_pem, "web.example.com")};
  chains_ = {EntryOf(backends_[0], SawChain({P().leaf, P().intermediate})),
             EntryOf(backends_[0], SawChain({P().leaf, P().intermediate}))};
  chains_[1].endpoint = Endpoint{"192.0.2.2", 8443};
  const Value document = Make();
  EXPECT_EQ(At(document, "entries"), "[3]");
  EXPECT_EQ(At(document, "entries.0.endpoints"), "[2]");
}

TEST_F(TimelineTest, WithoutChainsTheBundlesAreListed) {
  backends_ = {BackendWith("web", P().root.cert_pem, "web.example.com")};
  const Value document = Make();
  EXPECT_EQ(Entries(document), "trust CN=Root valid");
  EXPECT_EQ(At(document, "summary.valid"), "0");
}

TEST_F(TimelineTest, OfSystemTheAnchorAloneIsListed) {
  auto backend = BackendWith("web", P().root.cert_pem, "web.example.com");
  auto tls = std::make_shared<tls::ClientTls>(*backend->port->tls);
  tls->trust = {tls::TrustSource::kSystem, nullptr};
  backend->port.Modify([&](PortTls& port) { port.tls = tls; });
  backends_ = {backend};
  system_trust_ =
      tls::TrustBundle::Parse(P().root.cert_pem + P().other.cert_pem, tls::PemReader::kEnvoy);
  chains_ = {EntryOf(backend, SawChain({P().leaf, P().intermediate}))};
  EXPECT_EQ(Entries(Make()),
            "leaf CN=Leaf soon; intermediate CN=Intermediate valid; anchor CN=Root valid");
}

TEST_F(TimelineTest, ExpiredOnesAreCounted) {
  backends_ = {BackendWith("web", P().root.cert_pem, "web.example.com")};
  chains_ = {EntryOf(backends_[0], SawChain({P().leaf, P().intermediate}))};
  const Value document = Make(TestNow() + 20 * kDay);
  EXPECT_EQ(At(document, "entries.0.validity"), "expired");
  EXPECT_EQ(At(document, "entries.0.daysLeft"), "0");
  EXPECT_EQ(At(document, "summary.expired"), "1");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
