#include "gwpolicy/resolve/precedence.h"

#include <algorithm>
#include <utility>

namespace gwpolicy {
namespace {

OrderRule RuleOf(const Attachment& winner, const Attachment& loser) {
  return SameAge(*winner.object, *loser.object) ? OrderRule::kFirstByName : OrderRule::kOlder;
}

}  // namespace

Precedence Decide(const Attachments& attachments, const Text& port_name, int port,
                  const Profile& profile) {
  Precedence result;
  const Attachment* whole = nullptr;
  const Attachment* own = nullptr;
  for (const Attachment& attachment : attachments) {
    if (attachment.object->kind() == Kind::kBackendConfigPolicy) {
      if (profile.reads_backend_config_policy) result.config_policies.push_back(&attachment);
      continue;
    }
    if (!ReachesPort(attachment, port_name, port, profile)) continue;
    const Attachment*& first = attachment.section_name.empty() ? whole : own;
    if (first == nullptr) first = &attachment;
  }
  result.tls_policy = own != nullptr ? own : whole;
  if (profile.config_order == Profile::ConfigOrder::kNewerFirst) {
    std::reverse(result.config_policies.begin(), result.config_policies.end());
  }

  result.outcomes.reserve(attachments.size());
  for (const Attachment& attachment : attachments) {
    Outcome outcome;
    outcome.attachment = &attachment;
    if (attachment.object->kind() == Kind::kBackendConfigPolicy) {
      outcome.fate =
          profile.reads_backend_config_policy ? Outcome::Fate::kMerged : Outcome::Fate::kNotRead;
    } else if (!ReachesPort(attachment, port_name, port, profile)) {
      outcome.fate = Outcome::Fate::kElsewhere;
    } else if (&attachment == result.tls_policy) {
      outcome.fate = Outcome::Fate::kWon;
    } else if (attachment.policy == result.tls_policy->policy) {
      // Another targetRef of the winner: the same policy cannot lose to itself.
      outcome.fate = Outcome::Fate::kWon;
    } else {
      const Attachment* first = attachment.section_name.empty() ? whole : own;
      const bool first_of_level = first == &attachment;
      outcome.winner = result.tls_policy;
      if (first_of_level) {
        outcome.fate = Outcome::Fate::kShadowed;
        outcome.rule = OrderRule::kOwnsPort;
      } else {
        // It lost among its equals, even where the first of them is shadowed in turn.
        outcome.fate = Outcome::Fate::kLost;
        outcome.winner = first;
        outcome.rule = RuleOf(*first, attachment);
      }
    }
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

const Attachment* TlsSource(const Precedence& precedence, const Profile& profile,
                            absl::FunctionRef<bool(const Attachment&)> asks) {
  const auto& configs = precedence.config_policies;
  const auto first = std::find_if(configs.begin(), configs.end(),
                                  [asks](const Attachment* config) { return asks(*config); });
  const Attachment* config = first == configs.end() ? nullptr : *first;
  switch (profile.tls_owner) {
    case Profile::TlsOwner::kBackendTLSPolicy:
      return precedence.tls_policy != nullptr ? precedence.tls_policy : config;
    case Profile::TlsOwner::kBackendConfigPolicy:
      return config != nullptr ? config : precedence.tls_policy;
  }
  return nullptr;
}

const PolicyOutcome* OverriderOf(const BackendTls& result, const Profile& profile) {
  if (profile.tls_owner != Profile::TlsOwner::kBackendTLSPolicy) return nullptr;
  const auto* at = std::find_if(
      result.port->policies.begin(), result.port->policies.end(), [](const PolicyOutcome& outcome) {
        return outcome.fate == Fate::kWon && outcome.fields->error.empty();
      });
  return at == result.port->policies.end() ? nullptr : at;
}

}  // namespace gwpolicy
