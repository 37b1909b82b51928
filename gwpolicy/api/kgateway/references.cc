#include "gwpolicy/api/kgateway/references.h"

#include <algorithm>

#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/references.h"

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

bool Selects(const LocalPolicyTargetSelector& selector, const Text& group, const Text& kind,
             const TextMap<Text>& labels) {
  return !selector.match_labels.empty() && selector.kind == kind &&
         (selector.group == group || GroupOf(selector.group) == group) &&
         std::all_of(selector.match_labels.begin(), selector.match_labels.end(),
                     [&labels](const auto& wanted) {
                       // Objects have a few labels, whose texts are mostly shared.
                       return std::find(labels.begin(), labels.end(), wanted) != labels.end();
                     });
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
