#include "gwpolicy/api/core/secret.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<Secret>() {
  using T = Secret;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Secret", Doc{"Bytes that are not for everybody, such as a private key."})
          .Field<&T::type>("type", Doc{"What the keys mean, for example kubernetes.io/tls."})
          .Field<&T::data>("data", Doc{"Bytes in base64."})
          .Field<&T::string_data>("stringData",
                                  Doc{"The same as plain text; wins over data, never read back."})
          .Field<&T::immutable>("immutable", Doc{"True: the data can never change."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
