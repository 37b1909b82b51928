#ifndef GWPOLICY_API_GATEWAY_TLS_ROUTE_H_
#define GWPOLICY_API_GATEWAY_TLS_ROUTE_H_

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

// TLSRoute, apis/v1/tlsroute_types.go.
struct TLSRouteSpec : ApiStruct {
  List<ParentReference> parent_refs;
  Text use_default_gateways;
  List<Text> hostnames;
  List<L4RouteRule> rules;
};

struct TLSRoute : KubernetesObject {
  static constexpr Kind kKind = Kind::kTLSRoute;
  TLSRouteSpec spec;
  Box<RouteStatus> status;
};

template <>
const TypeInfo& TypeOf<TLSRouteSpec>();
template <>
const TypeInfo& TypeOf<TLSRoute>();
// The table of v1alpha2.
const TypeInfo& TLSRouteV1Alpha2();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_TLS_ROUTE_H_
