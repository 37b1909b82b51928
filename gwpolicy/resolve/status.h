#ifndef GWPOLICY_RESOLVE_STATUS_H_
#define GWPOLICY_RESOLVE_STATUS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/target_notes.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// What became of one policy on one backend port as seen by one Gateway. Borrowed.
struct PolicyFate {
  const Profile* profile = nullptr;
  const BackendTls* result = nullptr;
  const PolicyOutcome* outcome = nullptr;  // of `result`

  Fate fate() const { return outcome->fate; }
};

using PolicyFates = absl::InlinedVector<PolicyFate, 8>;

// A policy's own layer under some profiles. Borrowed.
using ProfileLayers = absl::InlinedVector<std::pair<const Profile*, const PolicyTls*>, 2>;

struct StatusInput {
  const Object& policy;
  const PolicyFates& fates;  // of this policy alone, in the order of results
  // The policy's own layer under each profile that `fates` name; under the default profile when
  // they name none and there are notes.
  const ProfileLayers& layers;
  // The profile that speaks for targets that do not exist.
  const Profile& default_profile;
  std::vector<std::string> missing_targets;  // "Service ns/name"
  absl::Time now;
  const std::vector<TargetNote>& notes;
  // The profiles whose controllers write status here; entries of any other controller are foreign.
  const std::vector<const Profile*>& acting;
};

struct StatusResult {
  PolicyStatus status;
  std::vector<Finding> findings;  // about the policy: targets and entries that status cannot hold
};

// The status that the controllers would write, one after another: entries of other controllers stay
// as they are, own ones are replaced as a whole, at most 16 in all. Of several backends that share
// an entry the worst counts: an error of the policy, then of a target, then a conflict. GEP-713.
// O(fates + entries).
StatusResult MakeStatus(const StatusInput& input);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_STATUS_H_
