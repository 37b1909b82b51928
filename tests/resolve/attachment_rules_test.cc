// How policies reach backends, and what of the Gateway and the Service joins them: the rows of the
// Gateway API's and kgateway's rules that no other test of this folder is about.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/resolve/values.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/certificates.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::Backends;
using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::ConfigPolicy;
using ::gwpolicy::testing::Findings;
using ::gwpolicy::testing::kClientCertificate;
using ::gwpolicy::testing::kClientKey;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kGoodBcp;
using ::gwpolicy::testing::kNew;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::kOld;
using ::gwpolicy::testing::kOtherKey;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::ParseObject;
using ::gwpolicy::testing::Statuses;
using ::gwpolicy::testing::TlsPolicy;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ValuesIn;

// --- targetSelectors (kgateway.md 1.2) --------------------------------------------------------

std::string Labelled(const std::string& labels, const std::string& ns = "default") {
  return absl::StrCat("apiVersion: v1\nkind: Service\nmetadata: {name: nginx, namespace: ", ns,
                      ", labels: {", labels, "}}\nspec: {ports: [{port: 8443}]}\n");
}

std::string Selecting(const std::string& selectors, const std::string& refs = "") {
  return absl::StrCat(
      "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: BackendConfigPolicy\n"
      "metadata: {name: c, namespace: default}\nspec:\n  tls: {wellKnownCACertificates: System, "
      "sni: a.example.com}\n",
      refs.empty() ? "" : absl::StrCat("  targetRefs: [", refs, "]\n"),
      selectors.empty() ? "" : absl::StrCat("  targetSelectors: [", selectors, "]\n"));
}

struct SelectorCase {
  const char* name;
  const char* selectors;
  std::string service;
  bool selected;
};
class SelectorTest : public ::testing::TestWithParam<SelectorCase> {};

TEST_P(SelectorTest, ReachesTheServiceOrDoesNot) {
  const SelectorCase& one = GetParam();
  const Engine engine = MakeEngine({one.service, Selecting(one.selectors)}, "kgateway");
  EXPECT_THAT(Backends(engine), HasSubstr(one.selected ? "tls{sni=a" : "plaintext"));
}

constexpr char kByApp[] = "{group: \"\", kind: Service, matchLabels: {app: web}}";

INSTANTIATE_TEST_SUITE_P(
    Selectors, SelectorTest,
    ValuesIn<SelectorCase>({
        {"EveryPairMatches", "{group: \"\", kind: Service, matchLabels: {app: web, tier: a}}",
         Labelled("app: web, tier: a, more: x"), true},
        {"OnePairDoesNot", "{group: \"\", kind: Service, matchLabels: {app: web, tier: a}}",
         Labelled("app: web, tier: b"), false},
        {"CoreMeansTheCoreGroup", "{group: core, kind: Service, matchLabels: {app: web}}",
         Labelled("app: web"), true},
        {"NoLabelsToMatchSelectNothing", "{group: \"\", kind: Service, matchLabels: {}}",
         Labelled("app: web"), false},
        {"AServiceWithoutLabels", kByApp, Labelled(""), false},
        {"AnotherNamespace", kByApp, Labelled("app: web", "other"), false},
        {"AnotherKind", "{group: gateway.kgateway.dev, kind: Backend, matchLabels: {app: web}}",
         Labelled("app: web"), false},
        {"TheSecondOfTwoSelectors",
         "{group: \"\", kind: Service, matchLabels: {app: other}}, "
         "{group: \"\", kind: Service, matchLabels: {app: web}}",
         Labelled("app: web"), true},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(AttachmentTest, ByAReferenceAndASelectorIsOne) {
  const Engine engine = MakeEngine(
      {Labelled("app: web"), Selecting(kByApp, "{group: \"\", kind: Service, name: nginx}")},
      "kgateway");
  ASSERT_EQ(engine.Backends().size(), 1u);
  const auto entry = engine.Backends()[0];
  ASSERT_EQ(entry->port->policies.size(), 1u);
  EXPECT_EQ(entry->port->policies[0].path(), "spec.targetRefs[0]");
  EXPECT_EQ(Statuses(engine),
            "c: Service/default/nginx Accepted=True/Valid Attached=True/Attached");
}

TEST(AttachmentTest, ALabelThatGoesTakesThePolicyWithIt) {
  Engine engine = MakeEngine({Labelled("app: web"), Selecting(kByApp)}, "kgateway");
  EXPECT_THAT(Backends(engine), HasSubstr("tls{"));
  ASSERT_TRUE(engine.Apply(ParseObject(Labelled("app: other"))).ok());
  const Changes changes = engine.Resolve();
  EXPECT_EQ(changes.backends.size(), 1u);
  EXPECT_EQ(changes.statuses.size(), 1u);
  EXPECT_THAT(Backends(engine), HasSubstr("plaintext"));
}

// --- targetRefs (gateway-api.md 3.2, kgateway.md 2.1) -----------------------------------------

TEST(AttachmentTest, EachOfSeveralTargetRefsIsReached) {
  const Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(),
       "apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: default}\n"
       "spec: {ports: [{port: 443}]}\n",
       absl::StrReplaceAll(TlsPolicy("a"), {{"name: nginx}]",
                                             "name: nginx}, {group: \"\", kind: Service, "
                                             "name: other}]"}})});
  EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http tls{"));
  EXPECT_THAT(Backends(engine), HasSubstr("other:443 unrouted tls{"));
}

TEST(AttachmentTest, TheCoreGroupMayBeWrittenOut) {
  const Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(),
       absl::StrReplaceAll(TlsPolicy("a"),
                           {{"[{group: \"\", kind: Service", "[{group: core, kind: Service"}})});
  EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http tls{"));
}

TEST(AttachmentTest, APolicyWeightIsNotRead) {
  const Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(), TlsPolicy("old", kOld),
       absl::StrReplaceAll(TlsPolicy("new", kNew),
                           {{"namespace: default,",
                             "namespace: default, annotations: {kgateway.dev/policy-weight: "
                             "\"100\"},"}})},
      "kgateway");
  EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http tls{sni=old.example.com"));
}

TEST(AttachmentTest, ACaInBinaryDataIsNotRead) {
  const Engine engine =
      MakeEngine({kGateway, kNginx,
                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca, namespace: default}\n"
                  "binaryData: {ca.crt: LS0tLS1CRUdJTg==}\n",
                  TlsPolicy("a")});
  EXPECT_THAT(Backends(engine), HasSubstr("nginx:8443 infra/http closed{InvalidCACertificateRef}"));
}

// --- ancestors (gateway-api.md 3.5) -----------------------------------------------------------

// Gateway infra/second of class `gateway_class`, and a route from it to the same port.
std::string SecondGateway(const std::string& gateway_class) {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
      "metadata: {name: second, namespace: infra}\nspec:\n  gatewayClassName: ",
      gateway_class,
      "\n  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: "
      "{from: All}}}]\n---\n"
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
      "metadata: {name: second, namespace: default}\nspec:\n"
      "  parentRefs: [{name: second, namespace: infra}]\n"
      "  rules: [{backendRefs: [{name: nginx, port: 8443}]}]\n");
}

TEST(AncestorsTest, EachGatewayThatUsesTheBackendHasAnEntry) {
  const Engine engine =
      MakeEngine({kGateway, SecondGateway("kgateway"), kNginx, CaObjects(), TlsPolicy("a")});
  EXPECT_EQ(Statuses(engine),
            "a: Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted "
            "Gateway/infra/second ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted");
}

TEST(AncestorsTest, AControllerListsItsOwnGatewaysAlone) {
  const std::string other_class =
      "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: eg}\n"
      "spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}\n";
  const Engine engine =
      MakeEngine({kGateway, other_class, SecondGateway("eg"), kNginx, CaObjects(), TlsPolicy("a")});
  const auto policies = engine.Policies();
  ASSERT_EQ(policies.size(), 1u);
  const auto& ancestors = policies[0]->status->ancestors;
  ASSERT_EQ(ancestors.size(), 2u);
  for (const PolicyAncestorStatus& entry : ancestors) {
    const bool second = entry.ancestor_ref.name == "second";
    EXPECT_EQ(entry.controller_name,
              second ? "gateway.envoyproxy.io/gatewayclass-controller" : "kgateway.dev/kgateway");
  }
}

TEST(AncestorsTest, ATargetThatDoesNotExistGivesNoEntryUnderTheSpecification) {
  const Engine engine = MakeEngine({kGateway, CaObjects(), TlsPolicy("a")}, "gateway-api");
  EXPECT_EQ(Statuses(engine), "a:");
  EXPECT_THAT(Findings(engine),
              Contains("Attach/TargetNotFound BackendTLSPolicy/a spec.targetRefs[0]"));
}

// --- protocol (kgateway.md 1.7, gateway-api.md 4.7) -------------------------------------------

struct ProtocolCase {
  const char* name;
  const char* port;
  HttpProtocol protocol;
};
class ProtocolTest : public ::testing::TestWithParam<ProtocolCase> {};

TEST_P(ProtocolTest, IsChosenAndNeverStartsTls) {
  const Engine engine = MakeEngine(
      {absl::StrCat("apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: default}\n"
                    "spec: {ports: [{port: 443, ",
                    GetParam().port, "}]}\n")});
  const auto backends = engine.Backends();
  ASSERT_EQ(backends.size(), 1u);
  EXPECT_EQ(backends[0]->port->settings->protocol, GetParam().protocol);
  EXPECT_EQ(backends[0]->port->mode, TlsMode::kPlaintext);
}

INSTANTIATE_TEST_SUITE_P(
    AppProtocols, ProtocolTest,
    ValuesIn<ProtocolCase>({
        {"H2c", "appProtocol: kubernetes.io/h2c", HttpProtocol::kHttp2},
        {"Http2", "appProtocol: http2", HttpProtocol::kHttp2},
        {"GrpcWhateverItsCase", "appProtocol: GRPC", HttpProtocol::kHttp2},
        {"GrpcWeb", "appProtocol: grpc-web", HttpProtocol::kHttp2},
        {"WebSocket", "appProtocol: kubernetes.io/ws", HttpProtocol::kWebSocket},
        {"WebSocketOverTls", "appProtocol: kubernetes.io/wss", HttpProtocol::kHttp1},
        {"Https", "appProtocol: https", HttpProtocol::kHttp1},
        {"TheNameOfThePort", "name: grpc", HttpProtocol::kHttp2},
        {"AppProtocolBeforeTheName", "name: grpc, appProtocol: http", HttpProtocol::kHttp1},
        {"Nothing", "name: https", HttpProtocol::kHttp1},
    }),
    [](const auto& info) { return std::string(info.param.name); });

// --- WebSocket over TLS (GEP-1911, Gateway API issue 5107) -----------------------------------

constexpr char kChat[] = R"(
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: default}
spec: {ports: [{name: wss, port: 443, appProtocol: kubernetes.io/wss}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: default}
spec:
  parentRefs: [{name: http, namespace: infra}]
  rules: [{backendRefs: [{name: chat, port: 443}]}]
)";

std::string ChatPolicy() {
  return absl::StrReplaceAll(TlsPolicy("chat"), {{"name: nginx", "name: chat"}});
}

// Why the Gateway answers requests for the Service itself; "" where it does not.
std::string ReasonOfChat(const Engine& engine) {
  const auto gateway = engine.Route({"infra", "http"});
  return gateway->listeners.at(0).hosts.at(0).rules.at(0).backends.at(0).reason;
}

TEST(WebSocketOverTlsTest, IsNoBackendOfAnHttpRouteWithoutAPolicy) {
  const Engine engine = MakeEngine({kGateway, kChat}, "gateway-api");
  EXPECT_EQ(ReasonOfChat(engine), "UnsupportedProtocol");
  EXPECT_THAT(Findings(engine), Contains("Ref/UnsupportedProtocol HTTPRoute/chat "
                                         "spec.rules[0].backendRefs[0]"));
}

TEST(WebSocketOverTlsTest, IsOneWithAPolicy) {
  const Engine engine = MakeEngine({kGateway, kChat, CaObjects(), ChatPolicy()}, "gateway-api");
  EXPECT_EQ(ReasonOfChat(engine), "");
  EXPECT_THAT(Findings(engine), Not(Contains(HasSubstr("HTTPRoute/chat"))));
}

TEST(WebSocketOverTlsTest, IsOneForControllersThatDoNotKnowTheProtocolAndTheyAreWarned) {
  const Engine engine = MakeEngine({kGateway, kChat}, "kgateway");
  EXPECT_EQ(ReasonOfChat(engine), "");
  EXPECT_THAT(Findings(engine), Contains("Posture/Plaintext Service/chat"));
}

// A policy that cannot be used fails closed, which is no reason to call the protocol unsupported.
TEST(WebSocketOverTlsTest, IsOneWithAPolicyThatFailsClosed) {
  const Engine engine = MakeEngine({kGateway, kChat, ChatPolicy()}, "gateway-api");
  EXPECT_EQ(ReasonOfChat(engine), "");
}

// --- the socket (kgateway.md 4.2) -------------------------------------------------------------

struct SocketCase {
  const char* name;
  bool tls_policy;
  const char* tls;    // spec.tls of the BackendConfigPolicy
  const char* proxy;  // its spec.upstreamProxyProtocol
  const char* socket;
};
class SocketTest : public ::testing::TestWithParam<SocketCase> {};

TEST_P(SocketTest, IsThatOfTheTable) {
  const SocketCase& one = GetParam();
  std::vector<std::string> objects = {kGateway, kNginx, CaObjects(),
                                      ConfigPolicy("c", one.tls, "", one.proxy)};
  if (one.tls_policy) objects.push_back(TlsPolicy("a"));
  EXPECT_THAT(Backends(MakeEngine(objects, "kgateway")),
              HasSubstr(absl::StrCat("nginx:8443 infra/http ", one.socket)));
}

constexpr char kProxy[] = "upstreamProxyProtocol: {version: V2}";
constexpr char kOfConfig[] = "tls{sni=example.com trust=bundle:1 names=any}";
constexpr char kOfTls[] = "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com}";

INSTANTIATE_TEST_SUITE_P(
    Rows, SocketTest,
    ValuesIn<SocketCase>({
        {"Nothing", false, "", "", "plaintext"},
        {"ConfigTls", false, kGoodBcp, "", kOfConfig},
        {"ProxyOverPlaintext", false, "", kProxy, "plaintext proxy"},
        {"ProxyOverConfigTls", false, kGoodBcp, kProxy,
         "tls{sni=example.com trust=bundle:1 names=any} proxy"},
        {"TlsPolicy", true, "", "", kOfTls},
        {"TlsPolicyOverConfigTls", true, kGoodBcp, "", kOfTls},
        {"ProxyOverTlsPolicy", true, kGoodBcp, kProxy,
         "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com} proxy"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

// --- the Gateway's client certificate (kgateway.md 2.8, gateway-api.md 4.8) -------------------

std::string Indented(const char* pem) {
  return absl::StrReplaceAll(absl::StrCat("    ", pem), {{"\n", "\n    "}});
}

std::string CertificateSecret(const std::string& ns, const char* key = kClientKey) {
  return absl::StrCat("apiVersion: v1\nkind: Secret\nmetadata: {name: client, namespace: ", ns,
                      "}\nstringData:\n  tls.crt: |\n", Indented(kClientCertificate),
                      "\n  tls.key: |\n", Indented(key), "\n");
}

std::string GatewayWithCertificate(const std::string& ref) {
  return absl::StrReplaceAll(
      kGateway, {{"  listeners:", absl::StrCat("  tls: {backend: {clientCertificateRef: ", ref,
                                               "}}\n  listeners:")}});
}

constexpr char kInGrant[] =
    "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\n"
    "metadata: {name: g, namespace: vault}\nspec:\n"
    "  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: infra}]\n"
    "  to: [{group: \"\", kind: Secret}]\n";

struct CertificateCase {
  const char* name;
  std::vector<std::string> objects;  // beside Service, route and CA
  const char* backend;
  const char* cluster;
};
class GatewayCertificateTest : public ::testing::TestWithParam<CertificateCase> {};

TEST_P(GatewayCertificateTest, JoinsTheTlsOfItsGateway) {
  std::vector<std::string> objects = GetParam().objects;
  objects.insert(objects.end(), {kNginx, CaObjects()});
  const Engine engine = MakeEngine(objects, "kgateway");
  EXPECT_THAT(Backends(engine),
              HasSubstr(absl::StrCat("nginx:8443 infra/http ", GetParam().backend)));
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->ClusterName(), GetParam().cluster);
}

constexpr char kOwnCluster[] = "kube_default_nginx_gw_backend_client_cert_infra_http_8443";

INSTANTIATE_TEST_SUITE_P(
    Rows, GatewayCertificateTest,
    ValuesIn<CertificateCase>({
        {"IsShownWhereThereIsTls",
         {GatewayWithCertificate("{name: client}"), CertificateSecret("infra"), TlsPolicy("a")},
         "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com client}",
         kOwnCluster},
        {"NeverStartsTls",
         {GatewayWithCertificate("{name: client}"), CertificateSecret("infra")},
         "plaintext",
         kOwnCluster},
        {"IsMissingInsideAProxyWrapper",
         {GatewayWithCertificate("{name: client}"), CertificateSecret("infra"), TlsPolicy("a"),
          ConfigPolicy("c", "", "", kProxy)},
         "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com} proxy",
         kOwnCluster},
        {"NeedsItsSecret",
         {GatewayWithCertificate("{name: client}"), TlsPolicy("a")},
         "closed{InvalidClientCertificateRef}",
         kOwnCluster},
        {"NeedsAnObjectOfTheCoreGroup",
         {GatewayWithCertificate("{group: example.com, kind: Thing, name: client}"),
          TlsPolicy("a")},
         "closed{InvalidClientCertificateRef}",
         kOwnCluster},
        {"NeedsAKeyThatBelongsToIt",
         {GatewayWithCertificate("{name: client}"), CertificateSecret("infra", kOtherKey),
          TlsPolicy("a")},
         "closed{InvalidClientCertificateRef}",
         kOwnCluster},
        {"NeedsAGrantAcrossNamespaces",
         {GatewayWithCertificate("{name: client, namespace: vault}"), CertificateSecret("vault"),
          TlsPolicy("a")},
         "closed{RefNotPermitted}",
         kOwnCluster},
        {"TheMissingGrantIsToldBeforeTheMissingSecret",
         {GatewayWithCertificate("{name: client, namespace: vault}"), TlsPolicy("a")},
         "closed{RefNotPermitted}",
         kOwnCluster},
        {"IsShownAcrossNamespacesWithAGrant",
         {GatewayWithCertificate("{name: client, namespace: vault}"), CertificateSecret("vault"),
          kInGrant, TlsPolicy("a")},
         "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com client}",
         kOwnCluster},
        {"ABrokenOneLeavesPlaintextAlone",
         {GatewayWithCertificate("{name: client}")},
         "plaintext",
         kOwnCluster},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(GatewayCertificateRulesTest, ReplacesThatOfTheBackendConfigPolicyAndSaysSo) {
  const Engine engine = MakeEngine(
      {GatewayWithCertificate("{name: client}"), CertificateSecret("infra"),
       CertificateSecret("default"), kNginx,
       ConfigPolicy("c", "{sni: example.com, secretRef: {name: client}, simpleTLS: false}")},
      "kgateway");
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  const std::vector<Provenance> rows = ProvenanceOf(*entry);
  ASSERT_FALSE(rows.empty());
  const Provenance& row = rows.back();
  EXPECT_EQ(row.field, "clientCertificate");
  EXPECT_EQ(LabelOf(row.from), "Gateway infra/http");
  ASSERT_EQ(row.over.size(), 1u);
  EXPECT_EQ(LabelOf(row.over[0].source), "BackendConfigPolicy default/c");
}

TEST(GatewayCertificateRulesTest, BelongsToThatGatewayAlone) {
  const Engine engine =
      MakeEngine({GatewayWithCertificate("{name: client}"), CertificateSecret("infra"),
                  SecondGateway("kgateway"), kNginx, CaObjects(), TlsPolicy("a")});
  const auto entry = engine.Find({"infra", "second"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->port->tls->client_certificate, nullptr);
  EXPECT_EQ(entry->ClusterName(), "kube_default_nginx_8443");
}

TEST(GatewayCertificateRulesTest, ABrokenOneIsToldAtTheGateway) {
  const Engine engine =
      MakeEngine({GatewayWithCertificate("{name: client}"), kNginx, CaObjects(), TlsPolicy("a")});
  EXPECT_THAT(Findings(engine), Contains("ClientCert/NotFound Gateway/http "
                                         "spec.tls.backend.clientCertificateRef"));
}

// --- XBackend (gateway-api.md 1.14, GEP-4894) -------------------------------------------------

std::string XBackendWith(const std::string& tls, const std::string& ns = "default") {
  return absl::StrCat(
      "apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XBackend\n"
      "metadata: {name: out, namespace: ",
      ns,
      "}\nspec:\n  type: ExternalHostname\n  externalHostname: {hostname: api.example.com}\n"
      "  port: {port: 443}\n",
      tls.empty() ? "" : absl::StrCat("  tls: ", tls, "\n"));
}

std::string RouteToXBackend(const std::string& ns = "default") {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
      "metadata: {name: out, namespace: default}\nspec:\n"
      "  parentRefs: [{name: http, namespace: infra}]\n  rules:\n"
      "  - backendRefs: [{group: gateway.networking.x-k8s.io, kind: XBackend, name: out, "
      "namespace: ",
      ns, "}]\n");
}

constexpr char kValidated[] =
    "{mode: ServerOnly, validation: {hostname: api.example.com, caCertificateRefs: "
    "[{group: \"\", kind: ConfigMap, name: ca}]}}";

struct XBackendCase {
  const char* name;
  std::vector<std::string> objects;  // beside Gateway, route and CA
  const char* backend;
};
class XBackendTest : public ::testing::TestWithParam<XBackendCase> {};

TEST_P(XBackendTest, SpeaksItsOwnTlsUnderTheSpecification) {
  std::vector<std::string> objects = GetParam().objects;
  objects.insert(objects.end(), {kGateway, RouteToXBackend(), CaObjects()});
  EXPECT_THAT(Backends(MakeEngine(objects, "gateway-api")),
              HasSubstr(absl::StrCat("out:443 infra/http ", GetParam().backend)));
}

INSTANTIATE_TEST_SUITE_P(
    Modes, XBackendTest,
    ValuesIn<XBackendCase>({
        {"WithoutTls", {XBackendWith("")}, "plaintext"},
        {"ModeNone", {XBackendWith("{mode: None}")}, "plaintext"},
        {"ServerOnly",
         {XBackendWith(kValidated)},
         "tls{sni=api.example.com trust=bundle:1 names=dns:api.example.com}"},
        {"ServerOnlyOfTheSystem",
         {XBackendWith("{mode: ServerOnly, validation: {hostname: api.example.com, "
                       "wellKnownCACertificates: System}}")},
         "tls{sni=api.example.com trust=system names=dns:api.example.com}"},
        {"ServerOnlyWithoutValidation", {XBackendWith("{mode: ServerOnly}")}, "closed{Invalid}"},
        {"ACaThatIsMissing",
         {XBackendWith(absl::StrReplaceAll(kValidated, {{"name: ca", "name: none"}}))},
         "closed{InvalidCACertificateRef}"},
        {"ClientAndServer",
         {XBackendWith(absl::StrReplaceAll(
              kValidated,
              {{"ServerOnly", "ClientAndServer, clientCertificateRef: {name: client}"}})),
          CertificateSecret("default")},
         "tls{sni=api.example.com trust=bundle:1 names=dns:api.example.com client}"},
        {"ClientAndServerWithoutItsSecret",
         {XBackendWith(absl::StrReplaceAll(
             kValidated,
             {{"ServerOnly", "ClientAndServer, clientCertificateRef: {name: client}"}}))},
         "closed{Invalid}"},
        {"APolicyCannotBeAttached",
         {XBackendWith(""),
          absl::StrReplaceAll(
              TlsPolicy("a"),
              {{"{group: \"\", kind: Service, name: nginx",
                "{group: gateway.networking.x-k8s.io, kind: XBackend, name: out"}})},
         "plaintext"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(XBackendRulesTest, IsNoBackendOfAControllerThatDoesNotReadIt) {
  const Engine engine =
      MakeEngine({kGateway, XBackendWith(kValidated), RouteToXBackend(), CaObjects()}, "kgateway");
  EXPECT_EQ(Backends(engine), "");
  EXPECT_THAT(Findings(engine), Contains("Ref/BackendNotFound HTTPRoute/out "
                                         "spec.rules[0].backendRefs[0]"));
  const auto routed = engine.Route({"infra", "http"});
  ASSERT_NE(routed, nullptr);
  EXPECT_EQ(routed->listeners[0].hosts[0].rules[0].backends[0].reason, "InvalidKind");
}

TEST(XBackendRulesTest, IsReachedFromItsOwnNamespaceAlone) {
  const Engine engine =
      MakeEngine({kGateway, XBackendWith("", "other"), RouteToXBackend("other")}, "gateway-api");
  EXPECT_EQ(Backends(engine), "out:443 unrouted plaintext");
  EXPECT_THAT(Findings(engine),
              Contains("Ref/NotPermitted HTTPRoute/out spec.rules[0].backendRefs[0]"));
}

TEST(XBackendRulesTest, FollowsItsCa) {
  Engine engine = MakeEngine({kGateway, XBackendWith(kValidated), RouteToXBackend(), CaObjects()},
                             "gateway-api");
  ASSERT_TRUE(engine.Delete(ObjectKey{"", "ConfigMap", "default", "ca"}).ok());
  const Changes changes = engine.Resolve();
  ASSERT_EQ(changes.backends.size(), 1u);
  EXPECT_EQ(changes.backends[0]->port->mode, TlsMode::kFailClosed);
}

TEST(XBackendRulesTest, ProvenanceNamesItsOwnFields) {
  const Engine engine = MakeEngine(
      {kGateway, XBackendWith(kValidated), RouteToXBackend(), CaObjects()}, "gateway-api");
  const std::vector<Provenance> rows = ProvenanceOf(*engine.Backends()[0]);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(LabelOf(rows[0].from), "XBackend default/out");
  EXPECT_EQ(rows[0].from.field_path, "spec.tls.validation.hostname");
}

}  // namespace
}  // namespace gwpolicy
