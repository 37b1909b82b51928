#ifndef GWPOLICY_API_GATEWAY_GATEWAY_CLASS_H_
#define GWPOLICY_API_GATEWAY_GATEWAY_CLASS_H_

#include <string>
#include <vector>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// GatewayClass, apis/v1/gatewayclass_types.go (v1, v1beta1).
struct ParametersReference : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;
  std::string ns;  // "namespace"
};

struct GatewayClassSpec : ApiStruct {
  std::string controller_name;
  Box<ParametersReference> parameters_ref;
  std::string description;
};

struct SupportedFeature : ApiStruct {
  std::string name;
};

struct GatewayClassStatus : ApiStruct {
  std::vector<Condition> conditions;
  std::vector<SupportedFeature> supported_features;
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
