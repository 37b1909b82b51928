#include "gwpolicy/api/gateway/x_mesh.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kConditionKey[] = {"type"};
constexpr absl::string_view kFeatureKey[] = {"name"};

}  // namespace

template <>
const TypeInfo& TypeOf<XMeshSpec>() {
  using T = XMeshSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XMeshSpec", Doc{"Who runs a mesh."})
          .Field<&T::controller_name>("controllerName", Required{}, kGatewayController,
                                      Doc{"The controller, as domain and path; never changes."})
          .Field<&T::parameters_ref>("parametersRef", Doc{"Settings of the controller."})
          .Field<&T::description>("description", Length{0, 64}, Doc{"A note for people."})
          .UpdateRule(At{"controllerName"}, "field is immutable")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XMeshStatus>() {
  using T = XMeshStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XMeshStatus", Doc{"What the controller says about a mesh."})
          .Field<&T::conditions>("conditions", Items{0, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Field<&T::supported_features>(
              "supportedFeatures", Items{0, 64}, ListKey{kFeatureKey},
              Doc{"What the implementation can do, in the order of the names."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XMesh>() {
  using T = XMesh;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XMesh", Doc{"A mesh that one controller runs."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What the controller says about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
