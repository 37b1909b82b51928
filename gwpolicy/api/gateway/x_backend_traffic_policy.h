#ifndef GWPOLICY_API_GATEWAY_X_BACKEND_TRAFFIC_POLICY_H_
#define GWPOLICY_API_GATEWAY_X_BACKEND_TRAFFIC_POLICY_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/gateway/session_persistence.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// XBackendTrafficPolicy, apisx/v1alpha1/xbackendtrafficpolicy_types.go (experimental, GEP-3388 and
// GEP-1619).
struct RetryBudget : ApiStruct {
  int64_t percent = 20;
  Text interval = "10s";
};

// Has no defaults of its own: what is left out of a given one stays out.
struct MinRetryRate : ApiStruct {
  std::optional<int64_t> count;
  std::optional<Text> interval;
};

struct RetryConstraint : ApiStruct {
  RetryBudget budget;
  MinRetryRate min_retry_rate = {{}, 10, "1s"};
};

struct XBackendTrafficPolicySpec : ApiStruct {
  List<LocalPolicyTargetReference> target_refs;
  Box<RetryConstraint> retry_constraint;
  Box<SessionPersistence> session_persistence;
};

struct XBackendTrafficPolicy : KubernetesObject {
  static constexpr Kind kKind = Kind::kXBackendTrafficPolicy;
  XBackendTrafficPolicySpec spec;
  Box<PolicyStatus> status;
};

template <>
const TypeInfo& TypeOf<RetryBudget>();
template <>
const TypeInfo& TypeOf<MinRetryRate>();
template <>
const TypeInfo& TypeOf<RetryConstraint>();
template <>
const TypeInfo& TypeOf<XBackendTrafficPolicySpec>();
template <>
const TypeInfo& TypeOf<XBackendTrafficPolicy>();

// The table of BackendLBPolicy v1alpha2, as it was called in releases v1.1 and v1.2.
const TypeInfo& BackendLBPolicyV1Alpha2();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_X_BACKEND_TRAFFIC_POLICY_H_
