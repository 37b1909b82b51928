#include "gwpolicy/resolve/status.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/text_order.h"
#include "gwpolicy/resolve/conditions.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/resolve/status_merge.h"

namespace gwpolicy {
namespace {

// What an entry is about, as texts of the input or of the results.
struct Ancestor {
  const Text* group;
  const Text* kind;
  const Text* ns;
  const Text* name;
  const Text* section_name;
  bool is_target = false;  // else a Gateway or ListenerSet

  friend bool operator==(const Ancestor& a, const Ancestor& b) {
    return *a.name == *b.name && *a.ns == *b.ns && *a.section_name == *b.section_name &&
           *a.kind == *b.kind && *a.group == *b.group;
  }
  // As entries are written.
  friend bool operator<(const Ancestor& a, const Ancestor& b) {
    return TextsLess(*a.group, *b.group, *a.kind, *b.kind, *a.ns, *b.ns, *a.name, *b.name,
                     *a.section_name, *b.section_name);
  }
};

const ParentReference& DefaultParent() {
  static const auto* const kDefault = new ParentReference();
  return *kDefault;
}

Ancestor ParentAncestor(const Text& kind, const Text& ns, const Text& name) {
  return {&DefaultParent().group, &kind, &ns, &name, &DefaultParent().section_name};
}

Ancestor GatewayAncestor(const GatewayId& gateway, const Profile& profile) {
  return ParentAncestor(DefaultParent().kind,
                        profile.ancestor_has_namespace ? gateway.ns : DefaultParent().ns,
                        gateway.name);
}

Ancestor TargetAncestor(const PolicyFate& fate) {
  const BackendPortId& backend = fate.result->port->backend;
  return {
      &backend.group, &backend.kind, &backend.ns, &backend.name, &fate.outcome->section_name, true};
}

Ancestor TargetAncestor(const TargetNote& note) {
  const ObjectKey& target = note.target;
  return {&target.group, &target.kind, &target.ns, &target.name, &note.section_name, true};
}

ParentReference ReferenceTo(const Ancestor& ancestor) {
  ParentReference ref;
  ref.group = *ancestor.group;
  ref.kind = *ancestor.kind;
  ref.ns = *ancestor.ns;
  ref.name = *ancestor.name;
  ref.section_name = *ancestor.section_name;
  // The core group has to be written out, since an absent group means the Gateway API's.
  static const uint64_t kGroupGiven = uint64_t{1} << TypeOf<ParentReference>().Find("group")->index;
  if (ancestor.is_target) ref.given |= kGroupGiven;
  return ref;
}

const PolicyStatus& ExistingStatus(const Object& policy) {
  static const auto* const kNone = new PolicyStatus();
  const auto* tls_policy = policy.As<BackendTLSPolicy>();
  if (tls_policy != nullptr && tls_policy->status.has_value()) return *tls_policy->status;
  const auto* config_policy = policy.As<BackendConfigPolicy>();
  if (config_policy != nullptr && config_policy->status.has_value()) return *config_policy->status;
  return *kNone;
}

// Whether a policy with this fate has something to say to the controller's status.
bool Counts(const PolicyFate& fate) {
  return fate.fate() == Fate::kWon || fate.fate() == Fate::kLost ||
         (fate.fate() == Fate::kShadowed && fate.profile->shadowed_has_entry);
}

// An ancestor, and the first fate there by which the policy lost, or lost its TLS, if any.
struct Place {
  Ancestor ancestor;
  const PolicyFate* lost = nullptr;
};

using Places = absl::InlinedVector<Place, 4>;

// Adds a place, or what is known of it to one of the last few where that is the same: results of
// one backend stand together, and most policies reach theirs by a few Gateways.
void Note(const Place& place, Places& places) {
  constexpr ptrdiff_t kFew = 4;
  const auto few = places.end() - std::min<ptrdiff_t>(kFew, places.end() - places.begin());
  const auto same = std::find_if(
      few, places.end(), [&place](const Place& other) { return other.ancestor == place.ancestor; });
  if (same == places.end()) {
    places.push_back(place);
  } else if (same->lost == nullptr) {
    same->lost = place.lost;
  }
}

// Brings places into their order, one of each ancestor.
void SortAndMerge(Places& places) {
  const auto by_ancestor = [](const Place& a, const Place& b) { return a.ancestor < b.ancestor; };
  if (std::is_sorted(places.begin(), places.end(), by_ancestor)) {
    // Note has seen to neighbours that are the same.
    return;
  }
  constexpr size_t kFew = 16;  // for which std::stable_sort would ask for memory
  if (places.size() <= kFew) {
    for (Place* at = places.begin() + 1; at != places.end(); ++at) {
      std::rotate(std::upper_bound(places.begin(), at, *at, by_ancestor), at, at + 1);
    }
  } else {
    std::stable_sort(places.begin(), places.end(), by_ancestor);
  }
  Places merged;
  for (const Place& place : places) Note(place, merged);
  places = std::move(merged);
}

// The entries that one controller wants on one policy, one for each ancestor.
class Collector {
 public:
  Collector(const StatusInput& input, const Profile& profile) : input_(input), profile_(profile) {}

  WantedEntries Collect() {
    if (input_.policy.kind() == Kind::kBackendTLSPolicy) {
      AddTlsPolicyEntries();
    } else {
      AddConfigPolicyEntries();
    }
    if (&profile_ == &input_.default_profile) AddMissingTargets();
    return std::move(entries_);
  }

  // Null where no target is judged.
  const PolicyTls* Layer() const {
    for (const auto& [profile, layer] : input_.layers) {
      if (profile == &profile_) return layer;
    }
    return nullptr;
  }

  // In the order of entries.
  Places TlsPolicyPlaces() const {
    Places places;
    if (profile_.ancestors != Profile::Ancestors::kTargets) {
      ForEachFate([&](const PolicyFate& fate) {
        if (Counts(fate) && !fate.result->gateway->empty()) NoteAncestorsOf(fate, places);
      });
      if (places.empty()) NoteGatewaysOfBadTargets(places);
    }
    // A policy that no route leads to reports on its targets instead.
    if (places.empty() && profile_.ancestors != Profile::Ancestors::kGateways) {
      ForEachFate([&](const PolicyFate& fate) {
        if (Counts(fate)) Note({TargetAncestor(fate), LostBy(fate)}, places);
      });
      for (const TargetNote& note : input_.notes) {
        if (IsError(note)) {
          Note({TargetAncestor(note), nullptr}, places);
        }
      }
    }
    SortAndMerge(places);
    return places;
  }

 private:
  template <typename Use>
  void ForEachFate(Use use) const {
    for (const PolicyFate& fate : input_.fates) {
      if (fate.profile == &profile_) use(fate);
    }
  }

  static const PolicyFate* LostBy(const PolicyFate& fate) {
    return fate.fate() == Fate::kLost ? &fate : nullptr;
  }

  // The Gateway, or the ListenerSets of it by which requests come, where the controller tells them
  // apart.
  void NoteAncestorsOf(const PolicyFate& fate, Places& places) const {
    if (!profile_.listener_set_is_ancestor || fate.result->parents.empty()) {
      Note({GatewayAncestor(*fate.result->gateway, profile_), LostBy(fate)}, places);
      return;
    }
    for (const FieldSource& parent : fate.result->parents) {
      Note({ParentAncestor(parent.kind, parent.ns, parent.name), LostBy(fate)}, places);
    }
  }

  // Targets that are an error by themselves.
  bool IsError(const TargetNote& note) const {
    return note.why == TargetNote::Why::kUdpPort ||
           (note.why == TargetNote::Why::kUnsupportedKind && profile_.reports_unsupported_target);
  }

  // Gateways that reach what a bad targetRef names, by whatever port.
  void NoteGatewaysOfBadTargets(Places& places) const {
    for (const TargetNote& note : input_.notes) {
      if (!IsError(note)) continue;
      ForEachFate([&](const PolicyFate& fate) {
        const BackendTls& result = *fate.result;
        if (!result.gateway->empty() && result.port->backend.kind == note.target.kind &&
            result.port->backend.name == note.target.name) {
          Note({GatewayAncestor(*result.gateway, profile_), nullptr}, places);
        }
      });
    }
  }

  List<Condition>& AddEntry(ParentReference ancestor) {
    PolicyAncestorStatus& entry = entries_.emplace_back();
    entry.ancestor_ref = std::move(ancestor);
    return entry.conditions;
  }

  void AddTlsPolicyEntries() {
    const PolicyTls* layer = Layer();
    if (layer == nullptr) return;
    const Places places = TlsPolicyPlaces();
    entries_.reserve(places.size());
    for (const Place& place : places) {
      AddEntry(ReferenceTo(place.ancestor)) = BackendTLSConditions(
          profile_,
          TlsPolicyFacts{*layer, place.lost != nullptr, WinnerOf(place.lost), input_.notes});
    }
  }

  // "ns/name" of the policy that it lost to.
  static std::string WinnerOf(const PolicyFate* lost) {
    if (lost == nullptr) return "";
    const FieldSource& winner = lost->result->port->policies[lost->outcome->winner].policy();
    return absl::StrCat(winner.ns, "/", winner.name);
  }

  void AddConfigPolicyEntries() {
    const auto& spec = input_.policy.As<BackendConfigPolicy>()->spec;
    Places places;
    ForEachFate([&](const PolicyFate& fate) {
      if (fate.fate() != Fate::kMerged) return;
      const bool overridden =
          spec.tls.has_value() && OverriderOf(*fate.result, profile_) != nullptr;
      Note({TargetAncestor(fate), overridden ? &fate : nullptr}, places);
    });
    SortAndMerge(places);
    entries_.reserve(places.size());
    for (const Place& place : places) {
      const PolicyOutcome* overrider =
          place.lost == nullptr ? nullptr : OverriderOf(*place.lost->result, profile_);
      AddEntry(ReferenceTo(place.ancestor)) = BackendConfigConditions(
          profile_, *Layer(),
          overrider == nullptr
              ? ""
              : absl::StrCat(overrider->policy().ns, "/", overrider->policy().name));
    }
  }

  void AddMissingTargets() {
    if (input_.missing_targets.empty() || !profile_.summary_ancestor) return;
    ParentReference ref;
    ref.group = kKgatewayGroup;
    ref.kind = "StatusSummary";
    ref.name = "StatusSummary";
    std::vector<std::string> texts;
    for (const std::string& target : input_.missing_targets) {
      texts.push_back(absl::StrCat(target, " not found"));
    }
    AddEntry(std::move(ref)) = MissingTargetConditions(input_.policy.kind(), texts);
  }

  const StatusInput& input_;
  const Profile& profile_;
  WantedEntries entries_;
};

// The profiles that write, by name, so that the result has one order.
absl::InlinedVector<const Profile*, 4> Writers(const StatusInput& input) {
  absl::InlinedVector<const Profile*, 4> out(input.acting.begin(), input.acting.end());
  const auto add = [&out](const Profile* profile) {
    if (std::find(out.begin(), out.end(), profile) == out.end()) out.push_back(profile);
  };
  add(&input.default_profile);
  for (const PolicyFate& fate : input.fates) add(fate.profile);
  if (out.size() == input.acting.size()) return out;
  std::sort(out.begin(), out.end(), ByName);
  return out;
}

// Whether the controller has nothing in a status that it could replace, and nothing to cut.
bool IsNoneOf(const Profile& profile, const PolicyStatus& status) {
  return status.ancestors.size() <= kMaxAncestors &&
         std::none_of(status.ancestors.begin(), status.ancestors.end(),
                      [&profile](const PolicyAncestorStatus& entry) {
                        return profile.Owns(entry.controller_name);
                      });
}

// Of a BackendTLSPolicy without a status that every controller accepts wherever it has an entry,
// and of which nothing else is to be said.
std::optional<StatusCache::Key> AcceptedEverywhere(const StatusInput& input) {
  if (input.policy.kind() != Kind::kBackendTLSPolicy || !input.notes.empty() ||
      !input.missing_targets.empty() || !ExistingStatus(input.policy).ancestors.empty()) {
    return std::nullopt;
  }
  StatusCache::Key key;
  key.generation = input.policy.meta().generation;
  for (const Profile* profile : Writers(input)) {
    const Collector collector(input, *profile);
    const PolicyTls* layer = collector.Layer();
    if (layer == nullptr) continue;
    if (layer->failed() || !layer->unresolved.empty()) return std::nullopt;
    for (const Place& place : collector.TlsPolicyPlaces()) {
      if (place.lost != nullptr || place.ancestor.is_target) return std::nullopt;
      key.entries.push_back(
          {profile, *place.ancestor.kind, *place.ancestor.ns, *place.ancestor.name});
    }
  }
  if (key.entries.empty() || key.entries.size() > kMaxAncestors) return std::nullopt;
  return key;
}

void TellOfRoom(const Profile& profile, const std::vector<std::string>& left_out,
                FindingSink& sink) {
  sink.AddAt("status.ancestors", Code::kAttachAncestorsFull,
             absl::StrCat(profile.name, " finds no room for ", absl::StrJoin(left_out, ", "),
                          profile.ancestor_limit == Profile::AncestorLimit::kRefuse
                              ? "; by the Gateway API the policy must not be applied there"
                              : ", though the policy is applied there"));
}

void TellOfTargets(const StatusInput& input, FindingSink& sink) {
  for (const TargetNote& note : input.notes) {
    if (note.why != TargetNote::Why::kUdpPort) continue;
    const std::string path = absl::StrCat("spec.targetRefs[", note.index, "]");
    sink.AddAt(note.section_name.empty() ? path : path + ".sectionName", Code::kAttachUdpPort,
               absl::StrCat(note.TargetLabel(), note.section_name.empty() ? "" : ":",
                            note.section_name, " is UDP, so no TLS is spoken there"));
  }
}

}  // namespace

StatusResult MakeStatus(const StatusInput& input, StatusCache& cache) {
  std::optional<StatusCache::Key> key = AcceptedEverywhere(input);
  if (key.has_value()) {
    Shared<PolicyStatus> known = cache.Find(*key);
    if (!known->ancestors.empty()) return {std::move(known), {}};
  }
  StatusResult result;
  PolicyStatus status;
  const PolicyStatus* found = &ExistingStatus(input.policy);
  std::vector<std::pair<const Profile*, std::vector<std::string>>> no_room;
  for (const Profile* profile : Writers(input)) {
    WantedEntries wanted = Collector(input, *profile).Collect();
    if (wanted.empty() && IsNoneOf(*profile, *found)) continue;
    WrittenStatus written =
        WriteStatus(*found, std::move(wanted), *profile, input.policy.meta().generation, input.now);
    if (!written.left_out.empty()) no_room.emplace_back(profile, std::move(written.left_out));
    status = std::move(written.status);
    found = &status;
  }
  if (found != &status) status = *found;
  if (!status.ancestors.empty()) result.status = std::move(status);
  if (key.has_value()) cache.Add(*std::move(key), result.status);
  if (no_room.empty() && input.notes.empty()) return result;
  FindingSink sink;
  sink.SetObject(input.policy.ref(), input.policy.source());
  TellOfTargets(input, sink);
  for (const auto& [profile, left_out] : no_room) TellOfRoom(*profile, left_out, sink);
  result.findings = sink.Take();
  return result;
}

}  // namespace gwpolicy
