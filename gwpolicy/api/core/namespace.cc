#include "gwpolicy/api/core/namespace.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<Namespace>() {
  using T = Namespace;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Namespace", Doc{"A scope of names; its labels decide which routes attach."})
          .Field<&T::spec>("spec", Doc{"Finalizers of the namespace."})
          .Field<&T::status>("status", Doc{"Set by the server: the phase of its life."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
