#include "gwpolicy/resolve/engine.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/gateway_class.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/prefetch.h"
#include "gwpolicy/base/text_order.h"
#include "gwpolicy/base/text_sort.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/cluster/id_map.h"
#include "gwpolicy/cluster/routes.h"
#include "gwpolicy/resolve/attach.h"
#include "gwpolicy/resolve/backend_findings.h"
#include "gwpolicy/resolve/backend_result.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/certificate_cache.h"
#include "gwpolicy/resolve/gateway_certificate.h"
#include "gwpolicy/resolve/listeners.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/policies/backend_tls_policy.h"
#include "gwpolicy/resolve/policy_key.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/route_links.h"
#include "gwpolicy/resolve/routing.h"
#include "gwpolicy/resolve/status.h"
#include "gwpolicy/resolve/target_notes.h"

namespace gwpolicy {
namespace {

// A targetRef of either policy kind.
struct TargetRef {
  ObjectKey key;
  Text section_name;
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
      refs.push_back({MakeKey(ref.group, ref.kind, policy.meta().ns, ref.name), Text()});
    }
  }
  return refs;
}

// A targetRef that names a UDP port has a finding of its own.
bool AimsAtUdp(const std::vector<TargetNote>& notes, size_t target_index) {
  return std::any_of(notes.begin(), notes.end(), [target_index](const TargetNote& note) {
    return note.index == target_index && note.why == TargetNote::Why::kUdpPort;
  });
}

PolicyTls ReadLayer(const Object& object, const PolicyInput& input) {
  switch (object.kind()) {
    case Kind::kBackendTLSPolicy:
      return ReadBackendTLSPolicy(object, input);
    case Kind::kXBackend:
      return ReadXBackend(object, input);
    default:
      return ReadBackendConfigPolicy(object, input);
  }
}

bool HasFindings(const PolicyTls& layer) {
  return !layer.findings.empty() || !layer.ca_findings.empty();
}

void AppendFindings(const PolicyTls& layer, std::vector<Finding>& out) {
  out.insert(out.end(), layer.findings.begin(), layer.findings.end());
  for (const SharedList<Finding>& of_ca : layer.ca_findings) {
    out.insert(out.end(), of_ca.begin(), of_ca.end());
  }
}

bool SameResult(const PolicyResult& a, const PolicyResult& b) {
  return a.policy == b.policy && Equal(TypeOf<PolicyStatus>(), &*a.status, &*b.status);
}

// Whether no request goes out in plaintext.
bool IsSafe(const std::shared_ptr<const BackendTls>& result) {
  return result == nullptr || result->port->mode != TlsMode::kPlaintext;
}

bool ByResultOrder(const std::shared_ptr<const BackendTls>& a,
                   const std::shared_ptr<const BackendTls>& b) {
  return ResultOrder(*a, *b);
}

// As ObjectKey orders them.
bool ByPolicyKey(const std::shared_ptr<const PolicyResult>& a,
                 const std::shared_ptr<const PolicyResult>& b) {
  const Object& x = a->policy;
  const Object& y = b->policy;
  if (x.kind() != y.kind()) return x.key() < y.key();
  return TextsLess(x.meta().ns, y.meta().ns, x.meta().name, y.meta().name);
}

// Brings results of policies into the order of ByPolicyKey. Places are kinds, as group and name,
// with namespaces.
using PolicySorter =
    PlaceSorter<std::tuple<absl::string_view, absl::string_view, absl::string_view>>;

// The place of the next one.
void AddPlace(const KeyView& policy, PolicySorter& out) {
  out.Add({policy.group, policy.kind, policy.ns}, policy.name);
}

// Whether an outcome says the same to the status of the policies of its backend.
bool SameFate(const PolicyOutcome& a, const PolicyOutcome& b) {
  return a.SameFate(b) && a.policy() == b.policy() &&
         a.fields->error.empty() == b.fields->error.empty();
}

// Whether two results of a backend say the same to the status of the policies that aim at it: what
// MakeStatus looks at. A policy with many targets is not gone through because of one of them.
bool SameForPolicies(const BackendResults& a, const BackendResults& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.gateway == y.gateway && x.port->backend == y.port->backend && x.parents == y.parents &&
           std::equal(x.port->policies.begin(), x.port->policies.end(), y.port->policies.begin(),
                      y.port->policies.end(), SameFate);
  });
}

// Hands results of a backend out; they stay together for as long as somebody holds one of them.
class Handles {
 public:
  explicit Handles(const BackendResults& results)
      : owner_(std::make_shared<const BackendResults>(results)) {}
  std::shared_ptr<const BackendTls> Of(const BackendTls& result) const {
    return std::shared_ptr<const BackendTls>(owner_, &result);
  }

 private:
  const std::shared_ptr<const BackendResults> owner_;
};

void AppendHandles(const BackendResults& results,
                   std::vector<std::shared_ptr<const BackendTls>>& out) {
  if (results.empty()) return;
  const Handles handles(results);
  for (const BackendTls& result : results) out.push_back(handles.Of(result));
}

// Each once.
void SortByName(std::vector<const Profile*>& profiles) {
  std::sort(profiles.begin(), profiles.end(), ByName);
  profiles.erase(std::unique(profiles.begin(), profiles.end()), profiles.end());
}

// What one Resolve comes to, as it grows.
struct Progress {
  Changes changes;
  PolicySorter statuses;  // of `changes`
};

// What is still to be done, in the order of its addition. Each is done once.
class ToDo {
 public:
  void Add(ObjectId id) {
    if (marks_.size() <= id) marks_.resize(std::max<size_t>(id + 1, 2 * marks_.size()));
    if (marks_[id] != Mark::kNone) return;
    marks_[id] = Mark::kOpen;
    ids_.push_back(id);
  }
  // Whether `id` is open. From then on it is not.
  bool Take(ObjectId id) {
    if (marks_.size() <= id || marks_[id] != Mark::kOpen) return false;
    marks_[id] = Mark::kDone;
    return true;
  }
  const std::vector<ObjectId>& ids() const { return ids_; }
  void Clear() {
    for (ObjectId id : ids_) marks_[id] = Mark::kNone;
    constexpr size_t kFew = 64;
    if (ids_.size() > kFew) ids_ = std::vector<ObjectId>();  // with its memory
    ids_.clear();
  }

 private:
  enum class Mark : uint8_t { kNone, kOpen, kDone };
  std::vector<Mark> marks_;  // by id; kept, so that a small change of a large cluster is small
  std::vector<ObjectId> ids_;
};

}  // namespace

struct Engine::State {
  EngineOptions options;
  const Profile* default_profile = nullptr;
  const Profile* override = nullptr;
  Cluster cluster;
  std::unique_ptr<CertificateCache> certificates;  // never null

  absl::flat_hash_map<GatewayId, std::unique_ptr<GatewayFacts>> gateways;  // until touched

  // A policy under a profile.
  struct Layer {
    const Profile* profile = nullptr;
    PolicyTls tls;
    std::unique_ptr<Layer> next;  // under another one
  };
  struct Layers {
    Layer first;                  // without a profile where there is none
    Shared<PolicyFields> unread;  // which policy it is, for profiles that do not read it
  };
  // What one Resolve works out once. Empty between one and the next: what a change needs of it
  // again is little, and kept it would take 350 bytes for each Service of a cluster.
  IdMap<RouteLinks> links;
  std::vector<ObjectId> links_made;  // since DropLinksIn
  IdMap<Layers> layers;              // of policies

  struct BackendState {
    BackendResults results;
    SharedList<ObjectId> policies;  // that aim at it, an entry for each of their attachments
  };
  IdMap<BackendState> backends;
  struct PolicyState {
    PolicyResult result;        // its policy is empty before the first
    bool has_findings = false;  // see FindingsAgain
  };
  IdMap<PolicyState> policies;
  StatusCache statuses;
  ToDo policies_to_do;  // empty between one Resolve and the next
  // The profiles whose controllers write status: those of GatewayClasses and the one below. Empty
  // before the first Resolve.
  std::vector<const Profile*> acting;
  // Of backends that no Gateway reaches, and of policies that aim at nothing; never null. See
  // EngineOptions::default_profile.
  const Profile* without_gateway = nullptr;

  const Profile& FindProfileOf(const GatewayId& id) const;
  const GatewayFacts& GatewayOf(const GatewayId& id);
  const RouteLinks& LinksOf(ObjectId route);
  const PolicyTls& LayerOf(ObjectId policy, const Profile& profile);
  const Shared<PolicyFields>& UnreadFieldsOf(ObjectId policy);
  // Brings `acting` and `without_gateway` up to date, and touches what hangs on them.
  void UpdateActing();
  // Those of the routes of a namespace whose backends are through. Others may be asked for again.
  void DropLinksIn(const Text& ns);
  // Backends, so that what they come to is in the order of results.
  std::vector<ObjectId> InOrder(const std::vector<ObjectId>& touched) const;
  void ResolveBackendId(ObjectId id, Progress& progress);
  // Those that aim at `backend` alone, while what they aim at is at hand; the others are added.
  void ResolvePoliciesOf(ObjectId backend, std::vector<ObjectId>& others, Progress& progress);
  bool HasOneTarget(ObjectId policy) const;
  void CompareResults(const BackendResults& before, BackendResults& next, Changes& changes) const;
  BackendResults Resolved(ObjectId id, const Attachments& attachments);

  // The backends that a policy aims at and that exist, in no order, and those that do not.
  ObjectIds TargetsOf(ObjectId policy, std::vector<std::string>* missing) const;
  // Where it is read.
  PolicyFates FatesOf(ObjectId policy, const ObjectIds& targets) const;
  using LayerSource = absl::FunctionRef<const PolicyTls&(const Profile&)>;  // of one policy
  struct Said {
    StatusResult status;
    ProfileLayers layers;  // that it depends on
  };
  // What is to be said of a policy. Asks for each layer once.
  Said Say(ObjectId id, const Object& policy, LayerSource layer_of, StatusCache& cache) const;
  void ResolvePolicy(ObjectId id, Progress& progress);
  // What ResolvePolicy came to find of a policy. Few policies have any, and they take much memory.
  std::vector<Finding> FindingsAgain(ObjectId id, const Object& policy,
                                     CertificateCache& certificates) const;
  // Whether a profile has a layer of such policies.
  static bool Reads(const Profile& profile, const Object& policy) {
    return policy.kind() != Kind::kBackendConfigPolicy || profile.reads_backend_config_policy;
  }
  std::vector<Finding> PolicyFindings(ObjectId id, CertificateCache& certificates) const;
};

const Profile& Engine::State::FindProfileOf(const GatewayId& id) const {
  const Gateway* gateway = cluster.FindAs<Gateway>(KeyOfGateway(id));
  if (override != nullptr || gateway == nullptr) return *without_gateway;
  const Text& name = gateway->spec.gateway_class_name;
  const GatewayClass* gateway_class =
      cluster.FindAs<GatewayClass>(ObjectKey{kGatewayGroupText, "GatewayClass", "", name});
  const Profile* profile = gateway_class == nullptr
                               ? FindProfileByClassName(name)
                               : FindProfileByController(gateway_class->spec.controller_name);
  return profile == nullptr ? *default_profile : *profile;
}

const GatewayFacts& Engine::State::GatewayOf(const GatewayId& id) {
  std::unique_ptr<GatewayFacts>& facts = gateways[id];
  if (facts == nullptr) {
    facts = std::make_unique<GatewayFacts>(id, FindProfileOf(id));
    const Object* gateway = cluster.Find(KeyOfGateway(id));
    if (gateway != nullptr) facts->certificate = CertificateOf(cluster, *gateway, *certificates);
  }
  return *facts;
}

const RouteLinks& Engine::State::LinksOf(ObjectId route) {
  const RouteLinks* known = links.Find(route);
  if (known != nullptr) return *known;
  links_made.push_back(route);
  RouteLinks& made = links[route] = gwpolicy::LinksOf(cluster, route);
  for (RouteLinks::Parent& parent : made.parents) parent.facts = &GatewayOf(parent.gateway);
  return made;
}

const PolicyTls& Engine::State::LayerOf(ObjectId policy, const Profile& profile) {
  Layer* layer = &layers[policy].first;
  while (layer->profile != nullptr && layer->profile != &profile) {
    if (layer->next == nullptr) layer->next = std::make_unique<Layer>();
    layer = layer->next.get();
  }
  if (layer->profile == nullptr) {
    layer->tls = ReadLayer(*cluster.Find(policy), {cluster, policy, profile, *certificates});
    layer->profile = &profile;
  }
  return layer->tls;
}

const Shared<PolicyFields>& Engine::State::UnreadFieldsOf(ObjectId policy) {
  Shared<PolicyFields>& known = layers[policy].unread;
  if (known->policy.name.empty()) {
    PolicyFields fields;
    fields.policy = SourceOf(cluster.KeyOf(policy));
    known = std::move(fields);
  }
  return known;
}

void Engine::State::UpdateActing() {
  std::vector<const Profile*> now;
  bool has_unknown = false;
  if (override == nullptr) {
    for (ObjectId id : cluster.ClusterScoped(Kind::kGatewayClass)) {
      const auto* gateway_class = cluster.Find(id)->As<GatewayClass>();
      const Profile* profile = FindProfileByController(gateway_class->spec.controller_name);
      has_unknown |= profile == nullptr;
      if (profile != nullptr) now.push_back(profile);
    }
  }
  SortByName(now);
  const bool has_default = std::find(now.begin(), now.end(), default_profile) != now.end();
  const Profile* speaker = override != nullptr          ? override
                           : now.empty() || has_default ? default_profile
                                                        : now.front();
  now.push_back(has_unknown ? default_profile : speaker);
  SortByName(now);
  const bool is_first = acting.empty();
  const bool same_speaker = std::exchange(without_gateway, speaker) == speaker;
  if (std::exchange(acting, now) == now && same_speaker) return;
  if (!same_speaker && !is_first) {
    gateways.erase(GatewayId());
    cluster.TouchAll();
  }
  // Entries that were somebody else's may have become ours, or the other way round.
  policies.ForEach([this](ObjectId policy, const PolicyState&) { policies_to_do.Add(policy); });
}

void Engine::State::DropLinksIn(const Text& ns) {
  for (ObjectId route : links_made) {
    if (cluster.KeyOf(route).ns == ns) links.Erase(route);
  }
  links_made.clear();
}

std::vector<ObjectId> Engine::State::InOrder(const std::vector<ObjectId>& touched) const {
  if (touched.size() < 2) return touched;
  const auto ask = [this](ObjectId id, size_t step) { cluster.Prefetch(id, step); };
  std::vector<std::pair<Text, std::vector<ObjectId>>> by_ns;
  absl::flat_hash_map<absl::string_view, size_t> places;
  ForEachAhead(touched, Cluster::kOwnPrefetchSteps, ask, [&](ObjectId backend) {
    const Text& ns = cluster.KeyOf(backend).ns;
    const auto [at, is_new] = places.try_emplace(ns, by_ns.size());
    if (is_new) by_ns.emplace_back(ns, std::vector<ObjectId>());
    by_ns[at->second].second.push_back(backend);
  });
  std::sort(by_ns.begin(), by_ns.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<ObjectId> out;
  out.reserve(touched.size());
  for (auto& [ns, backends] : by_ns) {
    // Names of one namespace are near while they are sorted.
    PlaceSorter<int> sorter;
    ForEachAhead(backends, Cluster::kOwnPrefetchSteps, ask,
                 [&](ObjectId id) { sorter.Add(0, cluster.KeyOf(id).name); });
    sorter.Sort(backends, [this](ObjectId a, ObjectId b) {
      const KeyView x = cluster.KeyOf(a);
      const KeyView y = cluster.KeyOf(b);
      return TextsLess(x.name, y.name, x.kind, y.kind, x.group, y.group);
    });
    out.insert(out.end(), backends.begin(), backends.end());
  }
  return out;
}

void Engine::State::ResolveBackendId(ObjectId id, Progress& progress) {
  ++progress.changes.backends_touched;
  BackendState before;
  BackendState* const at = backends.Find(id);
  if (at != nullptr) before = std::move(*at);
  BackendState next;
  if (cluster.Find(id) != nullptr) {
    const Attachments attachments = AttachmentsOf(cluster, id);
    next.policies = SharedList<ObjectId>::Made(
        attachments.size(), [&attachments](size_t i) { return attachments[i].policy; });
    next.results = Resolved(id, attachments);
  }
  if (!SameForPolicies(before.results, next.results)) {
    for (ObjectId policy : before.policies) policies_to_do.Add(policy);
    for (ObjectId policy : next.policies) policies_to_do.Add(policy);
  }
  CompareResults(before.results, next.results, progress.changes);
  if (cluster.Find(id) != nullptr) {
    backends[id] = std::move(next);
  } else if (at != nullptr) {
    backends.Erase(id);
  }
}

bool Engine::State::HasOneTarget(ObjectId policy) const {
  size_t targets = 0;
  for (const Cluster::Referral& ref : cluster.ReferencesOf(policy)) {
    targets += ref.edge == Edge::kTarget;
  }
  return targets == 1 && !cluster.HasSelectors(policy);
}

void Engine::State::ResolvePoliciesOf(ObjectId backend, std::vector<ObjectId>& others,
                                      Progress& progress) {
  const BackendState* at = backends.Find(backend);
  if (at == nullptr) return;
  for (ObjectId policy : at->policies) {
    if (!HasOneTarget(policy)) {
      others.push_back(policy);
    } else if (policies_to_do.Take(policy)) {
      ResolvePolicy(policy, progress);
    }
  }
}

BackendResults Engine::State::Resolved(ObjectId id, const Attachments& attachments) {
  const auto layer_of = [this](ObjectId policy, const Profile& profile) -> const PolicyTls& {
    return LayerOf(policy, profile);
  };
  const auto unread_fields_of = [this](ObjectId policy) -> const Shared<PolicyFields>& {
    return UnreadFieldsOf(policy);
  };
  const auto links_of = [this](ObjectId route) -> const RouteLinks& { return LinksOf(route); };
  return ResolveBackend({cluster, GatewayOf(GatewayId()), layer_of, unread_fields_of, links_of}, id,
                        attachments);
}

// Both lists are in ResultOrder: a merge finds what is new, different or gone.
void Engine::State::CompareResults(const BackendResults& before, BackendResults& next,
                                   Changes& changes) const {
  if (before == next) {
    next = before;  // readers keep sharing it
    return;
  }
  std::optional<Handles> handles;
  size_t old = 0;
  const auto remove = [&] {
    changes.removed.emplace_back(*before[old].gateway, before[old].port->backend);
    ++old;
  };
  for (const BackendTls& entry : next) {
    while (old < before.size() && ResultOrder(before[old], entry)) remove();
    const bool is_known = old < before.size() && !ResultOrder(entry, before[old]);
    if (!is_known || before[old] != entry) {
      if (!handles.has_value()) handles.emplace(next);
      changes.backends.push_back(handles->Of(entry));
    }
    if (is_known) ++old;
  }
  while (old < before.size()) remove();
}

ObjectIds Engine::State::TargetsOf(ObjectId policy, std::vector<std::string>* missing) const {
  ObjectIds targets;
  for (const Cluster::Referral& ref : cluster.ReferencesOf(policy)) {
    if (ref.edge != Edge::kTarget) continue;
    const KeyView key = cluster.KeyOf(ref.to);
    if (!CanBeTarget(key)) continue;
    if (cluster.Find(ref.to) != nullptr) {
      targets.push_back(ref.to);
    } else if (missing != nullptr) {
      missing->push_back(absl::StrCat(key.kind, " ", key.ns, "/", key.name));
    }
  }
  const size_t referred = targets.size();
  cluster.VisitSelectedBackends(policy, [&](ObjectId selected) {
    const auto end = targets.begin() + static_cast<ptrdiff_t>(referred);
    if (std::find(targets.begin(), end, selected) == end) targets.push_back(selected);
  });
  return targets;
}

PolicyFates Engine::State::FatesOf(ObjectId policy, const ObjectIds& targets) const {
  PolicyFates fates;
  // Results of a backend are of a few profiles, by turns, and share their names.
  absl::InlinedVector<std::pair<Text, const Profile*>, 2> profiles;
  const auto profile_of = [&profiles](const Text& name) {
    for (const auto& [known, profile] : profiles) {
      if (known == name) return profile;
    }
    return profiles.emplace_back(name, FindProfile(name)).second;
  };
  for (ObjectId target : targets) {
    const BackendState* at = backends.Find(target);
    if (at == nullptr) continue;
    // Results tell of the policies in the order in which the state has them.
    const SharedList<ObjectId>& aiming = at->policies;
    for (size_t i = 0; i < aiming.size(); ++i) {
      if (aiming[i] != policy) continue;
      for (const BackendTls& result : at->results) {
        const PolicyOutcome& outcome = result.port->policies[i];
        if (outcome.fate == Fate::kNotRead) continue;
        fates.push_back({profile_of(result.gateway->profile), &result, &outcome});
      }
    }
  }
  return fates;
}

Engine::State::Said Engine::State::Say(ObjectId id, const Object& policy, LayerSource layer_of,
                                       StatusCache& cache) const {
  Said said;
  std::vector<std::string> missing;
  const ObjectIds targets = TargetsOf(id, &missing);
  const PolicyFates fates = FatesOf(id, targets);
  for (const PolicyFate& fate : fates) {
    const auto is_known = [&fate](const auto& other) { return other.first == fate.profile; };
    if (std::any_of(said.layers.begin(), said.layers.end(), is_known)) continue;
    said.layers.emplace_back(fate.profile, &layer_of(*fate.profile));
  }
  const std::vector<TargetNote> notes = TargetNotesOf(cluster, policy, targets);
  if (said.layers.empty() && !notes.empty() && Reads(*without_gateway, policy)) {
    said.layers.emplace_back(without_gateway, &layer_of(*without_gateway));
  }
  said.status = MakeStatus(StatusInput{policy, fates, said.layers, *without_gateway,
                                       std::move(missing), options.now, notes, acting},
                           cache);
  return said;
}

void Engine::State::ResolvePolicy(ObjectId id, Progress& progress) {
  const Object* policy = cluster.Find(id);
  if (policy == nullptr) {
    if (policies.Erase(id)) progress.changes.removed_statuses.push_back(cluster.KeyOf(id));
    return;
  }
  if (policy->kind() == Kind::kXBackend) return;  // it speaks for itself alone
  const auto layer_of = [this, id](const Profile& profile) -> const PolicyTls& {
    return LayerOf(id, profile);
  };
  Said said = Say(id, *policy, layer_of, statuses);
  PolicyState& state = policies[id];
  state.has_findings = !said.status.findings.empty() ||
                       std::any_of(said.layers.begin(), said.layers.end(),
                                   [](const auto& layer) { return HasFindings(*layer.second); });
  layers.Erase(id);  // it is through
  PolicyResult result{*policy, std::move(said.status.status)};
  if (!state.result.policy.empty() && SameResult(state.result, result)) return;
  state.result = std::move(result);
  progress.changes.statuses.push_back(std::make_shared<const PolicyResult>(state.result));
  AddPlace(cluster.KeyOf(id), progress.statuses);
}

std::vector<Finding> Engine::State::FindingsAgain(ObjectId id, const Object& policy,
                                                  CertificateCache& certificates) const {
  absl::InlinedVector<std::unique_ptr<PolicyTls>, 2> read;
  const auto layer_of = [&](const Profile& profile) -> const PolicyTls& {
    PolicyTls layer = ReadLayer(policy, {cluster, id, profile, certificates});
    return *read.emplace_back(std::make_unique<PolicyTls>(std::move(layer)));
  };
  StatusCache cache;
  Said said = Say(id, policy, layer_of, cache);
  for (const auto& [profile, layer] : said.layers) AppendFindings(*layer, said.status.findings);
  return std::move(said.status.findings);
}

std::vector<Finding> Engine::State::PolicyFindings(ObjectId id,
                                                   CertificateCache& certificates) const {
  FindingSink sink;
  const Object& policy = *cluster.Find(id);
  const ObjectIds targets = TargetsOf(id, nullptr);
  const PolicyFates fates = FatesOf(id, targets);
  const auto is = [](Fate wanted) {
    return [wanted](const PolicyFate& fate) { return fate.fate() == wanted; };
  };
  // Where nobody has read it, what is wrong with it is worth knowing all the same.
  if (fates.empty() && Reads(*without_gateway, policy)) {
    std::vector<Finding> findings;
    AppendFindings(ReadLayer(policy, {cluster, id, *without_gateway, certificates}), findings);
    sink.Append(std::move(findings));
  }
  sink.SetObject(policy.ref(), policy.source());
  const std::vector<TargetRef> refs = TargetRefsOf(policy);
  const std::vector<TargetNote> notes = TargetNotesOf(cluster, policy, targets);
  for (size_t i = 0; i < refs.size(); ++i) {
    const TargetRef& ref = refs[i];
    const std::string path = absl::StrCat("spec.targetRefs[", i, "]");
    const std::string label = absl::StrCat(ref.key.kind, " ", ref.key.ns, "/", ref.key.name);
    if (!CanBeTarget(ref.key)) {
      sink.AddAt(path, Code::kAttachUnsupportedTarget,
                 absl::StrCat(label, " ", UnsupportedTargetText(ref.key)));
      continue;
    }
    const Object* target = cluster.Find(ref.key);
    if (target == nullptr) {
      sink.AddAt(path, Code::kAttachTargetNotFound, absl::StrCat(label, " does not exist"));
      continue;
    }
    if (ref.section_name.empty() || AimsAtUdp(notes, i)) continue;
    const bool attached = std::any_of(fates.begin(), fates.end(), [&ref](const PolicyFate& fate) {
      const BackendPortId& backend = fate.result->port->backend;
      return fate.outcome->section_name == ref.section_name && backend.name == ref.key.name &&
             backend.kind == ref.key.kind && fate.fate() != Fate::kElsewhere;
    });
    if (!attached) {
      sink.AddAt(path + ".sectionName", Code::kAttachPortNotFound,
                 absl::StrCat(label, " has no port named \"", ref.section_name, "\""));
    }
  }
  if (std::any_of(fates.begin(), fates.end(), is(Fate::kShadowed)) &&
      std::none_of(fates.begin(), fates.end(), is(Fate::kWon)) &&
      std::none_of(fates.begin(), fates.end(), is(Fate::kLost))) {
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
  state->without_gateway = state->override != nullptr ? state->override : state->default_profile;
  state->certificates = std::make_unique<CertificateCache>(options.now, options.expires_soon);
  state->options = std::move(options);
  return Engine(std::move(state));
}

absl::Status Engine::Apply(Object object) {
  if (object.empty()) return absl::InvalidArgumentError("the object is empty");
  if (object.meta().name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("an object of kind ", object.kind_name(), " has no metadata.name"));
  }
  if (!state_->cluster.HasRoom()) {
    return absl::ResourceExhaustedError("there are more objects than an engine holds");
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
  state_->certificates->SetTime(now);
  state_->statuses.Clear();
  // Time shows in findings and in new conditions, so every policy is looked at again.
  state_->cluster.TouchAll();
}

Changes Engine::Resolve() {
  State& state = *state_;
  Progress progress;
  Changes& changes = progress.changes;
  state.UpdateActing();
  Touched touched = state.cluster.TakeTouched();
  for (ObjectId gateway : touched.gateways) {
    state.gateways.erase(IdOfGateway(state.cluster.KeyOf(gateway)));
  }
  ToDo& policies = state.policies_to_do;
  for (ObjectId policy : touched.policies) policies.Add(policy);
  const auto resolve_policies = [&](const std::vector<ObjectId>& ids) {
    for (ObjectId policy : ids) {
      if (policies.Take(policy)) state.ResolvePolicy(policy, progress);
    }
  };
  constexpr size_t kResults = 4;  // of a backend, as a guess
  changes.backends.reserve(kResults * touched.backends.size());
  // Policies aim at backends of their own namespace, so those of several backends have their turn
  // when the namespace is through and still at hand.
  Text ns;
  std::vector<ObjectId> of_several;
  const auto finish_namespace = [&] {
    resolve_policies(of_several);
    of_several.clear();
    state.DropLinksIn(ns);
  };
  ForEachAhead(
      state.InOrder(touched.backends), Cluster::kPrefetchSteps,
      [&state](ObjectId id, size_t step) { state.cluster.Prefetch(id, step); },
      [&](ObjectId backend) {
        const Text& own_ns = state.cluster.KeyOf(backend).ns;
        if (own_ns != ns) {
          finish_namespace();
          ns = own_ns;
        }
        state.ResolveBackendId(backend, progress);
        state.ResolvePoliciesOf(backend, of_several, progress);
      });
  finish_namespace();
  resolve_policies(policies.ids());
  policies.Clear();
  for (ObjectId gateway : touched.gateways) {
    changes.gateways.push_back(IdOfGateway(state.cluster.KeyOf(gateway)));
  }
  state.links.Clear();
  state.layers.Clear();
  state.cluster.Forget();
  state.certificates->Sweep(state.cluster);
  std::sort(changes.removed.begin(), changes.removed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second, a.first) < std::tie(b.second, b.first);
  });
  progress.statuses.Sort(changes.statuses, ByPolicyKey);
  std::sort(changes.removed_statuses.begin(), changes.removed_statuses.end());
  std::sort(changes.gateways.begin(), changes.gateways.end());
  return std::move(changes);
}

std::shared_ptr<const BackendTls> Engine::Find(const GatewayId& gateway,
                                               const BackendPortId& backend) const {
  const State& state = *state_;
  const std::optional<ObjectId> id =
      state.cluster.LookUp(ObjectKey{backend.group, backend.kind, backend.ns, backend.name});
  if (!id.has_value()) return nullptr;
  const State::BackendState* at = state.backends.Find(*id);
  if (at == nullptr) return nullptr;
  for (const BackendTls& entry : at->results) {
    if (*entry.gateway == gateway && entry.port->backend == backend) {
      return Handles(at->results).Of(entry);
    }
  }
  return nullptr;
}

std::vector<std::shared_ptr<const BackendTls>> Engine::Backends() const {
  std::vector<std::shared_ptr<const BackendTls>> all;
  state_->backends.ForEach([&all](ObjectId, const State::BackendState& backend) {
    AppendHandles(backend.results, all);
  });
  std::sort(all.begin(), all.end(), ByResultOrder);
  return all;
}

std::vector<std::shared_ptr<const BackendTls>> Engine::TargetsOf(const ObjectKey& policy) const {
  std::vector<std::shared_ptr<const BackendTls>> all;
  const std::optional<ObjectId> id = state_->cluster.LookUp(policy);
  if (!id.has_value()) return all;
  for (ObjectId target : state_->TargetsOf(*id, nullptr)) {
    const State::BackendState* at = state_->backends.Find(target);
    if (at == nullptr) continue;
    AppendHandles(at->results, all);
  }
  std::sort(all.begin(), all.end(), ByResultOrder);
  return all;
}

std::shared_ptr<const RoutedGateway> Engine::Route(const GatewayId& id) const {
  const Object* gateway = state_->cluster.Find(KeyOfGateway(id));
  if (gateway == nullptr || gateway->kind() != Kind::kGateway) return nullptr;
  // Not the engine's own: readers may ask at the same time.
  CertificateCache certificates(state_->options.now, state_->options.expires_soon);
  return std::make_shared<const RoutedGateway>(
      RouteGateway(state_->cluster, *gateway, state_->FindProfileOf(id), certificates,
                   [this](const GatewayId& at, const BackendPortId& backend) {
                     return IsSafe(Find(at, backend));
                   }));
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
  PolicySorter sorter;
  state_->policies.ForEach([&](ObjectId id, const State::PolicyState& policy) {
    all.push_back(std::make_shared<const PolicyResult>(policy.result));
    AddPlace(state_->cluster.KeyOf(id), sorter);
  });
  sorter.Sort(all, ByPolicyKey);
  return all;
}

std::vector<Finding> Engine::Findings() const {
  std::vector<Finding> all;
  const auto add = [&all](const auto& findings) {
    all.insert(all.end(), findings.begin(), findings.end());
  };
  const Cluster& cluster = state_->cluster;
  // Not the engine's own: readers may ask at the same time.
  CertificateCache certificates(state_->options.now, state_->options.expires_soon);
  state_->backends.ForEach([&](ObjectId id, const State::BackendState& backend) {
    const Object* object = cluster.Find(id);  // null: gone since the last Resolve
    if (object != nullptr) add(FindingsOf(cluster, *object, backend.results));
  });
  state_->policies.ForEach([&](ObjectId id, const State::PolicyState& policy) {
    const Object* object = cluster.Find(id);
    if (object == nullptr) return;
    add(state_->PolicyFindings(id, certificates));
    if (policy.has_findings) add(state_->FindingsAgain(id, *object, certificates));
  });
  const auto profile_of = [this](const GatewayId& gateway) -> const Profile& {
    return state_->FindProfileOf(gateway);
  };
  const auto is_protected = [this](const GatewayId& gateway, const BackendPortId& backend) {
    return IsSafe(Find(gateway, backend));
  };
  for (Kind kind : kRouteKinds) {
    for (ObjectId id : cluster.All(kind)) {
      add(RouteFindings(cluster, id, profile_of, is_protected));
      add(FilterFindings(*cluster.Find(id)));
    }
  }
  for (ObjectId id : cluster.All(Kind::kGateway)) {
    const Object& gateway = *cluster.Find(id);
    const GatewayCertificate certificate = CertificateOf(cluster, gateway, certificates);
    if (!certificate.asked_for || certificate.pair != nullptr) continue;
    FindingSink sink;
    sink.SetObject(gateway.ref(), gateway.source());
    sink.AddAt(std::string(kClientCertificatePath.view()), certificate.failure.code,
               std::string(certificate.failure.message));
    add(sink.Take());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace gwpolicy
