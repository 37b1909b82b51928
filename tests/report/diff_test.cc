#include "gwpolicy/report/diff.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/report/diff_rules.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using tls::ClientTls;
using tls::TrustSource;

using Results = std::vector<std::shared_ptr<const BackendTls>>;

// A backend port as these tests write it down. Absent: there is none.
enum class As { kAbsent, kPlaintext, kUnverified, kNameUnchecked, kVerified, kClosed };

BackendTls Backend(As as, bool routed = true) {
  PortTls port;
  port.backend = {"", "Service", "default", "web", 443};
  if (as == As::kPlaintext) {
    port.mode = TlsMode::kPlaintext;
  } else if (as == As::kClosed) {
    port.failure = Failure{Code::kTrustNotFound, "InvalidCACertificateRef", "there is no ConfigMap",
                           FieldSource()};
  } else {
    port.mode = TlsMode::kTls;
    auto tls = std::make_shared<ClientTls>();
    tls->sni = "example.com";
    tls->trust.source = as == As::kUnverified ? TrustSource::kUnverified : TrustSource::kSystem;
    if (as == As::kVerified) {
      tls->names.accepted = {{tls::PeerName::Type::kDns, "example.com"}};
    } else {
      tls->names = tls::PeerNames::Any();
    }
    port.tls = tls;
    PolicyOutcome policy;
    policy.fate = Fate::kWon;
    policy.fields =
        PolicyFields{{"BackendTLSPolicy", "default", "web", ""},
                     {{"names", "any", "spec.validation"}, {"trust", "system", "spec.validation"}},
                     {},
                     ""};
    port.policies = {policy};
  }
  BackendTls backend;
  if (routed) backend.gateway = ReadingGateway{{"infra", "http"}, "kgateway"};
  backend.port = std::move(port);
  return backend;
}

Results One(BackendTls backend) { return {std::make_shared<BackendTls>(std::move(backend))}; }
Results One(As as, bool routed = true) {
  return as == As::kAbsent ? Results() : One(Backend(as, routed));
}

std::vector<std::string> Reasons(const BackendChange& change) {
  std::vector<std::string> out;
  for (Rule rule : change.rules) out.emplace_back(InfoOf(rule).reason);
  return out;
}

struct BackendCase {
  const char* name;
  As before;
  As after;
  Rule rule;
  Effect effect;
  Availability availability;
  bool routed = true;
};

class BackendRuleTest : public ::testing::TestWithParam<BackendCase> {};

TEST_P(BackendRuleTest, Holds) {
  const BackendCase& one = GetParam();
  const PostureDiff diff = Diff(One(one.before, one.routed), One(one.after, one.routed));
  ASSERT_EQ(diff.changes.size(), 1u);
  const BackendChange& change = diff.changes[0];
  EXPECT_THAT(Reasons(change), ElementsAre(std::string(InfoOf(one.rule).reason)));
  EXPECT_EQ(EffectName(change.effect), EffectName(one.effect));
  EXPECT_EQ(AvailabilityName(change.availability), AvailabilityName(one.availability));
  EXPECT_FALSE(change.mixed);
  EXPECT_EQ(change.fields[0].field == "mode" || change.fields[0].field == "trust" ||
                change.fields[0].field == "names",
            true);
}

constexpr Effect kLoosened = Effect::kLoosened;
constexpr Effect kTightened = Effect::kTightened;
constexpr Effect kNeutral = Effect::kNeutral;
constexpr Availability kSame = Availability::kUnchanged;
constexpr Availability kGained = Availability::kGained;
constexpr Availability kLost = Availability::kLost;

INSTANTIATE_TEST_SUITE_P(
    Rules, BackendRuleTest,
    ::testing::ValuesIn<BackendCase>({
        {"PlaintextAppeared", As::kAbsent, As::kPlaintext, Rule::kPlaintextAppeared, kLoosened,
         kGained},
        {"UnverifiedAppeared", As::kAbsent, As::kUnverified, Rule::kWeakTlsAppeared, kLoosened,
         kGained},
        {"NameUncheckedAppeared", As::kAbsent, As::kNameUnchecked, Rule::kWeakTlsAppeared,
         kLoosened, kGained},
        {"VerifiedAppeared", As::kAbsent, As::kVerified, Rule::kProtectedAppeared, kNeutral,
         kGained},
        {"ClosedAppeared", As::kAbsent, As::kClosed, Rule::kProtectedAppeared, kNeutral, kSame},
        {"UnroutedAppeared", As::kAbsent, As::kPlaintext, Rule::kUnroutedAppeared, kNeutral, kSame,
         false},
        {"Disappeared", As::kPlaintext, As::kAbsent, Rule::kDisappeared, kNeutral, kLost},
        {"ClosedDisappeared", As::kClosed, As::kAbsent, Rule::kDisappeared, kNeutral, kSame},
        {"TlsToPlaintext", As::kVerified, As::kPlaintext, Rule::kTlsToPlaintext, kLoosened, kSame},
        {"UnroutedTlsToPlaintext", As::kVerified, As::kPlaintext, Rule::kTlsToPlaintext, kLoosened,
         kSame, false},
        {"UnverifiedToPlaintext", As::kUnverified, As::kPlaintext, Rule::kTlsToPlaintext, kLoosened,
         kSame},
        {"PlaintextToTls", As::kPlaintext, As::kVerified, Rule::kPlaintextToTls, kTightened, kSame},
        {"PlaintextToUnverified", As::kPlaintext, As::kUnverified, Rule::kPlaintextToTls,
         kTightened, kSame},
        {"ClosedToPlaintext", As::kClosed, As::kPlaintext, Rule::kClosedToPlaintext, kLoosened,
         kGained},
        {"ClosedToUnverified", As::kClosed, As::kUnverified, Rule::kClosedToWeakTls, kLoosened,
         kGained},
        {"ClosedToNameUnchecked", As::kClosed, As::kNameUnchecked, Rule::kClosedToWeakTls,
         kLoosened, kGained},
        {"ClosedToVerified", As::kClosed, As::kVerified, Rule::kClosedToVerified, kNeutral,
         kGained},
        {"PlaintextToClosed", As::kPlaintext, As::kClosed, Rule::kPlaintextToClosed, kTightened,
         kLost},
        {"UnverifiedToClosed", As::kUnverified, As::kClosed, Rule::kWeakTlsToClosed, kTightened,
         kLost},
        {"NameUncheckedToClosed", As::kNameUnchecked, As::kClosed, Rule::kWeakTlsToClosed,
         kTightened, kLost},
        {"VerifiedToClosed", As::kVerified, As::kClosed, Rule::kVerifiedToClosed, kNeutral, kLost},
        {"VerifiedToNameUnchecked", As::kVerified, As::kNameUnchecked, Rule::kNamesDropped,
         kLoosened, kSame},
        {"NameUncheckedToUnverified", As::kNameUnchecked, As::kUnverified, Rule::kTrustDropped,
         kLoosened, kSame},
        {"UnverifiedToNameUnchecked", As::kUnverified, As::kNameUnchecked, Rule::kTrustSet,
         kTightened, kSame},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(DiffTest, EqualResultsAreCountedAndNotTold) {
  const Results some = One(As::kVerified);
  const PostureDiff diff = Diff(some, One(As::kVerified));
  EXPECT_THAT(diff.changes, IsEmpty());
  EXPECT_EQ(diff.unchanged, 1u);
  EXPECT_EQ(Diff(some, some).unchanged, 1u);
}

TEST(DiffTest, RoutesAndPortNamesAreNoChange) {
  BackendTls told = Backend(As::kPlaintext);
  told.routes = {{"HTTPRoute", "default", "other", ""}};
  told.port.Modify([&](PortTls& port) { port.port_name = "https"; });
  EXPECT_THAT(Diff(One(As::kPlaintext), One(told)).changes, IsEmpty());
}

TEST(DiffTest, AnotherReasonToFailClosedIsNeutral) {
  BackendTls other = Backend(As::kClosed);
  other.port.Modify([&](PortTls& port) {
    port.failure = Failure{Code::kTrustKindUnsupported, "InvalidKind", "", FieldSource()};
  });
  const PostureDiff diff = Diff(One(As::kClosed), One(other));
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_THAT(Reasons(diff.changes[0]),
              ElementsAre(std::string(InfoOf(Rule::kOtherReasonToClose).reason)));
  EXPECT_EQ(diff.changes[0].effect, Effect::kNeutral);
}

// What a reviewer must look at is not hidden by what is better.
TEST(DiffTest, MixedChangeIsLoosenedAndSaysBoth) {
  BackendTls mixed = Backend(As::kNameUnchecked);
  auto tls = std::make_shared<ClientTls>(*mixed.port->tls);
  tls->min_version = tls::TlsVersion::k1_3;
  mixed.port.Modify([&](PortTls& port) { port.tls = tls; });
  const PostureDiff diff = Diff(One(As::kVerified), One(mixed));
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_EQ(diff.changes[0].effect, Effect::kLoosened);
  EXPECT_TRUE(diff.changes[0].mixed);
  EXPECT_THAT(Reasons(diff.changes[0]),
              ElementsAre(std::string(InfoOf(Rule::kNamesDropped).reason),
                          std::string(InfoOf(Rule::kMinVersionRaised).reason)));
}

TEST(DiffTest, SameValueFromAnotherPolicyIsNeutral) {
  BackendTls moved = Backend(As::kVerified);
  PolicyOutcome other = moved.port->policies[0];
  PolicyFields fields = *other.fields;
  fields.policy.name = "other";
  other.fields = fields;
  moved.port.Modify([&](PortTls& port) { port.policies = {other}; });
  const PostureDiff diff = Diff(One(As::kVerified), One(moved));
  ASSERT_EQ(diff.changes.size(), 1u);
  ASSERT_EQ(diff.changes[0].fields.size(), 2u);
  EXPECT_EQ(diff.changes[0].fields[0].field, "names");
  EXPECT_EQ(diff.changes[0].fields[0].before.from->name, "web");
  EXPECT_EQ(diff.changes[0].fields[0].after.from->name, "other");
  EXPECT_EQ(diff.changes[0].effect, Effect::kNeutral);
}

TEST(DiffTest, OtherSettingsAreNeutral) {
  BackendTls moved = Backend(As::kPlaintext);
  BackendSettings settings;
  settings.protocol = HttpProtocol::kHttp2;
  TrafficSettings traffic;
  traffic.proxy_protocol = ProxyProtocol::kV2;
  settings.traffic = traffic;
  settings.endpoints = FixedEndpoints({{"192.0.2.1", 443}});
  moved.port.Modify([&](PortTls& port) { port.settings = settings; });
  const PostureDiff diff = Diff(One(As::kPlaintext), One(moved));
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_EQ(diff.changes[0].fields.size(), 3u);
  EXPECT_EQ(diff.changes[0].effect, Effect::kNeutral);
  EXPECT_THAT(Reasons(diff.changes[0]),
              ElementsAre(std::string(InfoOf(Rule::kSettingChanged).reason)));
}

TEST(DiffTest, EndpointSlicesComeAndGo) {
  const auto with = [](std::string host) {
    BackendTls backend = Backend(As::kPlaintext);
    BackendSettings settings;
    settings.origin = EndpointOrigin::kEndpointSlices;
    settings.endpoints = FixedEndpoints({{std::move(host), 443}});
    backend.port.Modify([&](PortTls& port) { port.settings = settings; });
    return One(backend);
  };
  EXPECT_THAT(Diff(with("10.0.0.1"), with("10.0.0.2")).changes, IsEmpty());
}

// The entry without a Gateway goes when a route comes; that is no change of its own.
TEST(DiffTest, RouteThatComesIsToldByItsGatewayAlone) {
  PostureDiff diff = Diff(One(As::kPlaintext, false), One(As::kPlaintext));
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_EQ(diff.changes[0].before, nullptr);
  EXPECT_EQ(diff.changes[0].effect, Effect::kLoosened);
  diff = Diff(One(As::kPlaintext), One(As::kPlaintext, false));
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_EQ(diff.changes[0].after, nullptr);
  EXPECT_EQ(diff.changes[0].effect, Effect::kNeutral);
}

TEST(DiffTest, PairsByGatewayAndBackendInOrder) {
  const auto many = [](std::vector<int> ports) {
    Results out;
    for (int port : ports) {
      BackendTls one = Backend(As::kPlaintext);
      one.port.Modify([port](PortTls& of_port) { of_port.backend.port = port; });
      out.push_back(std::make_shared<BackendTls>(one));
    }
    return out;
  };
  const PostureDiff diff = Diff(many({1, 2, 4, 6}), many({2, 3, 4, 5}));
  std::vector<int> gone;
  std::vector<int> came;
  for (const BackendChange& change : diff.changes) {
    (change.after == nullptr ? gone : came).push_back(change.any().port->backend.port);
  }
  EXPECT_THAT(gone, ElementsAre(1, 6));
  EXPECT_THAT(came, ElementsAre(3, 5));
  EXPECT_EQ(diff.unchanged, 2u);
}

Finding Found(Code code, std::string message, int line) {
  Finding finding;
  finding.code = code;
  finding.message = std::move(message);
  finding.file = "a.yaml";
  finding.line = line;
  return finding;
}

TEST(FindingsBeyondTest, LooksAtWhatIsSaidNotAtTheLine) {
  const std::vector<Finding> before = {Found(Code::kTrustNotFound, "a", 3)};
  const std::vector<Finding> after = {Found(Code::kTrustNotFound, "b", 9),
                                      Found(Code::kTrustNotFound, "a", 7),
                                      Found(Code::kTrustExpired, "a", 1)};
  const std::vector<Finding> found = FindingsBeyond(before, after);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].line, 1);
  EXPECT_EQ(found[1].line, 9);
  EXPECT_THAT(FindingsBeyond(after, before), IsEmpty());
}

TEST(DiffDocumentTest, HasTheMembersOfTheContract) {
  PostureDiff diff = Diff(One(As::kVerified), One(As::kNameUnchecked));
  diff.new_findings = {Found(Code::kTrustExpired, "old", 1)};
  const Value document = DiffDocument(diff);
  EXPECT_EQ(At(document, "apiVersion"), "gwpolicy/v1alpha1");
  EXPECT_EQ(At(document, "kind"), "PostureDiff");
  EXPECT_EQ(At(document, "changes.0.gateway.name"), "http");
  EXPECT_EQ(At(document, "changes.0.backend.port"), "443");
  EXPECT_EQ(At(document, "changes.0.change"), "changed");
  EXPECT_EQ(At(document, "changes.0.effect"), "loosened");
  EXPECT_EQ(At(document, "changes.0.mixed"), "false");
  EXPECT_EQ(At(document, "changes.0.availability"), "unchanged");
  EXPECT_EQ(At(document, "changes.0.reasons"), "[1]");
  EXPECT_EQ(At(document, "changes.0.before.protection"), "Verified");
  EXPECT_EQ(At(document, "changes.0.after.protection"), "NameUnchecked");
  EXPECT_EQ(At(document, "changes.0.fields.0.field"), "names");
  EXPECT_EQ(At(document, "changes.0.fields.0.effect"), "loosened");
  EXPECT_EQ(At(document, "changes.0.fields.0.before.value"), "DNS:example.com");
  EXPECT_EQ(At(document, "changes.0.fields.0.after.value"), "any");
  EXPECT_EQ(At(document, "changes.0.fields.0.after.from.fieldPath"), "spec.validation");
  EXPECT_EQ(At(document, "newFindings.0.code"), "Trust/Expired");
  EXPECT_EQ(At(document, "goneFindings"), "[0]");
  EXPECT_EQ(At(document, "summary.loosened"), "1");
  EXPECT_EQ(At(document, "summary.newFindings"), "1");
}

TEST(DiffDocumentTest, SideThatIsNotThereIsNull) {
  const Value document = DiffDocument(Diff({}, One(As::kVerified)));
  EXPECT_EQ(At(document, "changes.0.change"), "appeared");
  EXPECT_EQ(At(document, "changes.0.before"), "null");
  EXPECT_EQ(At(document, "changes.0.after.mode"), "TLS");
}

TEST(DiffFindingsTest, LooseningIsAnErrorAtThePolicyThatMakesIt) {
  BackendTLSPolicy policy;
  policy.metadata.ns = "default";
  policy.metadata.name = "web";
  const std::vector<Object> objects = {Object::Make(std::move(policy))};
  const PostureDiff diff = Diff(One(As::kVerified), One(As::kNameUnchecked));
  const std::vector<Finding> found = DiffFindings(diff, objects);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, Code::kPostureLoosened);
  EXPECT_EQ(found[0].level, Level::kError);
  EXPECT_EQ(found[0].object.kind, "BackendTLSPolicy");
  EXPECT_EQ(found[0].field_path, "spec.validation");
}

TEST(DiffFindingsTest, PolicyThatIsGoneLeavesTheBackend) {
  const std::vector<Finding> found =
      DiffFindings(Diff(One(As::kVerified), One(As::kPlaintext)), {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].object.kind, "Service");
  EXPECT_EQ(found[0].object.name, "web");
}

TEST(DiffFindingsTest, WhatDoesNotLoosenIsNoFinding) {
  EXPECT_THAT(DiffFindings(Diff(One(As::kPlaintext), One(As::kVerified)), {}), IsEmpty());
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
