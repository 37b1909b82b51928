#include "gwpolicy/api/gateway/l4_route.h"

#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/reference_rules.h"

namespace gwpolicy {

template <>
const TypeInfo& TypeOf<BackendRef>() {
  using T = BackendRef;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendRef", Doc{"A backend and its share of the connections."})
          .Field<&T::group>("group", Defaulted{}, kGroup,
                            Doc{"API group; empty is the core group."})
          .Field<&T::kind>("kind", Defaulted{}, kKindName, Doc{"Kind, usually Service."})
          .Field<&T::name>("name", Required{}, kObjectName, Doc{"Name of the backend."})
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Another namespace than the route's; needs a ReferenceGrant."})
          .Field<&T::port>("port", Range{1, 65535}, Doc{"Port of the Service."})
          .Field<&T::weight>("weight", Defaulted{}, Range{0, 1000000},
                             Doc{"Its share, compared with the other backends of the rule."})
          .Rule<&ServiceHasPort<T>>(kServiceHasPort)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<L4RouteRule>() {
  using T = L4RouteRule;
  static const TypeInfo* const kType =
      TypeBuilder<T>("L4RouteRule", Doc{"Where connections go."})
          .Field<&T::name>("name", kSectionName, Doc{"Name within the route."})
          .Field<&T::backend_refs>("backendRefs", Required{}, Items{1, 16}, Doc{"The backends."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
