#include "gwpolicy/api/gateway/tcp_route.h"

#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/route_rules.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kScopes[] = {"All", "None"};

}  // namespace

template <>
const TypeInfo& TypeOf<TCPRouteSpec>() {
  using T = TCPRouteSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TCPRouteSpec", Doc{"How TCP connections reach backends."})
          .Field<&T::parent_refs>("parentRefs", Items{0, 32}, Doc{"What it attaches to."})
          .Field<&T::use_default_gateways>("useDefaultGateways", Experimental{}, OneOf{kScopes},
                                           Doc{"Whether it attaches to default Gateways."})
          .Field<&T::rules>("rules", Required{}, Items{1, 1}, Doc{"What goes where."})
          .Also(&AddParentRules<T>)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<TCPRoute>() {
  using T = TCPRoute;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TCPRoute", Doc{"Sends TCP connections from Gateways to backends."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

const TypeInfo& TCPRouteV1Alpha2() {
  using Spec = TCPRouteSpec;
  constexpr auto kSpec = []() -> const TypeInfo& {
    static const TypeInfo* const kType =
        TypeBuilder<Spec>(TypeOf<Spec>())
            .Change("rules", Items{1, 16})
            .RuleOf<&RuleNamesDiffer<Spec>>(Channel::kExperimental, At{"rules"}, kRuleNamesDiffer)
            .Build();
    return *kType;
  };
  static const TypeInfo* const kType =
      TypeBuilder<TCPRoute>(TypeOf<TCPRoute>()).Change("spec", OfType{kSpec}).Build();
  return *kType;
}

}  // namespace gwpolicy
