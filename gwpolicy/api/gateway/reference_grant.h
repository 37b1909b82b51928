#ifndef GWPOLICY_API_GATEWAY_REFERENCE_GRANT_H_
#define GWPOLICY_API_GATEWAY_REFERENCE_GRANT_H_

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// ReferenceGrant, apis/v1beta1/referencegrant_types.go (v1, v1beta1).
struct ReferenceGrantFrom : ApiStruct {
  Text group;
  Text kind;
  Text ns;  // "namespace"
};

struct ReferenceGrantTo : ApiStruct {
  Text group;
  Text kind;
  Text name;  // empty is every object of the kind
};

struct ReferenceGrantSpec : ApiStruct {
  List<ReferenceGrantFrom> from;
  List<ReferenceGrantTo> to;
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
