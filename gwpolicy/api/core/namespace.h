#ifndef GWPOLICY_API_CORE_NAMESPACE_H_
#define GWPOLICY_API_CORE_NAMESPACE_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// Namespace, core/v1.
struct Namespace : KubernetesObject {
  static constexpr Kind kKind = Kind::kNamespace;
  Box<Value> spec;
  Box<Value> status;
};

template <>
const TypeInfo& TypeOf<Namespace>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_NAMESPACE_H_
