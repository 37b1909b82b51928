#include "gwpolicy/report/diff_rules.h"

#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace report {
namespace {

using tls::ClientTls;
using tls::PeerName;
using tls::TlsVersion;
using tls::TrustSource;
using tls::testing::Identity;
using tls::testing::MakeCrlPem;
using tls::testing::MakeRoot;
using tls::testing::MakeServer;

const Identity& Ca(int number) {
  static const Identity* const kCas[] = {new Identity(MakeRoot("CA 0")),
                                         new Identity(MakeRoot("CA 1")),
                                         new Identity(MakeRoot("CA 2"))};
  return *kCas[number];
}

// A change of settings that starts from verified TLS with one CA and one name.
using Change = std::function<void(ClientTls&)>;

ClientTls Verified() {
  ClientTls tls;
  tls.sni = "example.com";
  tls.trust = {TrustSource::kBundle,
               tls::TrustBundle::Parse(Ca(0).cert_pem, tls::PemReader::kEnvoy)};
  tls.names.accepted = {{PeerName::Type::kDns, "example.com"}};
  return tls;
}

ClientTls With(const Change& change) {
  ClientTls tls = Verified();
  if (change) change(tls);
  return tls;
}

Change Bundle(std::string pem) {
  return [pem](ClientTls& tls) {
    tls.trust = {TrustSource::kBundle, tls::TrustBundle::Parse(pem, tls::PemReader::kEnvoy)};
  };
}
Change Source(TrustSource source) {
  return [source](ClientTls& tls) { tls.trust = {source, nullptr}; };
}
Change Names(std::vector<std::string> names) {
  return [names](ClientTls& tls) {
    tls.names.accepted.clear();
    for (const std::string& name : names) {
      tls.names.accepted.push_back({PeerName::Type::kDns, name});
    }
  };
}
void AnyName(ClientTls& tls) { tls.names = tls::PeerNames::Any(); }
Change Pins(std::vector<std::string> pins) {
  return [pins](ClientTls& tls) { tls.pins = tls::Pins{pins, {}}; };
}
Change Spki(std::vector<std::string> pins) {
  return [pins](ClientTls& tls) { tls.pins = tls::Pins{{}, pins}; };
}
Change HashAndSpki(std::string hash, std::string pin) {
  return [hash, pin](ClientTls& tls) { tls.pins = tls::Pins{{hash}, {pin}}; };
}
Change Ciphers(List<Text> list) {
  return [list](ClientTls& tls) { tls.cipher_suites = list; };
}
Change Groups(List<Text> list) {
  return [list](ClientTls& tls) { tls.groups = list; };
}
Change Signatures(List<Text> list) {
  return [list](ClientTls& tls) { tls.signature_algorithms = list; };
}
Change Min(TlsVersion version) {
  return [version](ClientTls& tls) { tls.min_version = version; };
}
Change Max(TlsVersion version) {
  return [version](ClientTls& tls) { tls.max_version = version; };
}
Change ClientCertificate(const std::string& name) {
  return [name](ClientTls& tls) {
    const Identity identity = MakeServer(name, Ca(0));
    tls.client_certificate = std::make_shared<tls::ClientCertificate>(
        tls::ClientCertificate{identity.cert_pem, PrivateBytes(identity.key_pem)});
  };
}

const char kPinA[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const char kPinB[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const char kSpkiA[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const char kSpkiB[] = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";
const char kCipherA[] = "ECDHE-ECDSA-AES128-GCM-SHA256";
const char kCipherB[] = "ECDHE-RSA-AES256-GCM-SHA384";

struct FieldCase {
  std::string name;
  Change before;
  Change after;
  std::string field;
  Rule rule;
  Effect effect;
};

void PrintTo(const FieldCase& one, std::ostream* out) { *out << one.name; }

class FieldRuleTest : public ::testing::TestWithParam<FieldCase> {};

TEST_P(FieldRuleTest, IsTheOnlyDifference) {
  const FieldCase& one = GetParam();
  const std::vector<TlsDifference> found = CompareTls(With(one.before), With(one.after));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].field, one.field);
  EXPECT_EQ(InfoOf(found[0].rule).reason, InfoOf(one.rule).reason);
  EXPECT_EQ(InfoOf(found[0].rule).effect, one.effect);
  EXPECT_NE(found[0].before, "");
  EXPECT_NE(found[0].after, "");
}

// What loosens one way tightens the other, and what is neutral is so both ways.
TEST_P(FieldRuleTest, IsTheOppositeTheOtherWay) {
  const FieldCase& one = GetParam();
  const std::vector<TlsDifference> found = CompareTls(With(one.after), With(one.before));
  ASSERT_EQ(found.size(), 1u);
  const Effect opposite = one.effect == Effect::kLoosened    ? Effect::kTightened
                          : one.effect == Effect::kTightened ? Effect::kLoosened
                                                             : Effect::kNeutral;
  EXPECT_EQ(InfoOf(found[0].rule).effect, opposite);
}

std::vector<FieldCase> FieldCases() {
  constexpr Effect kLoosened = Effect::kLoosened;
  constexpr Effect kTightened = Effect::kTightened;
  constexpr Effect kNeutral = Effect::kNeutral;
  const std::string a = Ca(0).cert_pem;
  const std::string b = Ca(1).cert_pem;
  const std::string c = Ca(2).cert_pem;
  const std::string crl = MakeCrlPem(Ca(0), {});
  return {
      {"TrustDropped", nullptr, Source(TrustSource::kUnverified), "trust", Rule::kTrustDropped,
       kLoosened},
      {"TrustSet", Source(TrustSource::kUnverified), Source(TrustSource::kSystem), "trust",
       Rule::kTrustSet, kTightened},
      {"SystemToBundle", Source(TrustSource::kSystem), nullptr, "trust", Rule::kSystemToBundle,
       kTightened},
      {"BundleToSystem", nullptr, Source(TrustSource::kSystem), "trust", Rule::kBundleToSystem,
       kLoosened},
      {"AnchorsRemoved", Bundle(a + b), Bundle(b), "trust", Rule::kAnchorsRemoved, kTightened},
      {"AnchorsAdded", Bundle(a), Bundle(a + b), "trust", Rule::kAnchorsAdded, kLoosened},
      {"NobodyIsTheEmptyBundle", Source(TrustSource::kNobody), Bundle(a), "trust",
       Rule::kAnchorsAdded, kLoosened},
      {"AnchorsReplaced", Bundle(a), Bundle(b), "trust", Rule::kAnchorsReplaced, kNeutral},
      {"AnchorsOverlap", Bundle(a + b), Bundle(b + c), "trust", Rule::kAnchorsReplaced, kNeutral},
      {"AnchorsReordered", Bundle(a + b), Bundle(b + a), "trust", Rule::kBundleRewritten, kNeutral},
      {"RevocationsAdded", Bundle(a), Bundle(a + crl), "trust", Rule::kRevocationsAdded,
       kTightened},
      {"RevocationsRemoved", Bundle(a + crl), Bundle(a), "trust", Rule::kRevocationsRemoved,
       kLoosened},
      {"NamesDropped", nullptr, AnyName, "names", Rule::kNamesDropped, kLoosened},
      {"NamesSet", AnyName, nullptr, "names", Rule::kNamesSet, kTightened},
      {"NamesRemoved", Names({"a", "b"}), Names({"B"}), "names", Rule::kNamesRemoved, kTightened},
      {"NamesAdded", Names({"a"}), Names({"b", "a"}), "names", Rule::kNamesAdded, kLoosened},
      {"NamesReplaced", Names({"a"}), Names({"b"}), "names", Rule::kNamesReplaced, kNeutral},
      {"NamesWithoutTrust", Source(TrustSource::kUnverified),
       [](ClientTls& tls) {
         tls.trust = {TrustSource::kUnverified, nullptr};
         AnyName(tls);
       },
       "names", Rule::kNamesWithoutTrust, kNeutral},
      {"PinsDropped", Pins({kPinA}), nullptr, "certificateHashes", Rule::kPinsDropped, kLoosened},
      {"PinsSet", nullptr, Pins({kPinA}), "certificateHashes", Rule::kPinsSet, kTightened},
      {"PinsRemoved", Pins({kPinA, kPinB}), Pins({kPinA}), "certificateHashes", Rule::kPinsRemoved,
       kTightened},
      {"PinsAdded", Pins({kPinA}), Pins({kPinB, kPinA}), "certificateHashes", Rule::kPinsAdded,
       kLoosened},
      {"PinsReplaced", Pins({kPinA}), Pins({kPinB}), "certificateHashes", Rule::kPinsReplaced,
       kNeutral},
      {"SpkiPinsDropped", Spki({kSpkiA}), nullptr, "spkiPins", Rule::kPinsDropped, kLoosened},
      {"SpkiPinsSet", nullptr, Spki({kSpkiA}), "spkiPins", Rule::kPinsSet, kTightened},
      {"SpkiPinsReplaced", Spki({kSpkiA}), Spki({kSpkiB}), "spkiPins", Rule::kPinsReplaced,
       kNeutral},
      {"SpkiPinBesideAHash", Pins({kPinA}), HashAndSpki(kPinA, kSpkiA), "spkiPins",
       Rule::kPinsAdded, kLoosened},
      {"HashBesideAnSpkiPin", Spki({kSpkiA}), HashAndSpki(kPinA, kSpkiA), "certificateHashes",
       Rule::kPinsAdded, kLoosened},
      {"ClientCertificateDropped", ClientCertificate("a"), nullptr, "clientCertificate",
       Rule::kClientCertificateDropped, kLoosened},
      {"ClientCertificateSet", nullptr, ClientCertificate("a"), "clientCertificate",
       Rule::kClientCertificateSet, kTightened},
      {"ClientCertificateReplaced", ClientCertificate("a"), ClientCertificate("b"),
       "clientCertificate", Rule::kClientCertificateReplaced, kNeutral},
      {"MinVersionLowered", nullptr, Min(TlsVersion::k1_0), "minVersion", Rule::kMinVersionLowered,
       kLoosened},
      {"MinVersionRaised", nullptr, Min(TlsVersion::k1_3), "minVersion", Rule::kMinVersionRaised,
       kTightened},
      {"MaxVersionLowered", Max(TlsVersion::k1_3), nullptr, "maxVersion", Rule::kMaxVersionLowered,
       kLoosened},
      {"MaxVersionRaised", nullptr, Max(TlsVersion::k1_3), "maxVersion", Rule::kMaxVersionRaised,
       kTightened},
      {"CiphersRemoved", nullptr, Ciphers({kCipherA}), "cipherSuites", Rule::kAlgorithmsRemoved,
       kTightened},
      {"CiphersAdded", Ciphers({kCipherA}), Ciphers({kCipherA, kCipherB}), "cipherSuites",
       Rule::kAlgorithmsAdded, kLoosened},
      {"CiphersAreReadThroughBrackets", Ciphers({"[A|B]"}), Ciphers({"B"}), "cipherSuites",
       Rule::kAlgorithmsRemoved, kTightened},
      {"CiphersReplaced", Ciphers({kCipherA}), Ciphers({kCipherB}), "cipherSuites",
       Rule::kAlgorithmsReplaced, kNeutral},
      {"CiphersReordered", Ciphers({kCipherA, kCipherB}), Ciphers({kCipherB, kCipherA}),
       "cipherSuites", Rule::kAlgorithmsReordered, kNeutral},
      {"GroupsAddedToEnvoysOwn", nullptr, Groups({"X25519MLKEM768", "X25519", "P-256", "P-384"}),
       "groups", Rule::kAlgorithmsAdded, kLoosened},
      {"SignaturesBesideTheDefault", nullptr, Signatures({"rsa_pss_rsae_sha256"}),
       "signatureAlgorithms", Rule::kAlgorithmsReplaced, kNeutral},
      {"SignaturesRemoved", Signatures({"a", "b"}), Signatures({"a"}), "signatureAlgorithms",
       Rule::kAlgorithmsRemoved, kTightened},
      {"RenegotiationAllowed", nullptr, [](ClientTls& tls) { tls.allow_renegotiation = true; },
       "allowRenegotiation", Rule::kRenegotiationAllowed, kLoosened},
      {"RenegotiationForbidden", [](ClientTls& tls) { tls.allow_renegotiation = true; }, nullptr,
       "allowRenegotiation", Rule::kRenegotiationForbidden, kTightened},
      {"SniChanged", nullptr, [](ClientTls& tls) { tls.sni = ""; }, "sni", Rule::kSniChanged,
       kNeutral},
      {"AlpnChanged", nullptr, [](ClientTls& tls) { tls.alpn_protocols = {"h2"}; }, "alpnProtocols",
       Rule::kAlpnChanged, kNeutral},
  };
}

INSTANTIATE_TEST_SUITE_P(Rules, FieldRuleTest, ::testing::ValuesIn(FieldCases()),
                         [](const auto& info) { return info.param.name; });

TEST(CompareTlsTest, WhatIsTheSameToEnvoyIsNoDifference) {
  EXPECT_TRUE(CompareTls(Verified(), Verified()).empty());
  EXPECT_TRUE(CompareTls(Verified(), With(Min(TlsVersion::k1_2))).empty());
  EXPECT_TRUE(CompareTls(Verified(), With(Names({"EXAMPLE.com"}))).empty());
  EXPECT_TRUE(CompareTls(Verified(), With(Groups({"X25519MLKEM768", "X25519", "P-256"}))).empty());
}

TEST(CompareTlsTest, NeverShowsAKey) {
  ClientTls tls = With(ClientCertificate("gateway"));
  const std::string key(tls.client_certificate->key_pem.Reveal());
  const std::string line = key.substr(key.find('\n') + 1, 40);
  for (const TlsDifference& one : CompareTls(Verified(), tls)) {
    EXPECT_FALSE(absl::StrContains(one.before + one.after, line));
    EXPECT_TRUE(absl::StrContains(one.after, "gateway"));
  }
}

TEST(FieldsOfTest, AreThoseThatSaySomething) {
  std::vector<std::string> names;
  for (const TlsDifference& one : FieldsOf(Verified())) {
    names.emplace_back(one.field);
    EXPECT_EQ(one.before, "");
    EXPECT_EQ(one.rule, Rule::kFieldOfNewTls);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"sni", "trust", "names"}));
}

struct ProtectionCase {
  const char* name;
  TlsMode mode;
  Change change;
  Protection protection;
};

class ProtectionTest : public ::testing::TestWithParam<ProtectionCase> {};

TEST_P(ProtectionTest, IsThatOfTheWeakestPart) {
  PortTls port;
  port.mode = GetParam().mode;
  if (port.mode == TlsMode::kTls) {
    port.tls = std::make_shared<ClientTls>(With(GetParam().change));
  }
  const BackendTls backend{{}, std::move(port), {}, {}};
  EXPECT_EQ(ProtectionName(ProtectionOf(backend)), ProtectionName(GetParam().protection));
}

INSTANTIATE_TEST_SUITE_P(Order, ProtectionTest,
                         ::testing::ValuesIn<ProtectionCase>({
                             {"Plaintext", TlsMode::kPlaintext, nullptr, Protection::kPlaintext},
                             {"Unverified", TlsMode::kTls, Source(TrustSource::kUnverified),
                              Protection::kUnverified},
                             {"NameUnchecked", TlsMode::kTls, AnyName, Protection::kNameUnchecked},
                             {"Verified", TlsMode::kTls, nullptr, Protection::kVerified},
                             {"PinNamesTheCertificate", TlsMode::kTls,
                              [](ClientTls& tls) {
                                tls.trust = {TrustSource::kUnverified, nullptr};
                                tls.pins = tls::Pins{{kPinA}, {}};
                              },
                              Protection::kVerified},
                             {"FailClosed", TlsMode::kFailClosed, nullptr, Protection::kFailClosed},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(CompareTlsTest, JudgesBothKindsOfPinTogether) {
  // Another certificate is accepted now, though neither list has grown beside the other.
  const std::vector<TlsDifference> found = CompareTls(With(Pins({kPinA})), With(Spki({kSpkiA})));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].field, "certificateHashes");
  EXPECT_EQ(found[1].field, "spkiPins");
  for (const TlsDifference& one : found) EXPECT_EQ(one.rule, Rule::kPinsReplaced);
}

TEST(RulesTest, SaySomethingAndNothingTwice) {
  std::set<std::string> reasons;
  for (const RuleInfo& info : AllRules()) {
    EXPECT_FALSE(info.field.empty() || info.change.empty() || info.reason.empty());
    EXPECT_TRUE(reasons.insert(std::string(info.reason)).second) << info.reason;
    EXPECT_FALSE(absl::EndsWith(info.reason, "."));
  }
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
