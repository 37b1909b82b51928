#ifndef GWPOLICY_API_GATEWAY_L4_ROUTE_H_
#define GWPOLICY_API_GATEWAY_L4_ROUTE_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// What routes below HTTP share: BackendRef of apis/v1/object_reference_types.go, and a rule that
// has no conditions of its own.
struct BackendRef : ApiStruct {
  Text group;
  Text kind = "Service";
  Text name;
  Text ns;  // "namespace"; empty is the route's own
  std::optional<int32_t> port;
  int32_t weight = 1;
};

struct L4RouteRule : ApiStruct {
  Text name;
  List<BackendRef> backend_refs;
};

template <>
const TypeInfo& TypeOf<BackendRef>();
template <>
const TypeInfo& TypeOf<L4RouteRule>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_L4_ROUTE_H_
