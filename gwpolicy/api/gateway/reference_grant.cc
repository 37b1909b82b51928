#include "gwpolicy/api/gateway/reference_grant.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<ReferenceGrantFrom>() {
  using T = ReferenceGrantFrom;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ReferenceGrantFrom", Doc{"Who may refer."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group of the referrer."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind of the referrer."})
          .Field<&T::ns>("namespace", Required{}, kNamespaceName, Doc{"Namespace of the referrer."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ReferenceGrantTo>() {
  using T = ReferenceGrantTo;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ReferenceGrantTo", Doc{"What may be referred to."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group of the object."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind of the object."})
          .Field<&T::name>("name", kObjectName, Doc{"One object; absent is every object."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ReferenceGrantSpec>() {
  using T = ReferenceGrantSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ReferenceGrantSpec", Doc{"Any of from may refer to any of to."})
          .Field<&T::from>("from", Required{}, Items{1, 16}, Doc{"Who may refer."})
          .Field<&T::to>("to", Required{}, Items{1, 16},
                         Doc{"What in the grant's namespace may be referred to."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ReferenceGrant>() {
  using T = ReferenceGrant;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ReferenceGrant", Doc{"Allows references into its namespace."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is allowed."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
