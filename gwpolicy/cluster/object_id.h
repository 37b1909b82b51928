#ifndef GWPOLICY_CLUSTER_OBJECT_ID_H_
#define GWPOLICY_CLUSTER_OBJECT_ID_H_

#include <cstdint>

namespace gwpolicy {

// A key that a cluster knows, as a small number.
using ObjectId = uint32_t;

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_OBJECT_ID_H_
