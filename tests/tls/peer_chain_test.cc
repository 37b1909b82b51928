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
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ValuesIn;

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

// Which pins are set, and what comes of them where the chain and the name are good.
struct PinCase {
  const char* name;
  Pins pins;
  std::string matched;
  std::string message;  // a part of it; "" passes
};

class PinTest : public ::testing::TestWithParam<PinCase> {};

TEST_P(PinTest, IsLookedAtBesideTrustAndAlone) {
  ClientTls tls = Client();
  tls.pins = GetParam().pins;
  for (const TrustSource source : {TrustSource::kBundle, TrustSource::kUnverified}) {
    tls.trust.source = source;
    const VerifyResult result = Verify(tls);
    EXPECT_EQ(result.matched_pin, GetParam().matched);
    if (GetParam().message.empty()) {
      EXPECT_EQ(result.verdict, Verdict::kPass);
      EXPECT_THAT(CodesOf(result), IsEmpty());
      continue;
    }
    EXPECT_EQ(result.verdict, Verdict::kFail);
    ASSERT_THAT(CodesOf(result), ElementsAre("Name/PinMismatch!"));
    EXPECT_EQ(result.failures[0].depth, 0);
    EXPECT_THAT(result.failures[0].message, HasSubstr(GetParam().message));
    EXPECT_FALSE(result.failures[0].remedy.empty());
  }
}

std::string HashOf(const Identity& identity) {
  return SummarizeCertificate(identity.cert_der)->sha256;
}
std::string SpkiOf(const Identity& identity) {
  return SummarizeCertificate(identity.cert_der)->spki_sha256;
}
std::string OtherHash() { return std::string(64, '0'); }
std::string OtherSpki() { return std::string(43, 'A') + "="; }

INSTANTIATE_TEST_SUITE_P(
    Pins, PinTest,
    ValuesIn<PinCase>({
        {"None", {}, "", ""},
        {"RightHash", {{OtherHash(), HashOf(P().leaf)}, {}}, HashOf(P().leaf), ""},
        {"RightHashInCapitals",
         {{absl::AsciiStrToUpper(HashOf(P().leaf))}, {}},
         absl::AsciiStrToUpper(HashOf(P().leaf)),
         ""},
        {"WrongHash",
         {{OtherHash()}, {}},
         "",
         absl::StrCat("has the SHA-256 ", HashOf(P().leaf), ", which is not pinned")},
        {"RightSpki", {{}, {OtherSpki(), SpkiOf(P().leaf)}}, SpkiOf(P().leaf), ""},
        {"WrongSpki",
         {{}, {OtherSpki()}},
         "",
         absl::StrCat("has the SPKI hash ", SpkiOf(P().leaf), ", which is not pinned")},
        {"RightHashAndWrongSpki", {{HashOf(P().leaf)}, {OtherSpki()}}, HashOf(P().leaf), ""},
        {"WrongHashAndRightSpki", {{OtherHash()}, {SpkiOf(P().leaf)}}, SpkiOf(P().leaf), ""},
        {"BothRight", {{HashOf(P().leaf)}, {SpkiOf(P().leaf)}}, HashOf(P().leaf), ""},
        {"BothWrong",
         {{OtherHash()}, {OtherSpki()}},
         "",
         absl::StrCat("has the SHA-256 ", HashOf(P().leaf), " and the SPKI hash ", SpkiOf(P().leaf),
                      ", and neither is pinned")},
        {"HashOfTheIssuer", {{HashOf(P().intermediate)}, {}}, "", "not pinned"},
        {"SpkiOfTheIssuer", {{}, {SpkiOf(P().intermediate)}}, "", "not pinned"},
        {"SpkiOfTheRoot", {{}, {SpkiOf(P().root)}}, "", "not pinned"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(VerifyPeerTest, APinDoesNotReplaceTrustOrNames) {
  for (const Pins& pins : {Pins{{HashOf(P().leaf)}, {}}, Pins{{}, {SpkiOf(P().leaf)}}}) {
    ClientTls tls = Client();
    tls.pins = pins;
    tls.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
    EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Name/Mismatch!"));
    tls.pins = Pins{{OtherHash()}, {}};
    EXPECT_THAT(CodesOf(Verify(tls)), ElementsAre("Name/Mismatch!", "Name/PinMismatch"));
    tls.pins = pins;
    tls.trust = {TrustSource::kNobody, nullptr};
    EXPECT_EQ(Verify(tls).verdict, Verdict::kFail);
  }
}

// What `openssl x509 -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary |
// base64` gives. Another certificate of the same key has the same one.
TEST(SummarizeTest, TellsTheHashOfTheKey) {
  constexpr absl::string_view kPem =
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBWzCCAQCgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFwMB4XDTI2\n"
      "MTEyODIxMTIyOVoXDTI2MTEyOTIxMTIyOVowDDEKMAgGA1UEAwwBcDBZMBMGByqG\n"
      "SM49AgEGCCqGSM49AwEHA0IABAVJY2RkHCZo3BsQW2BtWlJfKu1M2tCK+TZXl+tB\n"
      "Gl4P3HhYN6GKqZLXYJj5f+3XacgrMUjHX3UWWxzChSSQzQyjUzBRMB0GA1UdDgQW\n"
      "BBSFNooTjlNZFOwpVP4jz4152unGwTAfBgNVHSMEGDAWgBSFNooTjlNZFOwpVP4j\n"
      "z4152unGwTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCgUCWn\n"
      "96XvKYToHDt0PFsxOx0G5eGgnFjz4N/REK2GAQIhAOHEIS0+ImIFBPtIsHeHlWko\n"
      "8fEpI9XQQ6bHiA9DB67S\n"
      "-----END CERTIFICATE-----\n";
  EXPECT_EQ(SummarizeCertificate(ReadChain(kPem).at(0))->spki_sha256,
            "/yoXDk8GGrI+9El33n8Vdy8nIcR1XjXNPGnC0mduDho=");
}

TEST(PinFormTest, TakesHashesAsEnvoyDoes) {
  std::string pairs;
  for (int i = 0; i < 32; ++i) absl::StrAppend(&pairs, i == 0 ? "" : ":", "aB");
  EXPECT_TRUE(IsCertificateHash(std::string(64, 'a')));
  EXPECT_TRUE(IsCertificateHash(std::string(64, 'F')));
  EXPECT_TRUE(IsCertificateHash(pairs));
  for (const std::string& bad :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'),
        std::string(95, 'a'), std::string(95, ':'), pairs.substr(1) + "a", pairs + ":"}) {
    EXPECT_FALSE(IsCertificateHash(bad)) << bad;
  }
}

TEST(PinFormTest, TakesSpkiPinsAsEnvoyDoes) {
  const std::string good = SpkiOf(P().leaf);
  EXPECT_TRUE(IsSpkiPin(good));
  EXPECT_TRUE(IsSpkiPin(OtherSpki()));
  std::string url_safe = good;
  url_safe[3] = '-';
  std::string left_over = OtherSpki();
  left_over[42] = 'B';  // bits beyond the 32 bytes
  for (const std::string& bad :
       {std::string(), good.substr(0, 43), good + "=", good + "\n", " " + good.substr(1), url_safe,
        left_over, std::string(44, 'A'), std::string(42, 'A') + "==", std::string(64, 'a'),
        "sha256/" + good}) {
    EXPECT_FALSE(IsSpkiPin(bad)) << bad;
  }
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
