#ifndef GWPOLICY_ENVOY_LISTENER_H_
#define GWPOLICY_ENVOY_LISTENER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace envoy {
namespace config {
namespace listener {
namespace v3 {
class Listener;
}  // namespace v3
}  // namespace listener
namespace route {
namespace v3 {
class RouteConfiguration;
}  // namespace v3
}  // namespace route
}  // namespace config

// Listeners of a Gateway that share an address: one Envoy listener.
struct ListenerGroup {
  // The listeners behind one filter chain, which share a route configuration: all HTTP listeners,
  // or the HTTPS listeners of one hostname.
  struct Chain {
    std::string route_name;  // unique in the Gateway
    bool tls = false;
    std::string server_name;  // of a TLS chain; "" takes any
    std::vector<const RoutedListener*> listeners;
  };
  std::string name;  // "listener~8080"; unique in the Gateway
  Endpoint address;  // no host: all addresses of both families
  std::vector<Chain> chains;
};

// In order of the names. `listen` gives listeners another address than their port everywhere.
// Listeners that Envoy would refuse (HTTPS without a certificate) or that carry no HTTP are left
// out, so that connections to them fail.
// INVALID_ARGUMENT: a port out of range, a name in `listen` that is no listener, an address that is
// no IP address, two groups at one address. Points into `gateway`.
absl::StatusOr<std::vector<ListenerGroup>> GroupListeners(
    const RoutedGateway& gateway, const std::map<std::string, Endpoint>& listen);

struct ListenerSettings {
  bool inline_routes = false;  // else over RDS
  bool access_log = false;
};

// `routes` are those of the chains, in their order; read for `inline_routes` alone.
void SetListener(const ListenerGroup& group, const ListenerSettings& settings,
                 const std::vector<config::route::v3::RouteConfiguration>& routes,
                 config::listener::v3::Listener* out);

// The route configurations of the chains. Names of Envoy clusters are added to `reached`.
std::vector<config::route::v3::RouteConfiguration> ChainRoutes(
    const ListenerGroup& group, const std::set<std::string>& web_sockets,
    std::set<std::string>* reached);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_LISTENER_H_
