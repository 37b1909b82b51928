#ifndef GWPOLICY_API_GATEWAY_TCP_ROUTE_H_
#define GWPOLICY_API_GATEWAY_TCP_ROUTE_H_

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

// TCPRoute, apis/v1/tcproute_types.go.
struct TCPRouteSpec : ApiStruct {
  List<ParentReference> parent_refs;
  Text use_default_gateways;
  List<L4RouteRule> rules;
};

struct TCPRoute : KubernetesObject {
  static constexpr Kind kKind = Kind::kTCPRoute;
  TCPRouteSpec spec;
  Box<RouteStatus> status;
};

template <>
const TypeInfo& TypeOf<TCPRouteSpec>();
template <>
const TypeInfo& TypeOf<TCPRoute>();
// The table of v1alpha2.
const TypeInfo& TCPRouteV1Alpha2();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_TCP_ROUTE_H_
