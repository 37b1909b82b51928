#ifndef GWPOLICY_API_GATEWAY_REFERENCE_GRANT_H_
#define GWPOLICY_API_GATEWAY_REFERENCE_GRANT_H_

#include <string>
#include <vector>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// ReferenceGrant, apis/v1beta1/referencegrant_types.go (v1, v1beta1).
struct ReferenceGrantFrom : ApiStruct {
  std::string group;
  std::string kind;
  std::string ns;  // "namespace"
};

struct ReferenceGrantTo : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;  // empty is every object of the kind
};

struct ReferenceGrantSpec : ApiStruct {
  std::vector<ReferenceGrantFrom> from;
  std::vector<ReferenceGrantTo> to;
};

struct ReferenceGrant : KubernetesObject {
  static constexpr Kind kKind = Kind::kReferenceGrant;
  ReferenceGrantSpec spec;
};

template <>
const TypeInfo& TypeOf<ReferenceGrantFrom>();
template <>
const TypeInfo& TypeOf<ReferenceGrantTo>();
template <>
const TypeInfo& TypeOf<ReferenceGrantSpec>();
template <>
const TypeInfo& TypeOf<ReferenceGrant>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_REFERENCE_GRANT_H_
