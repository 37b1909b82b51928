#include "gwpolicy/api/core/config_map.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<ConfigMap>() {
  using T = ConfigMap;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ConfigMap", Doc{"Texts under keys, such as a CA bundle under ca.crt."})
          .Field<&T::data>("data", Doc{"Texts in UTF-8."})
          .Field<&T::binary_data>("binaryData", Doc{"Other bytes, written in base64."})
          .Field<&T::immutable>("immutable", Doc{"True: the data can never change."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
