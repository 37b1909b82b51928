#include "gwpolicy/api/gateway/gateway_class.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<ParametersReference>() {
  using T = ParametersReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ParametersReference", Doc{"Names an object with further settings."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind of the object."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the object."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Its namespace; absent for a cluster-scoped kind."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayClassSpec>() {
  using T = GatewayClassSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayClassSpec", Doc{"Who runs Gateways of the class."})
          .Field<&T::controller_name>("controllerName", Required{}, kGatewayController,
                                      Doc{"The controller, as domain and path; never changes."})
          .Field<&T::parameters_ref>("parametersRef", Doc{"Settings of the controller."})
          .Field<&T::description>("description", Length{0, 64}, Doc{"A note for people."})
          .UpdateRule(At{"controllerName"}, "field is immutable")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayClass>() {
  using T = GatewayClass;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayClass", Doc{"A sort of Gateways that one controller runs."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What the controller says about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
