#include "gwpolicy/tls/peer_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeIntermediate;
using ::gwpolicy::tls::testing::MakeRoot;
using ::gwpolicy::tls::testing::MakeServer;
using ::gwpolicy::tls::testing::TestNow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Pki {
  Identity root = MakeRoot("Root");
  Identity intermediate = MakeIntermediate("Intermediate", root);
  Identity leaf = MakeServer("web.example.com", intermediate);
};

const Pki& P() {
  static const Pki* const pki = new Pki;
  return *pki;
}

std::vector<std::string> Chain() { return {P().leaf.cert_der, P().intermediate.cert_der}; }

ClientTls Client() {
  ClientTls tls;
  tls.trust = {TrustSource::kBundle, TrustBundle::Parse(P().root.cert_pem, PemReader::kEnvoy)};
  tls.names.accepted = {{PeerName::Type::kDns, "web.example.com"}};
  return tls;
}

VerifyResult Verify(const ClientTls& tls, const std::vector<std::string>& chain = Chain(),
                    const TrustBundle* system = nullptr) {
  return VerifyPeer(chain, tls, system, TestNow(), VerifyMode::kEnvoy);
}

std::vector<std::string> CodesOf(const VerifyResult& result) {
  std::vector<std::string> codes;
  for (const Failure& failure : result.failures) {
    codes.push_back(absl::StrCat(NameOf(failure.code), failure.primary ? "!" : ""));
  }
  return codes;
}

TEST(ReadChainTest, ReadsPemInItsOrder) {
  const std::string pem = absl::StrCat("# leaf\n", P().leaf.cert_pem, P().leaf.key_pem, "\r\n",
                                       P().intermediate.cert_pem);
  EXPECT_EQ(ReadChain(pem), Chain());
}

TEST(ReadChainTest, ReadsDerOneAfterAnother) {
  EXPECT_EQ(ReadChain(P().leaf.cert_der), std::vector<std::string>({P().leaf.cert_der}));
  EXPECT_EQ(ReadChain(P().leaf.cert_der + P().intermediate.cert_der), Chain());
}

TEST(ReadChainTest, KeepsWhatIsDamaged) {
  const std::string pem = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(ReadChain(pem + P().leaf.cert_pem), SizeIs(2));
  EXPECT_THAT(ReadChain("-----BEGIN CERTIFICATE-----"), SizeIs(1));
  const std::string cut = P().leaf.cert_der.substr(0, 50);
  EXPECT_EQ(ReadChain(cut), std::vector<std::string>({cut}));
  EXPECT_THAT(CodesOf(Verify(Client(), ReadChain(cut))), ElementsAre("Cert/Malformed!"));
}

TEST(ReadChainTest, FindsNothingInOtherTexts) {
  for (const absl::string_view text : {"", "text", "\x31\x82", "-----BEGIN PUBLIC KEY-----\n"}) {
    EXPECT_THAT(ReadChain(text), IsEmpty()) << text;
  }
}

TEST(ReadChainTest, TakesEveryCutOfDer) {
  const std::string der = P().leaf.cert_der + P().intermediate.cert_der;
  for (size_t size = 0; size <= der.size(); ++size) {
    std::string joined;
    for (const std::string& one : ReadChain(der.substr(0, size))) joined += one;
    EXPECT_EQ(joined, der.substr(0, size));
  }
}

TEST(CertificatePemTest, IsReadAgain) {
  EXPECT_EQ(CertificatePem(P().leaf.cert_der), P().leaf.cert_pem);
}

TEST(SummarizeCertificateTest, SaysNothingOfWhatIsNone) {
  const auto summary = SummarizeCertificate(P().leaf.cert_der);
  ASSERT_TRUE(summary.has_value());
  EXPECT_THAT(summary->subject_alt_names, ElementsAre("DNS:web.example.com"));
  EXPECT_FALSE(SummarizeCertificate("").has_value());
  EXPECT_FALSE(SummarizeCertificate(P().leaf.cert_der + "x").has_value());
}

TEST(VerifyPeerTest, AGoodChainPasses) {
  const VerifyResult result = Verify(Client());
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(result), IsEmpty());
  EXPECT_THAT(result.built_chain, SizeIs(3));
}

TEST(VerifyPeerTest, TheTrustSourceDecides) {
  ClientTls tls = Client();
  const auto bundle = tls.trust.bundle;
  tls.trust = {TrustSource::kSystem, nullptr};
  EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Trust/SystemMissing!"));
  EXPECT_THAT(CodesOf(Verify(tls, Chain(), bundle.get())), IsEmpty());
  tls.trust = {TrustSource::kNobody, nullptr};
  EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Trust/SourceMissing!"));
  EXPECT_EQ(Verify(tls).verdict, Verdict::kFail);
  tls.trust = {TrustSource::kBundle, nullptr};
  EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Trust/SourceMissing!"));
  tls.trust = {TrustSource::kUnverified, nullptr};
  EXPECT_EQ(Verify(tls).verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(Verify(tls, {})), ElementsAre("Chain/Empty!"));
  EXPECT_THAT(CodesOf(Verify(tls, {"x"})), ElementsAre("Cert/Malformed!"));
}

TEST(VerifyPeerTest, OneOfTheHashesMustBeTheLeafs) {
  ClientTls tls = Client();
  const std::string hash = SummarizeCertificate(P().leaf.cert_der)->sha256;
  const std::string other(64, '0');
  tls.certificate_hashes = {other, absl::AsciiStrToUpper(hash)};
  EXPECT_EQ(Verify(tls).verdict, Verdict::kPass);
  tls.certificate_hashes = {other};
  const VerifyResult result = Verify(tls);
  EXPECT_THAT(CodesOf(result), ElementsAre("Name/PinMismatch!"));
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.failures[0].depth, 0);
  EXPECT_FALSE(result.failures[0].remedy.empty());
}

TEST(VerifyPeerTest, AHashDoesNotReplaceTrustOrNames) {
  ClientTls tls = Client();
  tls.certificate_hashes = {SummarizeCertificate(P().leaf.cert_der)->sha256};
  tls.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
  EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Name/Mismatch!"));
  tls.certificate_hashes = {std::string(64, '0')};
  EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Name/Mismatch!", "Name/PinMismatch"));
}

TEST(VerifyPeerTest, AHashAloneIsLookedAtWhereNobodyIsVerified) {
  ClientTls tls = Client();
  tls.trust = {TrustSource::kUnverified, nullptr};
  tls.certificate_hashes = {std::string(64, '0')};
  EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Name/PinMismatch!"));
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
