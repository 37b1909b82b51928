// Rules of status beyond one policy on one backend: targets that cannot be attached, entries shared
// by several backends, other controllers, lists that are full.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/resolve/engine.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::Backends;
using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::ConfigPolicy;
using ::gwpolicy::testing::Findings;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kNew;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::kOld;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::Statuses;
using ::gwpolicy::testing::TlsPolicy;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kGood[] = "Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted";

// BackendTLSPolicy default/a with these targetRefs and a good CA.
std::string Policy(const std::string& target_refs, const std::string& name = "a",
                   const std::string& created = kNew) {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: {name: ", name,
      ", namespace: default, generation: 3, creationTimestamp: \"", created,
      "\"}\nspec:\n  targetRefs: [", target_refs,
      "]\n  validation:\n    hostname: a.example.com\n"
      "    caCertificateRefs: [{group: \"\", kind: ConfigMap, name: ca}]\n");
}

std::string ServiceRef(const std::string& name, const std::string& section = "") {
  return absl::StrCat("{group: \"\", kind: Service, name: ", name,
                      section.empty() ? "" : ", sectionName: ", section, "}");
}
constexpr char kRouteRef[] = "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: nginx}";

std::string WithStatus(std::string policy, const std::string& ancestors) {
  return absl::StrCat(policy, "status:\n  ancestors:\n", ancestors);
}

std::string StoredEntry(const std::string& gateway, const std::string& controller,
                        const std::string& condition = "Accepted") {
  return absl::StrCat("  - ancestorRef: {name: ", gateway,
                      ", namespace: infra}\n    controllerName: ", controller,
                      "\n    conditions: [{type: ", condition,
                      ", status: \"True\", reason: Stored, message: \"\", "
                      "lastTransitionTime: \"2026-01-01T00:00:00Z\"}]\n");
}

// Services default/dual (TCP https 8443, UDP quic 8443) and default/udp (UDP alone), the first with
// a route.
constexpr char kUdpServices[] = R"(
apiVersion: v1
kind: Service
metadata: {name: dual, namespace: default}
spec:
  ports:
  - {name: https, port: 8443}
  - {name: quic, port: 8443, protocol: UDP}
---
apiVersion: v1
kind: Service
metadata: {name: udp, namespace: default}
spec:
  ports: [{name: dns, port: 53, protocol: UDP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: dual, namespace: default}
spec:
  parentRefs: [{name: http, namespace: infra}]
  rules: [{backendRefs: [{name: dual, port: 8443}]}]
)";

// --- Targets -----------------------------------------------------------------------------------

TEST(TargetStatusTest, APolicyForARouteIsInvalidOnTheRoute) {
  const Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), Policy(kRouteRef)});
  EXPECT_EQ(Statuses(engine),
            "a: HTTPRoute/default/nginx ResolvedRefs=False/InvalidKind Accepted=False/Invalid");
  EXPECT_THAT(Findings(engine),
              Contains("Attach/UnsupportedTarget BackendTLSPolicy/a spec.targetRefs[0]"));
}

struct ForeignCase {
  const char* name;
  const char* target;
  const char* says;
};
class ForeignTargetTest : public ::testing::TestWithParam<ForeignCase> {};

TEST_P(ForeignTargetTest, IsToldForWhatItIs) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), Policy(GetParam().target)}, "gateway-api");
  EXPECT_EQ(Statuses(engine), "a:");
  const std::vector<Finding> findings = engine.Findings();
  const auto at = std::find_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.code == Code::kAttachUnsupportedTarget;
  });
  ASSERT_NE(at, findings.end());
  EXPECT_EQ(at->field_path, "spec.targetRefs[0]");
  EXPECT_THAT(at->message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ForeignTargetTest,
    ::testing::ValuesIn<ForeignCase>({
        {"XBackend", "{group: gateway.networking.x-k8s.io, kind: XBackend, name: x}",
         "XBackend default/x has TLS settings of its own in spec.tls"},
        {"Hostname", "{group: networking.istio.io, kind: Hostname, name: a.example.com}",
         "is Istio's name for a host"},
        {"ServiceEntry", "{group: networking.istio.io, kind: ServiceEntry, name: x}",
         "which Istio reads"},
        {"ServiceImport", "{group: multicluster.x-k8s.io, kind: ServiceImport, name: x}",
         "which Envoy Gateway reads"},
        {"UnknownKind", "{group: example.com, kind: Thing, name: x}",
         "is not a Service or Backend"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(TargetStatusTest, APolicyForARouteAndAServiceIsInvalidAndStillGivesTls) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), Policy(ServiceRef("nginx") + ", " + kRouteRef)});
  EXPECT_EQ(Statuses(engine),
            "a: Gateway/infra/http ResolvedRefs=False/InvalidKind Accepted=False/Invalid");
  EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http tls{sni=a.example.com"));
}

TEST(TargetStatusTest, OtherControllersSayNothingOfATargetThatIsARoute) {
  for (const char* profile : {"agentgateway", "gateway-api", "kgateway-2.1"}) {
    const Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), Policy(kRouteRef)}, profile);
    EXPECT_EQ(Statuses(engine), "a:") << profile;
  }
}

TEST(TargetStatusTest, AUdpPortByItsNameIsInvalidOnTheGatewayThatReachesTheService) {
  for (const char* profile : {"gateway-api", "kgateway"}) {
    const Engine engine = MakeEngine(
        {kGateway, kUdpServices, CaObjects(), Policy(ServiceRef("dual", "quic"))}, profile);
    EXPECT_EQ(Statuses(engine),
              "a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=False/Invalid")
        << profile;
    EXPECT_THAT(Findings(engine),
                ElementsAre("Attach/UdpPort BackendTLSPolicy/a spec.targetRefs[0].sectionName"))
        << profile;
    EXPECT_EQ(Backends(engine), "dual:8443 infra/http plaintext") << profile;
  }
}

TEST(TargetStatusTest, AServiceOfUdpPortsAloneIsInvalidOnTheService) {
  const Engine engine =
      MakeEngine({kGateway, kUdpServices, CaObjects(), Policy(ServiceRef("udp"))});
  EXPECT_EQ(Statuses(engine),
            "a: Service/default/udp ResolvedRefs=True/ResolvedRefs Accepted=False/Invalid");
  EXPECT_THAT(Findings(engine),
              ElementsAre("Attach/UdpPort BackendTLSPolicy/a spec.targetRefs[0]"));
}

TEST(TargetStatusTest, TheMessageWarnsOfTheUdpPortsOfAServiceThatHasBoth) {
  const Engine engine =
      MakeEngine({kGateway, kUdpServices, CaObjects(), Policy(ServiceRef("dual"))}, "gateway-api");
  EXPECT_EQ(Statuses(engine), absl::StrCat("a: ", kGood));
  const Shared<PolicyStatus> status = engine.Policies().at(0)->status;
  EXPECT_EQ(status->ancestors[0].conditions[1].message,
            "Policy accepted; UDP ports of Service default/dual are not covered");
  EXPECT_THAT(Findings(engine), IsEmpty());
}

TEST(TargetStatusTest, AServiceThatBecomesUdpLosesItsTlsAndIsReported) {
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), Policy(ServiceRef("nginx"))});
  EXPECT_EQ(Statuses(engine), absl::StrCat("a: ", kGood));
  ASSERT_TRUE(engine
                  .Apply(testing::ParseObject(
                      "apiVersion: v1\nkind: Service\nmetadata: {name: nginx, namespace: "
                      "default}\nspec: {ports: [{port: 8443, protocol: UDP}]}\n"))
                  .ok());
  engine.Resolve();
  EXPECT_EQ(Statuses(engine),
            "a: Service/default/nginx ResolvedRefs=True/ResolvedRefs Accepted=False/Invalid");
}

// --- Entries that several backends share ---------------------------------------------------------

TEST(SharedEntryTest, APolicyThatLosesOnOneBackendReportsTheConflict) {
  const Engine engine = MakeEngine({kGateway, kNginx, kUdpServices, CaObjects(),
                                    Policy(ServiceRef("nginx") + ", " + ServiceRef("dual")),
                                    Policy(ServiceRef("nginx"), "older", kOld)});
  EXPECT_EQ(Statuses(engine), absl::StrCat("a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs "
                                           "Accepted=False/Conflicted\nolder: ",
                                           kGood));
}

TEST(SharedEntryTest, AFullyShadowedPolicyHasNoEntryUnderKgatewayAndOneUnderTheSpecification) {
  const std::vector<std::string> objects = {kGateway, kUdpServices, CaObjects(),
                                            Policy(ServiceRef("dual"), "whole"),
                                            Policy(ServiceRef("dual", "https"), "port")};
  EXPECT_EQ(Statuses(MakeEngine(objects)), absl::StrCat("port: ", kGood, "\nwhole:"));
  EXPECT_EQ(Statuses(MakeEngine(objects, "gateway-api")),
            absl::StrCat("port: ", kGood, "\nwhole: ", kGood));
}

TEST(SharedEntryTest, AnUnroutedPolicyHasAnEntryOnItsTargetUnderKgatewayAlone) {
  const std::vector<std::string> objects = {kUdpServices, CaObjects(), Policy(ServiceRef("dual"))};
  EXPECT_EQ(Statuses(MakeEngine(objects)),
            "a: Service/default/dual ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted");
  for (const char* profile : {"agentgateway", "gateway-api", "envoy-gateway", "istio"}) {
    EXPECT_EQ(Statuses(MakeEngine(objects, profile)), "a:") << profile;
  }
}

TEST(SharedEntryTest, AgentgatewayLeavesTheNamespaceOfTheGatewayOut) {
  EXPECT_EQ(Statuses(MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a")}, "agentgateway")),
            "a: Gateway//http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted");
}

// --- Other controllers ---------------------------------------------------------------------------

TEST(OwnershipTest, EntriesOfControllersThatDoNotActHereStay) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(),
                  WithStatus(Policy(ServiceRef("nginx")),
                             StoredEntry("theirs", "istio.io/gateway-controller"))});
  EXPECT_EQ(Statuses(engine), absl::StrCat("a: Gateway/infra/theirs Accepted=True/Stored ", kGood));
}

Object ClassOf(absl::string_view name, absl::string_view controller) {
  return testing::ParseObject(absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: ", name,
      "}\nspec: {controllerName: ", controller, "}\n"));
}

TEST(OwnershipTest, StaleEntriesOfAControllerGoOnceItsGatewayClassIsThere) {
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects(),
                              WithStatus(Policy(ServiceRef("nginx")),
                                         StoredEntry("theirs", "istio.io/gateway-controller"))});
  const Object gateway_class = ClassOf("istio", "istio.io/gateway-controller");
  ASSERT_TRUE(engine.Apply(gateway_class).ok());
  engine.Resolve();
  EXPECT_EQ(Statuses(engine), absl::StrCat("a: ", kGood));
  ASSERT_TRUE(engine.Delete(gateway_class.key()).ok());
  engine.Resolve();
  EXPECT_EQ(Statuses(engine), absl::StrCat("a: Gateway/infra/theirs Accepted=True/Stored ", kGood));
}

TEST(OwnershipTest, AControllerWithoutAGatewayClassSaysNothingOfBackendsThatNoGatewayReaches) {
  const std::vector<std::string> objects = {kUdpServices, CaObjects(), Policy(ServiceRef("dual"))};
  constexpr char kOnTarget[] =
      "a: Service/default/dual ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted";
  Engine engine = MakeEngine(objects);
  const auto profile_of_all = [&engine] {
    std::set<std::string> profiles;
    for (const auto& result : engine.Backends()) profiles.emplace(result->gateway->profile);
    return absl::StrJoin(profiles, " ");
  };
  const auto apply = [&engine](const Object& object) {
    EXPECT_TRUE(engine.Apply(object).ok());
    engine.Resolve();
  };
  EXPECT_EQ(Statuses(engine), kOnTarget);
  EXPECT_EQ(profile_of_all(), "kgateway");

  apply(ClassOf("unknown", "example.com/gateway-controller"));
  EXPECT_EQ(Statuses(engine), kOnTarget);
  EXPECT_EQ(profile_of_all(), "kgateway");

  apply(ClassOf("mesh", "istio.io/gateway-controller"));
  EXPECT_EQ(Statuses(engine), "a:");
  EXPECT_EQ(profile_of_all(), "istio");

  // The first by name; which came first does not count.
  apply(ClassOf("z", "gateway.envoyproxy.io/gatewayclass-controller"));
  EXPECT_EQ(Statuses(engine), "a:");
  EXPECT_EQ(profile_of_all(), "envoy-gateway");

  const Object kgateway = ClassOf("kgateway", "kgateway.dev/kgateway");
  apply(kgateway);
  EXPECT_EQ(Statuses(engine), kOnTarget);
  EXPECT_EQ(profile_of_all(), "kgateway");

  ASSERT_TRUE(engine.Delete(kgateway.key()).ok());
  engine.Resolve();
  EXPECT_EQ(Statuses(engine), "a:");
  EXPECT_EQ(profile_of_all(), "envoy-gateway");
}

TEST(OwnershipTest, OverriddenGoesWithTheBackendTLSPolicy) {
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a"),
                              ConfigPolicy("c", "{sni: example.com, secretRef: {name: ca}}")});
  const auto policies = engine.Policies();
  ASSERT_EQ(policies.at(0)->policy.kind(), Kind::kBackendConfigPolicy);
  EXPECT_THAT(Statuses(engine), HasSubstr("Overridden=True/ConflictedWithBackendTLSPolicy"));
  ASSERT_TRUE(engine.Delete(policies.at(1)->policy.key()).ok());
  engine.Resolve();
  EXPECT_EQ(Statuses(engine),
            "c: Service/default/nginx Accepted=True/Valid Attached=True/Attached");
}

// --- A list that is full -------------------------------------------------------------------------

std::string Full() {
  std::string entries;
  for (int i = 0; i < 16; ++i) {
    absl::StrAppend(&entries, StoredEntry(absl::StrCat("g", i), "other.example.com/controller"));
  }
  return WithStatus(Policy(ServiceRef("nginx")), entries);
}

TEST(FullListTest, APolicyWithoutRoomFailsClosedUnderTheSpecificationAndNginx) {
  for (const char* profile : {"gateway-api", "nginx-gateway-fabric"}) {
    const Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), Full()}, profile);
    EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http closed{Invalid}")) << profile;
    EXPECT_THAT(Findings(engine),
                Contains("Attach/AncestorsFull BackendTLSPolicy/a status.ancestors"))
        << profile;
    EXPECT_EQ(engine.Policies().at(0)->status->ancestors.size(), 16u) << profile;
  }
}

TEST(FullListTest, APolicyWithoutRoomStaysInForceUnderKgatewayAndIsReported) {
  const Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), Full()});
  EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http tls{"));
  EXPECT_THAT(Findings(engine),
              ElementsAre("Attach/AncestorsFull BackendTLSPolicy/a status.ancestors"));
  EXPECT_EQ(engine.Policies().at(0)->status->ancestors.size(), 16u);
}

}  // namespace
}  // namespace gwpolicy
