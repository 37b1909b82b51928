#include "gwpolicy/api/gateway/references.h"

#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/reference_rules.h"

namespace gwpolicy {
template <>
const TypeInfo& TypeOf<LocalObjectReference>() {
  using T = LocalObjectReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LocalObjectReference", Doc{"Names an object of the same namespace."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind, for example ConfigMap."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the object."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<SecretObjectReference>() {
  using T = SecretObjectReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("SecretObjectReference", Doc{"Names a Secret or something like it."})
          .Field<&T::group>("group", Defaulted{}, kGroup,
                            Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Secret."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the object."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the referrer's; needs a ReferenceGrant."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendObjectReference>() {
  using T = BackendObjectReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendObjectReference", Doc{"Names something that requests can go to."})
          .Field<&T::group>("group", Defaulted{}, kGroup,
                            Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Service."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the backend."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the referrer's; needs a ReferenceGrant."})
          .Field<&T::port>("port", Range{1, 65535},
                           Doc{"Port of the Service, not of its endpoints; needed for a Service."})
          .Rule<&ServiceHasPort<T>>(kServiceHasPort)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ParentReference>() {
  using T = ParentReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ParentReference", Doc{"Names what a route attaches to."})
          .Field<&T::group>("group", Defaulted{}, kGroup,
                            Doc{"API group; the core group has to be written as an empty text."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Gateway."})
          .Field<&T::ns>("namespace", kNamespaceName, Doc{"Another namespace than the route's."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the parent."})
          .Field<&T::section_name>("sectionName", kSectionName,
                                   Doc{"A listener of a Gateway, or a port of a Service."})
          .Field<&T::port>("port", Range{1, 65535}, Doc{"Only listeners on this port."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LocalPolicyTargetReference>() {
  using T = LocalPolicyTargetReference;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LocalPolicyTargetReference",
                     Doc{"What a policy aims at: an object of its namespace."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind, for example Service."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the target."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LocalPolicyTargetReferenceWithSectionName>() {
  using T = LocalPolicyTargetReferenceWithSectionName;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LocalPolicyTargetReferenceWithSectionName",
                     Doc{"What a policy aims at: an object of its namespace, or a part of it."})
          .Field<&T::group>("group", Required{}, kGroup, Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Required{}, kKindName, Doc{"Kind, for example Service."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the target."})
          .Field<&T::section_name>("sectionName", kSectionName,
                                   Doc{"Name of a port of the Service; absent is all ports."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
