#ifndef GWPOLICY_RESOLVE_ENDPOINTS_H_
#define GWPOLICY_RESOLVE_ENDPOINTS_H_

#include <memory>

#include "gwpolicy/api/object.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/cluster/object_id.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// Where the endpoints of all ports of a backend come from.
struct BackendEndpoints {
  EndpointOrigin origin = EndpointOrigin::kClusterDns;
  std::shared_ptr<const EndpointReader> reader;
};

// EndpointSlices if there are any, the hosts of a static Backend or XBackend, else the cluster DNS
// name of the Service. `slices` are the EndpointSlices of the backend. The objects are shared, and
// looked at when somebody asks.
BackendEndpoints EndpointsOf(const Cluster& cluster, const Object& backend,
                             const ObjectIds& slices);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ENDPOINTS_H_
