#include "gwpolicy/envoy/cluster.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/cluster.pb.h"
#include "gwpolicy/envoy/proto/core.pb.h"
#include "gwpolicy/envoy/proto/dns_cluster.pb.h"
#include "gwpolicy/envoy/proto/endpoint.pb.h"
#include "gwpolicy/envoy/proto/proxy_protocol.pb.h"
#include "gwpolicy/envoy/proto/raw_buffer.pb.h"
#include "gwpolicy/envoy/proto/upstream_http.pb.h"
#include "gwpolicy/envoy/tls_context.h"

namespace gwpolicy {
namespace envoy {
namespace {

using config::cluster::v3::Cluster;
using config::core::v3::TransportSocket;
using config::endpoint::v3::ClusterLoadAssignment;

constexpr absl::Duration kDefaultConnectTimeout = absl::Seconds(5);  // of kgateway and of Envoy
constexpr absl::string_view kHttpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

bool IsUsable(const Endpoint& endpoint) {
  return !endpoint.host.empty() && endpoint.port > 0 && endpoint.port <= 65535;
}

bool HasName(absl::Span<const Endpoint> endpoints) {
  return std::any_of(endpoints.begin(), endpoints.end(),
                     [](const Endpoint& e) { return IsUsable(e) && !IsIpLiteral(e.host); });
}

// `hostname`s are what a Host header can be rewritten to, and what health checks send.
void AddEndpoints(absl::Span<const Endpoint> endpoints, bool with_hostname,
                  ClusterLoadAssignment* out) {
  config::endpoint::v3::LocalityLbEndpoints* locality = nullptr;
  for (const Endpoint& endpoint : endpoints) {
    if (!IsUsable(endpoint)) continue;
    if (locality == nullptr) locality = out->add_endpoints();
    auto* added = locality->add_lb_endpoints()->mutable_endpoint();
    SetAddress(endpoint, added->mutable_address());
    if (with_hostname) {
      added->set_hostname(endpoint.host);
      added->mutable_health_check_config()->set_hostname(endpoint.host);
    }
  }
}

void SetDiscovery(const BackendTls& backend, EndpointSource source,
                  absl::Span<const Endpoint> endpoints, Cluster* out) {
  if (source == EndpointSource::kEds && UsesEds(backend)) {
    out->set_type(Cluster::EDS);
    SetAds(out->mutable_eds_cluster_config()->mutable_eds_config());
    out->set_ignore_health_on_host_removal(true);
    out->mutable_common_lb_config()->mutable_locality_weighted_lb_config();
    return;
  }
  if (!HasName(endpoints)) {
    out->set_type(Cluster::STATIC);
  } else if (source == EndpointSource::kEds) {
    namespace dns = extensions::clusters::dns::v3;
    dns::DnsCluster names;
    names.set_dns_lookup_family(extensions::clusters::common::dns::v3::V4_PREFERRED);
    out->mutable_cluster_type()->set_name("envoy.clusters.dns");
    Pack(names, out->mutable_cluster_type()->mutable_typed_config());
  } else {
    out->set_type(Cluster::STRICT_DNS);
    out->set_dns_lookup_family(Cluster::V4_PREFERRED);
  }
  SetLoadAssignment(backend, endpoints, out->mutable_load_assignment());
}

void SetRawBuffer(TransportSocket* out) {
  out->set_name("envoy.transport_sockets.raw_buffer");
  Pack(extensions::transport_sockets::raw_buffer::v3::RawBuffer(), out->mutable_typed_config());
}

// Wraps `inner` so that a PROXY header goes before it.
TransportSocket ProxyProtocolSocket(config::core::v3::ProxyProtocolConfig::Version version,
                                    const TransportSocket& inner) {
  extensions::transport_sockets::proxy_protocol::v3::ProxyProtocolUpstreamTransport wrapper;
  wrapper.mutable_config()->set_version(version);
  *wrapper.mutable_transport_socket() = inner;
  TransportSocket socket;
  socket.set_name("envoy.transport_sockets.upstream_proxy_protocol");
  Pack(wrapper, socket.mutable_typed_config());
  return socket;
}

// The one place that composes the socket: TLS or nothing inside, the PROXY header around it.
void SetSocket(const BackendTls& backend, Cluster* out) {
  using config::core::v3::ProxyProtocolConfig;
  TransportSocket socket;
  bool needed = false;
  switch (backend.port->mode) {
    case TlsMode::kFailClosed:
      return;  // an obstacle
    case TlsMode::kTls:
      SetUpstreamTls(*backend.port->tls, &socket);
      needed = true;
      break;
    case TlsMode::kPlaintext:
      SetRawBuffer(&socket);
      break;
  }
  switch (backend.port->settings->traffic->proxy_protocol) {
    case ProxyProtocol::kNone:
      break;
    case ProxyProtocol::kV1:
      socket = ProxyProtocolSocket(ProxyProtocolConfig::V1, socket);
      needed = true;
      break;
    case ProxyProtocol::kV2:
      socket = ProxyProtocolSocket(ProxyProtocolConfig::V2, socket);
      needed = true;
      break;
  }
  if (needed) *out->mutable_transport_socket() = std::move(socket);
}

void SetProtocol(HttpProtocol protocol, Cluster* out) {
  switch (protocol) {
    case HttpProtocol::kHttp1:
    case HttpProtocol::kWebSocket:  // begins as HTTP/1.1
      return;
    case HttpProtocol::kHttp2: {
      extensions::upstreams::http::v3::HttpProtocolOptions options;
      options.mutable_explicit_http_config()->mutable_http2_protocol_options();
      Pack(options, &(*out->mutable_typed_extension_protocol_options())[std::string(kHttpOptions)]);
      return;
    }
  }
}

// What the schema does not allow, Envoy would refuse together with the whole update: left out.
bool IsCount(const std::optional<int32_t>& number) { return number.has_value() && *number >= 0; }
bool IsPercent(const std::optional<int32_t>& number) { return IsCount(number) && *number <= 100; }
bool IsPositive(const std::optional<absl::Duration>& duration) {
  return duration.has_value() && *duration > absl::ZeroDuration();
}

void SetKeepalive(const KeepaliveSettings& keepalive, config::core::v3::TcpKeepalive* out) {
  const auto seconds = [](absl::Duration duration) {
    return static_cast<uint32_t>(
        std::min<int64_t>(absl::ToInt64Seconds(duration), std::numeric_limits<uint32_t>::max()));
  };
  if (IsCount(keepalive.probes)) out->mutable_keepalive_probes()->set_value(*keepalive.probes);
  if (IsPositive(keepalive.time)) {
    out->mutable_keepalive_time()->set_value(seconds(*keepalive.time));
  }
  if (IsPositive(keepalive.interval)) {
    out->mutable_keepalive_interval()->set_value(seconds(*keepalive.interval));
  }
}

void SetOutliers(const OutlierSettings& outliers, config::cluster::v3::OutlierDetection* out) {
  if (IsCount(outliers.consecutive_5xx)) {
    out->mutable_consecutive_5xx()->set_value(*outliers.consecutive_5xx);
  }
  if (IsPercent(outliers.enforcing_consecutive_5xx)) {
    out->mutable_enforcing_consecutive_5xx()->set_value(*outliers.enforcing_consecutive_5xx);
  }
  out->set_split_external_local_origin_errors(outliers.split_local_origin_errors);
  if (IsCount(outliers.consecutive_local_origin_failure)) {
    out->mutable_consecutive_local_origin_failure()->set_value(
        *outliers.consecutive_local_origin_failure);
  }
  if (IsPercent(outliers.enforcing_consecutive_local_origin_failure)) {
    out->mutable_enforcing_consecutive_local_origin_failure()->set_value(
        *outliers.enforcing_consecutive_local_origin_failure);
  }
  if (IsPositive(outliers.interval)) SetDuration(*outliers.interval, out->mutable_interval());
  if (IsPositive(outliers.base_ejection_time)) {
    SetDuration(*outliers.base_ejection_time, out->mutable_base_ejection_time());
  }
  if (IsPercent(outliers.max_ejection_percent)) {
    out->mutable_max_ejection_percent()->set_value(*outliers.max_ejection_percent);
  }
}

// Of the default priority, the only one that kgateway's routes use.
void SetCircuit(const CircuitLimits& circuit, config::cluster::v3::CircuitBreakers* out) {
  auto* limits = out->add_thresholds();
  if (IsCount(circuit.connections)) {
    limits->mutable_max_connections()->set_value(*circuit.connections);
  }
  if (IsCount(circuit.pending_requests)) {
    limits->mutable_max_pending_requests()->set_value(*circuit.pending_requests);
  }
  if (IsCount(circuit.requests)) limits->mutable_max_requests()->set_value(*circuit.requests);
  if (IsCount(circuit.retries)) limits->mutable_max_retries()->set_value(*circuit.retries);
  limits->set_track_remaining(circuit.track_remaining);
}

}  // namespace

std::string ObstacleToCluster(const BackendTls& backend) {
  if (backend.port->backend.name.empty()) return "the backend has no name";
  switch (backend.port->mode) {
    case TlsMode::kFailClosed:
      if (backend.port->failure->reason.empty()) return "TLS is asked for and cannot be had";
      return absl::StrCat(backend.port->failure->reason,
                          backend.port->failure->message.empty() ? "" : ": ",
                          backend.port->failure->message);
    case TlsMode::kTls:
      if (backend.port->tls == nullptr) return "TLS is asked for and its settings are not known";
      return ObstacleToTls(*backend.port->tls);
    case TlsMode::kPlaintext:
      return "";
  }
  return "the mode of the backend is not known";
}

bool UsesEds(const BackendTls& backend) {
  return backend.port->settings->origin != EndpointOrigin::kStaticHosts;
}

void SetLoadAssignment(const BackendTls& backend, absl::Span<const Endpoint> endpoints,
                       ClusterLoadAssignment* out) {
  out->set_cluster_name(backend.ClusterName());
  AddEndpoints(endpoints, !UsesEds(backend), out);
}

void SetCluster(const BackendTls& backend, EndpointSource source,
                absl::Span<const Endpoint> endpoints, Cluster* out) {
  const TrafficSettings& traffic = *backend.port->settings->traffic;
  out->set_name(backend.ClusterName());
  const absl::Duration timeout = traffic.connect_timeout.value_or(kDefaultConnectTimeout);
  // Envoy refuses a timeout of zero.
  SetDuration(timeout > absl::ZeroDuration() ? timeout : kDefaultConnectTimeout,
              out->mutable_connect_timeout());
  if (traffic.per_connection_buffer_limit_bytes.value_or(-1) >= 0) {
    out->mutable_per_connection_buffer_limit_bytes()->set_value(
        static_cast<uint32_t>(*traffic.per_connection_buffer_limit_bytes));
  }
  if (traffic.keepalive.has_value()) {
    SetKeepalive(*traffic.keepalive,
                 out->mutable_upstream_connection_options()->mutable_tcp_keepalive());
  }
  if (traffic.outliers.has_value()) {
    SetOutliers(*traffic.outliers, out->mutable_outlier_detection());
  }
  if (traffic.circuit.has_value()) {
    SetCircuit(*traffic.circuit, out->mutable_circuit_breakers());
  }
  SetDiscovery(backend, source, endpoints, out);
  SetProtocol(backend.port->settings->protocol, out);
  SetSocket(backend, out);
}

ClusterChoice ChooseClusters(const GatewayId& gateway,
                             absl::Span<const std::shared_ptr<const BackendTls>> backends,
                             const std::set<std::string>& reached) {
  ClusterChoice choice;
  std::map<std::string, Withheld> withheld;
  for (const std::shared_ptr<const BackendTls>& backend : backends) {
    if (backend == nullptr || !(*backend->gateway == gateway)) continue;
    const std::string name = backend->ClusterName();
    if (reached.count(name) == 0) continue;
    std::string obstacle = ObstacleToCluster(*backend);
    const auto [at, added] = choice.emitted.try_emplace(name, backend);
    if (obstacle.empty() && !added && *at->second != *backend) {
      obstacle = "two backends have the same cluster name";
    }
    if (!obstacle.empty()) {
      withheld.try_emplace(name, Withheld{name, backend->port->backend, std::move(obstacle)});
    }
  }
  for (auto& [name, reason] : withheld) {
    choice.emitted.erase(name);
    choice.withheld.push_back(std::move(reason));
  }
  return choice;
}

std::set<std::string> WebSocketClusters(
    const GatewayId& gateway, absl::Span<const std::shared_ptr<const BackendTls>> backends) {
  std::set<std::string> names;
  for (const std::shared_ptr<const BackendTls>& backend : backends) {
    if (backend != nullptr && *backend->gateway == gateway &&
        backend->port->settings->protocol == HttpProtocol::kWebSocket) {
      names.insert(backend->ClusterName());
    }
  }
  return names;
}

}  // namespace envoy
}  // namespace gwpolicy
