#ifndef GWPOLICY_RESOLVE_CONDITIONS_H_
#define GWPOLICY_RESOLVE_CONDITIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/target_notes.h"

namespace gwpolicy {

// What one status entry of a BackendTLSPolicy has to tell.
struct TlsPolicyFacts {
  const PolicyTls& layer;
  bool lost = false;   // to another policy, on any backend of the entry
  std::string winner;  // "ns/name"
  const std::vector<TargetNote>& notes;
};

// Conditions in the order in which the controller documents them, without times and generation.
// Gateway API: BackendTLSPolicy conditions; kgateway backendtlspolicy/status.go.
List<Condition> BackendTLSConditions(const Profile& profile, const TlsPolicyFacts& facts);

// kgateway proxy_syncer/policy_target_status.go. `overridden_by`: "ns/name" of the BackendTLSPolicy
// that took spec.tls, or "".
List<Condition> BackendConfigConditions(const Profile& profile, const PolicyTls& layer,
                                        absl::string_view overridden_by);

// Of the entry for targets that do not exist; `texts` has one for each.
List<Condition> MissingTargetConditions(Kind policy, const std::vector<std::string>& texts);

// Envoy Gateway's, for the last entry of a list that was too long.
void AddAggregatedCondition(List<Condition>& out);

// Whether one of the functions above writes conditions of this type; others belong to somebody
// else.
bool IsOwnConditionType(absl::string_view type);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_CONDITIONS_H_
