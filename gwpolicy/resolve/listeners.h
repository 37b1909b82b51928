#ifndef GWPOLICY_RESOLVE_LISTENERS_H_
#define GWPOLICY_RESOLVE_LISTENERS_H_

#include <string>
#include <vector>

#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/values.h"

// Listeners of Gateways and of the ListenerSets that add to them, and which of them take a route.
namespace gwpolicy {

GatewayId IdOfGateway(const KeyView& key);
ObjectKey KeyOfGateway(const GatewayId& id);

// A listener, and the Gateway or ListenerSet that has it. Borrows from the cluster.
struct ListenerOf {
  const Object* holder = nullptr;
  const Listener* listener = nullptr;
};

// The Gateway that a ListenerSet adds to; null when it does not exist or does not allow it.
// GEP-1713: Gateway.spec.allowedListeners, which allows none by default.
const Object* GatewayOfSet(const Cluster& cluster, const Object& set);

// The listeners of a Gateway, then those of its ListenerSets, older ones first, then by
// namespace/name. One that wants a port, protocol and hostname that another has already is left
// out: GEP-1713, listener precedence.
std::vector<ListenerOf> ListenersOf(const Cluster& cluster, const Object& gateway);

// Whether a listener takes `route` by `parent`, a parentRef of it that names the listener's holder.
// Gateway API: sectionName, port, allowedRoutes and hostname intersection.
bool Takes(const Cluster& cluster, const ListenerOf& listener, const ParentReference& parent,
           const Object& route);
// By any of its parentRefs.
bool Takes(const Cluster& cluster, const ListenerOf& listener, const Object& route);

// The names under which a listener serves a route: the intersection of their hostnames, "*" for
// all. Empty when they share none.
std::vector<std::string> SharedHostnames(const Text& listener_hostname,
                                         const List<Text>& route_hostnames);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_LISTENERS_H_
