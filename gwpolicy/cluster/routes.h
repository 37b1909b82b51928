#ifndef GWPOLICY_CLUSTER_ROUTES_H_
#define GWPOLICY_CLUSTER_ROUTES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

// What all kinds of routes have in common: parents, hostnames and references to backends.
namespace gwpolicy {

inline constexpr Kind kRouteKinds[] = {Kind::kGRPCRoute, Kind::kHTTPRoute, Kind::kTCPRoute,
                                       Kind::kTLSRoute, Kind::kUDPRoute};

bool IsRoute(Kind kind);

// Of a route. Empty for any other object.
const List<ParentReference>& ParentRefsOf(const Object& route ABSL_ATTRIBUTE_LIFETIME_BOUND);
// Empty too for the kinds that have none.
const List<Text>& HostnamesOf(const Object& route ABSL_ATTRIBUTE_LIFETIME_BOUND);

// A backendRef of a rule or of a filter. Borrows from the route.
struct RouteBackendRef {
  // Requests go there; copies of them do; or they are asked whether a request may go on.
  enum class Role : uint8_t { kBackend, kMirror, kExternalAuth };

  // "spec.rules[0].filters[1].requestMirror.backendRef"
  std::string FieldPath() const;

  Role role = Role::kBackend;
  const Text& group;
  const Text& kind;
  const Text& ns;  // empty is the route's own
  const Text& name;
  std::optional<int32_t> port;
  int32_t weight = 1;
  int rule = 0;
  int backend = -1;  // of the rule's backendRefs; -1 for a filter of the rule
  int filter = -1;   // of the rule's filters, or of the backendRef's; -1 for a backendRef
};

// Calls `visit` for each of them, in the order of the text.
void ForEachBackendRef(const Object& route,
                       absl::FunctionRef<void(const RouteBackendRef& ref)> visit);

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_ROUTES_H_
