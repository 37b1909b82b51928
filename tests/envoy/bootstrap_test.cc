#include "gwpolicy/envoy/bootstrap.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/envoy/shapes.h"

namespace gwpolicy {
namespace envoy {
namespace {

using ::gwpolicy::testing::BundleTls;
using ::gwpolicy::testing::Compact;
using ::gwpolicy::testing::GatewayWith;
using ::gwpolicy::testing::Listener;
using ::gwpolicy::testing::Rule;
using ::gwpolicy::testing::ServiceBackend;
using ::gwpolicy::testing::Shared;
using ::gwpolicy::testing::StaticBackend;
using ::gwpolicy::testing::SystemTls;
using ::gwpolicy::testing::To;
using ::gwpolicy::testing::WithTls;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kKey[] = "-----BEGIN PRIVATE KEY-----\nsecret-of-the-test\n";

std::string Bootstrap(const RoutedGateway& gateway, const std::vector<BackendTls>& backends,
                      const BootstrapOptions& options = {}) {
  const absl::StatusOr<std::string> text = StaticBootstrap(gateway, Shared(backends), options);
  return text.ok() ? Compact(*text) : text.status().ToString();
}

std::string OfBackend(const BackendTls& backend, const BootstrapOptions& options = {}) {
  return Bootstrap(GatewayWith({Rule({To(backend)})}), {backend}, options);
}

TEST(BootstrapTest, HoldsListenerRoutesAndClusterOfTheGuide) {
  const std::string json = OfBackend(WithTls(ServiceBackend("nginx", 8443), BundleTls()));
  EXPECT_THAT(json,
              AllOf(StartsWith(R"({"node":{"id":"http.default","cluster":"http.default"},)"
                               R"("static_resources":{"listeners":[{"name":"listener~8080",)"),
                    HasSubstr(R"("route_config":{"name":"listener~8080")"),
                    HasSubstr(R"("clusters":[{"name":"kube_default_nginx_8443","type":"STATIC")"),
                    HasSubstr(R"("socket_address":{"address":"10.0.0.1","port_value":8443})"),
                    HasSubstr(R"("sni":"example.com")"), Not(HasSubstr("gwpolicy.")),
                    Not(HasSubstr("\"admin\"")), Not(HasSubstr("access_log")),
                    Not(HasSubstr("layered_runtime")), Not(HasSubstr("\"secrets\""))));
}

TEST(BootstrapTest, LooksUpHostsThatAreNames) {
  EXPECT_THAT(
      OfBackend(StaticBackend("httpbin-org", {{"httpbin.org", 443}})),
      AllOf(HasSubstr(R"("type":"STRICT_DNS")"), HasSubstr(R"("dns_lookup_family":"V4_PREFERRED")"),
            HasSubstr(R"("hostname":"httpbin.org")")));
}

TEST(BootstrapTest, BringsTheRootsOfTheSystemOnlyWhereTheyAreTrusted) {
  const BackendTls backend =
      WithTls(StaticBackend("httpbin-org", {{"httpbin.org", 443}}), SystemTls());
  BootstrapOptions options;
  options.system_ca_file = "/ca.pem";
  EXPECT_THAT(OfBackend(backend, options),
              HasSubstr(R"("secrets":[{"name":"SYSTEM_CA_CERT","validation_context":)"
                        R"({"trusted_ca":{"filename":"/ca.pem"}}}])"));
  options.system_ca_file = "";
  EXPECT_THAT(OfBackend(backend, options), HasSubstr("INVALID_ARGUMENT"));
}

TEST(BootstrapTest, FailsClosedWithoutClusterAndWithoutPlaintext) {
  BackendTls closed = ServiceBackend("nginx", 8443);
  closed.port.Modify([&](PortTls& port) { port.mode = TlsMode::kFailClosed; });
  const BackendTls good = ServiceBackend("good", 80);
  const std::string json = Bootstrap(GatewayWith({Rule({To(closed), To(good)})}), {closed, good});
  EXPECT_THAT(json, AllOf(HasSubstr(R"({"name":"kube_default_nginx_8443","weight":1})"),
                          Not(HasSubstr(R"("name":"kube_default_nginx_8443","type")")),
                          Not(HasSubstr("8443}")),  // no endpoint either
                          HasSubstr(R"("name":"kube_default_good_80","type":"STATIC")"),
                          HasSubstr(R"("cluster_not_found_response_code":"INTERNAL_SERVER_ERROR")"),
                          // Or Envoy would refuse the whole file.
                          HasSubstr(R"("validate_clusters":false)")));
}

TEST(BootstrapTest, ListensWhereItIsTold) {
  RoutedGateway gateway = GatewayWith({});
  gateway.listeners.push_back(Listener("more", 8080, {{"a.example", {}}}));
  gateway.listeners.push_back(Listener("other", 9090, {}));
  BootstrapOptions options;
  options.listen = {{"http", {"127.0.0.1", 18080}}, {"more", {"127.0.0.1", 18080}}};
  EXPECT_THAT(Bootstrap(gateway, {}, options),
              AllOf(HasSubstr(R"({"name":"listener~8080","address":{"socket_address":)"
                              R"({"address":"127.0.0.1","port_value":18080}})"),
                    HasSubstr("listener~8080~a_example"),
                    HasSubstr(R"({"name":"listener~9090","address":{"socket_address":)"
                              R"({"address":"::","port_value":9090,"ipv4_compat":true}})")));
  // Told apart, they are two Envoy listeners, which need two names.
  options.listen = {{"http", {"127.0.0.1", 18080}}, {"more", {"127.0.0.1", 18081}}};
  EXPECT_THAT(Bootstrap(gateway, {}, options),
              AllOf(HasSubstr(R"({"name":"listener~8080","address")"),
                    HasSubstr(R"({"name":"listener~8080~more","address")")));
}

TEST(BootstrapTest, RefusesAddressesThatAreNone) {
  const RoutedGateway gateway = [] {
    RoutedGateway g = GatewayWith({});
    g.listeners.push_back(Listener("other", 9090, {}));
    return g;
  }();
  BootstrapOptions options;
  options.listen = {{"htp", {"127.0.0.1", 80}}};
  EXPECT_THAT(Bootstrap(gateway, {}, options), HasSubstr("has no listener \"htp\""));
  options.listen = {{"http", {"localhost", 80}}};
  EXPECT_THAT(Bootstrap(gateway, {}, options), HasSubstr("localhost:80 is no IP address"));
  options.listen = {{"http", {"127.0.0.1", 80}}, {"other", {"127.0.0.1", 80}}};
  EXPECT_THAT(Bootstrap(gateway, {}, options), HasSubstr("different ports and one address"));
  options = {};
  options.admin = Endpoint{"127.0.0.1", -1};
  EXPECT_THAT(Bootstrap(gateway, {}, options), HasSubstr("admin: 127.0.0.1:-1"));
}

TEST(BootstrapTest, SendsServicesAndBackendsElsewhereWithTheSameTls) {
  BootstrapOptions options;
  options.endpoints["default/nginx:8443"] = {{"127.0.0.1", 1234}, {"127.0.0.1", 1235}};
  EXPECT_THAT(OfBackend(WithTls(ServiceBackend("nginx", 8443), BundleTls()), options),
              AllOf(HasSubstr(R"("port_value":1234)"), HasSubstr(R"("port_value":1235)"),
                    Not(HasSubstr("10.0.0.1")), HasSubstr(R"("sni":"example.com")")));

  // A Backend host by host: the port is the host's.
  options.endpoints = {{"default/web:443", {{"127.0.0.1", 1234}}}};
  const std::string json = OfBackend(
      StaticBackend("web", {{"a.example", 443}, {"b.example", 443}, {"192.0.2.1", 444}}), options);
  EXPECT_THAT(json, AllOf(HasSubstr(R"("port_value":1234)"), HasSubstr(R"("192.0.2.1")"),
                          Not(HasSubstr("a.example")), Not(HasSubstr("b.example")),
                          HasSubstr(R"("type":"STATIC")")));
}

TEST(BootstrapTest, RefusesEndpointsOfNobody) {
  const BackendTls backend = ServiceBackend("nginx", 8443);
  BootstrapOptions options;
  options.endpoints = {{"default/ngnix:8443", {{"127.0.0.1", 1}}}};
  EXPECT_THAT(OfBackend(backend, options), HasSubstr("no backend port default/ngnix:8443"));
  options.endpoints = {{"default/nginx:8443", {{"127.0.0.1", 0}}}};
  EXPECT_THAT(OfBackend(backend, options), HasSubstr("127.0.0.1:0 is no host and port"));
}

TEST(BootstrapTest, AddsAdminNodeAccessLogAndFailureReasonOnRequest) {
  BootstrapOptions options;
  options.admin = Endpoint{"127.0.0.1", 9901};
  options.node_id = "node";
  options.access_log = true;
  options.show_failure_reason = true;
  EXPECT_THAT(Bootstrap(GatewayWith({}), {}, options),
              AllOf(HasSubstr(R"("admin":{"address":{"socket_address":{"address":"127.0.0.1",)"
                              R"("port_value":9901}}})"),
                    HasSubstr(R"("node":{"id":"node",)"),
                    HasSubstr(R"("inline_string":"%RESPONSE_CODE% %RESPONSE_FLAGS% )"
                              R"(%UPSTREAM_TRANSPORT_FAILURE_REASON%\n")"),
                    HasSubstr(R"("static_layer":{"envoy.reloadable_features.)"
                              R"(hide_transport_failure_reason_in_response_body":false})")));
}

RoutedListener Https(const std::string& name, const std::string& hostname) {
  RoutedListener listener = Listener(name, 443, {{hostname.empty() ? "*" : hostname, {}}});
  listener.protocol = "HTTPS";
  listener.hostname = hostname;
  listener.certificates = {{"CHAIN-" + name, PrivateBytes(kKey)}};
  return listener;
}

TEST(BootstrapTest, GivesEachHostnameOfAnHttpsPortItsOwnCertificateAndRoutes) {
  RoutedGateway gateway;
  gateway.id = testing::TestGateway();
  gateway.listeners = {Https("exact", "Example.com"), Https("suffix", "*.example.com"),
                       Https("any", "")};
  const std::string json = Bootstrap(gateway, {});
  EXPECT_THAT(
      json,
      AllOf(HasSubstr(R"("filter_chain_match":{"transport_protocol":"tls",)"
                      R"("server_names":["example.com"]})"),
            HasSubstr(R"("server_names":["*.example.com"])"),
            HasSubstr(R"("filter_chain_match":{"transport_protocol":"tls"})"),
            HasSubstr(R"("certificate_chain":{"inline_string":"CHAIN-suffix"})"),
            HasSubstr(R"("alpn_protocols":["h2","http/1.1"])"),
            HasSubstr(R"("route_config":{"name":"listener~443~exact")"),
            HasSubstr(R"("listener_filters":[{"name":"envoy.filters.listener.tls_inspector")")));
}

TEST(BootstrapTest, DoesNotListenForHttpsWithoutCertificateOrForOtherProtocols) {
  RoutedGateway gateway;
  gateway.id = testing::TestGateway();
  RoutedListener half = Https("half", "example.com");
  half.certificates = {{"CHAIN", PrivateBytes()}};
  RoutedListener tcp = Listener("tcp", 9000, {});
  tcp.protocol = "TCP";
  gateway.listeners = {half, tcp};
  EXPECT_THAT(Bootstrap(gateway, {}), Not(HasSubstr("listener~")));
}

TEST(BootstrapTest, ErrorsHoldNoKeys) {
  RoutedGateway gateway;
  gateway.id = testing::TestGateway();
  gateway.listeners = {Https("https", "")};
  BootstrapOptions options;
  options.admin = Endpoint{"nowhere", 1};
  EXPECT_THAT(Bootstrap(gateway, {}, options),
              AllOf(HasSubstr("INVALID_ARGUMENT"), Not(HasSubstr("secret-of-the-test"))));
}

TEST(BootstrapTest, IsTheSameForEveryOrderOfBackendsAndEveryRun) {
  const BackendTls a = WithTls(ServiceBackend("a", 443), BundleTls());
  const BackendTls b = testing::WithSettings(
      ServiceBackend("b", 80), [](BackendSettings* s) { s->protocol = HttpProtocol::kHttp2; });
  const RoutedGateway gateway = GatewayWith({Rule({To(b), To(a)})});
  const std::string once = Bootstrap(gateway, {a, b});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Bootstrap(gateway, {b, a}), once);
}

TEST(BootstrapTest, ComesInBinaryToo) {
  const BackendTls backend = ServiceBackend("nginx", 8443);
  const absl::StatusOr<std::string> bytes = StaticBootstrap(
      GatewayWith({Rule({To(backend)})}), Shared({backend}), {}, BootstrapFormat::kBinary);
  ASSERT_TRUE(bytes.ok());
  EXPECT_THAT(*bytes, AllOf(StartsWith("\n"), HasSubstr("kube_default_nginx_8443"),
                            HasSubstr("type.googleapis.com/envoy.extensions.filters.network.")));
}

TEST(BootstrapTest, RefusesAGatewayWithoutName) {
  EXPECT_EQ(StaticBootstrap(RoutedGateway(), {}, {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace envoy
}  // namespace gwpolicy
