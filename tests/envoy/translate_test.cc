#include "gwpolicy/envoy/translate.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/envoy/shapes.h"

namespace gwpolicy {
namespace envoy {
namespace {

using ::gwpolicy::testing::BundleTls;
using ::gwpolicy::testing::CaBundle;
using ::gwpolicy::testing::Compact;
using ::gwpolicy::testing::GatewayWith;
using ::gwpolicy::testing::Rule;
using ::gwpolicy::testing::ServiceBackend;
using ::gwpolicy::testing::Shared;
using ::gwpolicy::testing::StaticBackend;
using ::gwpolicy::testing::SystemTls;
using ::gwpolicy::testing::To;
using ::gwpolicy::testing::WithSettings;
using ::gwpolicy::testing::WithTls;
using ::gwpolicy::testing::WithTraffic;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kKey[] = "-----BEGIN PRIVATE KEY-----\nsecret-of-the-test\n";

std::string Json(const std::optional<Resource>& resource) {
  if (!resource.has_value()) return "no resource";
  const absl::StatusOr<std::string> json = ResourceToJson(*resource);
  return json.ok() ? Compact(*json) : json.status().ToString();
}

std::string ClusterJson(const BackendTls& backend) {
  return Json(TranslateBackend(backend).cluster);
}

std::shared_ptr<const tls::ClientCertificate> ClientPair() {
  return std::make_shared<tls::ClientCertificate>(
      tls::ClientCertificate{"CHAIN", PrivateBytes(kKey)});
}

TEST(TranslateTest, GivesAPlaintextServiceTheShapeOfKgateway) {
  const BackendResources resources = TranslateBackend(ServiceBackend("nginx", 8443));
  EXPECT_EQ(Json(resources.cluster),
            R"({"name":"kube_default_nginx_8443","type":"EDS",)"
            R"("eds_cluster_config":{"eds_config":{"ads":{},"resource_api_version":"V3"}},)"
            R"("connect_timeout":"5s","common_lb_config":{"locality_weighted_lb_config":{}},)"
            R"("ignore_health_on_host_removal":true})");
  EXPECT_EQ(resources.cluster->type_url, "type.googleapis.com/envoy.config.cluster.v3.Cluster");
  EXPECT_EQ(
      Json(resources.endpoints),
      R"({"cluster_name":"kube_default_nginx_8443","endpoints":[{"lb_endpoints":[{"endpoint":)"
      R"({"address":{"socket_address":{"address":"10.0.0.1","port_value":8443}}}}]}]})");
  EXPECT_EQ(resources.endpoints->name, "kube_default_nginx_8443");
  EXPECT_FALSE(resources.withheld.has_value());
}

TEST(TranslateTest, VerifiesByBundleNameAndSni) {
  const std::string json = ClusterJson(WithTls(ServiceBackend("nginx", 8443), BundleTls()));
  EXPECT_THAT(
      json,
      AllOf(HasSubstr(R"("transport_socket":{"name":"envoy.transport_sockets.tls","typed_config":)"
                      R"({"@type":"type.googleapis.com/)"
                      R"(envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext")"),
            HasSubstr(R"("trusted_ca":{"inline_string":"-----BEGIN CERTIFICATE-----\n)"),
            HasSubstr(R"("match_typed_subject_alt_names":)"
                      R"([{"san_type":"DNS","matcher":{"exact":"example.com"}}])"),
            HasSubstr(R"("sni":"example.com")"), Not(HasSubstr("tls_params")),
            Not(HasSubstr("combined_validation_context"))));
}

TEST(TranslateTest, TakesSystemTrustFromASecretAndNamesFromThePolicy) {
  const std::string json =
      ClusterJson(WithTls(StaticBackend("httpbin-org", {{"httpbin.org", 443}}), SystemTls()));
  EXPECT_THAT(json, HasSubstr(R"("combined_validation_context":{"default_validation_context":)"
                              R"({"match_typed_subject_alt_names":[{"san_type":"DNS",)"
                              R"("matcher":{"exact":"httpbin.org"}}]},)"
                              R"("validation_context_sds_secret_config":)"
                              R"({"name":"SYSTEM_CA_CERT"}})"));
}

TEST(TranslateTest, WritesEveryTypeOfName) {
  tls::ClientTls tls = BundleTls();
  tls.names.accepted = {{tls::PeerName::Type::kUri, "spiffe://cluster/ns/app"},
                        {tls::PeerName::Type::kIp, "10.0.0.1"},
                        {tls::PeerName::Type::kEmail, "a@example.com"}};
  EXPECT_THAT(ClusterJson(WithTls(ServiceBackend("a", 443), tls)),
              HasSubstr(R"([{"san_type":"URI","matcher":{"exact":"spiffe://cluster/ns/app"}},)"
                        R"({"san_type":"IP_ADDRESS","matcher":{"exact":"10.0.0.1"}},)"
                        R"({"san_type":"EMAIL","matcher":{"exact":"a@example.com"}}])"));
}

TEST(TranslateTest, LeavesNamesOutOnlyWhereThatIsAskedFor) {
  tls::ClientTls tls = BundleTls();
  tls.names = tls::PeerNames::Any();
  EXPECT_THAT(ClusterJson(WithTls(ServiceBackend("a", 443), tls)),
              AllOf(HasSubstr("trusted_ca"), Not(HasSubstr("match_typed_subject_alt_names"))));
}

TEST(TranslateTest, GivesUnverifiedTlsAnEmptyValidationContext) {
  tls::ClientTls tls;
  tls.trust.source = tls::TrustSource::kUnverified;
  tls.names = testing::Dns("example.com");
  EXPECT_THAT(ClusterJson(WithTls(ServiceBackend("a", 443), tls)),
              HasSubstr(R"("common_tls_context":{"validation_context":{}})"));
}

TEST(TranslateTest, WritesParametersProtocolsHashesAndRenegotiation) {
  tls::ClientTls tls = BundleTls();
  tls.min_version = tls::TlsVersion::k1_2;
  tls.max_version = tls::TlsVersion::k1_3;
  tls.cipher_suites = {"ECDHE-RSA-AES128-GCM-SHA256"};
  tls.groups = {"X25519", "P-384"};
  tls.signature_algorithms = {"ed25519"};
  tls.alpn_protocols = {"h2", "http/1.1"};
  tls.pins = tls::Pins{{std::string(64, 'a')}, {std::string(43, 'A') + "="}};
  tls.allow_renegotiation = true;
  EXPECT_THAT(
      ClusterJson(WithTls(ServiceBackend("a", 443), tls)),
      AllOf(HasSubstr(R"("tls_params":{"tls_minimum_protocol_version":"TLSv1_2",)"
                      R"("tls_maximum_protocol_version":"TLSv1_3",)"
                      R"("cipher_suites":["ECDHE-RSA-AES128-GCM-SHA256"],)"
                      R"("ecdh_curves":["X25519","P-384"],"signature_algorithms":["ed25519"]})"),
            HasSubstr(R"("alpn_protocols":["h2","http/1.1"])"),
            HasSubstr(absl::StrCat(R"("verify_certificate_hash":[")", std::string(64, 'a'))),
            HasSubstr(absl::StrCat(R"("verify_certificate_spki":[")", std::string(43, 'A'), "=")),
            HasSubstr(R"("allow_renegotiation":true)")));
}

TEST(TranslateTest, WritesPinsAlsoWhereNobodyElseVouches) {
  tls::ClientTls tls;
  tls.trust.source = tls::TrustSource::kUnverified;
  tls.pins = tls::Pins{{}, {std::string(43, 'A') + "="}};
  EXPECT_THAT(ClusterJson(WithTls(ServiceBackend("a", 443), tls)),
              HasSubstr(absl::StrCat(R"("validation_context":{"verify_certificate_spki":[")",
                                     std::string(43, 'A'), R"(="]})")));
}

TEST(TranslateTest, KeepsTheClientKeyToTheBytes) {
  tls::ClientTls tls = BundleTls();
  tls.client_certificate = ClientPair();
  const BackendTls backend = WithTls(ServiceBackend("a", 443), tls);
  const BackendResources resources = TranslateBackend(backend);
  EXPECT_THAT(Json(resources.cluster),
              HasSubstr(R"("tls_certificates":[{"certificate_chain":{"inline_string":"CHAIN"},)"
                        R"("private_key":{"inline_string":"-----BEGIN)"));
  EXPECT_THAT(resources.cluster->name, Not(HasSubstr("secret")));
  EXPECT_THAT(resources.cluster->content_hash, Not(HasSubstr("secret")));

  Resource damaged = *resources.cluster;
  damaged.bytes.resize(damaged.bytes.size() - 1);
  const absl::StatusOr<std::string> json = ResourceToJson(damaged);
  ASSERT_FALSE(json.ok());
  EXPECT_THAT(json.status().ToString(), Not(HasSubstr("secret-of-the-test")));
}

TEST(TranslateTest, PutsThePROXYHeaderBeforeTlsAndBeforePlaintext) {
  const auto v1 = [](TrafficSettings* s) { s->proxy_protocol = ProxyProtocol::kV1; };
  const auto v2 = [](TrafficSettings* s) { s->proxy_protocol = ProxyProtocol::kV2; };
  EXPECT_THAT(ClusterJson(WithTraffic(WithTls(ServiceBackend("a", 443), BundleTls()), v2)),
              AllOf(HasSubstr(R"("name":"envoy.transport_sockets.upstream_proxy_protocol")"),
                    HasSubstr(R"("config":{"version":"V2"},"transport_socket":)"
                              R"({"name":"envoy.transport_sockets.tls")")));
  EXPECT_THAT(ClusterJson(WithTraffic(ServiceBackend("a", 443), v1)),
              HasSubstr(R"("config":{},"transport_socket":)"
                        R"({"name":"envoy.transport_sockets.raw_buffer")"));
}

TEST(TranslateTest, SpeaksHttp2WhereTheBackendDoes) {
  const BackendTls backend = WithSettings(
      ServiceBackend("a", 443), [](BackendSettings* s) { s->protocol = HttpProtocol::kHttp2; });
  EXPECT_THAT(
      ClusterJson(backend),
      HasSubstr(R"("typed_extension_protocol_options":)"
                R"({"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":)"
                R"("type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",)"
                R"("explicit_http_config":{"http2_protocol_options":{}}}})"));
}

TEST(OfferedTlsTest, OffersTheProtocolOfTheClusterWhereThePolicyNamesNone) {
  using Protocols = List<Text>;
  const auto offered = [](HttpProtocol protocol, Protocols named) {
    tls::ClientTls tls = BundleTls();
    tls.alpn_protocols = std::move(named);
    const BackendTls backend =
        WithSettings(WithTls(ServiceBackend("a", 443), std::move(tls)),
                     [protocol](BackendSettings* s) { s->protocol = protocol; });
    return OfferedTls(backend)->alpn_protocols;
  };
  EXPECT_EQ(offered(HttpProtocol::kHttp1, {}), Protocols({"http/1.1"}));
  EXPECT_EQ(offered(HttpProtocol::kWebSocket, {}), Protocols({"http/1.1"}));
  EXPECT_EQ(offered(HttpProtocol::kHttp2, {}), Protocols({"h2"}));
  EXPECT_EQ(offered(HttpProtocol::kHttp2, {"a", "b"}), Protocols({"a", "b"}));
}

TEST(OfferedTlsTest, ThereIsNoneWithoutTls) {
  EXPECT_EQ(OfferedTls(ServiceBackend("a", 443)), nullptr);
}

TEST(TranslateTest, WritesTimeoutAndBufferLimit) {
  const auto with = [](absl::Duration timeout) {
    return WithTraffic(ServiceBackend("a", 443), [timeout](TrafficSettings* s) {
      s->connect_timeout = timeout;
      s->per_connection_buffer_limit_bytes = 32768;
    });
  };
  EXPECT_THAT(ClusterJson(with(absl::Milliseconds(1500))),
              HasSubstr(R"("connect_timeout":"1.500s","per_connection_buffer_limit_bytes":32768)"));
  EXPECT_THAT(ClusterJson(with(absl::ZeroDuration())), HasSubstr(R"("connect_timeout":"5s")"));
  EXPECT_THAT(ClusterJson(with(absl::InfiniteDuration())),
              HasSubstr(R"("connect_timeout":"315576000000s")"));
}

TEST(TranslateTest, WritesKeepaliveOutliersAndCircuitLimits) {
  const BackendTls backend = WithTraffic(ServiceBackend("a", 443), [](TrafficSettings* s) {
    s->keepalive.emplace();
    s->keepalive->probes = 0;
    s->keepalive->time = absl::Seconds(30);
    s->outliers.emplace();
    s->outliers->consecutive_5xx = 0;
    s->outliers->interval = absl::Milliseconds(1500);
    s->outliers->max_ejection_percent = 100;
    s->outliers->split_local_origin_errors = true;
    s->circuit.emplace();
    s->circuit->requests = 7;
    s->circuit->retries = 0;
    s->circuit->track_remaining = true;
  });
  const std::string json = ClusterJson(backend);
  EXPECT_THAT(json, HasSubstr(R"("upstream_connection_options":{"tcp_keepalive":)"
                              R"({"keepalive_probes":0,"keepalive_time":30}})"));
  EXPECT_THAT(json, HasSubstr(R"("outlier_detection":{"consecutive_5xx":0,"interval":"1.500s",)"
                              R"("max_ejection_percent":100,)"
                              R"("split_external_local_origin_errors":true})"));
  EXPECT_THAT(json, HasSubstr(R"("circuit_breakers":{"thresholds":[{"max_requests":7,)"
                              R"("max_retries":0,"track_remaining":true}]})"));
}

TEST(TranslateTest, LeavesOutNumbersThatEnvoyRefuses) {
  const BackendTls backend = WithTraffic(ServiceBackend("a", 443), [](TrafficSettings* s) {
    s->outliers.emplace();
    s->outliers->enforcing_consecutive_5xx = 101;
    s->outliers->consecutive_5xx = -1;
    s->outliers->interval = absl::ZeroDuration();
    s->outliers->base_ejection_time = -absl::Seconds(1);
  });
  EXPECT_THAT(ClusterJson(backend), HasSubstr(R"("outlier_detection":{})"));
}

TEST(TranslateTest, PutsStaticHostsIntoTheCluster) {
  const BackendResources ip = TranslateBackend(StaticBackend("a", {{"192.0.2.1", 443}}));
  EXPECT_FALSE(ip.endpoints.has_value());
  EXPECT_THAT(Json(ip.cluster),
              AllOf(HasSubstr(R"("type":"STATIC")"),
                    HasSubstr(R"({"endpoint":{"address":{"socket_address":{"address":"192.0.2.1",)"
                              R"("port_value":443}},"health_check_config":{"hostname":)"
                              R"("192.0.2.1"},"hostname":"192.0.2.1"}})")));
  EXPECT_THAT(ClusterJson(StaticBackend("a", {{"192.0.2.1", 443}, {"httpbin.org", 443}})),
              HasSubstr(R"("cluster_type":{"name":"envoy.clusters.dns","typed_config":{"@type":)"
                        R"("type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster",)"
                        R"("dns_lookup_family":"V4_PREFERRED"}})"));
}

TEST(TranslateTest, LeavesOutEndpointsThatAreNone) {
  const BackendTls backend = WithSettings(ServiceBackend("a", 443), [](BackendSettings* s) {
    s->endpoints =
        FixedEndpoints({{"10.0.0.1", 0}, {"", 443}, {"10.0.0.2", 65536}, {"a.default.svc", 443}});
  });
  EXPECT_EQ(Json(TranslateBackend(backend).endpoints), R"({"cluster_name":"kube_default_a_443"})");
}

// --- Fail closed -----------------------------------------------------------------------------

struct ClosedCase {
  std::string name;
  BackendTls backend;
  std::string reason;
};

std::vector<ClosedCase> ClosedCases() {
  const BackendTls base = ServiceBackend("a", 443);
  const auto changed = [&](auto change) {
    tls::ClientTls tls = BundleTls();
    change(&tls);
    return WithTls(base, tls);
  };
  std::vector<ClosedCase> cases;
  BackendTls closed = base;
  closed.port.Modify([&](PortTls& port) { port.mode = TlsMode::kFailClosed; });
  cases.push_back({"a policy in error without a reason", closed, "TLS is asked for"});
  closed.port.Modify([&](PortTls& port) {
    port.failure =
        Failure{Code::kTrustNotFound, "Invalid", "ConfigMap default/ca not found", FieldSource()};
  });
  cases.push_back({"a policy in error", closed, "Invalid: ConfigMap default/ca not found"});
  cases.push_back({"TLS without settings",
                   [&] {
                     BackendTls b = base;
                     b.port.Modify([&](PortTls& port) { port.mode = TlsMode::kTls; });
                     return b;
                   }(),
                   "settings are not known"});
  cases.push_back({"nobody trusted", WithTls(base, tls::ClientTls()), "nobody is trusted"});
  cases.push_back({"no bundle", changed([](tls::ClientTls* t) { t->trust.bundle = nullptr; }),
                   "no certificate that can be used"});
  cases.push_back({"a bundle that cannot be used", changed([](tls::ClientTls* t) {
                     t->trust.bundle = tls::TrustBundle::Parse("", tls::PemReader::kGo);
                   }),
                   "no certificate that can be used"});
  cases.push_back({"no accepted name", changed([](tls::ClientTls* t) { t->names = {}; }),
                   "no name of the backend"});
  cases.push_back({"an empty name", changed([](tls::ClientTls* t) { t->names = testing::Dns(""); }),
                   "is empty"});
  cases.push_back({"a long SNI", changed([](tls::ClientTls* t) { t->sni = std::string(256, 'a'); }),
                   "longer than 255"});
  cases.push_back({"an SNI with NUL",
                   changed([](tls::ClientTls* t) { t->sni = std::string("a\0b", 3); }), "NUL"});
  cases.push_back({"a hash that is none", changed([](tls::ClientTls* t) {
                     t->pins = tls::Pins{{"aa"}, {}};
                   }),
                   "no SHA-256"});
  cases.push_back({"an SPKI pin that is none", changed([](tls::ClientTls* t) {
                     t->pins = tls::Pins{{}, {std::string(44, 'A')}};
                   }),
                   "SPKI pin is no SHA-256"});
  cases.push_back({"half a client certificate", changed([](tls::ClientTls* t) {
                     t->client_certificate = std::make_shared<tls::ClientCertificate>(
                         tls::ClientCertificate{"", PrivateBytes(kKey)});
                   }),
                   "lacks its chain or its key"});
  cases.push_back({"an empty cipher suite", changed([](tls::ClientTls* t) {
                     t->cipher_suites = {"A", ""};
                   }),
                   "cipher suite"});
  cases.push_back(
      {"an empty group", changed([](tls::ClientTls* t) { t->groups = {""}; }), "group"});
  cases.push_back({"an empty signature algorithm",
                   changed([](tls::ClientTls* t) { t->signature_algorithms = {""}; }),
                   "signature algorithm"});
  cases.push_back({"an empty ALPN protocol",
                   changed([](tls::ClientTls* t) { t->alpn_protocols = {""}; }), "ALPN"});
  return cases;
}

TEST(TranslateTest, GivesNoClusterButA500ToWhatMustFailClosed) {
  for (const ClosedCase& c : ClosedCases()) {
    SCOPED_TRACE(c.name);
    const absl::StatusOr<Resources> resources =
        Translate(GatewayWith({Rule({To(c.backend)})}), Shared({c.backend}));
    ASSERT_TRUE(resources.ok()) << resources.status();
    EXPECT_THAT(resources->clusters, IsEmpty());
    EXPECT_THAT(resources->endpoints, IsEmpty());
    ASSERT_EQ(resources->withheld.size(), 1u);
    EXPECT_EQ(resources->withheld[0].cluster_name, "kube_default_a_443");
    EXPECT_THAT(resources->withheld[0].reason,
                AllOf(HasSubstr(c.reason), Not(HasSubstr("secret-of-the-test"))));
    ASSERT_EQ(resources->routes.size(), 1u);
    EXPECT_THAT(Json(resources->routes[0]),
                HasSubstr(R"("route":{"cluster":"kube_default_a_443",)"
                          R"("cluster_not_found_response_code":"INTERNAL_SERVER_ERROR"})"));
  }
}

TEST(TranslateTest, WithholdsTwoBackendsOfOneNameThatDiffer) {
  const BackendTls plain = ServiceBackend("a", 443);
  const BackendTls tls = WithTls(plain, BundleTls());
  for (const auto& backends : {Shared({plain, tls}), Shared({tls, plain})}) {
    const absl::StatusOr<Resources> resources =
        Translate(GatewayWith({Rule({To(plain)})}), backends);
    ASSERT_TRUE(resources.ok()) << resources.status();
    EXPECT_THAT(resources->clusters, IsEmpty());
    EXPECT_EQ(resources->withheld.size(), 1u);
  }
}

// --- Whole Gateways --------------------------------------------------------------------------

TEST(TranslateTest, ServesWhatTheRoutesOfTheGatewayReachAndNothingElse) {
  const BackendTls a = ServiceBackend("a", 443);
  const BackendTls b = ServiceBackend("b", 443);
  BackendTls of_other_gateway = ServiceBackend("c", 443);
  of_other_gateway.gateway = ReadingGateway{{"default", "other"}, "kgateway"};
  const RoutedGateway gateway = GatewayWith({Rule({To(b), To(a), To(of_other_gateway)})});
  auto backends = Shared({b, ServiceBackend("unrouted", 80), a, of_other_gateway});
  backends.push_back(nullptr);
  const absl::StatusOr<Resources> resources = Translate(gateway, backends);
  ASSERT_TRUE(resources.ok()) << resources.status();
  ASSERT_EQ(resources->clusters.size(), 2u);
  EXPECT_EQ(resources->clusters[0].name, "kube_default_a_443");
  EXPECT_EQ(resources->clusters[1].name, "kube_default_b_443");
  ASSERT_EQ(resources->listeners.size(), 1u);
  EXPECT_EQ(resources->listeners[0].name, "listener~8080");
  EXPECT_THAT(Json(resources->listeners[0]),
              AllOf(HasSubstr(R"("address":"::","port_value":8080,"ipv4_compat":true)"),
                    HasSubstr(R"("rds":{"config_source":{"ads":{},"resource_api_version":"V3"},)"
                              R"("route_config_name":"listener~8080"})"),
                    HasSubstr(R"("use_remote_address":true)"),
                    HasSubstr(R"("normalize_path":true,"merge_slashes":true)")));
}

TEST(TranslateTest, DoesNotDependOnTheOrderOfTheBackends) {
  const BackendTls a = WithTls(ServiceBackend("a", 443), BundleTls());
  const BackendTls b = StaticBackend("b", {{"httpbin.org", 443}});
  const RoutedGateway gateway = GatewayWith({Rule({To(a), To(b)})});
  const absl::StatusOr<Resources> first = Translate(gateway, Shared({a, b}));
  const absl::StatusOr<Resources> second = Translate(gateway, Shared({b, a, a}));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->clusters, second->clusters);
  EXPECT_EQ(first->endpoints, second->endpoints);
  EXPECT_EQ(first->listeners, second->listeners);
  EXPECT_EQ(first->routes, second->routes);
}

TEST(TranslateTest, GivesOneBackendTheSameResourceAsAllTogether) {
  const BackendTls a = WithTls(ServiceBackend("a", 443), BundleTls());
  const absl::StatusOr<Resources> all = Translate(GatewayWith({Rule({To(a)})}), Shared({a}));
  ASSERT_TRUE(all.ok());
  const BackendResources one = TranslateBackend(a);
  EXPECT_THAT(all->clusters, ElementsAre(*one.cluster));
  EXPECT_THAT(all->endpoints, ElementsAre(*one.endpoints));
}

TEST(TranslateTest, HashesFollowTheContent) {
  const BackendTls backend = WithTls(ServiceBackend("a", 443), BundleTls());
  EXPECT_EQ(TranslateBackend(backend).cluster->content_hash,
            TranslateBackend(WithTls(ServiceBackend("a", 443), BundleTls())).cluster->content_hash);
  EXPECT_NE(TranslateBackend(backend).cluster->content_hash,
            TranslateBackend(WithTls(ServiceBackend("a", 443), BundleTls("other.example")))
                .cluster->content_hash);
}

TEST(TranslateTest, RefusesAGatewayWithoutNameOrPort) {
  EXPECT_EQ(Translate(RoutedGateway(), {}).status().code(), absl::StatusCode::kInvalidArgument);
  RoutedGateway gateway = GatewayWith({});
  gateway.listeners[0].port = 65536;
  EXPECT_THAT(std::string(Translate(gateway, {}).status().message()),
              HasSubstr("listener \"http\": 65536 is no port"));
}

TEST(ResourceToJsonTest, RefusesTypesThatAreNotEnvoys) {
  EXPECT_EQ(ResourceToJson({"a", "type.googleapis.com/envoy.No", "", ""}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ResourceToJson({"a", "", "", ""}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace envoy
}  // namespace gwpolicy
