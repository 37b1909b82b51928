#include "gwpolicy/api/gateway/listener_set.h"

#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/listener_rules.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kListenerKey[] = {"name"};
constexpr absl::string_view kConditionKey[] = {"type"};

}  // namespace

template <>
const TypeInfo& TypeOf<ParentGatewayReference>() {
  using T = ParentGatewayReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ParentGatewayReference", Doc{"Names the Gateway that gets the listeners."})
          .Field<&T::group>("group", Defaulted{}, kGroup, Doc{"API group of the Gateway."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Gateway."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the ListenerSet's."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the Gateway."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ListenerSetSpec>() {
  using T = ListenerSetSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ListenerSetSpec", Doc{"Listeners that join those of a Gateway."})
          .Field<&T::parent_ref>("parentRef", Required{}, Doc{"The Gateway."})
          .Field<&T::listeners>("listeners", Required{}, Items{1, 64}, ListKey{kListenerKey},
                                Doc{"The listeners."})
          .Also(&AddListenerRules<T>)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ListenerSetStatus>() {
  using T = ListenerSetStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ListenerSetStatus", Doc{"What the controller says about a ListenerSet."})
          .Field<&T::conditions>("conditions", Items{0, 8}, ListKey{kConditionKey},
                                 Doc{"What it found."})
          .Field<&T::listeners>("listeners", Items{0, 64}, ListKey{kListenerKey},
                                Doc{"What it found of each listener."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ListenerSet>() {
  using T = ListenerSet;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ListenerSet", Doc{"Adds listeners to a Gateway."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What the controller says about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
