#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/story.h"

namespace gwpolicy {
namespace {

constexpr TextLiteral kOwnsTls("an attached BackendTLSPolicy owns TLS");
constexpr TextLiteral kOverwritesTls("an attached BackendConfigPolicy overwrites its TLS");
constexpr TextLiteral kEarlierSetsIt("a BackendConfigPolicy before it sets the field");
constexpr TextLiteral kLaterSetsIt("a BackendConfigPolicy after it sets the field");
constexpr TextLiteral kReplacesAny("the Gateway's client certificate replaces any other");

FieldSource SourceOf(const PolicyOutcome& outcome, const Text& path) {
  return {outcome.policy().kind, outcome.policy().ns, outcome.policy().name, path};
}

bool IsSamePolicy(const PolicyOutcome& a, const PolicyOutcome& b) {
  return a.policy() == b.policy();
}

class Deriver {
 public:
  explicit Deriver(const BackendTls& result) : result_(result) {
    const Profile* profile = FindProfile(result.gateway->profile);
    newer_first_ = profile != nullptr && profile->config_order == Profile::ConfigOrder::kNewerFirst;
  }

  std::vector<Provenance> Derive() {
    if (result_.port->mode == TlsMode::kTls) AddTls();
    if (result_.port->mode != TlsMode::kFailClosed) AddSettings();
    if (result_.port->mode == TlsMode::kTls) AddGatewayCertificate();
    return std::move(rows_);
  }

 private:
  // The policy whose TLS is in force: a BackendConfigPolicy that has it, else the BackendTLSPolicy
  // that came first.
  const PolicyOutcome* TlsSource() const {
    const PolicyOutcome* source = nullptr;
    for (const PolicyOutcome& outcome : result_.port->policies) {
      if (outcome.gives_tls) return &outcome;
      if (source == nullptr && outcome.fate == Fate::kWon) source = &outcome;
    }
    return source;
  }

  void AddTls() {
    const PolicyOutcome* source = TlsSource();
    if (source == nullptr) return;
    for (const PolicyField& field : source->fields->tls) {
      rows_.push_back({field.field, field.value, SourceOf(*source, field.path), {}});
    }
    for (const PolicyOutcome& outcome : result_.port->policies) {
      const Text rule = RuleAgainst(outcome, *source);
      if (rule.empty()) continue;
      for (Provenance& row : rows_) AddLoser(outcome, rule, row);
    }
  }

  // By which the policy had no say; "" where it had, or none was to be had.
  Text RuleAgainst(const PolicyOutcome& outcome, const PolicyOutcome& source) const {
    if (IsSamePolicy(outcome, source)) return Text();
    switch (outcome.fate) {
      case Fate::kLost:
      case Fate::kShadowed:
        return RuleText(outcome.rule);
      case Fate::kMerged:
        return source.fate == Fate::kMerged ? MergeRule() : Text(kOwnsTls);
      case Fate::kWon:  // first of its kind, and yet the other kind gives TLS
        return kOverwritesTls;
      case Fate::kElsewhere:
      case Fate::kNotRead:
        break;
    }
    return Text();
  }

  // By which a BackendConfigPolicy loses a field to another.
  Text MergeRule() const { return newer_first_ ? Text(kLaterSetsIt) : Text(kEarlierSetsIt); }

  static void AddLoser(const PolicyOutcome& outcome, const Text& rule, Provenance& row) {
    FieldSource from = SourceOf(outcome, Text());
    for (const PolicyField& own : outcome.fields->tls) {
      if (own.field == row.field) from.field_path = own.path;
    }
    // One that does not set the field has lost nothing here.
    if (from.field_path.empty() && outcome.fields->error.empty()) return;
    row.over.push_back({std::move(from), rule});
  }

  // For each field the first BackendConfigPolicy that has it gives all of it.
  void AddSettings() {
    std::vector<const PolicyOutcome*> policies;
    for (const PolicyOutcome& outcome : result_.port->policies) {
      if (outcome.fate == Fate::kMerged) policies.push_back(&outcome);
    }
    if (newer_first_) std::reverse(policies.begin(), policies.end());
    const size_t first = rows_.size();
    for (const PolicyOutcome* policy : policies) {
      for (const PolicyField& field : policy->fields->settings) AddSetting(*policy, field, first);
    }
  }

  void AddSetting(const PolicyOutcome& policy, const PolicyField& field, size_t first) {
    FieldSource source = SourceOf(policy, field.path);
    const auto set =
        std::find_if(rows_.begin() + static_cast<ptrdiff_t>(first), rows_.end(),
                     [&field](const Provenance& row) { return row.field == field.field; });
    if (set != rows_.end()) {
      set->over.push_back({std::move(source), MergeRule()});
    } else {
      rows_.push_back({field.field, field.value, std::move(source), {}});
    }
  }

  void AddGatewayCertificate() {
    if (!result_.port->shows_gateway_certificate) return;
    const GatewayId& gateway = *result_.gateway;
    Provenance row{"clientCertificate",
                   absl::StrCat("of Gateway ", gateway.ns, "/", gateway.name),
                   {"Gateway", gateway.ns, gateway.name, kClientCertificatePath},
                   {}};
    const auto old = std::find_if(rows_.begin(), rows_.end(), [&row](const Provenance& other) {
      return other.field == row.field;
    });
    if (old != rows_.end()) {
      row.over = std::move(old->over);
      row.over.push_back({old->from, kReplacesAny});
      rows_.erase(old);
    }
    rows_.push_back(std::move(row));
  }

  const BackendTls& result_;
  bool newer_first_ = false;
  std::vector<Provenance> rows_;
};

}  // namespace

std::vector<Provenance> ProvenanceOf(const BackendTls& result) { return Deriver(result).Derive(); }

}  // namespace gwpolicy
