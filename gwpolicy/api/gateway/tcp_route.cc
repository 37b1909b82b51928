#include "gwpolicy/api/gateway/tcp_route.h"

#include "gwpolicy/api/gateway/l4_route_tables.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<TCPRouteSpec>() {
  static const TypeInfo* const kType =
      MakeL4RouteSpec<TCPRouteSpec>("TCPRouteSpec", Doc{"How TCP connections reach backends."});
  return *kType;
}

template <>
const TypeInfo& TypeOf<TCPRoute>() {
  static const TypeInfo* const kType =
      MakeL4Route<TCPRoute>("TCPRoute", Doc{"Sends TCP connections from Gateways to backends."});
  return *kType;
}

const TypeInfo& TCPRouteV1Alpha2() {
  static const TypeInfo* const kType = MakeL4RouteV1Alpha2<TCPRoute, TCPRouteSpec>();
  return *kType;
}

}  // namespace gwpolicy
