#include "gwpolicy/cluster/references.h"

#include <algorithm>
#include <utility>

#include "gwpolicy/api/core/endpoint_slice.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/cluster/routes.h"

namespace gwpolicy {
namespace {

constexpr TextLiteral kConfigMap("ConfigMap");
constexpr TextLiteral kGatewayClass("GatewayClass");

class Collector {
 public:
  explicit Collector(const Text& own_namespace) : own_namespace_(own_namespace) {}

  void Add(Edge edge, ObjectKey to, int32_t detail = 0) {
    if (to.name.empty()) return;
    references_.Add({edge, std::move(to), detail});
  }
  // To an object of the referrer's namespace.
  void AddLocal(Edge edge, Text group, Text kind, Text name, int32_t detail = 0) {
    Add(edge, MakeKey(std::move(group), std::move(kind), own_namespace_, std::move(name)), detail);
  }
  template <typename Ref>
  void AddRef(Edge edge, const Ref& ref) {
    Add(edge, KeyOfRef(ref, own_namespace_));
  }
  const Text& own_namespace() const { return own_namespace_; }
  References Take() { return std::move(references_).items(); }

 private:
  const Text& own_namespace_;
  DistinctList<Reference> references_;
};

void CollectTrust(const BackendTLSPolicyValidation& validation, Collector& out) {
  for (size_t i = 0; i < validation.ca_certificate_refs.size(); ++i) {
    const auto& ref = validation.ca_certificate_refs[i];
    const auto at = static_cast<int32_t>(i);
    // Controllers differ in whether they look at the group, so both readings are watched.
    out.AddLocal(Edge::kTrust, ref.group, ref.kind, ref.name, at);
    out.AddLocal(Edge::kTrust, "", ref.kind.empty() ? kConfigMap : ref.kind, ref.name, at);
  }
}

void Collect(const BackendTLSPolicy& policy, Collector& out) {
  for (const auto& ref : policy.spec.target_refs) {
    if (IsLost(ref, policy.metadata)) continue;
    out.AddLocal(Edge::kTarget, ref.group, ref.kind, ref.name);
  }
  CollectTrust(policy.spec.validation, out);
}

void Collect(const BackendConfigPolicy& policy, Collector& out) {
  for (const auto& ref : policy.spec.target_refs) {
    out.AddLocal(Edge::kTarget, ref.group, ref.kind, ref.name);
  }
  if (policy.spec.tls.has_value() && policy.spec.tls->secret_ref.has_value()) {
    out.AddLocal(Edge::kTrust, "", "Secret", policy.spec.tls->secret_ref->name);
  }
}

void CollectCertificates(const List<Listener>& listeners, Collector& out) {
  for (const Listener& listener : listeners) {
    if (!listener.tls.has_value()) continue;
    for (const auto& ref : listener.tls->certificate_refs) out.AddRef(Edge::kCertificate, ref);
  }
}

void Collect(const Gateway& gateway, Collector& out) {
  const GatewaySpec& spec = gateway.spec;
  out.Add(Edge::kClass, MakeKey(kGatewayGroupText, kGatewayClass, Text(), spec.gateway_class_name));
  CollectCertificates(spec.listeners, out);
  if (spec.tls.has_value() && spec.tls->backend.has_value() &&
      spec.tls->backend->client_certificate_ref.has_value()) {
    out.AddRef(Edge::kClientCertificate, *spec.tls->backend->client_certificate_ref);
  }
}

void Collect(const ListenerSet& set, Collector& out) {
  out.AddRef(Edge::kOwner, set.spec.parent_ref);
  CollectCertificates(set.spec.listeners, out);
}

void Collect(const XBackend& backend, Collector& out) {
  const Box<XBackendTLS>& tls = backend.spec.tls;
  if (!tls.has_value()) return;
  if (tls->validation.has_value()) CollectTrust(*tls->validation, out);
  if (tls->client_certificate_ref.has_value()) {
    out.Add(Edge::kTrust, KeyOfRef(*tls->client_certificate_ref, out.own_namespace()),
            Reference::kNoCa);
  }
}

void CollectRoute(const Object& route, Collector& out) {
  const List<ParentReference>& parents = ParentRefsOf(route);
  for (size_t i = 0; i < parents.size(); ++i) {
    out.Add(Edge::kParent, KeyOfParent(parents[i], out.own_namespace()), static_cast<int32_t>(i));
  }
  ForEachBackendRef(route, [&out](const RouteBackendRef& ref) {
    const int32_t port = ref.port.has_value()
                             ? std::clamp(*ref.port, Reference::kNoPort + 1, Reference::kMaxDetail)
                             : Reference::kNoPort;
    out.Add(Edge::kBackend, KeyOfRef(ref, out.own_namespace()), port);
  });
}

void Collect(const EndpointSlice& slice, Collector& out) {
  auto service = slice.metadata.labels.find("kubernetes.io/service-name");
  if (service != slice.metadata.labels.end()) {
    out.AddLocal(Edge::kEndpoints, "", "Service", service->second);
  }
}

}  // namespace

ObjectKey MakeKey(Text group, Text kind, Text ns, Text name) {
  if (GroupOf(group).empty()) group.clear();
  return ObjectKey{std::move(group), std::move(kind), std::move(ns), std::move(name)};
}

ObjectKey KeyOfParent(const ParentReference& ref, const Text& own_ns) {
  ObjectKey key = KeyOfRef(ref, own_ns);
  const KindInfo& info = InfoOf(Kind::kListenerSet);
  for (const VersionInfo& version : info.versions) {
    if (version.former_kind.empty() || key.kind != version.former_kind ||
        key.group != version.former_group) {
      continue;
    }
    key.group = info.group;
    key.kind = info.name;
  }
  return key;
}

References ReferencesOf(const Object& object) {
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
    case Kind::kListenerSet:
      Collect(*object.As<ListenerSet>(), out);
      break;
    case Kind::kGRPCRoute:
    case Kind::kHTTPRoute:
    case Kind::kTCPRoute:
    case Kind::kTLSRoute:
    case Kind::kUDPRoute:
      CollectRoute(object, out);
      break;
    case Kind::kEndpointSlice:
      Collect(*object.As<EndpointSlice>(), out);
      break;
    case Kind::kXBackend:
      Collect(*object.As<XBackend>(), out);
      break;
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
