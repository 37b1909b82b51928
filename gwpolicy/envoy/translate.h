#ifndef GWPOLICY_ENVOY_TRANSLATE_H_
#define GWPOLICY_ENVOY_TRANSLATE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gwpolicy/envoy/resource.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"

// Effective TLS and routes as xDS resources for a control plane to serve, in the shapes of
// kgateway's translator (pkg/kgateway/translator). All functions are thread-safe, and equal input
// gives equal bytes in every process.
//
// A backend that fails closed, or whose TLS cannot be said to Envoy without trusting more, has no
// Envoy cluster. Routes name it all the same and answer with 500
// (`cluster_not_found_response_code`). There is never a plaintext cluster in place of one with TLS.
//
// Envoy's bootstrap must hold the static secret SYSTEM_CA_CERT for backends that trust the system.
namespace gwpolicy {
namespace envoy {

// What one Gateway's Envoy is served, each list sorted by name.
struct Resources {
  std::vector<Resource> clusters;   // envoy.config.cluster.v3.Cluster
  std::vector<Resource> endpoints;  // envoy.config.endpoint.v3.ClusterLoadAssignment, of Services
  std::vector<Resource> listeners;  // envoy.config.listener.v3.Listener
  std::vector<Resource> routes;     // envoy.config.route.v3.RouteConfiguration
  std::vector<Withheld> withheld;   // backends without Envoy cluster, with the reason
};

// The resources of `gateway` and of those `backends` that are its own and that its routes reach.
// Null pointers and backends of other Gateways are skipped. INVALID_ARGUMENT for a Gateway without
// name or with a listener whose port is no port.
absl::StatusOr<Resources> Translate(const RoutedGateway& gateway,
                                    absl::Span<const std::shared_ptr<const BackendTls>> backends);

// What a change of one backend changes: its Envoy cluster, and the endpoints of a Service, equal to
// those that `Translate` gives. `cluster` is empty when there must be none.
struct BackendResources {
  std::optional<Resource> cluster;
  std::optional<Resource> endpoints;
  std::optional<Withheld> withheld;  // set exactly when `cluster` is not
};
BackendResources TranslateBackend(const BackendTls& backend);

// The TLS of a backend as its Envoy cluster speaks it: where the policy names no ALPN protocols,
// the connection pool offers that of its HTTP version (envoyproxy/envoy conn_pool_base.cc,
// `wrapTransportSocketOptions`). For probing; null where the backend has no TLS.
std::shared_ptr<const tls::ClientTls> OfferedTls(const BackendTls& backend);

// A resource for people: JSON with Envoy's field names, private keys included.
// INVALID_ARGUMENT when it is not one of this library's.
absl::StatusOr<std::string> ResourceToJson(const Resource& resource);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_TRANSLATE_H_
