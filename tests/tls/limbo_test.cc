// The verifier against x509-limbo: in mode envoy the verdicts that Envoy 1.40 was seen to give, in
// mode strict those that limbo wants, but for the cases that docs/strict-verification.md names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/tls/limbo.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::Departures;
using ::gwpolicy::tls::testing::EnvoyVerdict;
using ::gwpolicy::tls::testing::LimboCase;
using ::gwpolicy::tls::testing::PrimaryOf;
using ::gwpolicy::tls::testing::ReadDepartures;
using ::gwpolicy::tls::testing::ReadEnvoyVerdicts;
using ::gwpolicy::tls::testing::ReadLimbo;
using ::gwpolicy::tls::testing::Reasons;
using ::gwpolicy::tls::testing::VerifyLimbo;
using ::gwpolicy::tls::testing::WhyNoLimbo;
using ::testing::AnyOf;
using ::testing::ElementsAreArray;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;
using ::testing::ValuesIn;

// For a server that looks at a client's certificate; gwpolicy is the client.
constexpr absl::string_view kClientCases[] = {
    "rfc5280::nc::invalid-email-address",
    "rfc5280::nc::nc-permits-invalid-email-san",
    "rfc5280::nc::nc-permits-email-exact",
    "rfc5280::nc::nc-permits-email-domain",
    "rfc5280::nc::nc-permits-email-literal-asterisk-exact-match",
    "rfc5280::nc::nc-permits-email-literal-asterisk-rejects-user",
    "rfc5280::nc::nc-permits-email-literal-asterisk-rejects-subdomain",
    "rfc5280::nc::nc-permits-email-literal-double-asterisk",
    "rfc5280::nc::nc-permits-email-literal-double-asterisk-rejects-single",
    "rfc5280::nc::nc-permits-email-literal-mid-asterisk",
};

const std::vector<LimboCase>& AllCases() {
  static const auto* const cases = new std::vector<LimboCase>(ReadLimbo("x509-limbo.json.gz"));
  return *cases;
}

std::vector<LimboCase> ServerCases() {
  std::vector<LimboCase> cases;
  for (const LimboCase& limbo : AllCases()) {
    if (limbo.is_server) cases.push_back(limbo);
  }
  return cases;
}

const EnvoyVerdict& EnvoyOn(const LimboCase& limbo) {
  static const auto* const verdicts =
      new absl::flat_hash_map<std::string, EnvoyVerdict>(ReadEnvoyVerdicts());
  return verdicts->at(limbo.id);
}

const Departures& DocumentedDepartures() {
  static const auto* const departures = new Departures(ReadDepartures());
  return *departures;
}

std::string TestName(const ::testing::TestParamInfo<LimboCase>& info) {
  std::string name = info.param.id;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

TEST(LimboDataTest, HasTheCasesThatTheseTestsCountOn) {
  if (!WhyNoLimbo().empty()) GTEST_SKIP() << WhyNoLimbo();
  EXPECT_EQ(AllCases().size(), 289u);
  EXPECT_EQ(ServerCases().size(), 279u);
  std::vector<std::string> clients;
  for (const LimboCase& limbo : AllCases()) {
    if (!limbo.is_server) clients.push_back(limbo.id);
  }
  EXPECT_THAT(clients, ElementsAreArray(kClientCases));
}

TEST(LimboDataTest, HasEveryCaseThatThePageNames) {
  if (!WhyNoLimbo().empty()) GTEST_SKIP() << WhyNoLimbo();
  std::set<std::string> named = DocumentedDepartures().refused;
  const std::set<std::string>& accepted = DocumentedDepartures().accepted;
  named.insert(accepted.begin(), accepted.end());
  for (const LimboCase& limbo : ServerCases()) named.erase(limbo.id);
  EXPECT_THAT(named, IsEmpty());
}

class LimboTest : public ::testing::TestWithParam<LimboCase> {};

TEST_P(LimboTest, EnvoyModeGivesEnvoysVerdict) {
  SCOPED_TRACE(absl::StrCat(GetParam().id, ": ", GetParam().description));
  const EnvoyVerdict& envoy = EnvoyOn(GetParam());
  const VerifyResult result = VerifyLimbo(GetParam(), VerifyMode::kEnvoy);
  EXPECT_EQ(result.verdict, envoy.verdict) << Reasons(result);
  if (envoy.verdict == Verdict::kPass || result.verdict == Verdict::kPass) return;
  const Failure* primary = PrimaryOf(result);
  ASSERT_NE(primary, nullptr);
  if (envoy.stage == "san") {
    EXPECT_THAT(primary->code, AnyOf(Code::kNameMismatch, Code::kNameMissing));
    EXPECT_THAT(primary->envoy_reason, HasSubstr("verify cert failed: SAN matcher"));
    return;
  }
  ASSERT_EQ(envoy.stage, "x509");
  EXPECT_EQ(primary->depth, envoy.depth);
  EXPECT_THAT(primary->envoy_reason, HasSubstr(absl::StrCat("at depth ", envoy.depth, ": ")));
  EXPECT_THAT(
      primary->envoy_reason,
      EndsWith(absl::StrCat(": ", X509_verify_cert_error_string(envoy.error), ":TLS_error_end")));
  // What else is wrong, when verification goes on after each error.
  std::vector<int> depths;
  for (const Failure& failure : result.failures) {
    if (!absl::StartsWith(NameOf(failure.code), "Name/")) depths.push_back(failure.depth);
  }
  std::vector<int> want;
  for (const auto& [error, depth] : envoy.all) want.push_back(depth);
  if (want.empty()) want.push_back(envoy.depth);
  EXPECT_THAT(depths, UnorderedElementsAreArray(want)) << Reasons(result);
}

TEST_P(LimboTest, StrictModeGivesLimbosVerdictOrTheDocumentedOne) {
  SCOPED_TRACE(absl::StrCat(GetParam().id, ": ", GetParam().description));
  const Departures& departures = DocumentedDepartures();
  const VerifyResult result = VerifyLimbo(GetParam(), VerifyMode::kStrict);
  Verdict want = GetParam().expected;
  if (departures.refused.count(GetParam().id) > 0) {
    EXPECT_EQ(want, Verdict::kPass) << "in the table of the refused, but limbo refuses it, too";
    want = Verdict::kFail;
  }
  if (departures.accepted.count(GetParam().id) > 0) {
    EXPECT_EQ(want, Verdict::kFail) << "in the table of the accepted, but limbo accepts it, too";
    want = Verdict::kPass;
  }
  EXPECT_EQ(result.verdict, want) << "change the code or docs/strict-verification.md"
                                  << Reasons(result);
}

TEST_P(LimboTest, EachModeKnowsWhenTheOtherGivesTheOtherVerdict) {
  SCOPED_TRACE(absl::StrCat(GetParam().id, ": ", GetParam().description));
  const VerifyResult envoy = VerifyLimbo(GetParam(), VerifyMode::kEnvoy);
  const VerifyResult strict = VerifyLimbo(GetParam(), VerifyMode::kStrict);
  EXPECT_EQ(envoy.modes_differ, envoy.verdict != strict.verdict);
  EXPECT_EQ(strict.modes_differ, envoy.modes_differ);
  if (envoy.modes_differ && envoy.verdict == Verdict::kPass) {
    EXPECT_THAT(envoy.warnings, Not(IsEmpty()));
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LimboTest);
INSTANTIATE_TEST_SUITE_P(Server, LimboTest, ValuesIn(ServerCases()), TestName);

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
