#include "gwpolicy/api/gateway/gateway_class.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kConditionKey[] = {"type"};
constexpr absl::string_view kFeatureKey[] = {"name"};

}  // namespace

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
const TypeInfo& TypeOf<SupportedFeature>() {
  using T = SupportedFeature;
  static const TypeInfo* const kType =
      TypeBuilder<T>("SupportedFeature", Doc{"Something that an implementation can do."})
          .Field<&T::name>("name", Required{}, Doc{"Name of the feature."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GatewayClassStatus>() {
  using T = GatewayClassStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GatewayClassStatus", Doc{"What the controller says about a class."})
          .Field<&T::conditions>("conditions", Items{0, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Field<&T::supported_features>(
              "supportedFeatures", Items{0, 64}, ListKey{kFeatureKey}, Since{"v1.4"},
              Doc{"What the implementation can do, in the order of the names."})
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
