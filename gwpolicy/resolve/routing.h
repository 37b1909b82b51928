#ifndef GWPOLICY_RESOLVE_ROUTING_H_
#define GWPOLICY_RESOLVE_ROUTING_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/list.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

GatewayId IdOfGateway(const ObjectKey& key);
ObjectKey KeyOfGateway(const GatewayId& id);

// What a Gateway's spec.tls.backend.clientCertificateRef comes to.
struct GatewayCertificate {
  bool asked_for = false;
  std::optional<tls::ClientCertificate> pair;  // unset when asked for and not usable
  std::string reason;                          // "InvalidClientCertificateRef", "RefNotPermitted"
  std::string message;
  Code code = Code::kClientCertNotFound;
};
GatewayCertificate CertificateOf(const Cluster& cluster, const Object& gateway);

// The indices of the Gateway's listeners that take the route by one of its parentRefs.
// Gateway API: sectionName, port, allowedRoutes and hostname intersection.
std::set<size_t> ListenersThatTake(const Cluster& cluster, const Object& gateway,
                                   const Object& route);

// The names under which a listener serves a route: the intersection of their hostnames, "*" for
// all. Empty when they share none.
std::vector<std::string> SharedHostnames(const Text& listener_hostname,
                                         const List<Text>& route_hostnames);

// Where a backendRef of a route leads.
struct ResolvedRef {
  std::optional<BackendPortId> backend;
  Code code = Code::kRefBackendNotFound;
  std::string reason;  // "" when it leads somewhere
  std::string message;
};
ResolvedRef ResolveBackendRef(const Cluster& cluster, const Object& route, absl::string_view group,
                              absl::string_view kind, absl::string_view ns, absl::string_view name,
                              std::optional<int32_t> port);

// The Gateways through which requests reach `backend`, one entry a port, with the routes that lead
// there. Sorted.
struct Reach {
  GatewayId gateway;
  int32_t port = 0;
  std::set<std::string> routes;  // "HTTPRoute ns/name"
};
std::vector<Reach> ReachOf(const Cluster& cluster, const Object& backend);

// The routing table of a Gateway.
RoutedGateway RouteGateway(const Cluster& cluster, const Object& gateway, const Profile& profile);

// What is wrong with a route: references that lead nowhere, no listener that takes it.
std::vector<Finding> RouteFindings(const Cluster& cluster, const Object& route);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ROUTING_H_
