#include "gwpolicy/resolve/engine.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/gateway_class.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/backend_result.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/policies/backend_tls_policy.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/routing.h"
#include "gwpolicy/resolve/status.h"
#include "gwpolicy/resolve/target_notes.h"

namespace gwpolicy {
namespace {

// A targetRef of either policy kind.
struct TargetRef {
  ObjectKey key;
  std::string section_name;
};

std::vector<TargetRef> TargetRefsOf(const Object& policy) {
  std::vector<TargetRef> refs;
  if (const auto* tls_policy = policy.As<BackendTLSPolicy>()) {
    for (const auto& ref : tls_policy->spec.target_refs) {
      if (IsLost(ref, policy.meta())) continue;
      refs.push_back({MakeKey(ref.group, ref.kind, policy.meta().ns, ref.name), ref.section_name});
    }
  } else if (const auto* config_policy = policy.As<BackendConfigPolicy>()) {
    for (const auto& ref : config_policy->spec.target_refs) {
      refs.push_back({MakeKey(ref.group, ref.kind, policy.meta().ns, ref.name), ""});
    }
  }
  return refs;
}

// A targetRef that names a UDP port has a finding of its own.
bool AimsAtUdp(const Cluster& cluster, const Object& policy, size_t target_index) {
  const std::vector<TargetNote> notes = TargetNotesOf(cluster, policy);
  return std::any_of(notes.begin(), notes.end(), [target_index](const TargetNote& note) {
    return note.index == target_index && note.why == TargetNote::Why::kUdpPort;
  });
}

bool SameResult(const PolicyResult& a, const PolicyResult& b) {
  return a.policy == b.policy && Equal(TypeOf<PolicyStatus>(), &a.status, &b.status);
}

}  // namespace

struct Engine::State {
  EngineOptions options;
  const Profile* default_profile = nullptr;
  const Profile* override = nullptr;
  Cluster cluster;

  absl::flat_hash_map<ObjectId, BackendResult> backends;
  // Layers of policies, until the policy or what it refers to changes.
  absl::flat_hash_map<ObjectId, std::map<const Profile*, std::unique_ptr<PolicyTls>>> layers;
  struct PolicyState {
    std::shared_ptr<const PolicyResult> result;
    std::vector<Finding> findings;
  };
  absl::flat_hash_map<ObjectId, PolicyState> policies;
  // The profiles whose controllers write status: the default one and those of GatewayClasses.
  std::vector<const Profile*> acting;

  // Whether `acting` is not what it was.
  bool UpdateActing() {
    std::vector<const Profile*> now = {&ProfileOf(GatewayId())};
    if (override == nullptr) {
      for (ObjectId id : cluster.InNamespace(Kind::kGatewayClass, "")) {
        const auto* gateway_class = cluster.Find(id)->As<GatewayClass>();
        const Profile* profile = FindProfileByController(gateway_class->spec.controller_name);
        if (profile != nullptr) now.push_back(profile);
      }
    }
    std::sort(now.begin(), now.end(),
              [](const Profile* a, const Profile* b) { return a->name < b->name; });
    now.erase(std::unique(now.begin(), now.end()), now.end());
    return std::exchange(acting, now) != now;
  }

  const Profile& ProfileOf(const GatewayId& id) const {
    if (override != nullptr) return *override;
    const Gateway* gateway = id.empty() ? nullptr : cluster.FindAs<Gateway>(KeyOfGateway(id));
    if (gateway == nullptr) return *default_profile;
    const std::string& name = gateway->spec.gateway_class_name;
    const GatewayClass* gateway_class = cluster.FindAs<GatewayClass>(
        ObjectKey{std::string(kGatewayGroup), "GatewayClass", "", name});
    const Profile* profile = gateway_class == nullptr
                                 ? FindProfileByClassName(name)
                                 : FindProfileByController(gateway_class->spec.controller_name);
    return profile == nullptr ? *default_profile : *profile;
  }

  const PolicyTls& LayerOf(ObjectId policy, const Profile& profile) {
    std::unique_ptr<PolicyTls>& layer = layers[policy][&profile];
    if (layer == nullptr) {
      const Object& object = *cluster.Find(policy);
      const PolicyInput input{cluster, profile, options.now, options.expires_soon};
      layer = std::make_unique<PolicyTls>(object.kind() == Kind::kBackendTLSPolicy
                                              ? ReadBackendTLSPolicy(object, input)
                                              : ReadBackendConfigPolicy(object, input));
    }
    return *layer;
  }

  // The backends that a policy aims at and that exist, and those that do not.
  std::vector<ObjectId> TargetsOf(const Object& policy, std::vector<std::string>* missing);
  void ResolveBackendId(ObjectId id, Changes& changes, absl::flat_hash_set<ObjectId>& policies);
  void ResolvePolicy(ObjectId id, Changes& changes);
  std::vector<Finding> PolicyFindings(const Object& policy, const std::vector<PolicyFate>& fates,
                                      const std::map<const Profile*, const PolicyTls*>& by_profile);
};

std::vector<ObjectId> Engine::State::TargetsOf(const Object& policy,
                                               std::vector<std::string>* missing) {
  std::vector<ObjectId> targets;
  const auto add = [&targets](ObjectId id) {
    if (std::find(targets.begin(), targets.end(), id) == targets.end()) targets.push_back(id);
  };
  for (const TargetRef& ref : TargetRefsOf(policy)) {
    if (!CanBeBackend(ref.key)) continue;
    if (cluster.Find(ref.key) != nullptr) {
      add(cluster.IdOf(ref.key));
    } else if (missing != nullptr) {
      missing->push_back(absl::StrCat(ref.key.kind, " ", ref.key.ns, "/", ref.key.name));
    }
  }
  const auto* config_policy = policy.As<BackendConfigPolicy>();
  if (config_policy != nullptr && !config_policy->spec.target_selectors.empty()) {
    for (Kind kind : {Kind::kService, Kind::kBackend}) {
      for (ObjectId id : cluster.InNamespace(kind, policy.meta().ns)) add(id);
    }
  }
  return targets;
}

void Engine::State::ResolveBackendId(ObjectId id, Changes& changes,
                                     absl::flat_hash_set<ObjectId>& policies_to_do) {
  ++changes.backends_touched;
  const Object* backend = cluster.Find(id);
  BackendResult next;
  if (backend != nullptr) {
    const auto profile_of = [this](const GatewayId& gateway) -> const Profile& {
      return ProfileOf(gateway);
    };
    const auto layer_of = [this](ObjectId policy, const Profile& profile) -> const PolicyTls& {
      return LayerOf(policy, profile);
    };
    next = ResolveBackend(BackendInput{cluster, profile_of, layer_of}, *backend);
  }
  BackendResult before;
  auto at = backends.find(id);
  if (at != backends.end()) before = std::move(at->second);
  for (const PolicyFate& fate : before.fates) policies_to_do.insert(fate.policy);
  for (const PolicyFate& fate : next.fates) policies_to_do.insert(fate.policy);

  // Both lists are in ResultOrder: a merge finds what is new, different or gone.
  size_t old = 0;
  for (std::shared_ptr<const BackendTls>& entry : next.entries) {
    while (old < before.entries.size() && ResultOrder(*before.entries[old], *entry)) {
      changes.removed.emplace_back(before.entries[old]->gateway, before.entries[old]->backend);
      ++old;
    }
    if (old < before.entries.size() && !ResultOrder(*entry, *before.entries[old])) {
      if (*before.entries[old] == *entry) {
        entry = before.entries[old];  // readers keep sharing one value
      } else {
        changes.backends.push_back(entry);
      }
      ++old;
    } else {
      changes.backends.push_back(entry);
    }
  }
  for (; old < before.entries.size(); ++old) {
    changes.removed.emplace_back(before.entries[old]->gateway, before.entries[old]->backend);
  }
  if (backend == nullptr) {
    backends.erase(id);
  } else {
    backends[id] = std::move(next);
  }
}

void Engine::State::ResolvePolicy(ObjectId id, Changes& changes) {
  const Object* policy = cluster.Find(id);
  if (policy == nullptr) {
    layers.erase(id);
    if (policies.erase(id) != 0) changes.removed_statuses.push_back(cluster.KeyOf(id));
    return;
  }
  std::vector<std::string> missing;
  std::vector<PolicyFate> fates;
  for (ObjectId target : TargetsOf(*policy, &missing)) {
    auto at = backends.find(target);
    if (at == backends.end()) continue;
    for (const PolicyFate& fate : at->second.fates) {
      if (fate.policy == id) fates.push_back(fate);
    }
  }
  std::map<const Profile*, const PolicyTls*> by_profile;
  for (const PolicyFate& fate : fates) {
    if (fate.fate == Outcome::Fate::kNotRead) continue;
    by_profile.emplace(fate.profile, &LayerOf(id, *fate.profile));
  }
  const std::vector<TargetNote> notes = TargetNotesOf(cluster, *policy);
  if (by_profile.empty() && !notes.empty()) {
    const Profile& profile = ProfileOf(GatewayId());
    by_profile.emplace(&profile, &LayerOf(id, profile));
  }
  StatusResult made = MakeStatus(StatusInput{*policy, fates, by_profile, ProfileOf(GatewayId()),
                                             std::move(missing), options.now, notes, acting});
  auto result = std::make_shared<PolicyResult>();
  result->policy = *policy;
  result->status = std::move(made.status);
  PolicyState& state = policies[id];
  state.findings = PolicyFindings(*policy, fates, by_profile);
  for (Finding& finding : made.findings) state.findings.push_back(std::move(finding));
  if (state.result != nullptr && SameResult(*state.result, *result)) return;
  state.result = result;
  changes.statuses.push_back(std::move(result));
}

std::vector<Finding> Engine::State::PolicyFindings(
    const Object& policy, const std::vector<PolicyFate>& fates,
    const std::map<const Profile*, const PolicyTls*>& by_profile) {
  FindingSink sink;
  for (const auto& [profile, layer] : by_profile) sink.Append(layer->findings);
  if (by_profile.empty()) {
    // It attaches to nothing; what is wrong with it is worth knowing all the same.
    const Profile& profile = ProfileOf(GatewayId());
    if (policy.kind() == Kind::kBackendTLSPolicy || profile.reads_backend_config_policy) {
      sink.Append(LayerOf(cluster.IdOf(policy.key()), profile).findings);
    }
  }
  sink.SetObject(policy.ref(), policy.source());
  const std::vector<TargetRef> refs = TargetRefsOf(policy);
  for (size_t i = 0; i < refs.size(); ++i) {
    const TargetRef& ref = refs[i];
    const std::string path = absl::StrCat("spec.targetRefs[", i, "]");
    const std::string label = absl::StrCat(ref.key.kind, " ", ref.key.ns, "/", ref.key.name);
    if (!CanBeBackend(ref.key)) {
      sink.AddAt(path, Code::kAttachUnsupportedTarget,
                 absl::StrCat(label, " is not a Service or Backend, so nothing is attached"));
      continue;
    }
    const Object* target = cluster.Find(ref.key);
    if (target == nullptr) {
      sink.AddAt(path, Code::kAttachTargetNotFound, absl::StrCat(label, " does not exist"));
      continue;
    }
    if (ref.section_name.empty() || AimsAtUdp(cluster, policy, i)) continue;
    const bool attached = std::any_of(fates.begin(), fates.end(), [&ref](const PolicyFate& fate) {
      return fate.section_name == ref.section_name && fate.backend.name == ref.key.name &&
             fate.backend.kind == ref.key.kind && fate.fate != Outcome::Fate::kElsewhere;
    });
    if (!attached) {
      sink.AddAt(path + ".sectionName", Code::kAttachPortNotFound,
                 absl::StrCat(label, " has no port named \"", ref.section_name, "\""));
    }
  }
  const auto is = [](Outcome::Fate wanted) {
    return [wanted](const PolicyFate& fate) { return fate.fate == wanted; };
  };
  if (std::any_of(fates.begin(), fates.end(), is(Outcome::Fate::kShadowed)) &&
      std::none_of(fates.begin(), fates.end(), is(Outcome::Fate::kWon)) &&
      std::none_of(fates.begin(), fates.end(), is(Outcome::Fate::kLost))) {
    sink.AddAt("spec.targetRefs", Code::kAttachShadowed,
               "every port has a policy of its own, so this one is in effect nowhere");
  }
  return sink.Take();
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

absl::StatusOr<Engine> Engine::Create(EngineOptions options) {
  auto state = std::make_unique<State>();
  const auto unknown = [](const std::string& name) {
    std::vector<absl::string_view> names;
    for (const Profile* profile : AllProfiles()) names.push_back(profile->name);
    return absl::InvalidArgumentError(absl::StrCat("there is no profile \"", name,
                                                   "\"; use one of ", absl::StrJoin(names, ", ")));
  };
  state->default_profile = FindProfile(options.default_profile);
  if (state->default_profile == nullptr) return unknown(options.default_profile);
  if (!options.profile_override.empty()) {
    state->override = FindProfile(options.profile_override);
    if (state->override == nullptr) return unknown(options.profile_override);
  }
  if (options.now == absl::InfinitePast()) {
    return absl::InvalidArgumentError("EngineOptions::now is not set");
  }
  state->options = std::move(options);
  return Engine(std::move(state));
}

absl::Status Engine::Apply(Object object) {
  if (object.empty()) return absl::InvalidArgumentError("the object is empty");
  if (object.meta().name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("an object of kind ", object.kind_name(), " has no metadata.name"));
  }
  state_->cluster.Apply(std::move(object));
  return absl::OkStatus();
}

absl::Status Engine::Delete(const ObjectKey& key) {
  if (!state_->cluster.Delete(key)) {
    return absl::NotFoundError(absl::StrCat("there is no ", key.ToString()));
  }
  return absl::OkStatus();
}

void Engine::SetTime(absl::Time now) {
  if (now == state_->options.now) return;
  state_->options.now = now;
  // Time shows in findings and in new conditions, so every policy is looked at again.
  state_->cluster.TouchAll();
}

Changes Engine::Resolve() {
  State& state = *state_;
  Changes changes;
  Cluster::Touched touched = state.cluster.TakeTouched();
  for (ObjectId policy : touched.policies) state.layers.erase(policy);
  absl::flat_hash_set<ObjectId> policies = std::move(touched.policies);
  if (state.UpdateActing()) {
    // Entries that were somebody else's may have become ours, or the other way round.
    for (Kind kind : {Kind::kBackendTLSPolicy, Kind::kBackendConfigPolicy}) {
      for (ObjectId policy : state.cluster.All(kind)) policies.insert(policy);
    }
  }
  for (ObjectId backend : touched.backends) {
    if (CanBeBackend(state.cluster.KeyOf(backend))) {
      state.ResolveBackendId(backend, changes, policies);
    }
  }
  for (ObjectId policy : policies) state.ResolvePolicy(policy, changes);
  for (ObjectId gateway : touched.gateways) {
    changes.gateways.push_back(IdOfGateway(state.cluster.KeyOf(gateway)));
  }
  std::sort(changes.backends.begin(), changes.backends.end(),
            [](const auto& a, const auto& b) { return ResultOrder(*a, *b); });
  std::sort(changes.removed.begin(), changes.removed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second, a.first) < std::tie(b.second, b.first);
  });
  std::sort(changes.statuses.begin(), changes.statuses.end(),
            [](const auto& a, const auto& b) { return a->policy.key() < b->policy.key(); });
  std::sort(changes.removed_statuses.begin(), changes.removed_statuses.end());
  std::sort(changes.gateways.begin(), changes.gateways.end());
  return changes;
}

std::shared_ptr<const BackendTls> Engine::Find(const GatewayId& gateway,
                                               const BackendPortId& backend) const {
  const State& state = *state_;
  const std::optional<ObjectId> id =
      state.cluster.LookUp(ObjectKey{backend.group, backend.kind, backend.ns, backend.name});
  if (!id.has_value()) return nullptr;
  auto at = state.backends.find(*id);
  if (at == state.backends.end()) return nullptr;
  for (const auto& entry : at->second.entries) {
    if (entry->gateway == gateway && entry->backend == backend) return entry;
  }
  return nullptr;
}

std::vector<std::shared_ptr<const BackendTls>> Engine::Backends() const {
  std::vector<std::shared_ptr<const BackendTls>> all;
  for (const auto& [id, result] : state_->backends) {
    all.insert(all.end(), result.entries.begin(), result.entries.end());
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return ResultOrder(*a, *b); });
  return all;
}

std::vector<Background> Engine::BackgroundOf(const ObjectKey& key) const {
  const Object* object = state_->cluster.Find(key);
  if (object == nullptr) return {};
  const auto profile_of = [this](const GatewayId& gateway) -> const Profile& {
    return state_->ProfileOf(gateway);
  };
  if (CanBeBackend(key)) return BackgroundsOf(state_->cluster, *object, profile_of);
  std::vector<Background> all;
  for (ObjectId target : state_->TargetsOf(*object, nullptr)) {
    for (Background& one :
         BackgroundsOf(state_->cluster, *state_->cluster.Find(target), profile_of)) {
      all.push_back(std::move(one));
    }
  }
  std::sort(all.begin(), all.end(), [](const Background& a, const Background& b) {
    return std::tie(a.backend, a.gateway) < std::tie(b.backend, b.gateway);
  });
  return all;
}

std::shared_ptr<const RoutedGateway> Engine::Route(const GatewayId& id) const {
  const Object* gateway = state_->cluster.Find(KeyOfGateway(id));
  if (gateway == nullptr || gateway->kind() != Kind::kGateway) return nullptr;
  return std::make_shared<const RoutedGateway>(
      RouteGateway(state_->cluster, *gateway, state_->ProfileOf(id)));
}

std::vector<std::shared_ptr<const RoutedGateway>> Engine::Gateways() const {
  std::vector<std::shared_ptr<const RoutedGateway>> all;
  for (ObjectId id : state_->cluster.All(Kind::kGateway)) {
    all.push_back(Route(IdOfGateway(state_->cluster.KeyOf(id))));
  }
  return all;
}

std::vector<std::shared_ptr<const PolicyResult>> Engine::Policies() const {
  std::vector<std::shared_ptr<const PolicyResult>> all;
  for (const auto& [id, policy] : state_->policies) all.push_back(policy.result);
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a->policy.key() < b->policy.key(); });
  return all;
}

std::vector<Finding> Engine::Findings() const {
  std::vector<Finding> all;
  const auto add = [&all](const std::vector<Finding>& findings) {
    all.insert(all.end(), findings.begin(), findings.end());
  };
  for (const auto& [id, result] : state_->backends) add(result.findings);
  for (const auto& [id, policy] : state_->policies) add(policy.findings);
  for (ObjectId id : state_->cluster.All(Kind::kHTTPRoute)) {
    add(RouteFindings(state_->cluster, *state_->cluster.Find(id)));
  }
  for (ObjectId id : state_->cluster.All(Kind::kGateway)) {
    const Object& gateway = *state_->cluster.Find(id);
    const GatewayCertificate certificate = CertificateOf(state_->cluster, gateway);
    if (certificate.reason.empty()) continue;
    FindingSink sink;
    sink.SetObject(gateway.ref(), gateway.source());
    sink.AddAt("spec.tls.backend.clientCertificateRef", certificate.code, certificate.message);
    add(sink.Take());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace gwpolicy
