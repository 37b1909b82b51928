#include "gwpolicy/resolve/status_merge.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/text_order.h"
#include "gwpolicy/resolve/conditions.h"
#include "gwpolicy/resolve/policies/policy_tls.h"

namespace gwpolicy {
namespace {

constexpr size_t kMaxConditions = 8;  // apis/v1/policy_types.go

bool IsSameAncestor(const ParentReference& a, const ParentReference& b) {
  return a.name == b.name && a.ns == b.ns && a.section_name == b.section_name && a.kind == b.kind &&
         a.group == b.group && a.port.value_or(0) == b.port.value_or(0);
}

// Orders ancestors as entries are written.
bool AncestorOrder(const ParentReference& a, const ParentReference& b) {
  const auto texts_less = [](const ParentReference& x, const ParentReference& y) {
    return TextsLess(x.group, y.group, x.kind, y.kind, x.ns, y.ns, x.name, y.name, x.section_name,
                     y.section_name);
  };
  if (texts_less(a, b)) return true;
  const int32_t port_a = a.port.value_or(0);
  const int32_t port_b = b.port.value_or(0);
  return port_a < port_b && !texts_less(b, a);
}

bool InOrder(const PolicyAncestorStatus& a, const PolicyAncestorStatus& b) {
  return AncestorOrder(a.ancestor_ref, b.ancestor_ref);
}

const Condition* FindCondition(const List<Condition>& conditions, absl::string_view type) {
  const auto* at = std::find_if(conditions.begin(), conditions.end(),
                                [type](const Condition& c) { return c.type == type; });
  return at == conditions.end() ? nullptr : at;
}

// Rank by which Envoy Gateway chooses what to keep: internal/gatewayapi/status/policy.go.
int RankOf(const PolicyAncestorStatus& entry) {
  const Condition* accepted = FindCondition(entry.conditions, "Accepted");
  if (accepted != nullptr && accepted->status == "False") return 0;
  const Condition* overridden = FindCondition(entry.conditions, "Overridden");
  return overridden != nullptr && overridden->status == "True" ? 1 : 2;
}

class Writer {
 public:
  Writer(const PolicyStatus& found, WantedEntries wanted, const Profile& profile,
         int64_t generation, absl::Time now)
      : found_(found),
        wanted_(std::move(wanted)),
        profile_(profile),
        controller_name_(TextsOf(profile)->controller_name),
        generation_(generation),
        now_(now) {
    if (!std::is_sorted(wanted_.begin(), wanted_.end(), InOrder)) {
      std::stable_sort(wanted_.begin(), wanted_.end(), InOrder);
    }
    for (PolicyAncestorStatus& entry : wanted_) Complete(entry);
  }

  WrittenStatus Write() {
    if (found_.ancestors.empty()) {
      entries_ = std::move(wanted_);
    } else {
      Merge();
    }
    if (entries_.size() > kMaxAncestors) Shorten();
    WrittenStatus out;
    out.status.ancestors = std::move(entries_);
    out.left_out = std::move(left_out_);
    return out;
  }

 private:
  void Merge() {
    entries_.reserve(found_.ancestors.size() + wanted_.size());
    absl::InlinedVector<bool, kMaxAncestors> placed(wanted_.size(), false);
    for (const PolicyAncestorStatus& entry : found_.ancestors) {
      if (!profile_.Owns(entry.controller_name)) {
        entries_.push_back(entry);
        continue;
      }
      if (profile_.own_entries == Profile::OwnEntries::kAfterOthers) continue;
      const size_t at = WantedAt(entry.ancestor_ref);
      if (at == wanted_.size() || placed[at]) continue;
      placed[at] = true;
      entries_.push_back(std::move(wanted_[at]));
    }
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (!placed[i]) entries_.push_back(std::move(wanted_[i]));
    }
  }

  size_t WantedAt(const ParentReference& ref) const {
    const auto* at =
        std::find_if(wanted_.begin(), wanted_.end(), [&ref](const PolicyAncestorStatus& entry) {
          return IsSameAncestor(entry.ancestor_ref, ref);
        });
    return static_cast<size_t>(at - wanted_.begin());
  }

  const PolicyAncestorStatus* FoundFor(const ParentReference& ref) const {
    const auto* at = std::find_if(
        found_.ancestors.begin(), found_.ancestors.end(), [this, &ref](const auto& entry) {
          return profile_.Owns(entry.controller_name) && IsSameAncestor(entry.ancestor_ref, ref);
        });
    return at == found_.ancestors.end() ? nullptr : at;
  }

  void Complete(PolicyAncestorStatus& entry) const {
    entry.controller_name = controller_name_;
    const PolicyAncestorStatus* before = FoundFor(entry.ancestor_ref);
    for (Condition& condition : entry.conditions) Date(before, condition);
    if (before == nullptr) return;
    for (const Condition& condition : before->conditions) {
      if (entry.conditions.size() == kMaxConditions) break;
      if (!IsOwnConditionType(condition.type)) entry.conditions.push_back(condition);
    }
  }

  void Date(const PolicyAncestorStatus* before, Condition& condition) const {
    const Condition* old =
        before == nullptr ? nullptr : FindCondition(before->conditions, condition.type);
    // Somebody who knows a newer object has spoken. A generation of 0 is that of a file in Git.
    if (old != nullptr && generation_ > 0 && old->observed_generation > generation_) {
      condition = *old;
      return;
    }
    condition.observed_generation = generation_;
    condition.last_transition_time = now_;
    if (old != nullptr && old->status == condition.status &&
        old->last_transition_time.has_value()) {
      condition.last_transition_time = old->last_transition_time;
    }
  }

  void Shorten() {
    switch (profile_.ancestor_limit) {
      case Profile::AncestorLimit::kRefuse:
      case Profile::AncestorLimit::kCutOwn:
        CutOwn();
        return;
      case Profile::AncestorLimit::kCutAll:
        std::stable_sort(entries_.begin(), entries_.end(), InOrder);
        CutAll();
        return;
      case Profile::AncestorLimit::kAggregate:
        std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
          const auto order = [](const PolicyAncestorStatus& entry) {
            return std::make_tuple(RankOf(entry), entry.ancestor_ref.ns.view(),
                                   entry.ancestor_ref.name.view());
          };
          return order(a) < order(b);
        });
        CutAll();
        Aggregate();
        return;
    }
  }

  void LeaveOut(const PolicyAncestorStatus* entry) {
    const ParentReference& ref = entry->ancestor_ref;
    left_out_.push_back(absl::StrCat(ref.kind, " ", ref.ns, ref.ns.empty() ? "" : "/", ref.name));
    entries_.erase(entry);
  }

  void CutAll() {
    while (entries_.size() > kMaxAncestors) LeaveOut(entries_.end() - 1);
    std::reverse(left_out_.begin(), left_out_.end());
  }

  void CutOwn() {
    for (size_t i = entries_.size(); i > 0 && entries_.size() > kMaxAncestors; --i) {
      if (profile_.Owns(entries_[i - 1].controller_name)) LeaveOut(entries_.begin() + (i - 1));
    }
    std::reverse(left_out_.begin(), left_out_.end());
  }

  // The last own entry tells that there are more.
  void Aggregate() {
    for (size_t i = entries_.size(); i > 0; --i) {
      PolicyAncestorStatus& entry = entries_[i - 1];
      if (!profile_.Owns(entry.controller_name)) continue;
      while (entry.conditions.size() >= kMaxConditions) entry.conditions.pop_back();
      AddAggregatedCondition(entry.conditions);
      Date(FoundFor(entry.ancestor_ref), entry.conditions.back());
      return;
    }
  }

  const PolicyStatus& found_;
  WantedEntries wanted_;
  const Profile& profile_;
  const Text controller_name_;
  const int64_t generation_;
  const absl::Time now_;
  List<PolicyAncestorStatus> entries_;
  std::vector<std::string> left_out_;
};

}  // namespace

WrittenStatus WriteStatus(const PolicyStatus& found, WantedEntries wanted, const Profile& profile,
                          int64_t generation, absl::Time now) {
  return Writer(found, std::move(wanted), profile, generation, now).Write();
}

}  // namespace gwpolicy
