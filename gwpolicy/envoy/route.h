#ifndef GWPOLICY_ENVOY_ROUTE_H_
#define GWPOLICY_ENVOY_ROUTE_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace envoy {
namespace config {
namespace route {
namespace v3 {
class RouteConfiguration;
}  // namespace v3
}  // namespace route
}  // namespace config

// The Envoy cluster that does not exist: a request sent there is answered with 500.
inline constexpr absl::string_view kBlackhole = "blackhole_cluster";

// What a route needs to know beside itself.
struct RouteContext {
  bool tls_listener = false;
  int32_t listener_port = 0;  // where clients connect, for redirects that name no port
  // Envoy clusters of backends that speak WebSocket.
  const std::set<std::string>* web_sockets = nullptr;  // not null
};

// The routes of all `listeners`, which share a port: hosts of one name become one virtual host, in
// which the more specific match goes first, and among equals the earlier listener.
// `name` is that of the route configuration. Names of Envoy clusters are added to `reached`.
void SetRoutes(absl::string_view name, absl::Span<const RoutedListener* const> listeners,
               const RouteContext& context, std::set<std::string>* reached,
               config::route::v3::RouteConfiguration* out);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_ROUTE_H_
