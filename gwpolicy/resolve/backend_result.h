#ifndef GWPOLICY_RESOLVE_BACKEND_RESULT_H_
#define GWPOLICY_RESOLVE_BACKEND_RESULT_H_

#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/status.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// All that is known of one Service or Backend.
struct BackendResult {
  std::vector<std::shared_ptr<const BackendTls>> entries;  // in ResultOrder
  std::vector<PolicyFate> fates;
  std::vector<Finding> findings;
};

// What resolving a backend may ask for.
struct BackendInput {
  const Cluster& cluster;
  // The profile of a Gateway; of backends without one for an empty id.
  absl::FunctionRef<const Profile&(const GatewayId&)> profile_of;
  // A policy's own layer under a profile; valid until the next change of the cluster.
  absl::FunctionRef<const PolicyTls&(ObjectId, const Profile&)> layer_of;
};

// Resolves every (Gateway, port) of `backend`, a Service or Backend that exists.
// O(routes to it + policies that aim at it) for each of its ports.
BackendResult ResolveBackend(const BackendInput& input, const Object& backend);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_BACKEND_RESULT_H_
