#ifndef GWPOLICY_RESOLVE_STATUS_H_
#define GWPOLICY_RESOLVE_STATUS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// What became of one policy on one backend port as seen by one Gateway.
struct PolicyFate {
  const Profile* profile = nullptr;
  GatewayId gateway;                // empty: no route leads to the backend
  SharedList<FieldSource> parents;  // see BackendTls::parents
  BackendPortId backend;
  Text section_name;  // of the targetRef that led here
  Outcome::Fate fate = Outcome::Fate::kElsewhere;
  Text winner;         // "ns/name", for kLost
  Text overridden_by;  // "ns/name" of the valid BackendTLSPolicy that took a BackendConfigPolicy's
                       // TLS
};

struct StatusInput {
  const Object& policy;
  const std::vector<PolicyFate>& fates;  // of this policy alone, in the order of results
  // The policy's own layer under each profile that `fates` name.
  const std::map<const Profile*, const PolicyTls*>& layers;
  // The profile that speaks for targets that do not exist.
  const Profile& default_profile;
  std::vector<std::string> missing_targets;  // "Service ns/name"
  absl::Time now;
};

// The status that the controllers would write: entries of controllers that no profile claims stay
// as they are and come first; own entries are replaced as a whole, at most 16 in all;
// lastTransitionTime moves only when a condition's status does. GEP-713.
PolicyStatus MakeStatus(const StatusInput& input);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_STATUS_H_
