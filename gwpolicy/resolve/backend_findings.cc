#include "gwpolicy/resolve/backend_findings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/attach.h"

namespace gwpolicy {
namespace {

class Collector {
 public:
  Collector(const Cluster& cluster, const Object& backend)
      : cluster_(cluster),
        backend_(backend),
        label_(
            absl::StrCat(backend.kind_name(), " ", backend.meta().ns, "/", backend.meta().name)) {}

  void AddPosture(const BackendTls& result) {
    const std::string port = absl::StrCat(label_, ":", result.backend.port);
    for (Code code : result.posture) {
      if (code == Code::kPostureFailClosed) {
        sink_.SetObject(backend_.ref(), backend_.source());
        sink_.AddAt("", code, absl::StrCat(port, " fails closed: ", result.message));
      } else if (code == Code::kPosturePlaintext) {
        if (result.gateway.empty()) continue;  // nothing is sent there
        sink_.SetObject(backend_.ref(), backend_.source());
        sink_.AddAt("", code, absl::StrCat("the Gateway speaks plaintext to ", port));
      } else {
        AddWeakness(code, result);
      }
    }
  }

  void AddOutcomes(const BackendTls& result) {
    for (const PolicyOutcome& outcome : result.policies) {
      const Object* policy = cluster_.Find(KeyOfPolicy(outcome.target));
      if (policy == nullptr) continue;
      sink_.SetObject(policy->ref(), policy->source());
      switch (outcome.fate) {
        case Fate::kLost:
          AddLost(*policy, outcome);
          break;
        case Fate::kMerged:
          AddMerged(*policy, result);
          break;
        case Fate::kNotRead:
          AddNotRead(*policy, outcome, result);
          break;
        case Fate::kWon:
        case Fate::kShadowed:
        case Fate::kElsewhere:
          break;
      }
    }
  }

  std::vector<Finding> Take() { return sink_.Take(); }

 private:
  // Told of at the field of the policy that it comes from.
  void AddWeakness(Code code, const BackendTls& result) {
    const bool any_certificate = code == Code::kPostureUnverified;
    for (const Provenance& row : result.provenance) {
      if (row.field != (any_certificate ? "trust" : "names")) continue;
      const Object* policy = cluster_.Find(KeyOfPolicy(row.from));
      if (policy == nullptr) continue;
      sink_.SetObject(policy->ref(), policy->source());
      sink_.AddAt(row.from.field_path, code,
                  any_certificate
                      ? absl::StrCat("any certificate is accepted from ", label_)
                      : absl::StrCat("the chain of ", label_, " is verified but no name; sni \"",
                                     result.tls->sni, "\" only selects a certificate"));
    }
  }

  void AddLost(const Object& policy, const PolicyOutcome& outcome) {
    const std::string winner = absl::StrCat(outcome.target.kind, " ", outcome.winner);
    sink_.AddAt(outcome.target.field_path, Code::kAttachConflicted,
                absl::StrCat("loses ", label_, " to ", winner, ": ", outcome.rule));
    const std::pair<absl::string_view, absl::string_view> name =
        absl::StrSplit(outcome.winner.view(), absl::MaxSplits('/', 1));
    ObjectKey key = policy.key();
    key.ns = name.first;
    key.name = name.second;
    const Object* other = cluster_.Find(key);
    if (other == nullptr || !SameAge(policy, *other)) return;
    sink_.AddAt(outcome.target.field_path, Code::kAttachTie,
                absl::StrCat("as old as ", winner, ", so the names decided over ", label_));
  }

  void AddMerged(const Object& policy, const BackendTls& result) {
    const std::string overrider = OverriderOf(result);
    if (overrider.empty() || !policy.As<BackendConfigPolicy>()->spec.tls.has_value()) return;
    sink_.AddAt(
        "spec.tls", Code::kAttachOverridden,
        absl::StrCat("spec.tls is overridden on ", label_, " by BackendTLSPolicy ", overrider));
  }

  void AddNotRead(const Object& policy, const PolicyOutcome& outcome, const BackendTls& result) {
    std::string message = absl::StrCat(
        result.profile, " does not read BackendConfigPolicy, so it has no effect on ", label_);
    const bool exposed = policy.As<BackendConfigPolicy>()->spec.tls.has_value() &&
                         result.mode == TlsMode::kPlaintext;
    if (exposed) absl::StrAppend(&message, ": requests go out in plaintext");
    sink_.AddAt(outcome.target.field_path, Code::kAttachNotRead,
                exposed ? Level::kError : Level::kWarning, std::move(message));
  }

  const Cluster& cluster_;
  const Object& backend_;
  const std::string label_;
  FindingSink sink_;
};

}  // namespace

ObjectKey KeyOfPolicy(const FieldSource& policy) {
  return {policy.kind == "BackendTLSPolicy" ? Text(kGatewayGroupText) : Text(kKgatewayGroupText),
          policy.kind, policy.ns, policy.name};
}

std::string OverriderOf(const BackendTls& result) {
  for (const PolicyOutcome& outcome : result.policies) {
    if (outcome.fate == Fate::kWon && outcome.error.empty()) {
      return absl::StrCat(outcome.target.ns, "/", outcome.target.name);
    }
  }
  return "";
}

std::vector<Finding> FindingsOf(const Cluster& cluster, const Object& backend,
                                const BackendResults& results) {
  Collector collector(cluster, backend);
  const bool any_routed = std::any_of(results.begin(), results.end(),
                                      [](const auto& result) { return !result->gateway.empty(); });
  for (const auto& result : results) {
    collector.AddOutcomes(*result);
    // A port that nothing is sent to is worth a finding only where no other port says the same.
    if (!any_routed || !result->gateway.empty()) collector.AddPosture(*result);
  }
  return collector.Take();
}

}  // namespace gwpolicy
