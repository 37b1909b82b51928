#include "gwpolicy/report/suggestion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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

SuggestionRequest For(const std::string& host) {
  SuggestionRequest request;
  request.host = host;
  request.service = "web";
  request.now = TestNow();
  return request;
}

std::vector<std::string> CodesOf(const Suggestion& suggestion) {
  std::vector<std::string> codes;
  for (const tls::Failure& one : suggestion.warnings) codes.emplace_back(NameOf(one.code));
  return codes;
}

std::string CaOf(const Suggestion& suggestion) {
  return suggestion.objects.size() < 2
             ? ""
             : *suggestion.objects[1].Find("data")->Find("ca.crt")->AsString();
}

TEST(SuggestPolicyTest, ARootThatIsSentIsTrusted) {
  SuggestionRequest request = For("web.example.com");
  request.section = "https";
  const Suggestion suggestion =
      SuggestPolicy(SawChain({P().leaf, P().intermediate, P().root}), request);
  ASSERT_THAT(suggestion.objects, SizeIs(2));
  const Value& policy = suggestion.objects[0];
  EXPECT_EQ(At(policy, "kind"), "BackendTLSPolicy");
  EXPECT_EQ(At(policy, "metadata.name"), "web-tls");
  EXPECT_EQ(At(policy, "spec.targetRefs.0.name"), "web");
  EXPECT_EQ(At(policy, "spec.targetRefs.0.sectionName"), "https");
  EXPECT_EQ(At(policy, "spec.validation.hostname"), "web.example.com");
  EXPECT_EQ(At(policy, "spec.validation.caCertificateRefs.0.name"), "web-ca");
  EXPECT_EQ(At(suggestion.objects[1], "metadata.name"), "web-ca");
  EXPECT_EQ(CaOf(suggestion), P().root.cert_pem);
  EXPECT_THAT(CodesOf(suggestion), IsEmpty());
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kPass);
  EXPECT_FALSE(suggestion.trusts_system);
}

TEST(SuggestPolicyTest, WithoutTheRootTheTopmostIntermediateIsTrusted) {
  const Suggestion suggestion =
      SuggestPolicy(SawChain({P().leaf, P().intermediate}), For("web.example.com"));
  EXPECT_EQ(CaOf(suggestion), P().intermediate.cert_pem);
  EXPECT_THAT(CodesOf(suggestion), ElementsAre("Chain/UnknownIssuer"));
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kPass);
}

TEST(SuggestPolicyTest, ALeafAloneIsTrustedWithAWarning) {
  const Suggestion suggestion = SuggestPolicy(SawChain({P().leaf}), For("web.example.com"));
  EXPECT_EQ(CaOf(suggestion), P().leaf.cert_pem);
  EXPECT_THAT(CodesOf(suggestion), ElementsAre("Trust/NotCa"));
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kPass);
  CertSpec spec;
  spec.common_name = "web";
  spec.san = "DNS:web.example.com";
  spec.key_usage = "digitalSignature";
  const Suggestion self_signed =
      SuggestPolicy(SawChain({MakeCertificate(spec, nullptr)}), For("web.example.com"));
  EXPECT_THAT(CodesOf(self_signed), ElementsAre("Trust/NotCa"));
  EXPECT_THAT(self_signed.warnings[0].message, ::testing::HasSubstr("self-signed"));
}

TEST(SuggestPolicyTest, AnUnorderedChainIsFollowedToItsTop) {
  const Identity stranger = MakeRoot("Stranger");
  const Suggestion suggestion = SuggestPolicy(
      SawChain({P().leaf, stranger, P().root, P().intermediate}), For("web.example.com"));
  EXPECT_EQ(CaOf(suggestion), P().root.cert_pem);
}

TEST(SuggestPolicyTest, WhatTheSystemVouchesForTrustsSystem) {
  SuggestionRequest request = For("web.example.com");
  request.system_trust = tls::TrustBundle::Parse(P().root.cert_pem, tls::PemReader::kEnvoy);
  const tls::HandshakeResult seen = SawChain({P().leaf, P().intermediate});
  const Suggestion suggestion = SuggestPolicy(seen, request);
  EXPECT_TRUE(suggestion.trusts_system);
  ASSERT_THAT(suggestion.objects, SizeIs(1));
  EXPECT_EQ(At(suggestion.objects[0], "spec.validation.wellKnownCACertificates"), "System");
  EXPECT_EQ(At(suggestion.objects[0], "spec.validation.caCertificateRefs"), "absent");
  request.may_use_system = false;
  EXPECT_THAT(SuggestPolicy(seen, request).objects, SizeIs(2));
}

TEST(SuggestPolicyTest, AWrongNameIsWrittenAsAskedAndFails) {
  SuggestionRequest request = For("web.example.com");
  request.hostname = "API.example.com";
  const Suggestion suggestion = SuggestPolicy(SawChain({P().leaf, P().intermediate}), request);
  EXPECT_EQ(At(suggestion.objects[0], "spec.validation.hostname"), "api.example.com");
  EXPECT_THAT(CodesOf(suggestion), ElementsAre("Chain/UnknownIssuer", "Name/Mismatch"));
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kFail);
}

TEST(SuggestPolicyTest, AnAddressTakesANameOfTheCertificate) {
  const Suggestion suggestion =
      SuggestPolicy(SawChain({P().leaf, P().intermediate}), For("192.0.2.1"));
  EXPECT_EQ(At(suggestion.objects[0], "spec.validation.hostname"), "web.example.com");
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kPass);
}

TEST(SuggestPolicyTest, AUriIsAskedForWhereThereIsNoDnsName) {
  CertSpec spec;
  spec.common_name = "web";
  spec.san = "URI:spiffe://example.com/web";
  const Suggestion suggestion =
      SuggestPolicy(SawChain({MakeCertificate(spec, &P().root), P().root}), For("192.0.2.1"));
  ASSERT_THAT(suggestion.objects, SizeIs(2));
  EXPECT_EQ(At(suggestion.objects[0], "spec.validation.subjectAltNames.0.uri"),
            "spiffe://example.com/web");
  EXPECT_EQ(At(suggestion.objects[0], "spec.validation.hostname"), "web.default.svc");
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kPass);
}

TEST(SuggestPolicyTest, NoMoreUrisThanAPolicyHolds) {
  CertSpec spec;
  spec.common_name = "web";
  for (int i = 0; i < 7; ++i) absl::StrAppend(&spec.san, i == 0 ? "" : ",", "URI:spiffe://a/", i);
  const Suggestion suggestion =
      SuggestPolicy(SawChain({MakeCertificate(spec, &P().root), P().root}), For("192.0.2.1"));
  EXPECT_EQ(At(suggestion.objects.at(0), "spec.validation.subjectAltNames"), "[5]");
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kPass);
}

TEST(SuggestPolicyTest, WithoutANameThereIsNoPolicy) {
  CertSpec spec;
  spec.common_name = "web.example.com";
  Suggestion suggestion =
      SuggestPolicy(SawChain({MakeCertificate(spec, &P().root)}), For("192.0.2.1"));
  EXPECT_THAT(suggestion.objects, IsEmpty());
  EXPECT_THAT(CodesOf(suggestion), ElementsAre("Name/Missing"));
  spec.san = "IP:192.0.2.1";
  suggestion = SuggestPolicy(SawChain({MakeCertificate(spec, &P().root)}), For("192.0.2.1"));
  EXPECT_THAT(suggestion.objects, IsEmpty());
  EXPECT_THAT(CodesOf(suggestion), ElementsAre("Name/Mismatch"));
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kFail);
}

TEST(SuggestPolicyTest, ANameThatIsNoneIsRefused) {
  for (const char* hostname :
       {"*.example.com", "web_1.example.com", ".example.com", "a..b", "a.-b", "a-.b"}) {
    SuggestionRequest request = For("192.0.2.1");
    request.hostname = hostname;
    EXPECT_THAT(SuggestPolicy(SawChain({P().leaf}), request).objects, IsEmpty()) << hostname;
  }
}

TEST(SuggestPolicyTest, TheServiceIsGuessedFromTheName) {
  SuggestionRequest request = For("web.example.com");
  request.service = "";
  EXPECT_EQ(At(SuggestPolicy(SawChain({P().leaf}), request).objects[0], "metadata.name"),
            "web-tls");
  request.hostname = "1.example.com";
  EXPECT_EQ(At(SuggestPolicy(SawChain({P().leaf}), request).objects[0], "metadata.name"),
            "backend-tls");
}

TEST(SuggestPolicyTest, WhatTheHandshakeNeedsBesidesIsTold) {
  tls::HandshakeResult seen = SawChain({P().leaf, P().intermediate, P().root});
  seen.certificate_requested = true;
  seen.version = "TLSv1.3";
  EXPECT_THAT(CodesOf(SuggestPolicy(seen, For("web.example.com"))),
              ElementsAre("ClientCert/Required", "Tls/Version"));
}

TEST(SuggestPolicyTest, WithoutAChainTheFailuresAreTold) {
  tls::HandshakeResult seen;
  seen.failures = {tls::MakeFailure(Code::kNetRefused, "nobody listens")};
  const Suggestion suggestion = SuggestPolicy(seen, For("web.example.com"));
  EXPECT_THAT(suggestion.objects, IsEmpty());
  EXPECT_THAT(CodesOf(suggestion), ElementsAre("Net/Refused"));
  EXPECT_EQ(suggestion.verdict, tls::Verdict::kFail);
}

TEST(SuggestionDocumentTest, SaysWhoVouches) {
  const Suggestion suggestion =
      SuggestPolicy(SawChain({P().leaf, P().intermediate, P().root}), For("web.example.com"));
  const Value document = SuggestionDocument(suggestion);
  EXPECT_EQ(At(document, "kind"), "Suggestion");
  EXPECT_EQ(At(document, "trust"), "FirstUse");
  EXPECT_EQ(At(document, "objects"), "[2]");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
