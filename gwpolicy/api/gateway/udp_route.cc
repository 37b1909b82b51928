#include "gwpolicy/api/gateway/udp_route.h"

#include "gwpolicy/api/gateway/l4_route_tables.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<UDPRouteSpec>() {
  static const TypeInfo* const kType =
      MakeL4RouteSpec<UDPRouteSpec>("UDPRouteSpec", Doc{"How UDP packets reach backends."});
  return *kType;
}

template <>
const TypeInfo& TypeOf<UDPRoute>() {
  static const TypeInfo* const kType =
      MakeL4Route<UDPRoute>("UDPRoute", Doc{"Sends UDP packets from Gateways to backends."});
  return *kType;
}

const TypeInfo& UDPRouteV1Alpha2() {
  static const TypeInfo* const kType = MakeL4RouteV1Alpha2<UDPRoute, UDPRouteSpec>();
  return *kType;
}

}  // namespace gwpolicy
