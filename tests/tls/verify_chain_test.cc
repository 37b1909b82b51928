#include "gwpolicy/tls/verify_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/testing/random.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::MakeCrlPem;
using ::gwpolicy::tls::testing::MakeIntermediate;
using ::gwpolicy::tls::testing::MakeRoot;
using ::gwpolicy::tls::testing::MakeServer;
using ::gwpolicy::tls::testing::TestNow;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ValuesIn;
using Strings = std::vector<std::string>;

// "Cert/Expired@0 primary"
Strings Texts(const std::vector<Failure>& failures) {
  Strings texts;
  for (const Failure& failure : failures) {
    texts.push_back(
        absl::StrCat(NameOf(failure.code), "@", failure.depth, failure.primary ? " primary" : ""));
  }
  return texts;
}

const Failure* Primary(const VerifyResult& result) {
  for (const Failure& failure : result.failures) {
    if (failure.primary) return &failure;
  }
  return nullptr;
}

PeerNames Dns(std::string name) {
  PeerNames names;
  names.accepted = {{PeerName::Type::kDns, std::move(name)}};
  return names;
}

std::shared_ptr<const TrustBundle> Bundle(const std::vector<Identity>& anchors) {
  std::string pem;
  for (const Identity& anchor : anchors) pem += anchor.cert_pem;
  return TrustBundle::Parse(pem, PemReader::kEnvoy);
}

VerifyResult Verify(const std::vector<Identity>& chain, const std::vector<Identity>& anchors,
                    const PeerNames& names = Dns("web.example.com"),
                    VerifyMode mode = VerifyMode::kEnvoy, absl::Time now = TestNow()) {
  Strings der;
  for (const Identity& certificate : chain) der.push_back(certificate.cert_der);
  return VerifyChain(der, *Bundle(anchors), names, now, mode);
}

constexpr char kReason[] =
    "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert "
    "failed: X509_verify_cert: certificate verification error at depth ";

// The certificates that most cases use.
struct Pki {
  Identity root = MakeRoot("Root");
  Identity other_root = MakeRoot("Other Root");
  Identity intermediate = MakeIntermediate("Intermediate", root);
  Identity leaf = MakeServer("web.example.com", root);
  Identity deep_leaf = MakeServer("web.example.com", intermediate);

  Identity Make(const Identity* issuer, void (*change)(CertSpec&)) const {
    CertSpec spec;
    spec.common_name = "web.example.com";
    spec.san = "DNS:web.example.com";
    spec.eku = "serverAuth";
    change(spec);
    return MakeCertificate(spec, issuer);
  }
};

const Pki& P() {
  static const Pki* const pki = new Pki;
  return *pki;
}

const absl::Time k2010 = absl::FromUnixSeconds(1262304000);
const absl::Time k2030 = absl::FromUnixSeconds(1893456000);

struct ChainCase {
  absl::string_view name;
  std::vector<Identity> chain;
  std::vector<Identity> anchors;
  Strings failures;    // as Texts() gives them
  std::string reason;  // after kReason; "" on a pass
  int alert = 0;
};

class ChainTest : public ::testing::TestWithParam<ChainCase> {};

TEST_P(ChainTest, GivesEnvoysVerdictAndEveryReason) {
  const VerifyResult result = Verify(GetParam().chain, GetParam().anchors);
  EXPECT_EQ(Texts(result.failures), GetParam().failures);
  EXPECT_EQ(result.verdict, GetParam().failures.empty() ? Verdict::kPass : Verdict::kFail);
  EXPECT_EQ(result.alert, GetParam().alert);
  if (const Failure* primary = Primary(result)) {
    EXPECT_THAT(primary->envoy_reason, HasSubstr("|268435581:"));
    EXPECT_THAT(primary->envoy_reason, HasSubstr(GetParam().reason + ":TLS_error_end"));
    EXPECT_THAT(primary->message, Not(IsEmpty()));
    EXPECT_THAT(primary->remedy, Not(IsEmpty()));
  }
}

std::vector<ChainCase> ChainCases() {
  const Pki& p = P();
  const Identity expired = p.Make(&p.root, [](CertSpec& s) { s.not_after = k2010; });
  const Identity future = p.Make(&p.root, [](CertSpec& s) { s.not_before = k2030; });
  const Identity expired_elsewhere =
      p.Make(&p.other_root, [](CertSpec& s) { s.not_after = k2010; });
  const Identity self_signed = p.Make(nullptr, [](CertSpec&) {});
  const Identity self_made = p.Make(nullptr, [](CertSpec& s) { s.key_usage = "digitalSignature"; });
  const Identity client_only = p.Make(&p.root, [](CertSpec& s) { s.eku = "clientAuth"; });
  const Identity critical =
      p.Make(&p.root, [](CertSpec& s) { s.unknown_critical_extension = true; });
  const Identity sha1 = p.Make(&p.root, [](CertSpec& s) { s.sha1 = true; });
  const Identity small = p.Make(&p.root, [](CertSpec& s) { s.key = CertSpec::Key::kRsa1024; });
  const Identity ed25519 = p.Make(&p.root, [](CertSpec& s) { s.key = CertSpec::Key::kEd25519; });

  CertSpec spec;
  spec.common_name = "Old Root";
  spec.is_ca = true;
  spec.not_after = k2010;
  const Identity old_root = MakeCertificate(spec, nullptr);
  const Identity under_old_root = MakeServer("web.example.com", old_root);
  spec = CertSpec();
  spec.common_name = "Future Root";
  spec.is_ca = true;
  spec.not_before = k2030;
  const Identity future_root = MakeCertificate(spec, nullptr);
  const Identity under_future_root = MakeServer("web.example.com", future_root);
  spec = CertSpec();
  spec.common_name = "Old Intermediate";
  spec.is_ca = true;
  spec.not_after = k2010;
  const Identity old_intermediate = MakeCertificate(spec, &p.root);
  const Identity under_old_intermediate = MakeServer("web.example.com", old_intermediate);
  spec = CertSpec();
  spec.common_name = "Not a CA";
  spec.basic_constraints = "critical,CA:FALSE";
  spec.key_usage = "keyCertSign";
  const Identity no_ca = MakeCertificate(spec, &p.root);
  const Identity under_no_ca = MakeServer("web.example.com", no_ca);
  spec = CertSpec();
  spec.common_name = "Narrow";
  spec.is_ca = true;
  spec.basic_constraints = "critical,CA:TRUE,pathlen:0";
  const Identity narrow = MakeCertificate(spec, &p.root);
  const Identity below_narrow = MakeIntermediate("Below Narrow", narrow);
  const Identity under_narrow = MakeServer("web.example.com", below_narrow);
  spec = CertSpec();
  spec.common_name = "Elsewhere Only";
  spec.is_ca = true;
  spec.name_constraints = "critical,permitted;DNS:elsewhere.example";
  const Identity constrained = MakeCertificate(spec, &p.root);
  const Identity under_constrained = MakeServer("web.example.com", constrained);
  // Two CAs that only their keys tell apart.
  spec = CertSpec();
  spec.common_name = "Twin";
  spec.is_ca = true;
  spec.key_identifiers = false;
  const Identity twin = MakeCertificate(spec, nullptr);
  const Identity other_twin = MakeCertificate(spec, nullptr);
  spec = CertSpec();
  spec.common_name = "web.example.com";
  spec.san = "DNS:web.example.com";
  spec.key_identifiers = false;
  const Identity under_twin = MakeCertificate(spec, &twin);

  return {
      {"LeafBelowARoot", {p.leaf}, {p.root}, {}, ""},
      {"ChainOfThree", {p.deep_leaf, p.intermediate}, {p.root}, {}, ""},
      {"RootSentAsWell", {p.deep_leaf, p.intermediate, p.root}, {p.root}, {}, ""},
      {"UnorderedWithStrangers",
       {p.deep_leaf, p.other_root, p.root, p.leaf, p.intermediate, p.intermediate},
       {p.root},
       {},
       ""},
      {"IntermediateInTheBundle", {p.deep_leaf}, {p.intermediate}, {}, ""},
      {"LeafInTheBundle", {p.leaf}, {p.leaf}, {}, ""},
      {"SelfSignedInTheBundle", {self_signed}, {self_signed}, {}, ""},
      {"ClientOnlyLeafInTheBundle", {client_only}, {client_only}, {}, ""},
      {"Sha1", {sha1}, {p.root}, {}, ""},
      {"Rsa1024", {small}, {p.root}, {}, ""},
      {"Ed25519", {ed25519}, {p.root}, {}, ""},
      {"UnknownCa",
       {p.leaf},
       {p.other_root},
       {"Chain/UnknownIssuer@0 primary"},
       "0: unable to get local issuer certificate",
       48},
      {"MissingIntermediate",
       {p.deep_leaf},
       {p.root},
       {"Chain/UnknownIssuer@0 primary"},
       "0: unable to get local issuer certificate",
       48},
      {"UnknownCaOfAnIntermediate",
       {p.deep_leaf, p.intermediate},
       {p.other_root},
       {"Chain/UnknownIssuer@1 primary"},
       "1: unable to get local issuer certificate",
       48},
      {"SelfSignedLeaf",
       {self_signed},
       {p.root},
       {"Chain/SelfSignedLeaf@0 primary"},
       "0: self signed certificate",
       48},
      {"SelfMadeWithDigitalSignatureOnly",
       {self_made},
       {p.root},
       {"Chain/UnknownIssuer@0 primary"},
       "0: unable to get local issuer certificate",
       48},
      {"OwnRootSent",
       {p.leaf, p.root},
       {p.other_root},
       {"Chain/UntrustedRoot@1 primary"},
       "1: self signed certificate in certificate chain",
       48},
      {"ExpiredLeaf",
       {expired},
       {p.root},
       {"Cert/Expired@0 primary"},
       "0: certificate has expired",
       45},
      {"FutureLeaf",
       {future},
       {p.root},
       {"Cert/NotYetValid@0 primary"},
       "0: certificate is not yet valid",
       45},
      {"ExpiredIntermediate",
       {under_old_intermediate, old_intermediate},
       {p.root},
       {"Cert/Expired@1 primary"},
       "1: certificate has expired",
       45},
      {"ExpiredAnchor",
       {under_old_root},
       {old_root},
       {"Trust/Expired@1 primary"},
       "1: certificate has expired",
       45},
      {"FutureAnchor",
       {under_future_root},
       {future_root},
       {"Trust/NotYetValid@1 primary"},
       "1: certificate is not yet valid",
       45},
      {"ExpiredLeafInTheBundle",
       {expired},
       {expired},
       {"Cert/Expired@0 primary"},
       "0: certificate has expired",
       45},
      {"ExpiredAndUnknown",
       {expired_elsewhere},
       {p.root},
       {"Chain/UnknownIssuer@0 primary", "Cert/Expired@0"},
       "0: unable to get local issuer certificate",
       48},
      {"ClientOnlyPurpose",
       {client_only},
       {p.root},
       {"Cert/Purpose@0 primary"},
       "0: unsupported certificate purpose",
       43},
      {"UnknownCriticalExtension",
       {critical},
       {p.root},
       {"Cert/CriticalExtension@0 primary"},
       "0: unhandled critical extension",
       46},
      {"IntermediateIsNoCa",
       {under_no_ca, no_ca},
       {p.root},
       {"Chain/InvalidCa@1 primary", "Cert/Purpose@1"},
       "1: invalid CA certificate",
       48},
      {"PathTooLong",
       {under_narrow, below_narrow, narrow},
       {p.root},
       {"Chain/InvalidCa@2 primary"},
       "2: path length constraint exceeded",
       48},
      {"AnchorsPathLengthIsNotChecked", {under_narrow, below_narrow}, {narrow}, {}, ""},
      {"NameConstraint",
       {under_constrained, constrained},
       {p.root},
       {"Chain/NameConstraint@0 primary"},
       "0: permitted subtree violation",
       46},
      {"NameConstraintOfTheAnchor",
       {under_constrained},
       {constrained},
       {"Chain/NameConstraint@0 primary"},
       "0: permitted subtree violation",
       46},
      {"SameNameOtherKey",
       {under_twin},
       {other_twin},
       {"Chain/BadSignature@0 primary"},
       "0: certificate signature failure",
       51},
  };
}

INSTANTIATE_TEST_SUITE_P(Chains, ChainTest, ValuesIn(ChainCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(VerifyChainTest, AnEmptyChainFails) {
  const VerifyResult result = Verify({}, {P().root});
  EXPECT_THAT(Texts(result.failures), ElementsAre("Chain/Empty@-1 primary"));
  EXPECT_EQ(result.verdict, Verdict::kFail);
}

TEST(VerifyChainTest, GarbageIsMalformed) {
  const VerifyResult result = VerifyChain({P().leaf.cert_der, "garbage"}, *Bundle({P().root}),
                                          PeerNames::Any(), TestNow(), VerifyMode::kEnvoy);
  EXPECT_THAT(Texts(result.failures), ElementsAre("Cert/Malformed@1 primary"));
}

TEST(VerifyChainTest, AnUnusableBundleTrustsNobody) {
  const VerifyResult result =
      VerifyChain({P().leaf.cert_der}, *TrustBundle::Parse("nothing", PemReader::kEnvoy),
                  PeerNames::Any(), TestNow(), VerifyMode::kEnvoy);
  EXPECT_THAT(Texts(result.failures), ElementsAre("Trust/Invalid@-1 primary"));
}

TEST(VerifyChainTest, ANameThatIsNotInTheCertificateFails) {
  const VerifyResult result = Verify({P().leaf}, {P().root}, Dns("api.example.com"));
  EXPECT_THAT(Texts(result.failures), ElementsAre("Name/Mismatch@0 primary"));
  EXPECT_EQ(result.failures[0].envoy_reason,
            "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify "
            "cert failed: SAN matcher, certificate SANs are [web.example.com]:TLS_error_end");
  EXPECT_EQ(result.alert, 46);
}

TEST(VerifyChainTest, AWrongNameIsSecondToABrokenChain) {
  const VerifyResult result = Verify({P().leaf}, {P().other_root}, Dns("api.example.com"));
  EXPECT_THAT(Texts(result.failures),
              ElementsAre("Chain/UnknownIssuer@0 primary", "Name/Mismatch@0"));
}

TEST(VerifyChainTest, TheCommonNameIsNoIdentity) {
  const Identity leaf = P().Make(&P().root, [](CertSpec& s) { s.san = ""; });
  const VerifyResult result = Verify({leaf}, {P().root});
  EXPECT_THAT(Texts(result.failures), ElementsAre("Name/Missing@0 primary"));
  EXPECT_THAT(result.failures[0].message, HasSubstr("common name"));
}

TEST(VerifyChainTest, UncheckedNamesAcceptAnyName) {
  EXPECT_EQ(Verify({P().leaf}, {P().root}, PeerNames::Any()).verdict, Verdict::kPass);
}

TEST(VerifyChainTest, NoAcceptedNameAcceptsNone) {
  EXPECT_EQ(Verify({P().leaf}, {P().root}, PeerNames()).verdict, Verdict::kFail);
}

TEST(VerifyChainTest, GivesTheChainThatItBuilt) {
  const VerifyResult result =
      Verify({P().deep_leaf, P().other_root, P().intermediate}, {P().other_root, P().root});
  ASSERT_THAT(result.built_chain, SizeIs(3));
  EXPECT_FALSE(result.built_chain[0].trusted);
  EXPECT_EQ(result.built_chain[0].index, 0u);
  EXPECT_FALSE(result.built_chain[1].trusted);
  EXPECT_EQ(result.built_chain[1].index, 2u);
  EXPECT_TRUE(result.built_chain[2].trusted);
  EXPECT_EQ(result.built_chain[2].index, 1u);
}

TEST(VerifyChainTest, TheEndOfTheValidityIsExclusiveForEnvoyAndInclusiveInStrictMode) {
  const Identity leaf = P().Make(&P().root, [](CertSpec& s) { s.not_after = TestNow(); });
  const auto at = [&](VerifyMode mode, absl::Duration after) {
    return Verify({leaf}, {P().root}, Dns("web.example.com"), mode, TestNow() + after).verdict;
  };
  EXPECT_EQ(at(VerifyMode::kEnvoy, -absl::Seconds(1)), Verdict::kPass);
  EXPECT_EQ(at(VerifyMode::kEnvoy, absl::ZeroDuration()), Verdict::kFail);
  EXPECT_EQ(at(VerifyMode::kStrict, absl::ZeroDuration()), Verdict::kPass);
  EXPECT_EQ(at(VerifyMode::kStrict, absl::Seconds(1)), Verdict::kFail);
  for (const VerifyMode mode : {VerifyMode::kEnvoy, VerifyMode::kStrict}) {
    EXPECT_TRUE(Verify({leaf}, {P().root}, Dns("web.example.com"), mode).modes_differ);
  }
}

// A CA that was renewed with its key: the same name, the same key, other dates.
struct Renewed {
  Renewed() {
    CertSpec spec;
    spec.common_name = "Renewed CA";
    spec.is_ca = true;
    spec.not_after = k2010;
    old_ca = MakeCertificate(spec, nullptr);
    spec.key_pem = old_ca.key_pem;
    spec.not_after = k2030;
    new_ca = MakeCertificate(spec, nullptr);
    leaf = MakeServer("web.example.com", new_ca);
  }
  Identity old_ca;
  Identity new_ca;
  Identity leaf;
};

TEST(AmbiguousAnchorTest, TheFirstInASmallBundleCountsAndIsReported) {
  const Renewed r;
  const VerifyResult old_first = Verify({r.leaf}, {r.old_ca, r.new_ca});
  EXPECT_THAT(Texts(old_first.failures), ElementsAre("Trust/Expired@1 primary"));
  EXPECT_THAT(Texts(old_first.warnings), Contains("Trust/Unstable@-1"));
  const VerifyResult new_first = Verify({r.leaf}, {r.new_ca, r.old_ca});
  EXPECT_THAT(Texts(new_first.failures), IsEmpty());
  EXPECT_THAT(Texts(new_first.warnings), Contains("Trust/Unstable@-1"));
}

TEST(AmbiguousAnchorTest, ALargeBundleGetsTheSafeVerdict) {
  const Renewed r;
  std::vector<Identity> anchors = {r.new_ca, r.old_ca};
  for (int i = 0; i < 20; ++i) anchors.push_back(MakeRoot(absl::StrCat("Filler ", i)));
  const VerifyResult result = Verify({r.leaf}, anchors);
  EXPECT_THAT(Texts(result.failures), ElementsAre("Trust/Unstable@-1 primary"));
}

TEST(AmbiguousAnchorTest, NothingIsSaidWhileBothAreGood) {
  const Renewed r;
  const VerifyResult result =
      Verify({r.leaf}, {r.old_ca, r.new_ca}, Dns("web.example.com"), VerifyMode::kEnvoy,
             absl::FromUnixSeconds(1230768000));  // 2009
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_THAT(result.warnings, IsEmpty());
}

TEST(AmbiguousAnchorTest, KeyIdentifiersTellTwoCasOfOneNameApart) {
  const Identity a = MakeRoot("Same Name");
  const Identity b = MakeRoot("Same Name");
  const Identity leaf = MakeServer("web.example.com", b);
  const VerifyResult result = Verify({leaf}, {a, b});
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_THAT(result.warnings, IsEmpty());
}

TEST(RevocationTest, CrlsInTheBundleAreChecked) {
  const Pki& p = P();
  const auto verify = [&](const std::string& crls) {
    return Texts(VerifyChain({p.leaf.cert_der},
                             *TrustBundle::Parse(p.root.cert_pem + crls, PemReader::kEnvoy),
                             Dns("web.example.com"), TestNow(), VerifyMode::kEnvoy)
                     .failures);
  };
  EXPECT_THAT(verify(""), IsEmpty());
  EXPECT_THAT(verify(MakeCrlPem(p.root, {})), IsEmpty());
  EXPECT_THAT(verify(MakeCrlPem(p.root, {p.leaf})), ElementsAre("Cert/Revoked@0 primary"));
  EXPECT_THAT(verify(MakeCrlPem(p.other_root, {})), Contains("Chain/Revocation@0 primary"));
}

TEST(RevocationTest, EnvoysReasonHasItsPrefix) {
  const Pki& p = P();
  const VerifyResult result = VerifyChain(
      {p.leaf.cert_der},
      *TrustBundle::Parse(p.root.cert_pem + MakeCrlPem(p.root, {p.leaf}), PemReader::kEnvoy),
      Dns("web.example.com"), TestNow(), VerifyMode::kEnvoy);
  EXPECT_EQ(Primary(result)->envoy_reason,
            absl::StrCat(kReason,
                         "0: certificate revocation check against provided CRLs failed: "
                         "certificate revoked:TLS_error_end"));
  EXPECT_EQ(result.alert, 44);
}

struct StrictCase {
  absl::string_view name;
  Identity leaf;
  Identity anchor;
  std::string difference;
};

class StrictModeTest : public ::testing::TestWithParam<StrictCase> {};

TEST_P(StrictModeTest, RefusesWhatEnvoyOnlyWarnsAbout) {
  const VerifyResult envoy = Verify({GetParam().leaf}, {GetParam().anchor});
  EXPECT_EQ(envoy.verdict, Verdict::kPass);
  EXPECT_THAT(Texts(envoy.warnings), Contains(GetParam().difference));
  EXPECT_TRUE(envoy.modes_differ);
  const VerifyResult strict =
      Verify({GetParam().leaf}, {GetParam().anchor}, Dns("web.example.com"), VerifyMode::kStrict);
  EXPECT_EQ(strict.verdict, Verdict::kFail);
  EXPECT_THAT(Texts(strict.failures), Contains(GetParam().difference + " primary"));
  EXPECT_TRUE(strict.modes_differ);
}

std::vector<StrictCase> StrictCases() {
  const Pki& p = P();
  CertSpec spec;
  spec.common_name = "Unmarked CA";
  spec.key_usage = "keyCertSign";
  spec.basic_constraints = "CA:FALSE";
  const Identity no_ca = MakeCertificate(spec, nullptr);
  spec = CertSpec();
  spec.common_name = "Client CA";
  spec.is_ca = true;
  spec.eku = "clientAuth";
  const Identity client_ca = MakeCertificate(spec, nullptr);
  const auto make_ca = [](void (*change)(CertSpec&)) {
    CertSpec ca;
    ca.common_name = "Unusual CA";
    ca.is_ca = true;
    change(ca);
    return MakeCertificate(ca, nullptr);
  };
  const Identity server_ca = make_ca([](CertSpec& s) { s.eku = "serverAuth"; });
  const Identity loose_ca = make_ca([](CertSpec& s) { s.basic_constraints = "CA:TRUE"; });
  const Identity loose_constraints =
      make_ca([](CertSpec& s) { s.name_constraints = "permitted;DNS:example.com"; });
  const Identity leading_period =
      make_ca([](CertSpec& s) { s.name_constraints = "critical,permitted;DNS:.example.com"; });
  const Identity critical_ca = make_ca([](CertSpec& s) { s.unknown_critical_extension = true; });
  return {
      {"PartialWildcard", p.Make(&p.root, [](CertSpec& s) { s.san = "DNS:w*.example.com"; }),
       p.root, "Name/PartialWildcard@0"},
      {"LeafIsACa",
       p.Make(&p.root,
              [](CertSpec& s) {
                s.is_ca = true;
                s.key_usage = "digitalSignature,keyCertSign";
              }),
       p.root, "Chain/InvalidCa@0"},
      {"SmallRsaKey", p.Make(&p.root, [](CertSpec& s) { s.key = CertSpec::Key::kRsa1024; }), p.root,
       "Cert/Weak@0"},
      {"Sha1Signature", p.Make(&p.root, [](CertSpec& s) { s.sha1 = true; }), p.root, "Cert/Weak@0"},
      {"AnchorIsNoCa", MakeServer("web.example.com", no_ca), no_ca, "Chain/InvalidCa@1"},
      {"AnchorForClientsOnly", MakeServer("web.example.com", client_ca), client_ca,
       "Cert/Purpose@1"},
      {"RootWithAPurpose", MakeServer("web.example.com", server_ca), server_ca, "Cert/Purpose@1"},
      {"CaWithLooseBasicConstraints", MakeServer("web.example.com", loose_ca), loose_ca,
       "Chain/InvalidCa@1"},
      {"CaWithLooseNameConstraints", MakeServer("web.example.com", loose_constraints),
       loose_constraints, "Chain/NameConstraint@1"},
      {"NameConstraintWithALeadingPeriod", MakeServer("web.example.com", leading_period),
       leading_period, "Chain/NameConstraint@1"},
      {"AnchorWithUnknownCriticalExtension", MakeServer("web.example.com", critical_ca),
       critical_ca, "Cert/CriticalExtension@1"},
      {"NoPurpose", p.Make(&p.root, [](CertSpec& s) { s.eku = ""; }), p.root, "Cert/Purpose@0"},
      {"AnyPurpose", p.Make(&p.root, [](CertSpec& s) { s.eku = "serverAuth,anyExtendedKeyUsage"; }),
       p.root, "Cert/Purpose@0"},
      {"CriticalPurpose", p.Make(&p.root, [](CertSpec& s) { s.eku = "critical,serverAuth"; }),
       p.root, "Cert/Purpose@0"},
      {"SignsWithoutBeingACa",
       p.Make(&p.root, [](CertSpec& s) { s.key_usage = "digitalSignature,keyCertSign"; }), p.root,
       "Chain/InvalidCa@0"},
      {"NoAuthorityKeyIdentifier", p.Make(&p.root, [](CertSpec& s) { s.key_identifiers = false; }),
       p.root, "Chain/Other@0"},
      {"NameConstraintsOfAServer",
       p.Make(&p.root,
              [](CertSpec& s) { s.name_constraints = "critical,permitted;DNS:example.com"; }),
       p.root, "Chain/NameConstraint@0"},
      {"CriticalNamesBesideASubject",
       p.Make(&p.root, [](CertSpec& s) { s.san = "critical,DNS:web.example.com"; }), p.root,
       "Chain/Other@0"},
      {"NoSubjectAndNamesNotCritical", p.Make(&p.root, [](CertSpec& s) { s.common_name = ""; }),
       p.root, "Chain/Other@0"},
      {"NameWithAnUnderscore",
       p.Make(&p.root, [](CertSpec& s) { s.san = "DNS:web.example.com,DNS:a_b.example.com"; }),
       p.root, "Chain/Other@0"},
      {"CommonNameElsewhere",
       p.Make(&p.root, [](CertSpec& s) { s.common_name = "api.example.com"; }), p.root,
       "Chain/Other@0"},
  };
}

INSTANTIATE_TEST_SUITE_P(Differences, StrictModeTest, ValuesIn(StrictCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(StrictModeTest, AnOrdinaryChainHasNoDifference) {
  const VerifyResult result = Verify({P().deep_leaf, P().intermediate}, {P().root});
  EXPECT_THAT(result.warnings, IsEmpty());
  EXPECT_FALSE(result.modes_differ);
}

TEST(StrictModeTest, AChainThatBothModesRefuseIsNoDifference) {
  const Identity leaf = P().Make(&P().root, [](CertSpec& s) { s.eku = ""; });
  for (const VerifyMode mode : {VerifyMode::kEnvoy, VerifyMode::kStrict}) {
    EXPECT_FALSE(Verify({leaf}, {P().root}, Dns("other.example.com"), mode).modes_differ);
    EXPECT_FALSE(Verify({leaf}, {P().other_root}, Dns("web.example.com"), mode).modes_differ);
  }
}

TEST(StrictModeTest, ACertificateThatTheBundleHoldsNeedsNoProfile) {
  const Identity pinned = P().Make(nullptr, [](CertSpec& s) {
    s.is_ca = true;
    s.eku = "";
    s.key_usage = "digitalSignature,keyCertSign";
  });
  EXPECT_EQ(Verify({pinned}, {pinned}, Dns("web.example.com"), VerifyMode::kStrict).verdict,
            Verdict::kPass);
}

TEST(StrictModeTest, KeysHaveIdentifiers) {
  CertSpec spec;
  spec.common_name = "Unidentified CA";
  spec.is_ca = true;
  spec.key_identifiers = false;
  const Identity ca = MakeCertificate(spec, nullptr);
  const Identity leaf = P().Make(&ca, [](CertSpec& s) { s.key_identifiers = false; });
  const VerifyResult result = Verify({leaf}, {ca}, Dns("web.example.com"), VerifyMode::kStrict);
  EXPECT_THAT(Texts(result.failures), ElementsAre("Chain/Other@0 primary", "Chain/Other@1"));
  EXPECT_THAT(result.failures[0].message, HasSubstr("no authority key identifier"));
  EXPECT_THAT(result.failures[1].message, HasSubstr("without a subject key identifier"));
}

TEST(StrictModeTest, ACrlHasANumber) {
  const Pki& p = P();
  const VerifyResult result =
      VerifyChain({p.leaf.cert_der},
                  *TrustBundle::Parse(p.root.cert_pem + MakeCrlPem(p.root, {}), PemReader::kEnvoy),
                  Dns("web.example.com"), TestNow(), VerifyMode::kStrict);
  EXPECT_THAT(Texts(result.failures), ElementsAre("Chain/Revocation@1 primary"));
  EXPECT_TRUE(result.modes_differ);
}

TEST(StrictModeTest, TellsNamesInAnEscapedForm) {
  const Identity leaf =
      P().Make(&P().root, [](CertSpec& s) { s.san = "DNS:web.example.com,DNS:a\x1b[31m"; });
  const VerifyResult result = Verify({leaf}, {P().root});
  EXPECT_THAT(Texts(result.warnings), ElementsAre("Chain/ModesDiffer@-1", "Chain/Other@0"));
  EXPECT_THAT(result.warnings[1].message, HasSubstr("DNS:a\\x1b[31m"));
}

// One byte of one certificate is another one.
std::string Mutated(std::string der, gwpolicy::testing::Random& random) {
  der[random.Below(der.size())] = static_cast<char>(random.Next());
  return der;
}

std::string PemOf(const std::string& der) {
  return absl::StrCat("-----BEGIN CERTIFICATE-----\n", absl::Base64Escape(der),
                      "\n-----END CERTIFICATE-----\n");
}

TEST(MutationTest, AnyBytesGiveAVerdictWithOneReasonAndAnEmptyErrorQueue) {
  const Pki& p = P();
  gwpolicy::testing::Random random(20260101);
  for (int i = 0; i < 3000; ++i) {
    Strings chain = {p.deep_leaf.cert_der, p.intermediate.cert_der};
    std::string root = p.root.cert_der;
    const size_t which = random.Below(3);
    std::string& der = which < chain.size() ? chain[which] : root;
    const std::string original = der;
    der = Mutated(der, random);
    SCOPED_TRACE(absl::StrCat("round ", i, ", certificate ", which));
    const auto bundle = TrustBundle::Parse(PemOf(root), PemReader::kEnvoy);
    for (const VerifyMode mode : {VerifyMode::kEnvoy, VerifyMode::kStrict}) {
      const VerifyResult result =
          VerifyChain(chain, *bundle, Dns("web.example.com"), TestNow(), mode);
      EXPECT_EQ(ERR_peek_error(), 0u);
      EXPECT_EQ(result.failures.empty(), result.verdict == Verdict::kPass);
      EXPECT_EQ(std::count_if(result.failures.begin(), result.failures.end(),
                              [](const Failure& failure) { return failure.primary; }),
                result.failures.empty() ? 0 : 1);
      // Nobody relies on the signature of a root; all other bytes are signed, or are a signature.
      if (which < chain.size() && der != original) {
        EXPECT_EQ(result.verdict, Verdict::kFail);
      }
    }
  }
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
