#include "gwpolicy/resolve/status.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/conditions.h"
#include "gwpolicy/resolve/status_merge.h"

namespace gwpolicy {
namespace {

using AncestorKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;

AncestorKey KeyOf(const ParentReference& ref) {
  return {ref.group, ref.kind, ref.ns, ref.name, ref.section_name};
}

ParentReference GatewayAncestor(const GatewayId& gateway, const Profile& profile) {
  ParentReference ref;
  ref.ns = profile.ancestor_has_namespace ? gateway.ns : "";
  ref.name = gateway.name;
  return ref;
}

// The Gateway, or the ListenerSets of it by which requests come, where the controller tells them
// apart.
std::vector<ParentReference> AncestorsOf(const PolicyFate& fate, const Profile& profile) {
  if (!profile.listener_set_is_ancestor || fate.parents.empty()) {
    return {GatewayAncestor(fate.gateway, profile)};
  }
  std::vector<ParentReference> refs;
  for (const FieldSource& parent : fate.parents) {
    ParentReference& ref = refs.emplace_back();
    ref.kind = parent.kind;
    ref.ns = parent.ns;
    ref.name = parent.name;
  }
  return refs;
}

ParentReference TargetAncestor(const ObjectKey& target, const std::string& section_name) {
  ParentReference ref;
  ref.group = target.group;
  ref.kind = target.kind;
  ref.ns = target.ns;
  ref.name = target.name;
  ref.section_name = section_name;
  // The core group has to be written out, since an absent group means the Gateway API's.
  ref.given |= uint64_t{1} << TypeOf<ParentReference>().Find("group")->index;
  return ref;
}

ParentReference TargetAncestor(const PolicyFate& fate) {
  const BackendPortId& backend = fate.backend;
  return TargetAncestor(ObjectKey{backend.group, backend.kind, backend.ns, backend.name},
                        fate.section_name);
}

PolicyStatus ExistingStatus(const Object& policy) {
  if (const auto* tls_policy = policy.As<BackendTLSPolicy>()) {
    return tls_policy->status.value_or(PolicyStatus());
  }
  if (const auto* config_policy = policy.As<BackendConfigPolicy>()) {
    return config_policy->status.value_or(PolicyStatus());
  }
  return {};
}

// Whether a policy with this fate has something to say to the controller's status.
bool Counts(const PolicyFate& fate) {
  return fate.fate == Outcome::Fate::kWon || fate.fate == Outcome::Fate::kLost ||
         (fate.fate == Outcome::Fate::kShadowed && fate.profile->shadowed_has_entry);
}

// The entries that one controller wants on one policy, one for each ancestor.
class Collector {
 public:
  Collector(const StatusInput& input, const Profile& profile) : input_(input), profile_(profile) {
    for (const PolicyFate& fate : input.fates) {
      if (fate.profile == &profile) fates_.push_back(&fate);
    }
  }

  std::vector<WantedEntry> Collect() {
    if (input_.policy.kind() == Kind::kBackendTLSPolicy) {
      AddTlsPolicyEntries();
    } else {
      AddConfigPolicyEntries();
    }
    if (&profile_ == &input_.default_profile) AddMissingTargets();
    std::vector<WantedEntry> out;
    for (auto& [key, entry] : entries_) out.push_back(std::move(entry));
    return out;
  }

 private:
  struct Conflict {
    bool lost = false;
    std::string winner;
  };
  using Places = std::map<AncestorKey, std::pair<ParentReference, Conflict>>;

  static void Note(Places& places, ParentReference ref, const PolicyFate* fate) {
    auto& [ancestor, conflict] = places[KeyOf(ref)];
    ancestor = std::move(ref);
    if (fate != nullptr && fate->fate == Outcome::Fate::kLost && !conflict.lost) {
      conflict = {true, fate->winner};
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
      for (const PolicyFate* fate : fates_) {
        if (!fate->gateway.empty() && fate->backend.kind == note.target.kind &&
            fate->backend.name == note.target.name) {
          Note(places, GatewayAncestor(fate->gateway, profile_), nullptr);
        }
      }
    }
  }

  void AddTlsPolicyEntries() {
    const auto layer = input_.layers.find(&profile_);
    if (layer == input_.layers.end()) return;  // it judges none of the targets
    Places places;
    if (profile_.ancestors != Profile::Ancestors::kTargets) {
      for (const PolicyFate* fate : fates_) {
        if (!Counts(*fate) || fate->gateway.empty()) continue;
        for (ParentReference& ref : AncestorsOf(*fate, profile_)) {
          Note(places, std::move(ref), fate);
        }
      }
      if (places.empty()) NoteGatewaysOfBadTargets(places);
    }
    // A policy that no route leads to reports on its targets instead.
    if (places.empty() && profile_.ancestors != Profile::Ancestors::kGateways) {
      for (const PolicyFate* fate : fates_) {
        if (Counts(*fate)) Note(places, TargetAncestor(*fate), fate);
      }
      for (const TargetNote& note : input_.notes) {
        if (IsError(note)) {
          Note(places, TargetAncestor(note.target, note.section_name), nullptr);
        }
      }
    }
    for (auto& [key, place] : places) {
      auto& [ancestor, conflict] = place;
      Add(std::move(ancestor),
          BackendTLSConditions(profile_, TlsPolicyFacts{*layer->second, conflict.lost,
                                                        conflict.winner, input_.notes}));
    }
  }

  void AddConfigPolicyEntries() {
    std::map<AncestorKey, std::pair<const PolicyFate*, std::string>> targets;
    for (const PolicyFate* fate : fates_) {
      if (fate->fate != Outcome::Fate::kMerged) continue;
      auto& [first, overridden_by] = targets[KeyOf(TargetAncestor(*fate))];
      if (first == nullptr) first = fate;
      if (overridden_by.empty()) overridden_by = fate->overridden_by;
    }
    for (const auto& [key, target] : targets) {
      Add(TargetAncestor(*target.first),
          BackendConfigConditions(profile_, *input_.layers.at(&profile_), target.second));
    }
  }

  void AddMissingTargets() {
    if (input_.missing_targets.empty() || !profile_.summary_ancestor) return;
    ParentReference ref;
    ref.group = std::string(kKgatewayGroup);
    ref.kind = "StatusSummary";
    ref.name = "StatusSummary";
    std::vector<std::string> texts;
    for (const std::string& target : input_.missing_targets) {
      texts.push_back(absl::StrCat(target, " not found"));
    }
    Add(std::move(ref), MissingTargetConditions(input_.policy.kind(), texts));
  }

  void Add(ParentReference ref, List<Condition> conditions) {
    AncestorKey key = KeyOf(ref);
    entries_.emplace(std::move(key), WantedEntry{std::move(ref), std::move(conditions)});
  }

  const StatusInput& input_;
  const Profile& profile_;
  std::vector<const PolicyFate*> fates_;
  std::map<AncestorKey, WantedEntry> entries_;
};

// The profiles that write, by name, so that the result has one order.
std::vector<const Profile*> Writers(const StatusInput& input) {
  std::set<const Profile*> writers(input.acting.begin(), input.acting.end());
  writers.insert(&input.default_profile);
  for (const PolicyFate& fate : input.fates) writers.insert(fate.profile);
  std::vector<const Profile*> out(writers.begin(), writers.end());
  std::sort(out.begin(), out.end(),
            [](const Profile* a, const Profile* b) { return a->name < b->name; });
  return out;
}

void TellOfRoom(const Profile& profile, const std::vector<std::string>& left_out,
                FindingSink& sink) {
  if (left_out.empty()) return;
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

StatusResult MakeStatus(const StatusInput& input) {
  StatusResult result;
  result.status = ExistingStatus(input.policy);
  FindingSink sink;
  sink.SetObject(input.policy.ref(), input.policy.source());
  TellOfTargets(input, sink);
  for (const Profile* profile : Writers(input)) {
    WrittenStatus written = WriteStatus(result.status, Collector(input, *profile).Collect(),
                                        *profile, input.policy.meta().generation, input.now);
    TellOfRoom(*profile, written.left_out, sink);
    result.status = std::move(written.status);
  }
  result.findings = sink.Take();
  return result;
}

}  // namespace gwpolicy
