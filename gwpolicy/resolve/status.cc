#include "gwpolicy/resolve/status.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/api/list.h"

namespace gwpolicy {
namespace {

constexpr size_t kMaxAncestors = 16;

using AncestorKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;

AncestorKey KeyOf(const ParentReference& ref) {
  return {ref.group, ref.kind, ref.ns, ref.name, ref.section_name};
}

Condition MakeCondition(std::string type, bool status, std::string reason, std::string message) {
  Condition condition;
  condition.type = std::move(type);
  condition.status = status ? "True" : "False";
  condition.reason = std::move(reason);
  condition.message = std::move(message);
  return condition;
}

// The texts of all errors of a policy, and the worst class among them.
struct Errors {
  PolicyError::Class error_class = PolicyError::Class::kOther;
  std::string text;
};

Errors Summarize(const PolicyTls& layer) {
  Errors errors;
  std::vector<std::string> texts;
  bool kind = false, ca = false;
  for (const PolicyError& error : layer.errors) {
    if (std::find(texts.begin(), texts.end(), error.message) == texts.end()) {
      texts.push_back(error.message);
    }
    kind = kind || error.error_class == PolicyError::Class::kKind;
    ca = ca || error.error_class == PolicyError::Class::kCaRef;
  }
  errors.error_class = kind ? PolicyError::Class::kKind
                       : ca ? PolicyError::Class::kCaRef
                            : PolicyError::Class::kOther;
  errors.text = absl::StrJoin(texts, "; ");
  return errors;
}

// kgateway backendtlspolicy/status.go; agentgateway backend_tls_plugin.go. An invalid policy that
// also lost reports its error; one that lost anywhere reports the conflict.
List<Condition> BackendTLSConditions(const Profile& profile, const PolicyTls& layer, bool lost,
                                     const std::string& winner) {
  List<Condition> out;
  if (layer.failed()) {
    const Errors errors = Summarize(layer);
    switch (errors.error_class) {
      case PolicyError::Class::kKind:
        out.push_back(MakeCondition("ResolvedRefs", false, "InvalidKind", errors.text));
        out.push_back(MakeCondition("Accepted", false, "NoValidCACertificate", errors.text));
        break;
      case PolicyError::Class::kCaRef:
        out.push_back(MakeCondition("ResolvedRefs", false, "InvalidCACertificateRef", errors.text));
        out.push_back(MakeCondition("Accepted", false, "NoValidCACertificate", errors.text));
        break;
      case PolicyError::Class::kOther:
        if (!profile.invalid_leaves_out_resolved_refs) {
          out.push_back(MakeCondition("ResolvedRefs", true, "ResolvedRefs",
                                      std::string(profile.messages.resolved_refs)));
        }
        out.push_back(MakeCondition("Accepted", false, "Invalid", errors.text));
        break;
    }
    return out;
  }
  out.push_back(MakeCondition("ResolvedRefs", true, "ResolvedRefs",
                              std::string(profile.messages.resolved_refs)));
  if (lost) {
    out.push_back(MakeCondition("Accepted", false, "Conflicted",
                                absl::Substitute(profile.messages.conflicted, winner)));
  } else {
    out.push_back(
        MakeCondition("Accepted", true, "Accepted", std::string(profile.messages.accepted)));
  }
  return out;
}

// kgateway proxy_syncer/policy_target_status.go.
List<Condition> BackendConfigConditions(const Profile& profile, const PolicyTls& layer,
                                        const std::string& overridden_by) {
  List<Condition> out;
  if (layer.failed()) {
    out.push_back(MakeCondition("Accepted", false, "Invalid", Summarize(layer).text));
    out.push_back(MakeCondition("Attached", false, "Pending", ""));
    return out;
  }
  out.push_back(MakeCondition("Accepted", true, "Valid", std::string(profile.messages.accepted)));
  out.push_back(MakeCondition("Attached", true, "Attached", "Attached to all targets"));
  if (!overridden_by.empty()) {
    out.push_back(
        MakeCondition("Overridden", true, "ConflictedWithBackendTLSPolicy",
                      absl::StrCat("spec.tls overridden by BackendTLSPolicy ", overridden_by)));
  }
  return out;
}

ParentReference GatewayAncestor(const GatewayId& gateway, const Profile& profile) {
  ParentReference ref;
  ref.ns = profile.ancestor_has_namespace ? gateway.ns : "";
  ref.name = gateway.name;
  return ref;
}

ParentReference TargetAncestor(const PolicyFate& fate) {
  ParentReference ref;
  ref.group = fate.backend.group;
  ref.kind = fate.backend.kind;
  ref.ns = fate.backend.ns;
  ref.name = fate.backend.name;
  ref.section_name = fate.section_name;
  // The core group has to be written out, since an absent group means the Gateway API's.
  ref.given |= uint64_t{1} << TypeOf<ParentReference>().Find("group")->index;
  return ref;
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

class Builder {
 public:
  explicit Builder(const StatusInput& input) : input_(input) {
    existing_ = ExistingStatus(input.policy);
  }

  PolicyStatus Build() {
    if (input_.policy.kind() == Kind::kBackendTLSPolicy) {
      AddBackendTLSEntries();
    } else {
      AddBackendConfigEntries();
    }
    AddMissingTargets();
    PolicyStatus status;
    for (const PolicyAncestorStatus& entry : existing_.ancestors) {
      if (FindProfileByController(entry.controller_name) == nullptr) {
        status.ancestors.push_back(entry);
      }
    }
    for (auto& [key, entry] : own_) {
      if (status.ancestors.size() >= kMaxAncestors) break;
      status.ancestors.push_back(std::move(entry));
    }
    return status;
  }

 private:
  const PolicyTls& Layer(const Profile* profile) const { return *input_.layers.at(profile); }

  void AddBackendTLSEntries() {
    struct Seen {
      bool lost = false;
      std::string winner;
    };
    std::map<std::pair<const Profile*, GatewayId>, Seen> gateways;
    std::map<const Profile*, bool> has_gateway;
    for (const PolicyFate& fate : input_.fates) {
      if (!Counts(fate) || fate.gateway.empty()) continue;
      Seen& seen = gateways[{fate.profile, fate.gateway}];
      has_gateway[fate.profile] = true;
      if (fate.fate == Outcome::Fate::kLost && !seen.lost) seen = {true, fate.winner};
    }
    for (const auto& [place, seen] : gateways) {
      const Profile& profile = *place.first;
      Add(GatewayAncestor(place.second, profile), profile,
          BackendTLSConditions(profile, Layer(&profile), seen.lost, seen.winner));
    }
    // A policy that no route leads to reports on its targets instead.
    std::map<std::pair<const Profile*, AncestorKey>, std::pair<const PolicyFate*, Seen>> targets;
    for (const PolicyFate& fate : input_.fates) {
      if (!Counts(fate) || has_gateway[fate.profile] ||
          fate.profile->ancestors != Profile::Ancestors::kGatewaysElseTargets) {
        continue;
      }
      auto& [first, seen] = targets[{fate.profile, KeyOf(TargetAncestor(fate))}];
      if (first == nullptr) first = &fate;
      if (fate.fate == Outcome::Fate::kLost && !seen.lost) seen = {true, fate.winner};
    }
    for (const auto& [place, value] : targets) {
      Add(TargetAncestor(*value.first), *place.first,
          BackendTLSConditions(*place.first, Layer(place.first), value.second.lost,
                               value.second.winner));
    }
  }

  static bool Counts(const PolicyFate& fate) {
    return fate.fate == Outcome::Fate::kWon || fate.fate == Outcome::Fate::kLost;
  }

  void AddBackendConfigEntries() {
    std::map<std::pair<const Profile*, AncestorKey>, std::pair<const PolicyFate*, std::string>>
        targets;
    for (const PolicyFate& fate : input_.fates) {
      if (fate.fate != Outcome::Fate::kMerged) continue;
      auto& [first, overridden_by] = targets[{fate.profile, KeyOf(TargetAncestor(fate))}];
      if (first == nullptr) first = &fate;
      if (overridden_by.empty()) overridden_by = fate.overridden_by;
    }
    for (const auto& [place, value] : targets) {
      Add(TargetAncestor(*value.first), *place.first,
          BackendConfigConditions(*place.first, Layer(place.first), value.second));
    }
  }

  void AddMissingTargets() {
    const Profile& profile = input_.default_profile;
    if (input_.missing_targets.empty() || !profile.summary_ancestor) return;
    ParentReference ref;
    ref.group = std::string(kKgatewayGroup);
    ref.kind = "StatusSummary";
    ref.name = "StatusSummary";
    std::vector<std::string> texts;
    for (const std::string& target : input_.missing_targets) {
      texts.push_back(absl::StrCat(target, " not found"));
    }
    List<Condition> conditions;
    conditions.push_back(
        MakeCondition("Accepted", false, "TargetNotFound", absl::StrJoin(texts, "; ")));
    if (input_.policy.kind() == Kind::kBackendConfigPolicy) {
      conditions.push_back(
          MakeCondition("Attached", false, "TargetNotFound",
                        "Policy is not attached to targets that could not be resolved"));
    }
    Add(std::move(ref), profile, std::move(conditions));
  }

  void Add(ParentReference ref, const Profile& profile, List<Condition> conditions) {
    PolicyAncestorStatus entry;
    entry.controller_name = std::string(profile.controller_name());
    const PolicyAncestorStatus* before = nullptr;
    for (const PolicyAncestorStatus& old : existing_.ancestors) {
      if (old.controller_name == entry.controller_name && KeyOf(old.ancestor_ref) == KeyOf(ref)) {
        before = &old;
      }
    }
    for (Condition& condition : conditions) {
      condition.observed_generation = input_.policy.meta().generation;
      condition.last_transition_time = input_.now;
      if (before == nullptr) continue;
      for (const Condition& old : before->conditions) {
        if (old.type == condition.type && old.status == condition.status &&
            old.last_transition_time.has_value()) {
          condition.last_transition_time = old.last_transition_time;
        }
      }
    }
    entry.conditions = std::move(conditions);
    const AncestorKey key = KeyOf(ref);
    entry.ancestor_ref = std::move(ref);
    own_.emplace(std::make_pair(key, entry.controller_name), std::move(entry));
  }

  const StatusInput& input_;
  PolicyStatus existing_;
  std::map<std::pair<AncestorKey, std::string>, PolicyAncestorStatus> own_;
};

}  // namespace

PolicyStatus MakeStatus(const StatusInput& input) { return Builder(input).Build(); }

}  // namespace gwpolicy
