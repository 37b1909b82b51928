#ifndef GWPOLICY_RESOLVE_STATUS_MERGE_H_
#define GWPOLICY_RESOLVE_STATUS_MERGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/resolve/profile.h"

namespace gwpolicy {

// What a controller wants to say, an entry for each ancestor: without its name, times and
// generation.
using WantedEntries = List<PolicyAncestorStatus>;

// What a write comes to.
struct WrittenStatus {
  PolicyStatus status;
  std::vector<std::string> left_out;  // "Gateway ns/name": entries for which there was no room
};

// Writes the entries of one controller into the status that it found. An entry is known by
// (ancestorRef, controllerName). Rules of GEP-713 and apis/v1/policy_types.go:
//   - entries of other controllers are not touched, but for Profile::ancestor_limit;
//   - own entries that are not wanted any more go;
//   - conditions of types that are not ours stay, after ours; ours that do not hold any more go;
//   - a condition that was written for a later generation than `generation` stays as it is;
//   - lastTransitionTime moves only when the condition's status does.
// The result does not depend on the order of `wanted`.
WrittenStatus WriteStatus(const PolicyStatus& found, WantedEntries wanted, const Profile& profile,
                          int64_t generation, absl::Time now);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_STATUS_MERGE_H_
