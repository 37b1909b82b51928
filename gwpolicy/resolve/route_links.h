#ifndef GWPOLICY_RESOLVE_ROUTE_LINKS_H_
#define GWPOLICY_RESOLVE_ROUTE_LINKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/cluster/routes.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"

// Where a route leads, and what takes it.
namespace gwpolicy {

struct GatewayFacts;  // backend_result.h

// What a backendRef of a route comes to.
struct ResolvedRef {
  ObjectId backend = 0;         // good where there is a port
  std::optional<int32_t> port;  // absent: it leads nowhere, `reason` says why
  Code code = Code::kRefBackendNotFound;
  std::string reason;  // "" when it leads somewhere
  std::string message;
};
ResolvedRef ResolveBackendRef(const Cluster& cluster, ObjectId route, const RouteBackendRef& ref);

// What takes a route, as the backends behind it see it. Depends on the route, its parents, its
// namespace and the grants that it needs.
struct RouteLinks {
  // What takes it: a Gateway, or a Gateway by one of its ListenerSets. Parents of a mesh are none.
  struct Parent {
    GatewayId gateway;
    ObjectId ancestor;                    // the Gateway or ListenerSet itself
    const GatewayFacts* facts = nullptr;  // of the Gateway, for who resolves backends
  };
  // Each once, in the order of the text.
  absl::InlinedVector<Parent, 1> parents;
  SharedList<FieldSource> self;  // one item
  ObjectId route = 0;
  bool is_udp = false;  // no TLS is spoken behind it
};

RouteLinks LinksOf(const Cluster& cluster, ObjectId route);

// The port that `ref`, a reference of a route to a backend, leads to; nullopt where it leads
// nowhere. Of requests, copies of them, or questions about them.
std::optional<int32_t> PortLedTo(const Cluster& cluster, const Object& route,
                                 const Cluster::Referral& ref);

// Whether a Gateway speaks TLS to a backend port, or refuses to speak at all.
using IsProtected = absl::FunctionRef<bool(const GatewayId&, const BackendPortId&)>;

// Whether a route may not lead there from a Gateway: the port's appProtocol asks for TLS, and no
// policy gives it. See ProfileAnswers::wss_without_policy.
bool LacksTls(const Cluster& cluster, const Object& route, const ResolvedRef& ref,
              const GatewayId& gateway, const Profile& profile, IsProtected is_protected);

// What is wrong with a route: references that lead nowhere or to what the controller does not read,
// no listener that takes it.
std::vector<Finding> RouteFindings(const Cluster& cluster, ObjectId route,
                                   absl::FunctionRef<const Profile&(const GatewayId&)> profile_of,
                                   IsProtected is_protected);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ROUTE_LINKS_H_
