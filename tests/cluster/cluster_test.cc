// Who refers to whom, and what a change touches: one row a touch rule.
#include "gwpolicy/cluster/cluster.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/cluster/duplicates.h"
#include "tests/testing/matchers.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::ParseObject;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::ValuesIn;

constexpr char kObjects[] = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: class}
spec: {controllerName: kgateway.dev/kgateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gateway, namespace: infra}
spec:
  gatewayClassName: class
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
  tls: {backend: {clientCertificateRef: {name: client}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route, namespace: app}
spec:
  parentRefs: [{name: gateway, namespace: infra}]
  rules: [{backendRefs: [{name: web, port: 443}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: app}
spec: {ports: [{name: https, port: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: app}
spec: {ports: [{name: https, port: 443}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: policy, namespace: app}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation: {hostname: a.example.com, caCertificateRefs: [{group: "", kind: ConfigMap, name: ca}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ca, namespace: app}
data: {ca.crt: x}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: unused, namespace: app}
data: {ca.crt: x}
---
apiVersion: v1
kind: Secret
metadata: {name: client, namespace: infra}
---
apiVersion: v1
kind: Namespace
metadata: {name: app}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: slice, namespace: app, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: []
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: grant, namespace: data}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: app}]
  to: [{group: "", kind: Service}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: {name: across, namespace: apart}
spec:
  parentRefs: [{kind: ListenerSet, name: set}]
  rules: [{backendRefs: [{name: db, namespace: data, port: 5432}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: set, namespace: apart}
spec:
  parentRef: {name: gateway, namespace: infra}
  listeners:
  - {name: tcp, port: 5432, protocol: TCP}
  - {name: tls, port: 443, protocol: TLS, tls: {certificateRefs: [{name: front}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: front, namespace: apart}
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: unrelated, namespace: app}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: apart}]
  to: [{group: "", kind: Service}]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: used, namespace: data}
spec:
  from: [{group: gateway.networking.k8s.io, kind: TCPRoute, namespace: apart}]
  to: [{group: "", kind: Service}]
---
apiVersion: v1
kind: Namespace
metadata: {name: apart}
---
apiVersion: v1
kind: Service
metadata: {name: labelled, namespace: select, labels: {tier: one}}
---
apiVersion: v1
kind: Service
metadata: {name: unlabelled, namespace: select}
---
apiVersion: gateway.kgateway.dev/v1alpha1
kind: BackendConfigPolicy
metadata: {name: selecting, namespace: select}
spec:
  targetSelectors: [{group: "", kind: Service, matchLabels: {tier: one}}]
)";

std::vector<std::string> Names(const Cluster& cluster, const std::vector<ObjectId>& ids) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (ObjectId id : ids) names.push_back(cluster.KeyOf(id).name);
  std::sort(names.begin(), names.end());
  return names;
}

struct TouchCase {
  const char* name;
  ObjectKey deleted;
  std::vector<std::string> backends;
  std::vector<std::string> policies;
  std::vector<std::string> routes;
  std::vector<std::string> gateways;
};
std::ostream& operator<<(std::ostream& out, const TouchCase& c) { return out << c.name; }

class TouchTest : public ::testing::TestWithParam<TouchCase> {};

TEST_P(TouchTest, MarksWhatTheChangeHasInfluenceOn) {
  Cluster cluster;
  for (Object& object : testing::ParseObjects(kObjects)) cluster.Apply(std::move(object));
  cluster.TakeTouched();
  ASSERT_TRUE(cluster.Delete(GetParam().deleted));
  const Touched touched = cluster.TakeTouched();
  EXPECT_THAT(Names(cluster, touched.backends), ElementsAreArray(GetParam().backends));
  EXPECT_THAT(Names(cluster, touched.policies), ElementsAreArray(GetParam().policies));
  EXPECT_THAT(Names(cluster, touched.routes), ElementsAreArray(GetParam().routes));
  EXPECT_THAT(Names(cluster, touched.gateways), ElementsAreArray(GetParam().gateways));
}

const char kGw[] = "gateway.networking.k8s.io";

INSTANTIATE_TEST_SUITE_P(Rules, TouchTest,
                         ValuesIn<TouchCase>({
                             {"APolicyTouchesItsTarget",
                              {kGw, "BackendTLSPolicy", "app", "policy"},
                              {"web"},
                              {"policy"},
                              {},
                              {}},
                             {"AConfigMapTouchesThePoliciesThatReferToIt",
                              {"", "ConfigMap", "app", "ca"},
                              {"web"},
                              {"policy"},
                              {},
                              {}},
                             {"AConfigMapThatNobodyRefersToTouchesNothing",
                              {"", "ConfigMap", "app", "unused"},
                              {},
                              {},
                              {},
                              {}},
                             {"ARouteTouchesItsBackendsAndParents",
                              {kGw, "HTTPRoute", "app", "route"},
                              {"web"},
                              {},
                              {"route"},
                              {"gateway"}},
                             {"ARouteTouchesTheGatewayBehindItsListenerSet",
                              {kGw, "TCPRoute", "apart", "across"},
                              {"db"},
                              {},
                              {"across"},
                              {"gateway"}},
                             {"AServiceTouchesItselfItsPoliciesAndTheGatewaysThatReachIt",
                              {"", "Service", "app", "web"},
                              {"web"},
                              {"policy"},
                              {"route"},
                              {"gateway"}},
                             {"AServiceWithoutReferrersTouchesItselfAlone",
                              {"", "Service", "app", "other"},
                              {"other"},
                              {},
                              {},
                              {}},
                             {"AServiceTouchesThePoliciesThatSelectIt",
                              {"", "Service", "select", "labelled"},
                              {"labelled"},
                              {"selecting"},
                              {},
                              {}},
                             {"AServiceThatNoPolicySelectsTouchesNone",
                              {"", "Service", "select", "unlabelled"},
                              {"unlabelled"},
                              {},
                              {},
                              {}},
                             {"ASelectingPolicyTouchesWhatItSelectsAlone",
                              {"gateway.kgateway.dev", "BackendConfigPolicy", "select",
                               "selecting"},
                              {"labelled"},
                              {"selecting"},
                              {},
                              {}},
                             {"AGatewayTouchesWhatIsBehindItAndItsListenerSets",
                              {kGw, "Gateway", "infra", "gateway"},
                              {"db", "web"},
                              {},
                              {"across", "route"},
                              {"gateway"}},
                             {"AListenerSetTouchesItsGatewayAndRoutes",
                              {kGw, "ListenerSet", "apart", "set"},
                              {"db"},
                              {},
                              {"across"},
                              {"gateway"}},
                             {"AGatewayClassTouchesTheBackendsBehindItsGateways",
                              {kGw, "GatewayClass", "", "class"},
                              {"db", "web"},
                              {},
                              {},
                              {"gateway"}},
                             {"AClientCertificateTouchesTheBackendsBehindItsGateway",
                              {"", "Secret", "infra", "client"},
                              {"db", "web"},
                              {},
                              {},
                              {"gateway"}},
                             {"AListenersCertificateTouchesItsGatewayAlone",
                              {"", "Secret", "apart", "front"},
                              {},
                              {},
                              {},
                              {"gateway"}},
                             {"ANamespaceTouchesItsRoutes",
                              {"", "Namespace", "", "app"},
                              {"web"},
                              {},
                              {"route"},
                              {"gateway"}},
                             {"ANamespaceTouchesItsListenerSetsAndTheirRoutes",
                              {"", "Namespace", "", "apart"},
                              {"db"},
                              {},
                              {"across"},
                              {"gateway"}},
                             {"AReferenceGrantTouchesThoseThatReferAcross",
                              {kGw, "ReferenceGrant", "data", "used"},
                              {"db"},
                              {},
                              {"across"},
                              {"gateway"}},
                             {"AReferenceGrantThatNobodyNeedsTouchesNothing",
                              {kGw, "ReferenceGrant", "app", "unrelated"},
                              {},
                              {},
                              {},
                              {}},
                             {"AnEndpointSliceTouchesItsService",
                              {"discovery.k8s.io", "EndpointSlice", "app", "slice"},
                              {"web"},
                              {},
                              {},
                              {}},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ClusterTest, ApplyingAnEqualObjectTouchesNothing) {
  Cluster cluster;
  for (Object& object : testing::ParseObjects(kObjects)) cluster.Apply(std::move(object));
  cluster.TakeTouched();
  for (Object& object : testing::ParseObjects(kObjects)) cluster.Apply(std::move(object));
  EXPECT_TRUE(cluster.TakeTouched().empty());
}

TEST(ClusterTest, AGrantPermitsOnlyWhatItNames) {
  Cluster cluster;
  for (Object& object : testing::ParseObjects(kObjects)) cluster.Apply(std::move(object));
  const ObjectKey service{"", "Service", "data", "db"};
  EXPECT_TRUE(cluster.Permits(kGw, "HTTPRoute", "app", service));
  EXPECT_TRUE(cluster.Permits(kGw, "HTTPRoute", "data", service));
  EXPECT_FALSE(cluster.Permits(kGw, "HTTPRoute", "elsewhere", service));
  EXPECT_FALSE(cluster.Permits(kGw, "TCPRoute", "app", service));
  EXPECT_FALSE(cluster.Permits(kGw, "HTTPRoute", "app", {"", "Secret", "data", "db"}));
}

TEST(ClusterTest, ForgetsWhatNothingIsKnownOf) {
  Cluster cluster;
  const std::vector<Object> objects = testing::ParseObjects(kObjects);
  for (const Object& object : objects) cluster.Apply(object);
  for (const Object& object : objects) ASSERT_TRUE(cluster.Delete(object.key()));
  cluster.TakeTouched();
  cluster.Forget();
  for (const Object& object : objects) EXPECT_FALSE(cluster.LookUp(object.key()).has_value());
  // Their numbers are given out again, and all is as it was at first.
  for (const Object& object : objects) cluster.Apply(object);
  const Touched touched = cluster.TakeTouched();
  EXPECT_THAT(Names(cluster, touched.gateways), ElementsAre("gateway"));
  EXPECT_THAT(Names(cluster, touched.routes), ElementsAre("across", "route"));
}

TEST(ClusterTest, KeepsWhatIsReferredTo) {
  Cluster cluster;
  for (Object& object : testing::ParseObjects(kObjects)) cluster.Apply(std::move(object));
  const ObjectKey web{"", "Service", "app", "web"};
  ASSERT_TRUE(cluster.Delete(web));
  cluster.Forget();
  EXPECT_TRUE(cluster.LookUp(web).has_value());
  EXPECT_THAT(cluster.Referrers(web, Edge::kTarget), ::testing::SizeIs(1));
}

// As many as a list is kept of, and more.
TEST(ClusterTest, KnowsTheEndpointSlicesOfAServiceByTheirKeys) {
  Cluster cluster;
  const auto slice = [](int number) {
    return testing::ParseObject(absl::StrCat(
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s", number,
        ", namespace: app, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\n"));
  };
  const auto names = [&cluster] {
    std::vector<std::string> out;
    const auto service = cluster.LookUp({"", "Service", "app", "web"});
    if (!service.has_value()) return out;
    for (const Object& object : cluster.EndpointSlicesOf(*service)) {
      out.emplace_back(object.meta().name);
    }
    return out;
  };
  std::vector<std::string> expected;
  for (int i = 40; i > 0; --i) {
    cluster.Apply(slice(10 + i));
    expected.insert(expected.begin(), absl::StrCat("s", 10 + i));
    ASSERT_EQ(names(), expected);
  }
  for (int i = 1; i < 40; ++i) {
    ASSERT_TRUE(cluster.Delete(slice(10 + i).key()));
    expected.erase(expected.begin());
    ASSERT_EQ(names(), expected);
  }
  ASSERT_TRUE(cluster.Delete(slice(50).key()));
  EXPECT_THAT(names(), IsEmpty());
}

TEST(ClusterTest, FindsAnObjectOfAnyKindByItsKey) {
  Cluster cluster;
  const Object foreign = ParseObject(R"(
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: rule, namespace: app}
)");
  cluster.Apply(foreign);
  ASSERT_NE(cluster.Find(foreign.key()), nullptr);
  EXPECT_EQ(ObjectKey(cluster.KeyOf(*cluster.LookUp(foreign.key()))), foreign.key());
  ASSERT_TRUE(cluster.Delete(foreign.key()));
  EXPECT_EQ(cluster.Find(foreign.key()), nullptr);
  cluster.Forget();
  EXPECT_EQ(cluster.LookUp(foreign.key()), std::nullopt);
}

// A caller may keep an object untyped of which another one has the struct.
TEST(ClusterTest, KnowsAnObjectWhoseStructIsGone) {
  Cluster cluster;
  const Object typed = ParseObject(R"(
apiVersion: v1
kind: Secret
metadata: {name: secret, namespace: app}
)");
  UntypedObject untyped;
  untyped.api_version = "v1";
  untyped.kind = "Secret";
  untyped.metadata = typed.meta();
  cluster.Apply(typed);
  cluster.Apply(Object::Make(untyped));
  ASSERT_NE(cluster.Find(typed.key()), nullptr);
  EXPECT_EQ(cluster.Find(typed.key())->kind(), Kind::kUntyped);
  cluster.Apply(typed);
  EXPECT_EQ(cluster.Find(typed.key())->kind(), Kind::kSecret);
  EXPECT_TRUE(cluster.Delete(typed.key()));
  EXPECT_FALSE(cluster.Delete(typed.key()));
}

TEST(ClusterTest, LeavesOutTheNamespaceOfAKindThatHasNone) {
  Cluster cluster;
  cluster.Apply(ParseObject(R"(
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: class, namespace: by-mistake}
spec: {controllerName: a.test/b}
)"));
  EXPECT_EQ(cluster.ClusterScoped(Kind::kGatewayClass).size(), 1u);
  EXPECT_TRUE(cluster.Delete({"gateway.networking.k8s.io", "GatewayClass", "", "class"}));
  EXPECT_EQ(cluster.ClusterScoped(Kind::kGatewayClass).size(), 0u);
}

TEST(ClusterTest, ListsObjectsOfEveryKind) {
  Cluster cluster;
  const Object slice = ParseObject(R"(
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: slice, namespace: app, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: []
)");
  cluster.Apply(slice);
  EXPECT_THAT(cluster.All(Kind::kEndpointSlice), ElementsAre(*cluster.LookUp(slice.key())));
  EXPECT_THAT(cluster.All(Kind::kSecret), IsEmpty());
}

// No backend has such a port, so what is kept of it may be another.
TEST(ClusterTest, KeepsNoPortApartFromPortsOfAnySize) {
  Cluster cluster;
  const Object route = ParseObject(R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route, namespace: app}
spec:
  rules:
  - backendRefs:
    - {name: a, port: 2147483647}
    - {name: b, port: -2147483648}
    - {name: c}
    - {name: d, port: 65535}
)");
  cluster.Apply(route);
  std::vector<int32_t> details;
  for (const Cluster::Referral& referral : cluster.ReferencesOf(*cluster.LookUp(route.key()))) {
    details.push_back(referral.detail);
  }
  EXPECT_THAT(details, ElementsAre(Reference::kMaxDetail, Reference::kNoPort + 1,
                                   Reference::kNoPort, 65535));
}

TEST(ClusterTest, DeletingWhatIsNotThereSaysSo) {
  Cluster cluster;
  EXPECT_FALSE(cluster.Delete({"", "Service", "app", "web"}));
}

TEST(DuplicatesTest, NameTheLaterOfTwoObjectsOfOneKey) {
  const std::string one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: a}\n";
  const std::vector<Object> objects = testing::ParseObjects(absl::StrCat(one, "---\n", one));
  EXPECT_THAT(FindDuplicates(objects),
              ElementsAre(testing::IsFinding(Code::kAttachDuplicateObject, "")));
  EXPECT_THAT(FindDuplicates(absl::MakeConstSpan(objects).subspan(1)), IsEmpty());
}

}  // namespace
}  // namespace gwpolicy
