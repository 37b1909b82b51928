#include "gwpolicy/api/kgateway/references.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<LocalPolicyTargetSelector>() {
  using T = LocalPolicyTargetSelector;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LocalPolicyTargetSelector",
                     Doc{"What a policy aims at: objects of its namespace with some labels."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Service or Backend."})
          .Field<&T::match_labels>("matchLabels", Required{},
                                   Doc{"Labels that the targets must have."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LocalSecretReference>() {
  using T = LocalSecretReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LocalSecretReference", Doc{"Names a Secret of the policy's namespace."})
          .Field<&T::name>("name", Defaulted{}, Doc{"Name of the Secret."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
