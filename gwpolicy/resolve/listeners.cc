#include "gwpolicy/resolve/listeners.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/cluster/routes.h"
#include "gwpolicy/resolve/attach.h"

namespace gwpolicy {
namespace {

// Whether the labels of a namespace are what a selector wants.
bool SelectsNamespace(const Cluster& cluster, const Box<LabelSelector>& selector, const Text& ns) {
  if (!selector.has_value()) return false;
  const Object* object = cluster.Find(ObjectKey{"", "Namespace", "", ns});
  constexpr absl::string_view kName = "kubernetes.io/metadata.name";
  if (object != nullptr && object->meta().labels.count(kName) != 0) {
    return Matches(*selector, object->meta().labels);
  }
  TextMap<Text> labels = object == nullptr ? TextMap<Text>() : object->meta().labels;
  labels.emplace(kName, ns);  // the server sets it on each
  return Matches(*selector, labels);
}

// `from` of allowedRoutes or allowedListeners.
bool AllowsNamespace(const Cluster& cluster, const Text& from, const Box<LabelSelector>& selector,
                     const Text& own_ns, const Text& ns) {
  if (from == "All") return true;
  if (from == "Selector") return SelectsNamespace(cluster, selector, ns);
  return from == "Same" && own_ns == ns;
}

bool CarriesKind(absl::string_view protocol, Kind route) {
  if (protocol == "HTTP" || protocol == "HTTPS") {
    return route == Kind::kHTTPRoute || route == Kind::kGRPCRoute;
  }
  return (protocol == "TLS" && route == Kind::kTLSRoute) ||
         (protocol == "TCP" && route == Kind::kTCPRoute) ||
         (protocol == "UDP" && route == Kind::kUDPRoute);
}

bool AllowsKind(const Listener& listener, const Object& route) {
  if (!CarriesKind(listener.protocol, route.kind())) return false;
  const auto& kinds = listener.allowed_routes.kinds;
  return kinds.empty() ||
         std::any_of(kinds.begin(), kinds.end(), [&route](const RouteGroupKind& kind) {
           return kind.group == kGatewayGroup && kind.kind == route.kind_name();
         });
}

// Whether `wildcard` ("*.example.com") covers `name`, itself a name or a wildcard. A suffix match
// over one or more labels: Gateway API, Listener.hostname.
bool Covers(absl::string_view wildcard, absl::string_view name) {
  if (!absl::StartsWith(wildcard, "*.")) return false;
  const absl::string_view suffix = wildcard.substr(1);
  const absl::string_view rest = absl::StartsWith(name, "*.") ? name.substr(1) : name;
  return absl::EndsWith(rest, suffix) &&
         (rest.size() > suffix.size() || absl::StartsWith(name, "*."));
}

// What a listener's hostname and one of a route have in common; null where that is nothing.
const Text* SharedHostname(const Text& of_listener, const Text& of_route) {
  if (of_listener.empty() || of_route == of_listener || Covers(of_listener, of_route)) {
    return &of_route;
  }
  return Covers(of_route, of_listener) ? &of_listener : nullptr;
}

bool SharesHostname(const Listener& listener, const Object& route) {
  const List<Text>& hostnames = HostnamesOf(route);
  return listener.hostname.empty() || hostnames.empty() ||
         std::any_of(hostnames.begin(), hostnames.end(), [&listener](const Text& hostname) {
           return SharedHostname(listener.hostname, hostname) != nullptr;
         });
}

// Listeners that would meet the same requests.
using Claim = std::tuple<int32_t, absl::string_view, absl::string_view>;
Claim ClaimOf(const Listener& listener) {
  return {listener.port, listener.protocol, listener.hostname};
}

}  // namespace

GatewayId IdOfGateway(const KeyView& key) { return {key.ns, key.name}; }

ObjectKey KeyOfGateway(const GatewayId& id) {
  static constexpr TextLiteral kGateway("Gateway");
  return {kGatewayGroupText, kGateway, id.ns, id.name};
}

const Object* GatewayOfSet(const Cluster& cluster, const Object& set) {
  const Object* gateway =
      cluster.Find(KeyOfRef(set.As<ListenerSet>()->spec.parent_ref, set.meta().ns));
  if (gateway == nullptr || gateway->kind() != Kind::kGateway) return nullptr;
  const Box<AllowedListeners>& allowed = gateway->As<Gateway>()->spec.allowed_listeners;
  if (!allowed.has_value()) return nullptr;
  const ListenerNamespaces& namespaces = allowed->namespaces;
  return AllowsNamespace(cluster, namespaces.from, namespaces.selector, gateway->meta().ns,
                         set.meta().ns)
             ? gateway
             : nullptr;
}

std::vector<ListenerOf> ListenersOf(const Cluster& cluster, const Object& gateway) {
  std::vector<ListenerOf> all;
  for (const Listener& listener : gateway.As<Gateway>()->spec.listeners) {
    all.push_back({&gateway, &listener});
  }
  std::vector<const Object*> sets;
  for (ObjectId id : cluster.Referrers(gateway.key(), Edge::kOwner)) {
    const Object* set = cluster.Find(id);
    if (GatewayOfSet(cluster, *set) == &gateway) sets.push_back(set);
  }
  if (sets.empty()) return all;
  std::sort(sets.begin(), sets.end(),
            [](const Object* a, const Object* b) { return HasPrecedence(*a, *b); });
  std::set<Claim> claims;
  for (const ListenerOf& own : all) claims.insert(ClaimOf(*own.listener));
  for (const Object* set : sets) {
    for (const Listener& listener : set->As<ListenerSet>()->spec.listeners) {
      if (claims.insert(ClaimOf(listener)).second) all.push_back({set, &listener});
    }
  }
  return all;
}

bool Takes(const Cluster& cluster, const ListenerOf& listener, const ParentReference& parent,
           const Object& route) {
  const Listener& own = *listener.listener;
  const RouteNamespaces& namespaces = own.allowed_routes.namespaces;
  return (parent.section_name.empty() || parent.section_name == own.name) &&
         (!parent.port.has_value() || *parent.port == own.port) && AllowsKind(own, route) &&
         AllowsNamespace(cluster, namespaces.from, namespaces.selector, listener.holder->meta().ns,
                         route.meta().ns) &&
         SharesHostname(own, route);
}

bool Takes(const Cluster& cluster, const ListenerOf& listener, const Object& route) {
  const ObjectKey holder = listener.holder->key();
  const List<ParentReference>& parents = ParentRefsOf(route);
  return std::any_of(parents.begin(), parents.end(), [&](const ParentReference& parent) {
    return KeyOfParent(parent, route.meta().ns) == holder &&
           Takes(cluster, listener, parent, route);
  });
}

std::vector<std::string> SharedHostnames(const Text& listener_hostname,
                                         const List<Text>& route_hostnames) {
  if (route_hostnames.empty()) return {listener_hostname.empty() ? "*" : listener_hostname};
  std::vector<std::string> shared;
  for (const Text& hostname : route_hostnames) {
    const Text* both = SharedHostname(listener_hostname, hostname);
    if (both != nullptr) shared.push_back(*both);
  }
  return shared;
}

}  // namespace gwpolicy
