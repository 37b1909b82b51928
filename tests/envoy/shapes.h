#ifndef TESTS_ENVOY_SHAPES_H_
#define TESTS_ENVOY_SHAPES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

// Results of `resolve/` by hand: a Gateway default/http, its backends and routes.
namespace gwpolicy {
namespace testing {

// A CA that is valid until 2126; nobody keeps its key.
inline constexpr char kCaPem[] = R"(-----BEGIN CERTIFICATE-----
MIIBnjCCAUOgAwIBAgIUNSCz3Gnx5WTMkgxnSLfJ3H8ytDcwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQZ3dwb2xpY3kgdGVzdCBDQTAgFw0yNjExMjQxMzE0MjJaGA8y
MTI2MTAzMTEzMTQyMlowGzEZMBcGA1UEAwwQZ3dwb2xpY3kgdGVzdCBDQTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABCtODIas+F+5tFjf0RThlhi/z4Yyg372WpLA
BSYVVDr61lS1jNc6PKHCBuXwbOSBu/8Q+kdOjcE4XsPe/nxaSJCjYzBhMB0GA1Ud
DgQWBBRkWlGDs/2xeu3UOPXH3jOUokbk0jAfBgNVHSMEGDAWgBRkWlGDs/2xeu3U
OPXH3jOUokbk0jAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggq
hkjOPQQDAgNJADBGAiEAokzc/3VAjURB7UGUT/UEDLyHyKnwsqt9XT7DG3BApVgC
IQD6vTL+p87ktexInrGlkN2zwI1je4OpxMce9rQzBYWGmg==
-----END CERTIFICATE-----
)";

inline GatewayId TestGateway() { return {"default", "http"}; }

inline std::shared_ptr<const tls::TrustBundle> CaBundle() {
  return tls::TrustBundle::Parse(kCaPem, tls::PemReader::kGo);
}

inline tls::PeerNames Dns(std::string name) {
  tls::PeerNames names;
  names.accepted = {{tls::PeerName::Type::kDns, std::move(name)}};
  return names;
}

// As a BackendTLSPolicy with a CA asks for.
inline tls::ClientTls BundleTls(const std::string& hostname = "example.com") {
  tls::ClientTls tls;
  tls.sni = hostname;
  tls.trust.source = tls::TrustSource::kBundle;
  tls.trust.bundle = CaBundle();
  tls.names = Dns(hostname);
  return tls;
}

inline tls::ClientTls SystemTls(const std::string& hostname = "httpbin.org") {
  tls::ClientTls tls;
  tls.sni = hostname;
  tls.trust.source = tls::TrustSource::kSystem;
  tls.names = Dns(hostname);
  return tls;
}

// A Service port with one endpoint.
inline BackendTls ServiceBackend(const std::string& name, int32_t port) {
  PortTls made;
  made.backend = {"", "Service", "default", name, port};
  made.mode = TlsMode::kPlaintext;
  BackendSettings settings;
  settings.origin = EndpointOrigin::kEndpointSlices;
  settings.endpoints = FixedEndpoints({{"10.0.0.1", port}});
  made.settings = std::move(settings);
  return {ReadingGateway{TestGateway(), "kgateway"}, std::move(made), {}, {}};
}

// A Static Backend.
inline BackendTls StaticBackend(const std::string& name, std::vector<Endpoint> hosts) {
  BackendTls backend = ServiceBackend(name, 0);
  backend.port.Modify([&](PortTls& port) {
    port.backend = {"gateway.kgateway.dev", "Backend", "default", name, hosts.front().port};
    BackendSettings settings;
    settings.origin = EndpointOrigin::kStaticHosts;
    settings.endpoints = FixedEndpoints(SharedList<Endpoint>(std::move(hosts)));
    port.settings = std::move(settings);
  });
  return backend;
}

inline BackendTls WithTls(BackendTls backend, tls::ClientTls tls) {
  backend.port.Modify([&tls](PortTls& port) {
    port.mode = TlsMode::kTls;
    port.tls = std::make_shared<const tls::ClientTls>(std::move(tls));
  });
  return backend;
}

template <typename Change>
BackendTls WithSettings(BackendTls backend, const Change& change) {
  backend.port.Modify([&change](PortTls& port) {
    port.settings.Modify([&change](BackendSettings& settings) { change(&settings); });
  });
  return backend;
}

template <typename Change>
BackendTls WithTraffic(BackendTls backend, const Change& change) {
  return WithSettings(std::move(backend), [&change](BackendSettings* settings) {
    settings->traffic.Modify([&change](TrafficSettings& traffic) { change(&traffic); });
  });
}

inline RoutedBackend To(const BackendTls& backend, int32_t weight = 1) {
  RoutedBackend routed;
  routed.backend = backend.port->backend;
  routed.cluster_name = backend.ClusterName();
  routed.weight = weight;
  return routed;
}

// All requests to `backends`.
inline RoutedRule Rule(std::vector<RoutedBackend> backends) {
  RoutedRule rule;
  rule.route_ns = "default";
  rule.route_name = "example";
  rule.backends = std::move(backends);
  return rule;
}

inline RoutedListener Listener(const std::string& name, int32_t port,
                               std::vector<RoutedHost> hosts) {
  RoutedListener listener;
  listener.name = name;
  listener.port = port;
  listener.protocol = "HTTP";
  listener.hosts = std::move(hosts);
  return listener;
}

// One listener "http" on 8080 that has these rules for example.com.
inline RoutedGateway GatewayWith(std::vector<RoutedRule> rules) {
  RoutedGateway gateway;
  gateway.id = TestGateway();
  gateway.profile = "kgateway";
  gateway.listeners = {Listener("http", 8080, {{"example.com", std::move(rules)}})};
  return gateway;
}

inline std::vector<std::shared_ptr<const BackendTls>> Shared(std::vector<BackendTls> backends) {
  std::vector<std::shared_ptr<const BackendTls>> shared;
  for (BackendTls& backend : backends) {
    shared.push_back(std::make_shared<const BackendTls>(std::move(backend)));
  }
  return shared;
}

// JSON without blanks outside of strings, so that expectations fit on a line.
inline std::string Compact(absl::string_view json) {
  std::string compact;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string || !absl::ascii_isspace(c)) compact += c;
    if (in_string && c == '\\') {
      compact += json[++i];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return compact;
}

}  // namespace testing
}  // namespace gwpolicy

#endif  // TESTS_ENVOY_SHAPES_H_
