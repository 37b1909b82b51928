#ifndef GWPOLICY_API_CORE_CONFIG_MAP_H_
#define GWPOLICY_API_CORE_CONFIG_MAP_H_

#include <optional>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// ConfigMap, core/v1.
struct ConfigMap : KubernetesObject {
  static constexpr Kind kKind = Kind::kConfigMap;
  TextMap<Text> data;
  TextMap<PrivateBytes> binary_data;
  std::optional<bool> immutable;
};

template <>
const TypeInfo& TypeOf<ConfigMap>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_CONFIG_MAP_H_
