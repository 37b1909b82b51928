#ifndef GWPOLICY_RESOLVE_ROUTING_H_
#define GWPOLICY_RESOLVE_ROUTING_H_

#include <vector>

#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/certificate_cache.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/route_links.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// The routing table of a Gateway, its ListenerSets included: HTTPRoutes.
RoutedGateway RouteGateway(const Cluster& cluster, const Object& gateway, const Profile& profile,
                           CertificateCache& cache, IsProtected is_protected);

// A finding for each filter of a route that the table leaves out.
std::vector<Finding> FilterFindings(const Object& route);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ROUTING_H_
