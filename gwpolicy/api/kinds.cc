#include <cstddef>
#include <iterator>
#include <memory>

#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/endpoint_slice.h"
#include "gwpolicy/api/core/namespace.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/gateway_class.h"
#include "gwpolicy/api/gateway/grpc_route.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/api/gateway/reference_grant.h"
#include "gwpolicy/api/gateway/tcp_route.h"
#include "gwpolicy/api/gateway/tls_route.h"
#include "gwpolicy/api/gateway/udp_route.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/gateway/x_backend_traffic_policy.h"
#include "gwpolicy/api/gateway/x_mesh.h"
#include "gwpolicy/api/kgateway/backend.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/api/object.h"

namespace gwpolicy {
namespace {

constexpr VersionInfo kV1[] = {{"v1", true, true, ""}};
constexpr VersionInfo kV1Alpha1[] = {{"v1alpha1", true, true, ""}};
constexpr VersionInfo kV1AndV1Beta1[] = {{"v1", true, true, ""}, {"v1beta1", true, true, ""}};
constexpr VersionInfo kBackendTlsPolicyVersions[] = {{"v1", true, true, ""},
                                                     {"v1alpha3", false, true, "v1"}};
constexpr VersionInfo kTcpRouteVersions[] = {{"v1", true, true, ""},
                                             {"v1alpha2", false, true, "v1", &TCPRouteV1Alpha2}};
constexpr VersionInfo kTlsRouteVersions[] = {{"v1", true, true, ""},
                                             {"v1alpha3", false, true, "v1"},
                                             {"v1alpha2", false, true, "v1", &TLSRouteV1Alpha2}};
constexpr VersionInfo kUdpRouteVersions[] = {{"v1", true, true, ""},
                                             {"v1alpha2", false, true, "v1", &UDPRouteV1Alpha2}};
constexpr VersionInfo kExperimentalV1Alpha1[] = {{"v1alpha1", false, true, ""}};

template <typename T>
KindInfo Row(absl::string_view group, absl::string_view name, absl::string_view plural,
             bool namespaced, absl::Span<const VersionInfo> versions) {
  KindInfo info;
  info.kind = T::kKind;
  info.group = group;
  info.name = name;
  info.plural = plural;
  info.namespaced = namespaced;
  info.versions = versions;
  info.type = &TypeOf<T>;
  info.make = []() -> std::shared_ptr<KubernetesObject> { return std::make_shared<T>(); };
  return info;
}

absl::Span<const KindInfo> Kinds() {
  static const KindInfo kKinds[] = {
      Row<Backend>(kKgatewayGroup, "Backend", "backends", true, kV1Alpha1),
      Row<BackendConfigPolicy>(kKgatewayGroup, "BackendConfigPolicy", "backendconfigpolicies", true,
                               kV1Alpha1),
      Row<BackendTLSPolicy>(kGatewayGroup, "BackendTLSPolicy", "backendtlspolicies", true,
                            kBackendTlsPolicyVersions),
      Row<ConfigMap>(kCoreGroup, "ConfigMap", "configmaps", true, kV1),
      Row<EndpointSlice>(kDiscoveryGroup, "EndpointSlice", "endpointslices", true, kV1),
      Row<GRPCRoute>(kGatewayGroup, "GRPCRoute", "grpcroutes", true, kV1),
      Row<Gateway>(kGatewayGroup, "Gateway", "gateways", true, kV1AndV1Beta1),
      Row<GatewayClass>(kGatewayGroup, "GatewayClass", "gatewayclasses", false, kV1AndV1Beta1),
      Row<HTTPRoute>(kGatewayGroup, "HTTPRoute", "httproutes", true, kV1AndV1Beta1),
      Row<ListenerSet>(kGatewayGroup, "ListenerSet", "listenersets", true, kV1),
      Row<Namespace>(kCoreGroup, "Namespace", "namespaces", false, kV1),
      Row<ReferenceGrant>(kGatewayGroup, "ReferenceGrant", "referencegrants", true, kV1AndV1Beta1),
      Row<Secret>(kCoreGroup, "Secret", "secrets", true, kV1),
      Row<Service>(kCoreGroup, "Service", "services", true, kV1),
      Row<TCPRoute>(kGatewayGroup, "TCPRoute", "tcproutes", true, kTcpRouteVersions),
      Row<TLSRoute>(kGatewayGroup, "TLSRoute", "tlsroutes", true, kTlsRouteVersions),
      Row<UDPRoute>(kGatewayGroup, "UDPRoute", "udproutes", true, kUdpRouteVersions),
      Row<XBackend>(kGatewayXGroup, "XBackend", "xbackends", true, kExperimentalV1Alpha1),
      Row<XBackendTrafficPolicy>(kGatewayXGroup, "XBackendTrafficPolicy", "xbackendtrafficpolicies",
                                 true, kExperimentalV1Alpha1),
      Row<XMesh>(kGatewayXGroup, "XMesh", "xmeshes", false, kExperimentalV1Alpha1),
  };
  return kKinds;
}

}  // namespace

bool IsBuiltIn(const KindInfo& info) {
  return info.group == kCoreGroup || info.group == kDiscoveryGroup;
}

absl::Span<const KindInfo> AllKinds() { return Kinds(); }

const KindInfo& InfoOf(Kind kind) {
  // kUntyped has no row; rows are in the order of the enumeration behind it.
  return Kinds()[static_cast<size_t>(kind) - 1];
}

const VersionInfo* FindVersion(const KindInfo& kind, absl::string_view version) {
  for (const VersionInfo& known : kind.versions) {
    if (known.name == version) return &known;
  }
  return nullptr;
}

const KindInfo* FindKind(absl::string_view group, absl::string_view kind) {
  for (const KindInfo& info : Kinds()) {
    if (info.name == kind && info.group == group) return &info;
  }
  return nullptr;
}

}  // namespace gwpolicy
