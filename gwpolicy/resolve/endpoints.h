#ifndef GWPOLICY_RESOLVE_ENDPOINTS_H_
#define GWPOLICY_RESOLVE_ENDPOINTS_H_

#include "gwpolicy/api/object.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// Where the endpoints of all ports of a backend come from.
struct BackendEndpoints {
  EndpointOrigin origin = EndpointOrigin::kClusterDns;
  EndpointReader reader;
};

// EndpointSlices if there are any, the hosts of a static Backend or XBackend, else the cluster DNS
// name of the Service. The objects are shared, and looked at when somebody asks.
BackendEndpoints EndpointsOf(const Object& backend, SharedList<Object> slices);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ENDPOINTS_H_
