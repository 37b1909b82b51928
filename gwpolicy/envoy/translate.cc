#include "gwpolicy/envoy/translate.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "gwpolicy/base/status_macros.h"
#include "gwpolicy/envoy/cluster.h"
#include "gwpolicy/envoy/content_hash.h"
#include "gwpolicy/envoy/listener.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/cluster.pb.h"
#include "gwpolicy/envoy/proto/endpoint.pb.h"
#include "gwpolicy/envoy/proto/listener.pb.h"
#include "gwpolicy/envoy/proto/route.pb.h"

namespace gwpolicy {
namespace envoy {
namespace {

Resource MakeResource(std::string name, const google::protobuf::Message& message) {
  Resource resource;
  resource.name = std::move(name);
  resource.type_url = TypeUrl(message);
  resource.bytes = Serialize(message);
  resource.content_hash = ContentHash(resource.bytes);
  return resource;
}

// EDS takes addresses alone. Without EndpointSlices there is only the name of the Service, and
// nothing to send to.
std::vector<Endpoint> Addresses(const SharedList<Endpoint>& endpoints) {
  std::vector<Endpoint> addresses;
  std::copy_if(endpoints.begin(), endpoints.end(), std::back_inserter(addresses),
               [](const Endpoint& endpoint) { return IsIpLiteral(endpoint.host); });
  return addresses;
}

}  // namespace

BackendResources TranslateBackend(const BackendTls& backend) {
  BackendResources resources;
  std::string obstacle = ObstacleToCluster(backend);
  if (!obstacle.empty()) {
    resources.withheld =
        Withheld{backend.ClusterName(), backend.port->backend, std::move(obstacle)};
    return resources;
  }
  config::cluster::v3::Cluster cluster;
  const SharedList<Endpoint> endpoints = backend.port->Endpoints();
  SetCluster(backend, EndpointSource::kEds, endpoints, &cluster);
  resources.cluster = MakeResource(backend.ClusterName(), cluster);
  if (UsesEds(backend)) {
    config::endpoint::v3::ClusterLoadAssignment assignment;
    SetLoadAssignment(backend, Addresses(endpoints), &assignment);
    resources.endpoints = MakeResource(backend.ClusterName(), assignment);
  }
  return resources;
}

absl::StatusOr<Resources> Translate(const RoutedGateway& gateway,
                                    absl::Span<const std::shared_ptr<const BackendTls>> backends) {
  if (gateway.id.empty()) return absl::InvalidArgumentError("the Gateway has no name");
  GWP_ASSIGN_OR_RETURN(const std::vector<ListenerGroup> groups, GroupListeners(gateway, {}));

  Resources resources;
  const std::set<std::string> web_sockets = WebSocketClusters(gateway.id, backends);
  std::set<std::string> reached;
  for (const ListenerGroup& group : groups) {
    const std::vector<config::route::v3::RouteConfiguration> routes =
        ChainRoutes(group, web_sockets, &reached);
    for (const config::route::v3::RouteConfiguration& route : routes) {
      resources.routes.push_back(MakeResource(route.name(), route));
    }
    config::listener::v3::Listener listener;
    SetListener(group, ListenerSettings(), routes, &listener);
    resources.listeners.push_back(MakeResource(group.name, listener));
  }

  ClusterChoice choice = ChooseClusters(gateway.id, backends, reached);
  resources.withheld = std::move(choice.withheld);
  for (const auto& [name, backend] : choice.emitted) {
    BackendResources of_backend = TranslateBackend(*backend);
    resources.clusters.push_back(*std::move(of_backend.cluster));
    if (of_backend.endpoints.has_value()) {
      resources.endpoints.push_back(*std::move(of_backend.endpoints));
    }
  }
  const auto by_name = [](const Resource& a, const Resource& b) { return a.name < b.name; };
  std::sort(resources.listeners.begin(), resources.listeners.end(), by_name);
  std::sort(resources.routes.begin(), resources.routes.end(), by_name);
  return resources;
}

std::shared_ptr<const tls::ClientTls> OfferedTls(const BackendTls& backend) {
  const PortTls& port = *backend.port;
  if (port.tls == nullptr || !port.tls->alpn_protocols.empty()) return port.tls;
  auto offered = std::make_shared<tls::ClientTls>(*port.tls);
  switch (port.settings->protocol) {
    case HttpProtocol::kHttp1:
    case HttpProtocol::kWebSocket:  // begins as HTTP/1.1
      offered->alpn_protocols = {"http/1.1"};
      break;
    case HttpProtocol::kHttp2:
      offered->alpn_protocols = {"h2"};
      break;
  }
  return offered;
}

absl::StatusOr<std::string> ResourceToJson(const Resource& resource) {
  return ToJson(resource.type_url, resource.bytes);
}

}  // namespace envoy
}  // namespace gwpolicy
