#ifndef GWPOLICY_CLUSTER_DUPLICATES_H_
#define GWPOLICY_CLUSTER_DUPLICATES_H_

#include <vector>

#include "absl/types/span.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"

namespace gwpolicy {

// A finding Attach/DuplicateObject for each object of `objects` whose key an earlier one has: only
// the last of them would exist in a cluster.
std::vector<Finding> FindDuplicates(absl::Span<const Object> objects);

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_DUPLICATES_H_
