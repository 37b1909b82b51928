#include "gwpolicy/api/gateway/policy_status.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kConditionKey[] = {"type"};

}  // namespace

template <>
const TypeInfo& TypeOf<PolicyAncestorStatus>() {
  using T = PolicyAncestorStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("PolicyAncestorStatus", Doc{"What one controller says about one ancestor."})
          .Field<&T::ancestor_ref>("ancestorRef", Required{},
                                   Doc{"The object below which the policy counts: a Gateway."})
          .Field<&T::controller_name>("controllerName", Required{}, kGatewayController,
                                      Doc{"The controller that wrote the entry."})
          .Field<&T::conditions>("conditions", Required{}, Items{1, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<PolicyStatus>() {
  using T = PolicyStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("PolicyStatus", Doc{"What controllers say about a policy."})
          .Field<&T::ancestors>("ancestors", Required{}, Items{0, 16},
                                Doc{"One entry for each ancestor and controller."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
