#ifndef GWPOLICY_RESOLVE_BACKEND_FINDINGS_H_
#define GWPOLICY_RESOLVE_BACKEND_FINDINGS_H_

#include <string>
#include <vector>

#include "gwpolicy/base/finding.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/backend_result.h"

namespace gwpolicy {

// What the results of one backend mean for those who own it or the policies that aim at it.
std::vector<Finding> FindingsOf(const Cluster& cluster, const Object& backend,
                                const BackendResults& results);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_BACKEND_FINDINGS_H_
