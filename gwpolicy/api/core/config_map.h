#ifndef GWPOLICY_API_CORE_CONFIG_MAP_H_
#define GWPOLICY_API_CORE_CONFIG_MAP_H_

#include <map>
#include <optional>
#include <string>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/private_bytes.h"

namespace gwpolicy {

// ConfigMap, core/v1.
struct ConfigMap : KubernetesObject {
  static constexpr Kind kKind = Kind::kConfigMap;
  std::map<std::string, std::string> data;
  std::map<std::string, PrivateBytes> binary_data;
  std::optional<bool> immutable;
};

template <>
const TypeInfo& TypeOf<ConfigMap>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_CONFIG_MAP_H_
