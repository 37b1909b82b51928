// The status that a controller would write on its policies.
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/resolve/engine.h"
#include "tests/resolve/engine_fixture.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::ConfigPolicy;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kGoodBcp;
using ::gwpolicy::testing::kNew;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::kOld;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::Statuses;
using ::gwpolicy::testing::TlsPolicy;
using ::testing::ValuesIn;

struct StatusCase {
  const char* name;
  std::vector<std::string> objects;
  std::string statuses;
};
std::ostream& operator<<(std::ostream& out, const StatusCase& c) { return out << c.name; }

class StatusTest : public ::testing::TestWithParam<StatusCase> {};

TEST_P(StatusTest, IsWhatKgatewayWrites) {
  EXPECT_EQ(Statuses(MakeEngine(GetParam().objects)), GetParam().statuses);
}

INSTANTIATE_TEST_SUITE_P(
    Kgateway, StatusTest,
    ValuesIn<StatusCase>({
        {"RoutedPolicyReportsOnTheGateway",
         {kGateway, kNginx, CaObjects(), TlsPolicy("a")},
         "a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted"},
        {"UnroutedPolicyReportsOnItsTarget",
         {kNginx, CaObjects(), TlsPolicy("a")},
         "a: Service/default/nginx ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted"},
        {"LoserReportsConflicted",
         {kGateway, kNginx, CaObjects(), TlsPolicy("a", kOld), TlsPolicy("b", kNew)},
         "a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted\n"
         "b: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=False/Conflicted"},
        {"MissingCaIsAReferenceError",
         {kGateway, kNginx, TlsPolicy("a")},
         "a: Gateway/infra/http ResolvedRefs=False/InvalidCACertificateRef "
         "Accepted=False/NoValidCACertificate"},
        {"AnInvalidPolicyThatAlsoLostReportsItsError",
         {kGateway, kNginx, CaObjects(), TlsPolicy("a", kOld), TlsPolicy("b", kNew, "", "missing")},
         "a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted\n"
         "b: Gateway/infra/http ResolvedRefs=False/InvalidCACertificateRef "
         "Accepted=False/NoValidCACertificate"},
        {"BackendConfigPolicyReportsOnItsTarget",
         {kGateway, kNginx, CaObjects(), ConfigPolicy("c", kGoodBcp)},
         "c: Service/default/nginx Accepted=True/Valid Attached=True/Attached"},
        {"BackendConfigPolicyIsToldThatItsTlsIsOverridden",
         {kGateway, kNginx, CaObjects(), TlsPolicy("a"), ConfigPolicy("c", kGoodBcp)},
         "c: Service/default/nginx Accepted=True/Valid Attached=True/Attached "
         "Overridden=True/ConflictedWithBackendTLSPolicy\n"
         "a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted"},
        {"BrokenBackendConfigPolicyIsInvalidAndPending",
         {kGateway, kNginx, ConfigPolicy("c", kGoodBcp)},
         "c: Service/default/nginx Accepted=False/Invalid Attached=False/Pending"},
        {"MissingTargetsShowInASummary",
         {kGateway, CaObjects(), TlsPolicy("a"), ConfigPolicy("c", kGoodBcp)},
         "c: StatusSummary//StatusSummary Accepted=False/TargetNotFound "
         "Attached=False/TargetNotFound\n"
         "a: StatusSummary//StatusSummary Accepted=False/TargetNotFound"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

std::string WithStatus(std::string policy, const char* status) {
  return policy + "status:\n  ancestors:\n" + status;
}

TEST(StatusTest, KeepsEntriesOfOtherControllersAndDropsItsOwnStaleOnes) {
  const Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), WithStatus(TlsPolicy("a"), R"(
  - ancestorRef: {name: stale, namespace: infra}
    controllerName: kgateway.dev/kgateway
    conditions: [{type: Accepted, status: "True", reason: Accepted, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}]
  - ancestorRef: {name: theirs, namespace: infra}
    controllerName: other.example.com/controller
    conditions: [{type: Accepted, status: "False", reason: Invalid, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}]
)")});
  EXPECT_EQ(Statuses(engine),
            "a: Gateway/infra/theirs Accepted=False/Invalid Gateway/infra/http "
            "ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted");
}

TEST(StatusTest, LastTransitionTimeMovesOnlyWithTheStatus) {
  const Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), WithStatus(TlsPolicy("a"), R"(
  - ancestorRef: {name: http, namespace: infra}
    controllerName: kgateway.dev/kgateway
    conditions:
    - {type: Accepted, status: "True", reason: Old, message: old, lastTransitionTime: "2026-01-01T00:00:00Z"}
    - {type: ResolvedRefs, status: "False", reason: Old, message: old, lastTransitionTime: "2026-01-01T00:00:00Z"}
)")});
  const Shared<PolicyStatus> status = engine.Policies().at(0)->status;
  ASSERT_EQ(status->ancestors.size(), 1u);
  const absl::Time january = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
  const absl::Time now = absl::FromCivil(absl::CivilDay(2026, 11, 1), absl::UTCTimeZone());
  const List<Condition>& conditions = status->ancestors[0].conditions;
  ASSERT_EQ(conditions.size(), 2u);
  EXPECT_EQ(conditions[0].type, "ResolvedRefs");
  EXPECT_EQ(conditions[0].last_transition_time, now);
  EXPECT_EQ(conditions[1].type, "Accepted");
  EXPECT_EQ(conditions[1].last_transition_time, january);
  EXPECT_EQ(conditions[1].reason, "Accepted");
  EXPECT_EQ(conditions[1].observed_generation, 3);
}

TEST(RecreationTest, ADeletedPolicyThatComesBackGivesTheSameAnswer) {
  // kgateway issue 11146: after delete and re-create, plaintext was sent.
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a")});
  const std::string before = testing::Backends(engine);
  const Object policy = engine.Policies().at(0)->policy;
  ASSERT_TRUE(engine.Delete(policy.key()).ok());
  Changes changes = engine.Resolve();
  EXPECT_EQ(changes.backends.size(), 2u);
  EXPECT_EQ(changes.removed_statuses.size(), 1u);
  EXPECT_EQ(testing::Backends(engine),
            "nginx:8080 unrouted plaintext\nnginx:8443 infra/http plaintext");
  ASSERT_TRUE(engine.Apply(policy).ok());
  changes = engine.Resolve();
  EXPECT_EQ(changes.backends.size(), 2u);
  EXPECT_EQ(changes.backends_touched, 1u);
  EXPECT_EQ(testing::Backends(engine), before);
}

}  // namespace
}  // namespace gwpolicy
