#include "gwpolicy/resolve/backend_findings.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/attach.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/policy_key.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/story.h"

namespace gwpolicy {
namespace {

// Whether an appProtocol is that of a protocol over TLS.
bool MeansTls(absl::string_view app_protocol) {
  for (absl::string_view name : {"https", "tls", "wss", "grpcs", "kubernetes.io/wss"}) {
    if (absl::EqualsIgnoreCase(app_protocol, name)) return true;
  }
  return false;
}

class Collector {
 public:
  Collector(const Cluster& cluster, const Object& backend)
      : cluster_(cluster),
        backend_(backend),
        label_(
            absl::StrCat(backend.kind_name(), " ", backend.meta().ns, "/", backend.meta().name)) {}

  void AddPosture(const BackendTls& result) {
    const std::string port = absl::StrCat(label_, ":", result.port->backend.port);
    const std::optional<Code> posture = result.port->Posture();
    if (!posture.has_value()) return;
    if (posture == Code::kPostureFailClosed) {
      sink_.SetObject(backend_.ref(), backend_.source());
      sink_.AddAt("", *posture,
                  absl::StrCat(port, " fails closed: ", result.port->failure->message));
    } else if (posture == Code::kPosturePlaintext) {
      if (result.gateway->empty()) return;  // nothing is sent there
      sink_.SetObject(backend_.ref(), backend_.source());
      AddPlaintext(port, result);
    } else {
      AddWeakness(*posture, result);
    }
  }

  void AddOutcomes(const BackendTls& result) {
    for (const PolicyOutcome& outcome : result.port->policies) {
      const Object* policy = cluster_.Find(KeyOfPolicy(outcome.policy()));
      if (policy == nullptr) continue;
      sink_.SetObject(policy->ref(), policy->source());
      switch (outcome.fate) {
        case Fate::kLost:
          AddLost(*policy, outcome, result);
          break;
        case Fate::kMerged:
          AddMerged(*policy, result);
          AddUndefinedOwner(*policy, result);
          AddTies(*policy, result);
          break;
        case Fate::kNotRead:
          AddNotRead(*policy, outcome, result);
          break;
        case Fate::kWon:
          AddOverwriter(outcome, result);
          AddPortNumber(outcome, result);
          break;
        case Fate::kShadowed:
        case Fate::kElsewhere:
          break;
      }
    }
  }

  std::vector<Finding> Take() { return sink_.Take(); }

 private:
  // An appProtocol may ask for TLS, but only a policy gives it: Gateway API issue 5107.
  void AddPlaintext(const std::string& label, const BackendTls& result) {
    std::string message = absl::StrCat("the Gateway speaks plaintext to ", label);
    Level level = Level::kInfo;
    const ServicePort* port = FindTcpPort(backend_, result.port->backend.port);
    if (port != nullptr && MeansTls(port->app_protocol)) {
      level = Level::kWarning;
      absl::StrAppend(&message, ", though its appProtocol is ", port->app_protocol);
    }
    sink_.AddAt("", Code::kPosturePlaintext, level, std::move(message));
  }

  // Told of at the field of the policy that it comes from.
  void AddWeakness(Code code, const BackendTls& result) {
    const bool any_certificate = code == Code::kPostureUnverified;
    for (const Provenance& row : ProvenanceOf(result)) {
      if (row.field != (any_certificate ? "trust" : "names")) continue;
      const Object* policy = cluster_.Find(KeyOfPolicy(row.from));
      if (policy == nullptr) continue;
      sink_.SetObject(policy->ref(), policy->source());
      sink_.AddAt(row.from.field_path, code,
                  any_certificate
                      ? absl::StrCat("any certificate is accepted from ", label_)
                      : absl::StrCat("the chain of ", label_, " is verified but no name; sni \"",
                                     result.port->tls->sni, "\" only selects a certificate"));
    }
  }

  void AddLost(const Object& policy, const PolicyOutcome& outcome, const BackendTls& result) {
    const FieldSource& first = result.port->policies[outcome.winner].policy();
    const std::string winner = LabelOf(first);
    sink_.AddAt(outcome.path(), Code::kAttachConflicted,
                absl::StrCat("loses ", label_, " to ", winner, ": ", RuleText(outcome.rule)));
    const Object* other = cluster_.Find(KeyOfPolicy(first));
    if (other == nullptr || !SameAge(policy, *other)) return;
    sink_.AddAt(outcome.path(), Code::kAttachTie,
                absl::StrCat("as old as ", winner, ", so the names decided over ", label_));
  }

  void AddMerged(const Object& policy, const BackendTls& result) {
    const PolicyOutcome* overrider = OverriderOf(result, ProfileOf(result));
    if (overrider == nullptr || !policy.As<BackendConfigPolicy>()->spec.tls.has_value()) return;
    sink_.AddAt(
        "spec.tls", Code::kAttachOverridden,
        absl::StrCat("spec.tls is overridden on ", label_, " by ", LabelOf(overrider->policy())));
  }

  void AddNotRead(const Object& policy, const PolicyOutcome& outcome, const BackendTls& result) {
    std::string message =
        absl::StrCat(result.gateway->profile,
                     " does not read BackendConfigPolicy, so it has no effect on ", label_);
    const bool exposed = policy.As<BackendConfigPolicy>()->spec.tls.has_value() &&
                         result.port->mode == TlsMode::kPlaintext;
    if (exposed) absl::StrAppend(&message, ": requests go out in plaintext");
    sink_.AddAt(outcome.path(), Code::kAttachNotRead, exposed ? Level::kError : Level::kWarning,
                std::move(message));
  }

  // Where a controller lets chance decide between the kinds, both policies are told.
  void AddUndefinedOwner(const Object& config, const BackendTls& result) {
    const PolicyOutcome* owner = OwnerOf(result);
    if (owner == nullptr || ProfileOf(result).tls_owner_defined) return;
    const BackendConfigPolicySpec& spec = config.As<BackendConfigPolicy>()->spec;
    const std::string other = LabelOf(owner->policy());
    if (spec.tls.has_value()) {
      sink_.AddAt("spec.tls", Code::kAttachUndefined,
                  absl::StrCat(result.gateway->profile, " does not define whether this or ", other,
                               " gives TLS to ", label_, "; by its documentation this does"));
    }
    if (spec.upstream_proxy_protocol.has_value()) {
      sink_.AddAt(
          "spec.upstreamProxyProtocol", Code::kAttachUndefined,
          absl::StrCat(result.gateway->profile, " may lose it on ", label_, " beside ", other));
    }
  }
  void AddOverwriter(const PolicyOutcome& owner, const BackendTls& result) {
    if (ProfileOf(result).tls_owner_defined) return;
    for (const PolicyOutcome& outcome : result.port->policies) {
      const BackendConfigPolicy* config = ConfigOf(outcome);
      if (config == nullptr || !config->spec.tls.has_value()) continue;
      sink_.AddAt(owner.path(), Code::kAttachUndefined,
                  absl::StrCat(result.gateway->profile, " does not define whether this or ",
                               LabelOf(outcome.policy()), " gives TLS to ", label_,
                               "; by its documentation the other does"));
    }
  }

  // Of two BackendConfigPolicies of one age that set the same field, the second is told.
  void AddTies(const Object& config, const BackendTls& result) {
    const bool older_first = ProfileOf(result).config_order == Profile::ConfigOrder::kOlderFirst;
    std::vector<const PolicyOutcome*> others;
    for (const PolicyOutcome& outcome : result.port->policies) {
      if (outcome.fate == Fate::kMerged) others.push_back(&outcome);
    }
    if (!older_first) std::reverse(others.begin(), others.end());
    for (const PolicyOutcome* outcome : others) {
      const Object* other = cluster_.Find(KeyOfPolicy(outcome->policy()));
      if (other == nullptr || other->key() == config.key()) return;
      if (!SameAge(*other, config)) continue;
      const std::vector<std::string> fields = SharedFields(other->As<BackendConfigPolicy>()->spec,
                                                           config.As<BackendConfigPolicy>()->spec);
      if (fields.empty()) continue;
      sink_.AddAt(
          fields.front(), older_first ? Code::kAttachTie : Code::kAttachUndefined,
          absl::StrCat("as old as ", LabelOf(outcome->policy()),
                       older_first ? ", so the names decided over " : ", so chance decides over ",
                       absl::StrJoin(fields, ", "), " of ", label_));
    }
  }

  // Only some controllers take the number of a port for its name.
  void AddPortNumber(const PolicyOutcome& outcome, const BackendTls& result) {
    if (outcome.section_name.empty() || outcome.section_name == result.port->port_name) return;
    sink_.AddAt(absl::StrCat(outcome.path(), ".sectionName"), Code::kAttachPortNumber,
                absl::StrCat(
                    result.gateway->profile, " takes ", outcome.section_name, " as a port of ",
                    label_, "; by the Gateway API it names no port, so nothing would be attached"));
  }

  static const Profile& ProfileOf(const BackendTls& result) {
    return *FindProfile(result.gateway->profile);
  }
  // The BackendTLSPolicy that comes first; null where there is none.
  static const PolicyOutcome* OwnerOf(const BackendTls& result) {
    for (const PolicyOutcome& outcome : result.port->policies) {
      if (outcome.fate == Fate::kWon) return &outcome;
    }
    return nullptr;
  }
  // Null for anything but a BackendConfigPolicy that counts.
  const BackendConfigPolicy* ConfigOf(const PolicyOutcome& outcome) const {
    return outcome.fate == Fate::kMerged
               ? cluster_.FindAs<BackendConfigPolicy>(KeyOfPolicy(outcome.policy()))
               : nullptr;
  }

  const Cluster& cluster_;
  const Object& backend_;
  const std::string label_;
  FindingSink sink_;
};

}  // namespace

std::vector<Finding> FindingsOf(const Cluster& cluster, const Object& backend,
                                const BackendResults& results) {
  Collector collector(cluster, backend);
  const bool any_routed = std::any_of(results.begin(), results.end(),
                                      [](const auto& result) { return !result.gateway->empty(); });
  for (const BackendTls& result : results) {
    collector.AddOutcomes(result);
    // A port that nothing is sent to is worth a finding only where no other port says the same.
    if (!any_routed || !result.gateway->empty()) collector.AddPosture(result);
  }
  return collector.Take();
}

}  // namespace gwpolicy
