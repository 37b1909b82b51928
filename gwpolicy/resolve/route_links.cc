#include "gwpolicy/resolve/route_links.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/base/distinct_list.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/listeners.h"

namespace gwpolicy {
namespace {

using Parents = absl::InlinedVector<RouteLinks::Parent, 2>;

// Whether `holder`, a Gateway or an accepted ListenerSet, has a listener that takes the route.
bool HolderTakes(const Cluster& cluster, const Object& gateway, const Object& holder,
                 const ParentReference& parent, const Object& route) {
  if (holder.kind() == Kind::kGateway) {
    const auto& listeners = holder.As<Gateway>()->spec.listeners;
    return std::any_of(listeners.begin(), listeners.end(), [&](const Listener& listener) {
      return Takes(cluster, {&holder, &listener}, parent, route);
    });
  }
  const std::vector<ListenerOf> listeners = ListenersOf(cluster, gateway);
  return std::any_of(listeners.begin(), listeners.end(), [&](const ListenerOf& listener) {
    return listener.holder == &holder && Takes(cluster, listener, parent, route);
  });
}

// The Gateway behind what a parentRef names; null when there is none.
const Object* GatewayBehind(const Cluster& cluster, const Object* holder) {
  if (holder == nullptr) return nullptr;
  if (holder->kind() == Kind::kGateway) return holder;
  return holder->kind() == Kind::kListenerSet ? GatewayOfSet(cluster, *holder) : nullptr;
}

void AddParent(const Cluster& cluster, ObjectId route_id, const ParentReference& parent,
               size_t& next, Parents& out) {
  const Object& route = *cluster.Find(route_id);
  std::optional<ObjectId> id =
      cluster.FindReference(route_id, Edge::kParent, parent.group, parent.kind,
                            parent.ns.empty() ? route.meta().ns : parent.ns, parent.name, next);
  // One that says XListenerSet is known by another key.
  if (!id.has_value()) id = cluster.LookUp(KeyOfParent(parent, route.meta().ns));
  const Object* holder = id.has_value() ? cluster.Find(*id) : nullptr;
  if (holder == nullptr) return;
  const Object* gateway = GatewayBehind(cluster, holder);
  if (gateway == nullptr || !HolderTakes(cluster, *gateway, *holder, parent, route)) return;
  const bool is_known = std::any_of(out.begin(), out.end(), [&](const RouteLinks::Parent& other) {
    return other.ancestor == *id;
  });
  if (!is_known) out.push_back({IdOfGateway(gateway->key()), *id});
}

void AddParentFinding(const Cluster& cluster, const Object& route, const ParentReference& parent,
                      FindingSink& sink) {
  const ObjectKey key = KeyOfParent(parent, route.meta().ns);
  const Object* holder = cluster.Find(key);
  if (holder == nullptr) {
    sink.Add(Code::kRouteNoParent, absl::StrCat(key.ToString(), " is not in the input"));
    return;
  }
  const Object* gateway = GatewayBehind(cluster, holder);
  if (gateway == nullptr) {
    if (holder->kind() != Kind::kListenerSet) return;
    sink.Add(Code::kRouteNoParent,
             absl::StrCat(key.ToString(),
                          " adds to no Gateway: its parentRef leads to none that "
                          "allows it by spec.allowedListeners"));
    return;
  }
  if (HolderTakes(cluster, *gateway, *holder, parent, route)) return;
  sink.Add(Code::kRouteNoParent,
           absl::StrCat("no listener of ", key.ToString(), " takes this route"));
}

// Core ports are TCP or UDP; a UDPRoute wants the latter.
ResolvedRef ResolvePort(const Object& route, const Object& backend, const RouteBackendRef& ref) {
  ResolvedRef out;
  if (backend.kind() == Kind::kBackend && ref.port.has_value()) {
    out.reason = "InvalidKind";
    out.message = absl::StrCat("BackendRef to \"", backend.meta().name,
                               "\" includes a port. Do not specify a port when referencing a "
                               "Backend resource, as it defines its own port configuration");
    return out;
  }
  const bool is_udp = route.kind() == Kind::kUDPRoute;
  out.port = FindPort(backend, ref.port, is_udp ? kUdp : kTcp);
  if (out.port.has_value()) return out;
  const std::string label = backend.key().ToString();
  out.reason = "BackendNotFound";
  out.message = ref.port.has_value()
                    ? absl::StrCat(label, " has no ", is_udp ? "UDP" : "TCP", " port ", *ref.port)
                    : absl::StrCat("backendRef to ", label, " names no port");
  return out;
}

// What nearly all backendRefs name: a backend of the route's own namespace that exists. The route
// is known to refer to it, so no key has to be made and looked up.
std::optional<ObjectId> Neighbour(const Cluster& cluster, ObjectId route,
                                  const RouteBackendRef& ref, size_t& next) {
  const Text& own_ns = cluster.KeyOf(route).ns;
  if (!ref.ns.empty() && ref.ns != own_ns) return std::nullopt;
  const std::optional<ObjectId> id =
      cluster.FindReference(route, Edge::kBackend, ref.group, ref.kind, own_ns, ref.name, next);
  if (!id.has_value() || cluster.Find(*id) == nullptr || !CanBeBackend(cluster.KeyOf(*id))) {
    return std::nullopt;
  }
  return id;
}

}  // namespace

ResolvedRef ResolveBackendRef(const Cluster& cluster, ObjectId route_id, const RouteBackendRef& ref,
                              size_t& next) {
  const Object& route = *cluster.Find(route_id);
  ResolvedRef out;
  const std::optional<ObjectId> neighbour = Neighbour(cluster, route_id, ref, next);
  if (neighbour.has_value()) {
    out = ResolvePort(route, *cluster.Find(*neighbour), ref);
    out.backend = *neighbour;
    return out;
  }
  const ObjectKey key = KeyOfRef(ref, route.meta().ns);
  if (!CanBeBackend(key)) {
    out.reason = "InvalidKind";
    out.message = absl::StrCat("backendRef to ", key.ToString(), " of group \"", key.group,
                               "\" is of a kind that cannot be a backend here");
    return out;
  }
  if (!cluster.Permits(route.group(), route.kind_name(), route.meta().ns, key)) {
    out.code = Code::kRefNotPermitted;
    out.reason = "RefNotPermitted";
    out.message =
        absl::StrCat("no ReferenceGrant in namespace ", key.ns, " lets ", route.kind_name(),
                     " of namespace ", route.meta().ns, " use ", key.ToString());
    return out;
  }
  if (key.kind == "XBackend" && key.ns != route.meta().ns) {
    out.code = Code::kRefNotPermitted;
    out.reason = "RefNotPermitted";
    out.message = absl::StrCat(key.ToString(),
                               " is not in the namespace of the route, as it has to be (GEP-4894)");
    return out;
  }
  const std::optional<ObjectId> id = cluster.LookUp(key);
  const Object* backend = id.has_value() ? cluster.Find(*id) : nullptr;
  if (backend == nullptr) {
    out.reason = "BackendNotFound";
    out.message = absl::StrCat(key.ToString(), " does not exist");
    return out;
  }
  out = ResolvePort(route, *backend, ref);
  out.backend = *id;
  return out;
}

RouteLinks LinksOf(const Cluster& cluster, ObjectId route_id) {
  const Object& route = *cluster.Find(route_id);
  const List<ParentReference>& parent_refs = ParentRefsOf(route);
  DistinctList<RouteLinks::Target> targets;
  if (route.kind() != Kind::kUDPRoute) {
    size_t next = parent_refs.size();  // references to backends stand after those to parents
    ForEachBackendRef(route, [&](const RouteBackendRef& ref) {
      const ResolvedRef resolved = ResolveBackendRef(cluster, route_id, ref, next);
      if (resolved.port.has_value()) targets.Add({resolved.backend, *resolved.port});
    });
  }
  Parents parents;
  size_t next = 0;
  for (const ParentReference& parent : parent_refs) {
    AddParent(cluster, route_id, parent, next, parents);
  }
  return {SharedList<RouteLinks::Target>(std::move(targets).items()),
          SharedList<RouteLinks::Parent>(std::move(parents)),
          {cluster.KeyOf(route_id).ToText()},
          route_id};
}

bool LacksTls(const Cluster& cluster, const Object& route, const ResolvedRef& ref,
              const GatewayId& gateway, const Profile& profile, IsProtected is_protected) {
  if (profile.wss_without_policy || route.kind() != Kind::kHTTPRoute || !ref.port.has_value()) {
    return false;
  }
  const ServicePort* port = FindTcpPort(*cluster.Find(ref.backend), *ref.port);
  return port != nullptr && port->app_protocol == "kubernetes.io/wss" &&
         !is_protected(gateway, PortIdOf(cluster.KeyOf(ref.backend), *ref.port));
}

std::vector<Finding> RouteFindings(const Cluster& cluster, ObjectId route_id,
                                   absl::FunctionRef<const Profile&(const GatewayId&)> profile_of,
                                   IsProtected is_protected) {
  const Object& route = *cluster.Find(route_id);
  const RouteLinks links = LinksOf(cluster, route_id);
  FindingSink sink;
  sink.SetObject(route.ref(), route.source());
  {
    auto in_spec = sink.Field("spec");
    auto in_parents = sink.Field("parentRefs");
    const List<ParentReference>& parents = ParentRefsOf(route);
    for (size_t i = 0; i < parents.size(); ++i) {
      auto scope = sink.Index(i);
      AddParentFinding(cluster, route, parents[i], sink);
    }
  }
  size_t next = 0;
  ForEachBackendRef(route, [&](const RouteBackendRef& ref) {
    ResolvedRef resolved = ResolveBackendRef(cluster, route_id, ref, next);
    if (!resolved.reason.empty()) {
      sink.AddAt(ref.FieldPath(), resolved.code, std::move(resolved.message));
      return;
    }
    for (const RouteLinks::Parent& parent : links.parents) {
      const Profile& profile = profile_of(parent.gateway);
      if (LacksTls(cluster, route, resolved, parent.gateway, profile, is_protected)) {
        sink.AddAt(ref.FieldPath(), Code::kRefUnsupportedProtocol,
                   absl::StrCat(cluster.KeyOf(resolved.backend).ToString(), ":", *resolved.port,
                                " has appProtocol kubernetes.io/wss and no BackendTLSPolicy, so "
                                "Gateway ",
                                parent.gateway.ns, "/", parent.gateway.name,
                                " answers requests for it with 500"));
      }
      if (ReadsBackend(profile, ref.kind)) continue;
      sink.AddAt(ref.FieldPath(), resolved.code,
                 absl::StrCat(profile.name, " does not read ", ref.kind, ", so Gateway ",
                              parent.gateway.ns, "/", parent.gateway.name,
                              " answers requests for it with 500"));
    }
  });
  return sink.Take();
}

}  // namespace gwpolicy
