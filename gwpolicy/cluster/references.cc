#include "gwpolicy/cluster/references.h"

#include <algorithm>
#include <utility>

#include "gwpolicy/api/core/endpoint_slice.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/api/list.h"

namespace gwpolicy {
namespace {

class Collector {
 public:
  explicit Collector(absl::string_view own_namespace) : own_namespace_(own_namespace) {}

  void Add(Edge edge, absl::string_view group, absl::string_view kind, absl::string_view ns,
           absl::string_view name) {
    if (name.empty()) return;
    Reference reference{edge, MakeKey(group, kind, ns.empty() ? own_namespace_ : ns, name)};
    if (std::find(references_.begin(), references_.end(), reference) == references_.end()) {
      references_.push_back(std::move(reference));
    }
  }
  void AddClusterScoped(Edge edge, absl::string_view group, absl::string_view kind,
                        absl::string_view name) {
    if (name.empty()) return;
    references_.push_back({edge, MakeKey(group, kind, "", name)});
  }
  template <typename Ref>
  void AddRef(Edge edge, const Ref& ref) {
    Add(edge, ref.group, ref.kind, ref.ns, ref.name);
  }
  std::vector<Reference> Take() { return std::move(references_); }

 private:
  const absl::string_view own_namespace_;
  std::vector<Reference> references_;
};

void Collect(const BackendTLSPolicy& policy, Collector& out) {
  for (const auto& ref : policy.spec.target_refs) {
    if (IsLost(ref, policy.metadata)) continue;
    out.Add(Edge::kTarget, ref.group, ref.kind, "", ref.name);
  }
  for (const auto& ref : policy.spec.validation.ca_certificate_refs) {
    // Controllers differ in whether they look at the group, so both readings are watched.
    out.Add(Edge::kTrust, ref.group, ref.kind, "", ref.name);
    out.Add(Edge::kTrust, "", ref.kind.empty() ? "ConfigMap" : ref.kind.view(), "", ref.name);
  }
}

void Collect(const BackendConfigPolicy& policy, Collector& out) {
  for (const auto& ref : policy.spec.target_refs) {
    out.Add(Edge::kTarget, ref.group, ref.kind, "", ref.name);
  }
  if (policy.spec.tls.has_value() && policy.spec.tls->secret_ref.has_value()) {
    out.Add(Edge::kTrust, "", "Secret", "", policy.spec.tls->secret_ref->name);
  }
}

void Collect(const Gateway& gateway, Collector& out) {
  out.AddClusterScoped(Edge::kClass, kGatewayGroup, "GatewayClass",
                       gateway.spec.gateway_class_name);
  for (const Listener& listener : gateway.spec.listeners) {
    if (!listener.tls.has_value()) continue;
    for (const auto& ref : listener.tls->certificate_refs) out.AddRef(Edge::kSecret, ref);
  }
  if (gateway.spec.tls.has_value() && gateway.spec.tls->backend.has_value() &&
      gateway.spec.tls->backend->client_certificate_ref.has_value()) {
    out.AddRef(Edge::kSecret, *gateway.spec.tls->backend->client_certificate_ref);
  }
}

void CollectFilters(const List<HTTPRouteFilter>& filters, Collector& out) {
  for (const HTTPRouteFilter& filter : filters) {
    if (filter.request_mirror.has_value()) {
      out.AddRef(Edge::kBackend, filter.request_mirror->backend_ref);
    }
  }
}

void Collect(const HTTPRoute& route, Collector& out) {
  for (const ParentReference& ref : route.spec.parent_refs) out.AddRef(Edge::kParent, ref);
  for (const HTTPRouteRule& rule : route.spec.rules) {
    CollectFilters(rule.filters, out);
    for (const HTTPBackendRef& ref : rule.backend_refs) {
      out.AddRef(Edge::kBackend, ref);
      CollectFilters(ref.filters, out);
    }
  }
}

void Collect(const EndpointSlice& slice, Collector& out) {
  auto service = slice.metadata.labels.find("kubernetes.io/service-name");
  if (service != slice.metadata.labels.end()) {
    out.Add(Edge::kEndpoints, "", "Service", "", service->second);
  }
}

}  // namespace

ObjectKey MakeKey(absl::string_view group, absl::string_view kind, absl::string_view ns,
                  absl::string_view name) {
  return ObjectKey{std::string(group == "core" ? absl::string_view() : group), std::string(kind),
                   std::string(ns), std::string(name)};
}

std::vector<Reference> ReferencesOf(const Object& object) {
  Collector out(object.meta().ns);
  switch (object.kind()) {
    case Kind::kBackendTLSPolicy:
      Collect(*object.As<BackendTLSPolicy>(), out);
      break;
    case Kind::kBackendConfigPolicy:
      Collect(*object.As<BackendConfigPolicy>(), out);
      break;
    case Kind::kGateway:
      Collect(*object.As<Gateway>(), out);
      break;
    case Kind::kHTTPRoute:
      Collect(*object.As<HTTPRoute>(), out);
      break;
    case Kind::kEndpointSlice:
      Collect(*object.As<EndpointSlice>(), out);
      break;
    case Kind::kListenerSet:
    case Kind::kGRPCRoute:
    case Kind::kTLSRoute:
    case Kind::kTCPRoute:
    case Kind::kUDPRoute:
    case Kind::kXBackend:
    case Kind::kXBackendTrafficPolicy:
    case Kind::kXMesh:
    case Kind::kCustomResourceDefinition:
    case Kind::kUntyped:
    case Kind::kBackend:
    case Kind::kConfigMap:
    case Kind::kGatewayClass:
    case Kind::kNamespace:
    case Kind::kReferenceGrant:
    case Kind::kSecret:
    case Kind::kService:
      break;
  }
  return out.Take();
}

}  // namespace gwpolicy
