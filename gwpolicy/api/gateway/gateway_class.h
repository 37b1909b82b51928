#ifndef GWPOLICY_API_GATEWAY_GATEWAY_CLASS_H_
#define GWPOLICY_API_GATEWAY_GATEWAY_CLASS_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// GatewayClass, apis/v1/gatewayclass_types.go (v1, v1beta1).
struct ParametersReference : ApiStruct {
  Text group;
  Text kind;
  Text name;
  Text ns;  // "namespace"
};

struct GatewayClassSpec : ApiStruct {
  Text controller_name;
  Box<ParametersReference> parameters_ref;
  Text description;
};

struct SupportedFeature : ApiStruct {
  Text name;
};

struct GatewayClassStatus : ApiStruct {
  List<Condition> conditions;
  List<SupportedFeature> supported_features;
};

struct GatewayClass : KubernetesObject {
  static constexpr Kind kKind = Kind::kGatewayClass;
  GatewayClassSpec spec;
  Box<GatewayClassStatus> status;
};

template <>
const TypeInfo& TypeOf<ParametersReference>();
template <>
const TypeInfo& TypeOf<GatewayClassSpec>();
template <>
const TypeInfo& TypeOf<SupportedFeature>();
template <>
const TypeInfo& TypeOf<GatewayClassStatus>();
template <>
const TypeInfo& TypeOf<GatewayClass>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_GATEWAY_CLASS_H_
