#ifndef GWPOLICY_API_GATEWAY_ROUTE_STATUS_H_
#define GWPOLICY_API_GATEWAY_ROUTE_STATUS_H_

#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// RouteStatus, apis/v1/shared_types.go: the same for all kinds of routes.
struct RouteParentStatus : ApiStruct {
  ParentReference parent_ref;
  Text controller_name;
  List<Condition> conditions;
};

struct RouteStatus : ApiStruct {
  List<RouteParentStatus> parents;
};

template <>
const TypeInfo& TypeOf<RouteParentStatus>();
template <>
const TypeInfo& TypeOf<RouteStatus>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_ROUTE_STATUS_H_
