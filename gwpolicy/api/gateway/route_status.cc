#include "gwpolicy/api/gateway/route_status.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kConditionKey[] = {"type"};

}  // namespace

template <>
const TypeInfo& TypeOf<RouteParentStatus>() {
  using T = RouteParentStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("RouteParentStatus",
                     Doc{"What one controller says about a route at one parent."})
          .Field<&T::parent_ref>("parentRef", Required{}, Doc{"The parent, as the route names it."})
          .Field<&T::controller_name>("controllerName", Required{}, kGatewayController,
                                      Doc{"The controller that wrote the entry."})
          .Field<&T::conditions>("conditions", Required{}, Items{1, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<RouteStatus>() {
  using T = RouteStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("RouteStatus", Doc{"What controllers say about a route."})
          .Field<&T::parents>("parents", Required{}, Items{0, 32},
                              Doc{"One entry for each parent and controller."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
