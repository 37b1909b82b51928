#include "gwpolicy/cluster/routes.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/gateway/grpc_route.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/gateway/l4_route.h"
#include "gwpolicy/api/gateway/tcp_route.h"
#include "gwpolicy/api/gateway/tls_route.h"
#include "gwpolicy/api/gateway/udp_route.h"

namespace gwpolicy {
namespace {

using Role = RouteBackendRef::Role;
using Visit = absl::FunctionRef<void(const RouteBackendRef& ref)>;

// Calls `use` with the route's struct. False for any other object.
template <typename Use>
bool WithRoute(const Object& route, Use use) {
  switch (route.kind()) {
    case Kind::kGRPCRoute:
      use(*route.As<GRPCRoute>());
      return true;
    case Kind::kHTTPRoute:
      use(*route.As<HTTPRoute>());
      return true;
    case Kind::kTCPRoute:
      use(*route.As<TCPRoute>());
      return true;
    case Kind::kTLSRoute:
      use(*route.As<TLSRoute>());
      return true;
    case Kind::kUDPRoute:
      use(*route.As<UDPRoute>());
      return true;
    default:
      return false;
  }
}

template <typename Ref>
RouteBackendRef MakeRef(Role role, const Ref& ref, int rule, int backend, int filter) {
  return RouteBackendRef{role,     ref.group, ref.kind, ref.ns,  ref.name,
                         ref.port, 1,         rule,     backend, filter};
}

template <typename Filter>
void VisitFilters(const List<Filter>& filters, int rule, int backend, Visit visit) {
  for (size_t i = 0; i < filters.size(); ++i) {
    const Filter& filter = filters[i];
    const int at = static_cast<int>(i);
    if (filter.request_mirror.has_value()) {
      visit(MakeRef(Role::kMirror, filter.request_mirror->backend_ref, rule, backend, at));
    }
    if constexpr (std::is_same_v<Filter, HTTPRouteFilter>) {
      if (filter.external_auth.has_value()) {
        visit(MakeRef(Role::kExternalAuth, filter.external_auth->backend_ref, rule, backend, at));
      }
    }
  }
}

template <typename Ref>
void VisitBackendRef(const Ref& ref, int rule, int backend, Visit visit) {
  RouteBackendRef view = MakeRef(Role::kBackend, ref, rule, backend, -1);
  view.weight = ref.weight;
  visit(view);
  if constexpr (!std::is_same_v<Ref, BackendRef>) VisitFilters(ref.filters, rule, backend, visit);
}

template <typename Rule>
void VisitRule(const Rule& rule, int index, Visit visit) {
  if constexpr (!std::is_same_v<Rule, L4RouteRule>) VisitFilters(rule.filters, index, -1, visit);
  for (size_t i = 0; i < rule.backend_refs.size(); ++i) {
    VisitBackendRef(rule.backend_refs[i], index, static_cast<int>(i), visit);
  }
}

}  // namespace

bool IsRoute(Kind kind) {
  return std::find(std::begin(kRouteKinds), std::end(kRouteKinds), kind) != std::end(kRouteKinds);
}

const List<ParentReference>& ParentRefsOf(const Object& route) {
  static const auto* const kNone = new List<ParentReference>();
  const List<ParentReference>* refs = kNone;
  WithRoute(route, [&refs](const auto& typed) { refs = &typed.spec.parent_refs; });
  return *refs;
}

const List<Text>& HostnamesOf(const Object& route) {
  static const auto* const kNone = new List<Text>();
  if (const auto* http = route.As<HTTPRoute>()) return http->spec.hostnames;
  if (const auto* grpc = route.As<GRPCRoute>()) return grpc->spec.hostnames;
  if (const auto* tls = route.As<TLSRoute>()) return tls->spec.hostnames;
  return *kNone;
}

std::string RouteBackendRef::FieldPath() const {
  std::string path = absl::StrCat("spec.rules[", rule, "]");
  if (backend >= 0) absl::StrAppend(&path, ".backendRefs[", backend, "]");
  if (filter < 0) return path;
  return absl::StrCat(path, ".filters[", filter, "].",
                      role == Role::kMirror ? "requestMirror" : "externalAuth", ".backendRef");
}

void ForEachBackendRef(const Object& route, Visit visit) {
  WithRoute(route, [visit](const auto& typed) {
    for (size_t i = 0; i < typed.spec.rules.size(); ++i) {
      VisitRule(typed.spec.rules[i], static_cast<int>(i), visit);
    }
  });
}

}  // namespace gwpolicy
