#ifndef GWPOLICY_CLUSTER_OBJECT_ID_H_
#define GWPOLICY_CLUSTER_OBJECT_ID_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"

namespace gwpolicy {

// A key that a cluster knows, as a small number of so many bits.
using ObjectId = uint32_t;
inline constexpr int kObjectIdBits = 28;
// Of a few objects.
using ObjectIds = absl::InlinedVector<ObjectId, 8>;

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_OBJECT_ID_H_
