#ifndef GWPOLICY_API_CORE_SECRET_H_
#define GWPOLICY_API_CORE_SECRET_H_

#include <map>
#include <optional>
#include <string>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/private_bytes.h"

namespace gwpolicy {

// Secret, core/v1. Its values are never printed.
struct Secret : KubernetesObject {
  static constexpr Kind kKind = Kind::kSecret;
  std::string type;
  std::map<std::string, PrivateBytes> data;        // base64 in the text
  std::map<std::string, PrivateText> string_data;  // plain in the text; wins over `data`
  std::optional<bool> immutable;

  // The bytes under `key` as the API server would store them; null where there are none.
  const PrivateBytes* Find(const std::string& key) const {
    auto text = string_data.find(key);
    if (text != string_data.end()) return &text->second;
    auto bytes = data.find(key);
    return bytes == data.end() ? nullptr : &bytes->second;
  }
};

template <>
const TypeInfo& TypeOf<Secret>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_SECRET_H_
