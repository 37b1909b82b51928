#include "gwpolicy/cluster/cluster.h"

#include <algorithm>

#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/reference_grant.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/prefetch.h"
#include "gwpolicy/base/text_order.h"
#include "gwpolicy/cluster/routes.h"

namespace gwpolicy {
namespace {

// What the fields point to that resolving a backend reads.
void PrefetchFields(const Object& object) {
  constexpr size_t kOfAList = 128;  // an item or two
  Prefetch(object.meta().name.data(), 1);
  Prefetch(object.meta().ns.data(), 1);
  if (const auto* service = object.As<Service>()) {
    Prefetch(service->spec.ports.data(), kOfAList);
  } else if (const auto* tls_policy = object.As<BackendTLSPolicy>()) {
    Prefetch(tls_policy->spec.target_refs.data(), kOfAList);
    Prefetch(tls_policy->spec.validation.ca_certificate_refs.data(), 1);
    Prefetch(tls_policy->spec.validation.hostname.data(), 1);
  } else if (const auto* config_policy = object.As<BackendConfigPolicy>()) {
    Prefetch(config_policy->spec.target_refs.data(), kOfAList);
  } else if (IsRoute(object.kind())) {
    Prefetch(ParentRefsOf(object).data(), kOfAList);
    Prefetch(HostnamesOf(object).data(), 1);
  }
}

// Whether somebody asks for the objects of a kind in a namespace. Those of other kinds, of which
// there are many, are looked for among all where one asks for them.
bool HasMembers(Kind kind) {
  switch (kind) {
    case Kind::kBackendConfigPolicy:
    case Kind::kBackendTLSPolicy:
    case Kind::kConfigMap:
    case Kind::kEndpointSlice:
    case Kind::kSecret:
    case Kind::kUntyped:
      return false;
    default:
      return true;
  }
}

// `key` is that of the backend.
bool Selects(const BackendConfigPolicy& policy, const KeyView& key, const Object& backend) {
  const auto& selectors = policy.spec.target_selectors;
  return std::any_of(selectors.begin(), selectors.end(), [&](const auto& selector) {
    return Selects(selector, key.group, key.kind, backend.meta().labels);
  });
}

}  // namespace

KeyView Cluster::KeptKeyOf(ObjectId id) const { return *keys_.find(id)->second; }

ObjectId Cluster::NewId() {
  if (free_.empty()) {
    entries_.emplace_back();
    return static_cast<ObjectId>(entries_.size() - 1);
  }
  const ObjectId id = free_.back();
  free_.pop_back();
  return id;
}

ObjectId Cluster::IdOf(const ObjectKey& key) {
  const auto at = ids_.find(key);
  if (at != ids_.end()) return *at;
  const ObjectId id = NewId();
  keys_.emplace(id, std::make_unique<const ObjectKey>(key));
  ids_.insert(id);
  return id;
}

std::optional<ObjectId> Cluster::LookUp(const KeyView& key) const {
  const auto at = ids_.find(key);
  if (at == ids_.end()) return std::nullopt;
  return *at;
}

const Object* Cluster::Find(const KeyView& key) const {
  const auto at = ids_.find(key);
  return at == ids_.end() ? nullptr : Find(*at);
}

template <typename Items>
Items Cluster::Sorted(Items ids) const {
  if (ids.size() > 1) {
    std::sort(ids.begin(), ids.end(), [this](ObjectId a, ObjectId b) { return KeyLess(a, b); });
  }
  return ids;
}

bool Cluster::KeyLess(ObjectId a, ObjectId b) const {
  const KeyView x = KeyOf(a);
  const KeyView y = KeyOf(b);
  return TextsLess(x.group, y.group, x.kind, y.kind, x.ns, y.ns, x.name, y.name);
}

ObjectIds Cluster::Referrers(const KeyView& to, Edge edge) const {
  const auto at = ids_.find(to);
  return at == ids_.end() ? ObjectIds() : Referrers(*at, edge);
}

ObjectIds Cluster::Referrers(ObjectId to, Edge edge) const {
  ObjectIds referrers;
  VisitReferrers(to, edge, [&referrers](ObjectId id) { referrers.push_back(id); });
  return Sorted(std::move(referrers));
}

void Cluster::VisitReferrers(ObjectId to, Edge edge, Visitor visit) const {
  Step({TouchStep::Way::kReferrers, edge}, to, visit);
}

void Cluster::VisitSelectingPolicies(ObjectId backend, Visitor visit) const {
  Step({TouchStep::Way::kSelecting}, backend, visit);
}

void Cluster::VisitSelectedBackends(ObjectId policy, Visitor visit) const {
  Step({TouchStep::Way::kSelected}, policy, visit);
}

bool Cluster::HasSelectors(ObjectId policy) const {
  const auto* config = entries_[policy].object.As<BackendConfigPolicy>();
  return config != nullptr && !config->spec.target_selectors.empty();
}

std::vector<ObjectId> Cluster::ClusterScoped(Kind kind) const {
  std::vector<ObjectId> ids;
  VisitMembers(kind, Text(), [&ids](ObjectId id) { ids.push_back(id); });
  return Sorted(std::move(ids));
}

std::vector<ObjectId> Cluster::All(Kind kind) const {
  std::vector<ObjectId> ids;
  Visit(kind, [&ids](ObjectId id) { ids.push_back(id); });
  return Sorted(std::move(ids));
}

void Cluster::Visit(Kind kind, Visitor visit) const {
  if (!HasMembers(kind)) {
    for (ObjectId id = 0; id < entries_.size(); ++id) {
      const Object& object = entries_[id].object;
      if (!object.empty() && object.kind() == kind) visit(id);
    }
    return;
  }
  for (const auto& [place, members] : in_namespace_) {
    if (place.first != kind) continue;
    for (ObjectId id : members) visit(id);
  }
}

bool Cluster::Permits(absl::string_view from_group, absl::string_view from_kind,
                      const Text& from_ns, const KeyView& to) const {
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
  const bool is_modelled = object.kind() != Kind::kUntyped;
  const auto at = is_modelled ? ids_.find(object.key_view()) : ids_.find(object.key());
  const bool is_new = at == ids_.end();
  const ObjectId id = is_new ? NewId() : *at;
  Entry& entry = entries_[id];
  if (!entry.object.empty()) {
    if (entry.object == object) {
      entry.object = std::move(object);  // the place in the file may have moved
      return;
    }
    Touch(id);
    Unlink(id);
  }
  entry.object = std::move(object);
  if (is_modelled) {
    keys_.erase(id);
  } else {
    keys_.try_emplace(id, std::make_unique<const ObjectKey>(entry.object.key()));
  }
  if (is_new) ids_.insert(id);
  Link(id);
  Touch(id);
}

bool Cluster::Delete(const ObjectKey& key) {
  const auto at = ids_.find(key);
  if (at == ids_.end() || entries_[*at].object.empty()) return false;
  const ObjectId id = *at;
  Touch(id);
  Unlink(id);
  keys_.try_emplace(id, std::make_unique<const ObjectKey>(KeyOf(id)));
  entries_[id].object = Object();
  maybe_unknown_.push_back(id);
  return true;
}

void Cluster::Forget() {
  for (ObjectId id : std::exchange(maybe_unknown_, {})) {
    const Entry& entry = entries_[id];
    if (!entry.object.empty() || !entry.referred_by.empty()) continue;
    if (keys_.find(id) == keys_.end()) continue;  // it has been forgotten
    ids_.erase(id);
    keys_.erase(id);
    free_.push_back(id);
  }
}

void Cluster::Link(ObjectId id) {
  const Object& object = entries_[id].object;
  const Text& ns = KeyOf(id).ns;
  const References references = gwpolicy::ReferencesOf(object);
  entries_[id].refers_to.reserve(references.size());
  for (const Reference& reference : references) {
    const ObjectId to = IdOf(reference.to);
    Referral& referral = entries_[id].refers_to.emplace_back();
    referral.to = to;
    referral.detail = reference.detail;
    referral.edge = reference.edge;
    entries_[to].referred_by.Add(reference.edge, id);
    if (reference.edge == Edge::kEndpoints) UpdateSlices(to);
    if (TakesGrant(reference.edge) && reference.to.ns != ns && !reference.to.ns.empty()) {
      crossing_[Namespaces(ns, reference.to.ns)].insert(id);
    }
  }
  if (HasMembers(object.kind())) in_namespace_[KindInNamespace(object.kind(), ns)].insert(id);
  if (HasSelectors(id)) selecting_[ns].insert(id);
}

void Cluster::Unlink(ObjectId id) {
  const auto erase = [id](auto& index, const auto& place) {
    auto at = index.find(place);
    if (at == index.end()) return;
    at->second.erase(id);
    if (at->second.empty()) index.erase(at);
  };
  Entry& entry = entries_[id];
  const Text& ns = KeyOf(id).ns;
  for (const Referral& ref : entry.refers_to) {
    Entry& to = entries_[ref.to];
    to.referred_by.Remove(ref.edge, id);
    if (ref.edge == Edge::kEndpoints) UpdateSlices(ref.to);
    if (to.object.empty()) maybe_unknown_.push_back(ref.to);
    if (TakesGrant(ref.edge)) erase(crossing_, Namespaces(ns, KeyOf(ref.to).ns));
  }
  entry.refers_to = {};
  erase(in_namespace_, KindInNamespace(entry.object.kind(), ns));
  erase(selecting_, ns);
}

void Cluster::Touch(ObjectId id) {
  const uint32_t kind = uint32_t{1} << static_cast<unsigned>(entries_[id].object.kind());
  for (const TouchRule& rule : TouchRules()) {
    if ((rule.kinds & kind) != 0) Follow(rule, 0, id);
  }
}

SharedList<Object> Cluster::MakeSlices(ObjectId service) const {
  const ObjectIds ids = Referrers(service, Edge::kEndpoints);
  return SharedList<Object>::Made(ids.size(), [&](size_t i) { return entries_[ids[i]].object; });
}

void Cluster::UpdateSlices(ObjectId service) {
  // A list of many would be made anew for each of them.
  constexpr size_t kFew = 16;
  SharedList<Object> slices;
  if (entries_[service].referred_by.size() <= kFew) slices = MakeSlices(service);
  if (slices.empty()) {
    slices_.Erase(service);
  } else {
    slices_[service] = std::move(slices);
  }
}

// An object that does not exist is known by its key alone.
Kind Cluster::KindOf(ObjectId id) const {
  const Object& object = entries_[id].object;
  if (!object.empty()) return object.kind();
  const KeyView key = KeyOf(id);
  const KindInfo* const info = FindKind(key.group, key.kind);
  return info == nullptr ? Kind::kUntyped : info->kind;
}

void Cluster::Follow(const TouchRule& rule, size_t at, ObjectId id) {
  if (at == rule.steps.size() || rule.steps[at].way == TouchStep::Way::kEnd) {
    if (IsOfSort(rule.touched, KindOf(id))) touched_.Add(rule.touched, id);
    return;
  }
  Step(rule.steps[at], id, [&](ObjectId next) { Follow(rule, at + 1, next); });
}

void Cluster::Step(const TouchStep& step, ObjectId id, Visitor visit) const {
  const Entry& entry = entries_[id];
  switch (step.way) {
    case TouchStep::Way::kEnd:
      return;
    case TouchStep::Way::kReferrers:
      entry.referred_by.ForEach([&](Edge edge, ObjectId referrer) {
        if (edge == step.edge) visit(referrer);
      });
      return;
    case TouchStep::Way::kReferred:
      for (const Referral& ref : entry.refers_to) {
        if (ref.edge == step.edge) visit(ref.to);
      }
      return;
    case TouchStep::Way::kSelecting: {
      const KeyView key = KeyOf(id);
      const auto at = selecting_.find(key.ns);
      if (at == selecting_.end() || entry.object.empty()) return;
      for (ObjectId policy : at->second) {
        if (Selects(*Find(policy)->As<BackendConfigPolicy>(), key, entry.object)) {
          visit(policy);
        }
      }
      return;
    }
    case TouchStep::Way::kSelected: {
      if (!HasSelectors(id)) return;
      const auto& policy = *entry.object.As<BackendConfigPolicy>();
      for (Kind kind : {Kind::kService, Kind::kBackend}) {
        VisitMembers(kind, KeyOf(id).ns, [&](ObjectId backend) {
          const Object& object = *Find(backend);
          if (Selects(policy, object.key_view(), object)) visit(backend);
        });
      }
      return;
    }
    case TouchStep::Way::kRoutesIn:
      for (Kind kind : kRouteKinds) VisitMembers(kind, KeyOf(id).name, visit);
      return;
    case TouchStep::Way::kSetsIn:
      VisitMembers(Kind::kListenerSet, KeyOf(id).name, visit);
      return;
    case TouchStep::Way::kCrossing: {
      const auto* grant = entry.object.As<ReferenceGrant>();
      if (grant == nullptr) return;
      for (const ReferenceGrantFrom& from : grant->spec.from) {
        const auto at = crossing_.find(Namespaces(from.ns, KeyOf(id).ns));
        if (at == crossing_.end()) continue;
        for (ObjectId referrer : at->second) visit(referrer);
      }
      return;
    }
  }
}

void Cluster::VisitMembers(Kind kind, const Text& ns, Visitor visit) const {
  auto at = in_namespace_.find(KindInNamespace(kind, ns));
  if (at == in_namespace_.end()) return;
  for (ObjectId id : at->second) visit(id);
}

void Cluster::Prefetch(ObjectId backend, size_t step) const {
  const Entry& entry = entries_[backend];
  if (step < kOwnPrefetchSteps) return PrefetchEntry(entry, step);
  if (entry.referred_by.list() == nullptr) return;
  entry.referred_by.ForEach([&](Edge, ObjectId referrer) {
    PrefetchEntry(entries_[referrer], step - kOwnPrefetchSteps);
  });
}

void Cluster::PrefetchEntry(const Entry& entry, size_t step) {
  constexpr size_t kOfAList = 64;
  constexpr size_t kOfAnObject = 448;  // the fields of most kinds that resolving reads
  const Object& object = entry.object;
  if (step == 0) {
    gwpolicy::Prefetch(&entry, sizeof(entry));
  } else if (step == 1) {
    gwpolicy::Prefetch(entry.referred_by.list(), kOfAList);
    gwpolicy::Prefetch(entry.refers_to.data(), kOfAList);
    if (!object.empty()) gwpolicy::Prefetch(object.raw(), kOfAnObject);
  } else if (!object.empty()) {
    PrefetchFields(object);
  }
}

void Cluster::TouchAll() {
  for (ObjectId id = 0; id < entries_.size(); ++id) {
    if (!entries_[id].object.empty()) Touch(id);
  }
}

}  // namespace gwpolicy
