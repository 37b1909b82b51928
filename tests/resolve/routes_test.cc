// Which backends a Gateway reaches: by which kind of route, listener, ListenerSet and reference.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/story.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/matchers.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::NameOfCase;
using ::testing::HasSubstr;
using ::testing::ValuesIn;

constexpr char kServices[] = R"(
apiVersion: v1
kind: Service
metadata: {name: web, namespace: app}
spec: {ports: [{name: https, port: 443}, {name: dns, port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{name: sql, port: 5432}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: app, labels: {team: web}}
)";

// Gateway infra/gw of class kgateway with one listener.
std::string GatewayWith(absl::string_view listener, absl::string_view rest = "") {
  return absl::StrCat(R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: infra}
spec:
  gatewayClassName: kgateway
  listeners: [{name: one, port: 8443, )",
                      listener, "}]\n", rest);
}

std::string Route(absl::string_view kind, absl::string_view spec, absl::string_view ns = "app") {
  return absl::StrCat("apiVersion: gateway.networking.k8s.io/v1\nkind: ", kind,
                      "\nmetadata: {name: route, namespace: ", ns, "}\nspec: {", spec, "}\n");
}

constexpr char kToWeb[] =
    "parentRefs: [{name: gw, namespace: infra}], rules: [{backendRefs: [{name: web, port: 443}]}]";
// Of a route on that Gateway: one rule.
std::string ToGateway(absl::string_view rule) {
  return absl::StrCat("parentRefs: [{name: gw, namespace: infra}], rules: [{", rule, "}]");
}

constexpr char kAll[] = "allowedRoutes: {namespaces: {from: All}}";

struct RouteCase {
  std::string name;
  std::vector<std::string> objects;
  bool reaches = true;
  std::string backend = "app/web";
};
std::ostream& operator<<(std::ostream& out, const RouteCase& c) { return out << c.name; }

class RouteTest : public ::testing::TestWithParam<RouteCase> {};

// Whether Gateway infra/gw reaches the backend "ns/name".
bool Reaches(const Engine& engine, absl::string_view backend) {
  for (const auto& entry : engine.Backends()) {
    if (absl::StrCat(entry->port->backend.ns, "/", entry->port->backend.name) == backend &&
        *entry->gateway == GatewayId{"infra", "gw"}) {
      return true;
    }
  }
  return false;
}

TEST_P(RouteTest, ReachesTheBackendOrDoesNot) {
  std::vector<std::string> objects = GetParam().objects;
  objects.push_back(kServices);
  const Engine engine = MakeEngine(objects);
  EXPECT_EQ(Reaches(engine, GetParam().backend), GetParam().reaches);
}

std::string Http(absl::string_view rest = kAll) { return absl::StrCat("protocol: HTTP, ", rest); }

INSTANTIATE_TEST_SUITE_P(
    Kinds, RouteTest,
    ValuesIn<RouteCase>({
        {"HTTPRouteOnHttp", {GatewayWith(Http()), Route("HTTPRoute", kToWeb)}},
        {"HTTPRouteOnHttps",
         {GatewayWith(absl::StrCat("protocol: HTTPS, ", kAll)), Route("HTTPRoute", kToWeb)}},
        {"GRPCRouteOnHttp", {GatewayWith(Http()), Route("GRPCRoute", kToWeb)}},
        {"TLSRouteOnTlsTerminate",
         {GatewayWith(absl::StrCat("protocol: TLS, tls: {mode: Terminate}, ", kAll)),
          Route("TLSRoute", absl::StrCat(kToWeb, ", hostnames: [a.example.com]"))}},
        {"TLSRouteOnTlsPassthrough",
         {GatewayWith(absl::StrCat("protocol: TLS, tls: {mode: Passthrough}, ", kAll)),
          Route("TLSRoute", absl::StrCat(kToWeb, ", hostnames: [a.example.com]"))}},
        {"TCPRouteOnTcp",
         {GatewayWith(absl::StrCat("protocol: TCP, ", kAll)), Route("TCPRoute", kToWeb)}},
        {"HTTPRouteNotOnTcp",
         {GatewayWith(absl::StrCat("protocol: TCP, ", kAll)), Route("HTTPRoute", kToWeb)},
         false},
        {"TCPRouteNotOnHttp", {GatewayWith(Http()), Route("TCPRoute", kToWeb)}, false},
        {"TLSRouteNotOnHttps",
         {GatewayWith(absl::StrCat("protocol: HTTPS, ", kAll)), Route("TLSRoute", kToWeb)},
         false},
        {"UDPRouteCarriesNoTls",
         {GatewayWith(absl::StrCat("protocol: UDP, ", kAll)),
          Route("UDPRoute", ToGateway("backendRefs: [{name: web, port: 53}]"))},
         false},
        {"OnlyAllowedKinds",
         {GatewayWith(Http("allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}")),
          Route("HTTPRoute", kToWeb)},
         false},
        {"AllowedKind",
         {GatewayWith(Http("allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}")),
          Route("GRPCRoute", kToWeb)}},
    }),
    NameOfCase<RouteCase>);

INSTANTIATE_TEST_SUITE_P(
    References, RouteTest,
    ValuesIn<RouteCase>({
        {"WeightOfZero",
         {GatewayWith(Http()),
          Route("HTTPRoute", ToGateway("backendRefs: [{name: web, port: 443, weight: 0}]"))}},
        {"RequestMirror",
         {GatewayWith(Http()),
          Route("HTTPRoute", ToGateway("filters: [{type: RequestMirror, requestMirror: "
                                       "{backendRef: {name: web, port: 443}}}]"))}},
        {"RequestMirrorOfABackendRef",
         {GatewayWith(Http()),
          Route("HTTPRoute",
                ToGateway("backendRefs: [{name: none, port: 1, filters: [{type: RequestMirror, "
                          "requestMirror: {backendRef: {name: web, port: 443}}}]}]"))}},
        {"RequestMirrorOfAGRPCRoute",
         {GatewayWith(Http()),
          Route("GRPCRoute", ToGateway("filters: [{type: RequestMirror, requestMirror: "
                                       "{backendRef: {name: web, port: 443}}}]"))}},
        {"ExternalAuth",
         {GatewayWith(Http()),
          Route("HTTPRoute", ToGateway("filters: [{type: ExternalAuth, externalAuth: {protocol: "
                                       "GRPC, backendRef: {name: web, port: 443}}}]"))}},
        {"AnotherPort",
         {GatewayWith(Http()),
          Route("HTTPRoute", ToGateway("backendRefs: [{name: web, port: 80}]"))},
         false},
        {"AUdpPort",
         {GatewayWith(absl::StrCat("protocol: TCP, ", kAll)),
          Route("TCPRoute", ToGateway("backendRefs: [{name: web, port: 53}]"))},
         false},
        {"AcrossWithoutAGrant",
         {GatewayWith(absl::StrCat("protocol: TCP, ", kAll)),
          Route("TCPRoute", ToGateway("backendRefs: [{name: db, namespace: data, port: 5432}]"))},
         false,
         "data/db"},
        {"AcrossWithAGrant",
         {GatewayWith(absl::StrCat("protocol: TCP, ", kAll)),
          Route("TCPRoute", ToGateway("backendRefs: [{name: db, namespace: data, port: 5432}]")),
          R"(
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: grant, namespace: data}
spec:
  from: [{group: gateway.networking.k8s.io, kind: TCPRoute, namespace: app}]
  to: [{group: "", kind: Service, name: db}]
)"},
         true,
         "data/db"},
        {"AcrossWithAGrantForAnotherKindOfRoute",
         {GatewayWith(absl::StrCat("protocol: TCP, ", kAll)),
          Route("TCPRoute", ToGateway("backendRefs: [{name: db, namespace: data, port: 5432}]")),
          R"(
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: grant, namespace: data}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: app}]
  to: [{group: "", kind: Service}]
)"},
         false,
         "data/db"},
    }),
    NameOfCase<RouteCase>);

std::string ToWebBy(absl::string_view parent, absl::string_view rest = "") {
  return Route("HTTPRoute",
               absl::StrCat("parentRefs: [{", parent,
                            "}], rules: [{backendRefs: [{name: web, port: 443}]}]", rest));
}

INSTANTIATE_TEST_SUITE_P(
    Parents, RouteTest,
    ValuesIn<RouteCase>({
        {"BySectionName",
         {GatewayWith(Http()), ToWebBy("name: gw, namespace: infra, sectionName: one")}},
        {"NotByAnotherSectionName",
         {GatewayWith(Http()), ToWebBy("name: gw, namespace: infra, sectionName: two")},
         false},
        {"ByPort", {GatewayWith(Http()), ToWebBy("name: gw, namespace: infra, port: 8443")}},
        {"NotByAnotherPort",
         {GatewayWith(Http()), ToWebBy("name: gw, namespace: infra, port: 8080")},
         false},
        {"NotFromAnotherNamespaceByDefault",
         {GatewayWith("protocol: HTTP"), ToWebBy("name: gw, namespace: infra")},
         false},
        {"FromASelectedNamespace",
         {GatewayWith(Http("allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: "
                           "{team: web}}}}")),
          ToWebBy("name: gw, namespace: infra")}},
        {"FromANamespaceSelectedByItsName",
         {GatewayWith(Http("allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: "
                           "{kubernetes.io/metadata.name: app}}}}")),
          ToWebBy("name: gw, namespace: infra")}},
        {"NotFromANamespaceWithOtherLabels",
         {GatewayWith(Http("allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: "
                           "{team: sql}}}}")),
          ToWebBy("name: gw, namespace: infra")},
         false},
        {"WithASharedHostname",
         {GatewayWith(Http(absl::StrCat("hostname: \"*.example.com\", ", kAll))),
          ToWebBy("name: gw, namespace: infra", ", hostnames: [a.example.com, b.org]")}},
        {"NotWithoutASharedHostname",
         {GatewayWith(Http(absl::StrCat("hostname: \"*.example.com\", ", kAll))),
          ToWebBy("name: gw, namespace: infra", ", hostnames: [example.com, b.org]")},
         false},
        {"NotToAMissingGateway", {GatewayWith(Http()), ToWebBy("name: other")}, false},
    }),
    NameOfCase<RouteCase>);

std::string Set(absl::string_view listener, absl::string_view kind = "ListenerSet") {
  return absl::StrCat("apiVersion: gateway.networking.k8s.io/v1\nkind: ", kind,
                      "\nmetadata: {name: set, namespace: app}\nspec:\n  parentRef: {name: gw, "
                      "namespace: infra}\n  listeners: [{name: extra, ",
                      listener, "}]\n");
}
std::string Allowing(absl::string_view namespaces) {
  return GatewayWith("protocol: HTTP",
                     absl::StrCat("  allowedListeners: {namespaces: {", namespaces, "}}\n"));
}

INSTANTIATE_TEST_SUITE_P(
    ListenerSets, RouteTest,
    ValuesIn<RouteCase>({
        {"OfAnAllowedSet",
         {Allowing("from: All"), Set("port: 9000, protocol: HTTP"),
          ToWebBy("kind: ListenerSet, name: set")}},
        {"OfASetByItsFormerName",
         {Allowing("from: All"), Set("port: 9000, protocol: HTTP"),
          ToWebBy("group: gateway.networking.x-k8s.io, kind: XListenerSet, name: set")}},
        {"NotOfASetThatIsNotAllowedByDefault",
         {GatewayWith("protocol: HTTP"), Set("port: 9000, protocol: HTTP"),
          ToWebBy("kind: ListenerSet, name: set")},
         false},
        {"NotOfASetOfAnotherNamespaceThanTheSame",
         {Allowing("from: Same"), Set("port: 9000, protocol: HTTP"),
          ToWebBy("kind: ListenerSet, name: set")},
         false},
        {"OfASelectedSet",
         {Allowing("from: Selector, selector: {matchLabels: {team: web}}"),
          Set("port: 9000, protocol: HTTP"), ToWebBy("kind: ListenerSet, name: set")}},
        {"NotOfASetWhoseListenerAnotherHas",
         {Allowing("from: All"), Set("port: 8443, protocol: HTTP"),
          ToWebBy("kind: ListenerSet, name: set")},
         false},
        {"NotOfTheGatewaysSetsByItsOwnName",
         {Allowing("from: All"), Set(absl::StrCat("port: 9000, protocol: HTTP, ", kAll)),
          ToWebBy("name: gw, namespace: infra")},
         false},
    }),
    NameOfCase<RouteCase>);

TEST(RoutesTest, AResultNamesTheListenerSetBetween) {
  const Engine engine = MakeEngine({Allowing("from: All"), Set("port: 9000, protocol: HTTP"),
                                    ToWebBy("kind: ListenerSet, name: set"), kServices});
  const auto entry = engine.Find({"infra", "gw"}, {"", "Service", "app", "web", 443});
  ASSERT_NE(entry, nullptr);
  ASSERT_EQ(entry->parents.size(), 1u);
  EXPECT_EQ(entry->parents[0], (FieldSource{"ListenerSet", "app", "set", ""}));
  ASSERT_EQ(entry->routes.size(), 1u);
  EXPECT_EQ(entry->routes[0], (FieldSource{"HTTPRoute", "app", "route", ""}));
}

constexpr char kWebPolicy[] = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: policy, namespace: app}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation: {hostname: web.example.com, wellKnownCACertificates: System}
)";

TEST(RoutesTest, TheAncestorIsTheListenerSetWhereTheControllerSaysSo) {
  const std::vector<std::string> objects = {
      Allowing("from: All"), Set("port: 9000, protocol: HTTP"),
      ToWebBy("kind: ListenerSet, name: set"), kServices, kWebPolicy};
  EXPECT_THAT(testing::Statuses(MakeEngine(objects, "kgateway")),
              HasSubstr("policy: ListenerSet/app/set "));
  EXPECT_THAT(testing::Statuses(MakeEngine(objects, "gateway-api")),
              HasSubstr("policy: Gateway/infra/gw "));
}

TEST(RoutesTest, ARouteOfManyBackendsReachesEachOfThemOnce) {
  constexpr int kBackends = 40;
  std::string services;
  std::string refs;
  for (int i = 0; i < kBackends; ++i) {
    absl::StrAppend(&services, "apiVersion: v1\nkind: Service\nmetadata: {name: many-", i,
                    ", namespace: app}\nspec: {ports: [{port: 443}]}\n---\n");
    absl::StrAppend(&refs, "{name: many-", i, ", port: 443}, ");
  }
  const std::string twice =
      absl::StrCat("backendRefs: [", refs, refs, "{name: many-0, port: 443}]");
  const Engine engine =
      MakeEngine({services, GatewayWith(Http()), Route("HTTPRoute", ToGateway(twice))});
  EXPECT_EQ(engine.Backends().size(), kBackends);
  EXPECT_TRUE(Reaches(engine, "app/many-0"));
  EXPECT_TRUE(Reaches(engine, absl::StrCat("app/many-", kBackends - 1)));
}

TEST(RoutesTest, ABackendWithoutARouteIsResolvedAllTheSame) {
  const Engine engine = MakeEngine({kServices});
  const auto entry = engine.Find(GatewayId(), {"", "Service", "app", "web", 443});
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->routes.empty());
  EXPECT_THAT(StepsOf(*entry)[0].text, HasSubstr("No route of a known Gateway leads to"));
}

TEST(RoutesTest, TheRoutingTableHasTheListenersOfSets) {
  const Engine engine = MakeEngine({Allowing("from: All"), Set("port: 9000, protocol: HTTP"),
                                    ToWebBy("kind: ListenerSet, name: set"), kServices});
  const auto routed = engine.Route({"infra", "gw"});
  ASSERT_NE(routed, nullptr);
  ASSERT_EQ(routed->listeners.size(), 2u);
  EXPECT_TRUE(routed->listeners[0].hosts.empty());
  EXPECT_EQ(routed->listeners[1].name, "extra");
  ASSERT_EQ(routed->listeners[1].hosts.size(), 1u);
  EXPECT_EQ(routed->listeners[1].hosts[0].rules.size(), 1u);
}

TEST(RoutesTest, ASetThatGoesLeavesItsListenerToAnother) {
  Engine engine = MakeEngine({Allowing("from: All"), Set("port: 9000, protocol: HTTP"),
                              ToWebBy("kind: ListenerSet, name: set"), kServices});
  ASSERT_TRUE(Reaches(engine, "app/web"));
  const Object older = testing::ParseObject(R"(
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: a-set, namespace: app}
spec:
  parentRef: {name: gw, namespace: infra}
  listeners: [{name: one, port: 9000, protocol: HTTP}]
)");
  ASSERT_TRUE(engine.Apply(older).ok());
  engine.Resolve();
  EXPECT_FALSE(Reaches(engine, "app/web"));
  ASSERT_TRUE(engine.Delete(older.key()).ok());
  engine.Resolve();
  EXPECT_TRUE(Reaches(engine, "app/web"));
}

TEST(RoutesTest, ARouteThatNothingTakesIsTold) {
  const Engine engine =
      MakeEngine({GatewayWith("protocol: TCP"), kServices, Set("port: 9000, protocol: HTTP"),
                  ToWebBy("kind: ListenerSet, name: set")});
  const std::vector<std::string> findings = testing::Findings(engine);
  EXPECT_THAT(findings, ::testing::Contains("Route/NoParent HTTPRoute/route spec.parentRefs[0]"));
}

}  // namespace
}  // namespace gwpolicy
