#ifndef GWPOLICY_API_CORE_SECRET_H_
#define GWPOLICY_API_CORE_SECRET_H_

#include <optional>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// Secret, core/v1. Its values are never printed.
struct Secret : KubernetesObject {
  static constexpr Kind kKind = Kind::kSecret;
  Text type;
  TextMap<PrivateBytes> data;        // base64 in the text
  TextMap<PrivateText> string_data;  // plain in the text; wins over `data`
  std::optional<bool> immutable;

  // The bytes under `key` as the API server would store them; null where there are none.
  const PrivateBytes* Find(absl::string_view key) const {
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
