#ifndef GWPOLICY_API_GATEWAY_L4_ROUTE_TABLES_H_
#define GWPOLICY_API_GATEWAY_L4_ROUTE_TABLES_H_

#include "absl/strings/string_view.h"
#include "gwpolicy/api/gateway/route_rules.h"
#include "gwpolicy/api/type_info.h"

// The tables of TCPRoute and UDPRoute, which differ in their words alone.
namespace gwpolicy {

template <typename Spec>
const TypeInfo* MakeL4RouteSpec(absl::string_view name, Doc doc) {
  return TypeBuilder<Spec>(name, doc)
      .template Field<&Spec::parent_refs>("parentRefs", Items{0, 32}, Doc{"What it attaches to."})
      .template Field<&Spec::use_default_gateways>("useDefaultGateways", Experimental{},
                                                   OneOf{kDefaultGatewayScopes},
                                                   Doc{"Whether it attaches to default Gateways."})
      .template Field<&Spec::rules>("rules", Required{}, Items{1, 1}, Doc{"What goes where."})
      .Also(&AddParentRules<Spec>)
      .Build();
}

template <typename Route>
const TypeInfo* MakeL4Route(absl::string_view name, Doc doc) {
  return TypeBuilder<Route>(name, doc)
      .template Field<&Route::spec>("spec", Required{}, Doc{"What is wanted."})
      .template Field<&Route::status>("status", Doc{"What controllers say about it."})
      .Build();
}

// v1alpha2 took several rules.
template <typename Spec>
const TypeInfo& L4RouteSpecV1Alpha2() {
  static const TypeInfo* const kType =
      TypeBuilder<Spec>(TypeOf<Spec>())
          .Change("rules", Items{1, 16})
          .template RuleOf<&RuleNamesDiffer<Spec>>(Channel::kExperimental, At{"rules"},
                                                   kRuleNamesDiffer)
          .Build();
  return *kType;
}
template <typename Route, typename Spec>
const TypeInfo* MakeL4RouteV1Alpha2() {
  return TypeBuilder<Route>(TypeOf<Route>())
      .Change("spec", OfType{&L4RouteSpecV1Alpha2<Spec>})
      .Build();
}

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_L4_ROUTE_TABLES_H_
