#ifndef GWPOLICY_API_GATEWAY_X_MESH_H_
#define GWPOLICY_API_GATEWAY_X_MESH_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/gateway_class.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// XMesh, apisx/v1alpha1/xmesh_types.go (experimental). A GatewayClass for traffic inside a cluster.
struct XMeshSpec : ApiStruct {
  Text controller_name;
  Box<ParametersReference> parameters_ref;
  Text description;
};

struct XMeshStatus : ApiStruct {
  List<Condition> conditions;
  List<SupportedFeature> supported_features;
};

struct XMesh : KubernetesObject {
  static constexpr Kind kKind = Kind::kXMesh;
  XMeshSpec spec;
  Box<XMeshStatus> status;
};

template <>
const TypeInfo& TypeOf<XMeshSpec>();
template <>
const TypeInfo& TypeOf<XMeshStatus>();
template <>
const TypeInfo& TypeOf<XMesh>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_X_MESH_H_
