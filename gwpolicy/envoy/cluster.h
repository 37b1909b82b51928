#ifndef GWPOLICY_ENVOY_CLUSTER_H_
#define GWPOLICY_ENVOY_CLUSTER_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gwpolicy/envoy/resource.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace envoy {
namespace config {
namespace cluster {
namespace v3 {
class Cluster;
}  // namespace v3
}  // namespace cluster
namespace endpoint {
namespace v3 {
class ClusterLoadAssignment;
}  // namespace v3
}  // namespace endpoint
}  // namespace config

// Where Envoy learns the endpoints of a Service from.
enum class EndpointSource {
  kEds,     // a ClusterLoadAssignment of its own; those of a Backend stand in the cluster anyway
  kStatic,  // the cluster itself: IP addresses, or names that Envoy looks up
};

// Why the backend must have no Envoy cluster, "" when it has one.
std::string ObstacleToCluster(const BackendTls& backend);

// The Envoy cluster of a backend without obstacle: what cannot be said safely is not said at all,
// so there is no way to a cluster that speaks plaintext instead.
void SetCluster(const BackendTls& backend, EndpointSource source,
                absl::Span<const Endpoint> endpoints, config::cluster::v3::Cluster* out);

// Whether `SetCluster` with kEds leaves the endpoints to a ClusterLoadAssignment.
bool UsesEds(const BackendTls& backend);
void SetLoadAssignment(const BackendTls& backend, absl::Span<const Endpoint> endpoints,
                       config::endpoint::v3::ClusterLoadAssignment* out);

// The backends of a Gateway that its routes reach, and those that must have no Envoy cluster.
struct ClusterChoice {
  // By cluster name.
  std::map<std::string, std::shared_ptr<const BackendTls>> emitted;
  std::vector<Withheld> withheld;  // by cluster name
};
ClusterChoice ChooseClusters(const GatewayId& gateway,
                             absl::Span<const std::shared_ptr<const BackendTls>> backends,
                             const std::set<std::string>& reached);

// The names of the Gateway's Envoy clusters whose backends speak WebSocket.
std::set<std::string> WebSocketClusters(
    const GatewayId& gateway, absl::Span<const std::shared_ptr<const BackendTls>> backends);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_CLUSTER_H_
