#include "gwpolicy/cluster/cluster.h"

#include <algorithm>

#include "gwpolicy/api/core/namespace.h"
#include "gwpolicy/api/gateway/reference_grant.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"

namespace gwpolicy {

ObjectId Cluster::IdOf(const ObjectKey& key) {
  auto [at, added] = ids_.try_emplace(key, static_cast<ObjectId>(keys_.size()));
  if (added) {
    keys_.push_back(key);
    entries_.emplace_back();
  }
  return at->second;
}

std::optional<ObjectId> Cluster::LookUp(const ObjectKey& key) const {
  auto at = ids_.find(key);
  if (at == ids_.end()) return std::nullopt;
  return at->second;
}

const Object* Cluster::Find(ObjectId id) const {
  const Object& object = entries_[id].object;
  return object.empty() ? nullptr : &object;
}

const Object* Cluster::Find(const ObjectKey& key) const {
  auto at = ids_.find(key);
  return at == ids_.end() ? nullptr : Find(at->second);
}

std::vector<ObjectId> Cluster::Sorted(std::vector<ObjectId> ids) const {
  std::sort(ids.begin(), ids.end(), [this](ObjectId a, ObjectId b) { return KeyOf(a) < KeyOf(b); });
  return ids;
}

std::vector<ObjectId> Cluster::Referrers(const ObjectKey& to, Edge edge) const {
  auto at = ids_.find(to);
  if (at == ids_.end()) return {};
  std::vector<ObjectId> referrers;
  for (const auto& [by_edge, referrer] : entries_[at->second].referred_by) {
    if (by_edge == edge) referrers.push_back(referrer);
  }
  return Sorted(std::move(referrers));
}

std::vector<ObjectId> Cluster::InNamespace(Kind kind, const std::string& ns) const {
  auto at = in_namespace_.find(KindInNamespace(kind, ns));
  if (at == in_namespace_.end()) return {};
  return Sorted(std::vector<ObjectId>(at->second.begin(), at->second.end()));
}

std::vector<ObjectId> Cluster::All(Kind kind) const {
  std::vector<ObjectId> ids;
  for (const auto& [place, members] : in_namespace_) {
    if (place.first == kind) ids.insert(ids.end(), members.begin(), members.end());
  }
  return Sorted(std::move(ids));
}

bool Cluster::Permits(absl::string_view from_group, absl::string_view from_kind,
                      const std::string& from_ns, const ObjectKey& to) const {
  if (from_ns == to.ns) return true;
  auto at = in_namespace_.find(KindInNamespace(Kind::kReferenceGrant, to.ns));
  if (at == in_namespace_.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(), [&](ObjectId id) {
    const ReferenceGrantSpec& spec = Find(id)->As<ReferenceGrant>()->spec;
    const bool from = std::any_of(spec.from.begin(), spec.from.end(), [&](const auto& f) {
      return f.group == from_group && f.kind == from_kind && f.ns == from_ns;
    });
    return from && std::any_of(spec.to.begin(), spec.to.end(), [&](const auto& t) {
             return t.group == to.group && t.kind == to.kind &&
                    (t.name.empty() || t.name == to.name);
           });
  });
}

void Cluster::Apply(Object object) {
  const ObjectId id = IdOf(object.key());
  Entry& entry = entries_[id];
  if (!entry.object.empty() && entry.object == object) {
    entry.object = std::move(object);  // the place in the file may have moved
    return;
  }
  if (!entry.object.empty()) {
    Touch(id);
    Unlink(id);
  }
  entry.object = std::move(object);
  Link(id);
  Touch(id);
}

bool Cluster::Delete(const ObjectKey& key) {
  auto at = ids_.find(key);
  if (at == ids_.end() || entries_[at->second].object.empty()) return false;
  Touch(at->second);
  Unlink(at->second);
  entries_[at->second].object = Object();
  return true;
}

void Cluster::Link(ObjectId id) {
  const Object& object = entries_[id].object;
  for (const Reference& reference : ReferencesOf(object)) {
    const ObjectId to = IdOf(reference.to);
    entries_[id].refers_to.emplace_back(reference.edge, to);
    entries_[to].referred_by.insert({reference.edge, id});
  }
  in_namespace_[KindInNamespace(object.kind(), object.meta().ns)].insert(id);
}

void Cluster::Unlink(ObjectId id) {
  Entry& entry = entries_[id];
  for (const auto& [edge, to] : entry.refers_to) entries_[to].referred_by.erase({edge, id});
  entry.refers_to.clear();
  auto at = in_namespace_.find(KindInNamespace(entry.object.kind(), entry.object.meta().ns));
  at->second.erase(id);
  if (at->second.empty()) in_namespace_.erase(at);
}

// The touch rules. Each names the index that it uses; none walks more than what it touches.
void Cluster::Touch(ObjectId id) {
  const Object& object = entries_[id].object;
  const std::string& ns = object.meta().ns;
  switch (object.kind()) {
    case Kind::kBackend:
    case Kind::kService:
      TouchBackend(id);
      break;
    case Kind::kBackendTLSPolicy:
    case Kind::kBackendConfigPolicy:
      TouchPolicy(id);
      break;
    case Kind::kConfigMap:
    case Kind::kSecret:
      for (const auto& [edge, referrer] : entries_[id].referred_by) {
        if (edge == Edge::kTrust) TouchPolicy(referrer);
        if (edge == Edge::kSecret) TouchGateway(referrer);
      }
      break;
    case Kind::kEndpointSlice:
      for (const auto& [edge, to] : entries_[id].refers_to) touched_.backends.insert(to);
      break;
    case Kind::kHTTPRoute:
      TouchRoute(id);
      break;
    case Kind::kGateway:
      TouchGateway(id);
      break;
    case Kind::kGatewayClass:
      for (const auto& [edge, referrer] : entries_[id].referred_by) {
        if (edge == Edge::kClass) TouchGateway(referrer);
      }
      break;
    case Kind::kNamespace:  // its labels decide which listeners take the routes in it
      for (ObjectId route : InNamespace(Kind::kHTTPRoute, object.meta().name)) TouchRoute(route);
      break;
    case Kind::kReferenceGrant:
      for (const ReferenceGrantFrom& from : object.As<ReferenceGrant>()->spec.from) {
        if (from.ns == ns) continue;
        for (ObjectId route : InNamespace(Kind::kHTTPRoute, from.ns)) TouchRoute(route);
        for (ObjectId gateway : InNamespace(Kind::kGateway, from.ns)) TouchGateway(gateway);
      }
      break;
    // Nothing is read from these yet.
    case Kind::kListenerSet:
    case Kind::kGRPCRoute:
    case Kind::kTLSRoute:
    case Kind::kTCPRoute:
    case Kind::kUDPRoute:
    case Kind::kXBackend:
    case Kind::kXBackendTrafficPolicy:
    case Kind::kXMesh:
    case Kind::kCustomResourceDefinition:
    case Kind::kUntyped:
      break;
  }
}

void Cluster::TouchBackend(ObjectId id) {
  touched_.backends.insert(id);
  for (const auto& [edge, referrer] : entries_[id].referred_by) {
    if (edge == Edge::kTarget) touched_.policies.insert(referrer);
    if (edge != Edge::kBackend) continue;
    for (const auto& [route_edge, to] : entries_[referrer].refers_to) {
      if (route_edge == Edge::kParent) touched_.gateways.insert(to);
    }
  }
  // Policies that select by labels.
  for (ObjectId policy : InNamespace(Kind::kBackendConfigPolicy, KeyOf(id).ns)) {
    const auto& spec = Find(policy)->As<BackendConfigPolicy>()->spec;
    if (!spec.target_selectors.empty()) touched_.policies.insert(policy);
  }
}

void Cluster::TouchPolicy(ObjectId id) {
  touched_.policies.insert(id);
  for (const auto& [edge, to] : entries_[id].refers_to) {
    if (edge == Edge::kTarget) touched_.backends.insert(to);
  }
  const Object& object = entries_[id].object;
  const BackendConfigPolicy* policy = object.As<BackendConfigPolicy>();
  if (policy == nullptr || policy->spec.target_selectors.empty()) return;
  for (Kind kind : {Kind::kService, Kind::kBackend}) {
    for (ObjectId backend : InNamespace(kind, object.meta().ns)) touched_.backends.insert(backend);
  }
}

void Cluster::TouchRoute(ObjectId id) {
  for (const auto& [edge, to] : entries_[id].refers_to) {
    if (edge == Edge::kBackend) touched_.backends.insert(to);
    if (edge == Edge::kParent) touched_.gateways.insert(to);
  }
}

void Cluster::TouchGateway(ObjectId id) {
  touched_.gateways.insert(id);
  for (const auto& [edge, route] : entries_[id].referred_by) {
    if (edge != Edge::kParent) continue;
    for (const auto& [route_edge, to] : entries_[route].refers_to) {
      if (route_edge == Edge::kBackend) touched_.backends.insert(to);
    }
  }
}

void Cluster::TouchAll() {
  for (ObjectId id = 0; id < entries_.size(); ++id) {
    if (!entries_[id].object.empty()) Touch(id);
  }
}

}  // namespace gwpolicy
