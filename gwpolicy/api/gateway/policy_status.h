#ifndef GWPOLICY_API_GATEWAY_POLICY_STATUS_H_
#define GWPOLICY_API_GATEWAY_POLICY_STATUS_H_

#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// PolicyStatus, apis/v1/policy_types.go. The list is keyed by (ancestorRef, controllerName).
struct PolicyAncestorStatus : ApiStruct {
  ParentReference ancestor_ref;
  Text controller_name;
  List<Condition> conditions;
};

struct PolicyStatus : ApiStruct {
  List<PolicyAncestorStatus> ancestors;
};

template <>
const TypeInfo& TypeOf<PolicyAncestorStatus>();
template <>
const TypeInfo& TypeOf<PolicyStatus>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_POLICY_STATUS_H_
