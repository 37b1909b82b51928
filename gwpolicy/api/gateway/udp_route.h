#ifndef GWPOLICY_API_GATEWAY_UDP_ROUTE_H_
#define GWPOLICY_API_GATEWAY_UDP_ROUTE_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/l4_route.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/gateway/route_status.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// UDPRoute, apis/v1/udproute_types.go.
struct UDPRouteSpec : ApiStruct {
  List<ParentReference> parent_refs;
  Text use_default_gateways;
  List<L4RouteRule> rules;
};

struct UDPRoute : KubernetesObject {
  static constexpr Kind kKind = Kind::kUDPRoute;
  UDPRouteSpec spec;
  Box<RouteStatus> status;
};

template <>
const TypeInfo& TypeOf<UDPRouteSpec>();
template <>
const TypeInfo& TypeOf<UDPRoute>();
// The table of v1alpha2.
const TypeInfo& UDPRouteV1Alpha2();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_UDP_ROUTE_H_
