#include "gwpolicy/resolve/route_links.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/listeners.h"
#include "gwpolicy/resolve/policy_key.h"

namespace gwpolicy {
namespace {

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

// `ref` is one of the route's to a parent.
void AddParent(const Cluster& cluster, const Object& route, const Cluster::Referral& ref,
               RouteLinks& out) {
  const Object* holder = cluster.Find(ref.to);
  if (holder == nullptr) return;
  const bool is_known =
      std::any_of(out.parents.begin(), out.parents.end(),
                  [&](const RouteLinks::Parent& other) { return other.ancestor == ref.to; });
  if (is_known) return;
  const Object* gateway = GatewayBehind(cluster, holder);
  const ParentReference& parent = ParentRefsOf(route)[static_cast<size_t>(ref.detail)];
  if (gateway == nullptr || !HolderTakes(cluster, *gateway, *holder, parent, route)) return;
  out.parents.push_back({IdOfGateway(gateway->key_view()), ref.to});
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

// Why a backendRef leads nowhere.
enum class Astray : uint8_t {
  kNo,
  kKind,            // of a kind that cannot be a backend
  kNotPermitted,    // by any ReferenceGrant
  kOtherNamespace,  // than an XBackend may be in
  kMissing,         // there is no such backend
  kPortOfBackend,   // a kgateway Backend has its own, and takes none
  kNoPort,          // it names no port, and has to
  kPortMissing,     // the backend has no such port
};

struct Lead {
  Astray astray = Astray::kNo;
  int32_t port = 0;  // where it does not go astray
};

// Where a backendRef of `route` to `key` leads; `backend` is the object of that key, if any.
Lead LeadOf(const Cluster& cluster, const Object& route, const KeyView& key, const Object* backend,
            std::optional<int32_t> port) {
  if (!CanBeBackend(key)) return {Astray::kKind};
  const Text& own_ns = route.meta().ns;
  if (key.ns != own_ns) {
    if (!cluster.Permits(route.group(), route.kind_name(), own_ns, key)) {
      return {Astray::kNotPermitted};
    }
    if (key.kind == "XBackend") return {Astray::kOtherNamespace};
  }
  if (backend == nullptr) return {Astray::kMissing};
  if (backend->kind() == Kind::kBackend && port.has_value()) return {Astray::kPortOfBackend};
  // Core ports are TCP or UDP; a UDPRoute wants the latter.
  const std::optional<int32_t> found =
      FindPort(*backend, port, route.kind() == Kind::kUDPRoute ? kUdp : kTcp);
  if (found.has_value()) return {Astray::kNo, *found};
  return {port.has_value() ? Astray::kPortMissing : Astray::kNoPort};
}

// Says in words why a reference leads nowhere.
void Explain(Astray astray, const Object& route, const ObjectKey& key, std::optional<int32_t> port,
             ResolvedRef& out) {
  out.reason = "BackendNotFound";
  switch (astray) {
    case Astray::kNo:
      out.reason.clear();
      return;
    case Astray::kKind:
      out.reason = "InvalidKind";
      out.message = absl::StrCat("backendRef to ", key.ToString(), " of group \"", key.group,
                                 "\" is of a kind that cannot be a backend here");
      return;
    case Astray::kNotPermitted:
      out.code = Code::kRefNotPermitted;
      out.reason = "RefNotPermitted";
      out.message =
          absl::StrCat("no ReferenceGrant in namespace ", key.ns, " lets ", route.kind_name(),
                       " of namespace ", route.meta().ns, " use ", key.ToString());
      return;
    case Astray::kOtherNamespace:
      out.code = Code::kRefNotPermitted;
      out.reason = "RefNotPermitted";
      out.message = absl::StrCat(
          key.ToString(), " is not in the namespace of the route, as it has to be (GEP-4894)");
      return;
    case Astray::kMissing:
      out.message = absl::StrCat(key.ToString(), " does not exist");
      return;
    case Astray::kPortOfBackend:
      out.reason = "InvalidKind";
      out.message = absl::StrCat("BackendRef to \"", key.name,
                                 "\" includes a port. Do not specify a port when referencing a "
                                 "Backend resource, as it defines its own port configuration");
      return;
    case Astray::kNoPort:
      out.message = absl::StrCat("backendRef to ", key.ToString(), " names no port");
      return;
    case Astray::kPortMissing:
      out.message = absl::StrCat(key.ToString(), " has no ",
                                 route.kind() == Kind::kUDPRoute ? "UDP" : "TCP", " port ", *port);
      return;
  }
}

}  // namespace

ResolvedRef ResolveBackendRef(const Cluster& cluster, ObjectId route_id,
                              const RouteBackendRef& ref) {
  const Object& route = *cluster.Find(route_id);
  const ObjectKey key = KeyOfRef(ref, route.meta().ns);
  const std::optional<ObjectId> id = cluster.LookUp(key);
  const Object* backend = id.has_value() ? cluster.Find(*id) : nullptr;
  const Lead lead = LeadOf(cluster, route, key, backend, ref.port);
  ResolvedRef out;
  out.backend = id.value_or(0);
  if (lead.astray == Astray::kNo) out.port = lead.port;
  Explain(lead.astray, route, key, ref.port, out);
  return out;
}

RouteLinks LinksOf(const Cluster& cluster, ObjectId route_id) {
  const Object& route = *cluster.Find(route_id);
  RouteLinks links;
  links.route = route_id;
  links.self = {SourceOf(route.key_view())};
  links.is_udp = route.kind() == Kind::kUDPRoute;
  for (const Cluster::Referral& ref : cluster.ReferencesOf(route_id)) {
    if (ref.edge == Edge::kParent) AddParent(cluster, route, ref, links);
  }
  return links;
}

std::optional<int32_t> PortLedTo(const Cluster& cluster, const Object& route,
                                 const Cluster::Referral& ref) {
  std::optional<int32_t> port;
  if (ref.detail != Reference::kNoPort) port = ref.detail;
  const Lead lead = LeadOf(cluster, route, cluster.KeyOf(ref.to), cluster.Find(ref.to), port);
  if (lead.astray != Astray::kNo) return std::nullopt;
  return lead.port;
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
  ForEachBackendRef(route, [&](const RouteBackendRef& ref) {
    ResolvedRef resolved = ResolveBackendRef(cluster, route_id, ref);
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
