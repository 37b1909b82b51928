#include <cstddef>
#include <iterator>
#include <memory>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/custom_resource_definition.h"
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
constexpr VersionInfo kBackendTlsPolicyVersions[] = {
    {"v1", true, true, ""},
    {"v1alpha3", false, true, "v1"},
    {"v1alpha2", false, false, "v1", &BackendTLSPolicyV1Alpha2, "", "",
     "targetRef is the only one of targetRefs, tls is validation, caCertRefs and wellKnownCACerts "
     "are caCertificateRefs and wellKnownCACertificates",
     &TellOfLostTarget}};
constexpr VersionInfo kGrpcRouteVersions[] = {{"v1", true, true, ""},
                                              {"v1alpha2", false, false, "v1"}};
constexpr VersionInfo kListenerSetVersions[] = {
    {"v1", true, true, ""},
    {"v1alpha1", false, false, "v1", nullptr, kGatewayXGroup, "XListenerSet"}};
constexpr VersionInfo kReferenceGrantVersions[] = {
    {"v1", true, true, ""}, {"v1beta1", true, true, ""}, {"v1alpha2", false, false, "v1"}};
constexpr VersionInfo kTcpRouteVersions[] = {{"v1", true, true, ""},
                                             {"v1alpha2", false, true, "v1", &TCPRouteV1Alpha2}};
constexpr VersionInfo kTlsRouteVersions[] = {{"v1", true, true, ""},
                                             {"v1alpha3", false, true, "v1"},
                                             {"v1alpha2", false, true, "v1", &TLSRouteV1Alpha2}};
constexpr VersionInfo kUdpRouteVersions[] = {{"v1", true, true, ""},
                                             {"v1alpha2", false, true, "v1", &UDPRouteV1Alpha2}};
constexpr VersionInfo kExperimentalV1Alpha1[] = {{"v1alpha1", false, true, ""}};
constexpr VersionInfo kXBackendTrafficPolicyVersions[] = {
    {"v1alpha1", false, true, ""},
    {"v1alpha2", false, false, "v1alpha1", &BackendLBPolicyV1Alpha2, kGatewayGroup,
     "BackendLBPolicy"}};

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

KindInfo UntypedRow(absl::string_view group, absl::string_view name, absl::string_view plural,
                    absl::Span<const VersionInfo> versions) {
  KindInfo info;
  info.group = group;
  info.name = name;
  info.plural = plural;
  info.versions = versions;
  return info;
}

absl::Span<const KindInfo> UntypedKinds() {
  static const KindInfo kKinds[] = {
      UntypedRow(kKgatewayGroup, "DirectResponse", "directresponses", kV1Alpha1),
      UntypedRow(kKgatewayGroup, "GatewayExtension", "gatewayextensions", kV1Alpha1),
      UntypedRow(kKgatewayGroup, "GatewayParameters", "gatewayparameters", kV1Alpha1),
      UntypedRow(kKgatewayGroup, "HTTPListenerPolicy", "httplistenerpolicies", kV1Alpha1),
      UntypedRow(kKgatewayGroup, "ListenerPolicy", "listenerpolicies", kV1Alpha1),
      UntypedRow(kKgatewayGroup, "TrafficPolicy", "trafficpolicies", kV1Alpha1),
  };
  return kKinds;
}

absl::Span<const KindInfo> Kinds() {
  static const KindInfo kKinds[] = {
      Row<Backend>(kKgatewayGroup, "Backend", "backends", true, kV1Alpha1),
      Row<BackendConfigPolicy>(kKgatewayGroup, "BackendConfigPolicy", "backendconfigpolicies", true,
                               kV1Alpha1),
      Row<BackendTLSPolicy>(kGatewayGroup, "BackendTLSPolicy", "backendtlspolicies", true,
                            kBackendTlsPolicyVersions),
      Row<ConfigMap>(kCoreGroup, "ConfigMap", "configmaps", true, kV1),
      Row<CustomResourceDefinition>(kExtensionsGroup, "CustomResourceDefinition",
                                    "customresourcedefinitions", false, kV1),
      Row<EndpointSlice>(kDiscoveryGroup, "EndpointSlice", "endpointslices", true, kV1),
      Row<GRPCRoute>(kGatewayGroup, "GRPCRoute", "grpcroutes", true, kGrpcRouteVersions),
      Row<Gateway>(kGatewayGroup, "Gateway", "gateways", true, kV1AndV1Beta1),
      Row<GatewayClass>(kGatewayGroup, "GatewayClass", "gatewayclasses", false, kV1AndV1Beta1),
      Row<HTTPRoute>(kGatewayGroup, "HTTPRoute", "httproutes", true, kV1AndV1Beta1),
      Row<ListenerSet>(kGatewayGroup, "ListenerSet", "listenersets", true, kListenerSetVersions),
      Row<Namespace>(kCoreGroup, "Namespace", "namespaces", false, kV1),
      Row<ReferenceGrant>(kGatewayGroup, "ReferenceGrant", "referencegrants", true,
                          kReferenceGrantVersions),
      Row<Secret>(kCoreGroup, "Secret", "secrets", true, kV1),
      Row<Service>(kCoreGroup, "Service", "services", true, kV1),
      Row<TCPRoute>(kGatewayGroup, "TCPRoute", "tcproutes", true, kTcpRouteVersions),
      Row<TLSRoute>(kGatewayGroup, "TLSRoute", "tlsroutes", true, kTlsRouteVersions),
      Row<UDPRoute>(kGatewayGroup, "UDPRoute", "udproutes", true, kUdpRouteVersions),
      Row<XBackend>(kGatewayXGroup, "XBackend", "xbackends", true, kExperimentalV1Alpha1),
      Row<XBackendTrafficPolicy>(kGatewayXGroup, "XBackendTrafficPolicy", "xbackendtrafficpolicies",
                                 true, kXBackendTrafficPolicyVersions),
      Row<XMesh>(kGatewayXGroup, "XMesh", "xmeshes", false, kExperimentalV1Alpha1),
  };
  return kKinds;
}

}  // namespace

bool IsBuiltIn(const KindInfo& info) {
  return info.group == kCoreGroup || info.group == kDiscoveryGroup ||
         info.group == kExtensionsGroup;
}

absl::Span<const KindInfo> AllKinds() { return Kinds(); }

const KindInfo& InfoOf(Kind kind) {
  // kUntyped has no row; rows are in the order of the enumeration behind it.
  return Kinds()[static_cast<size_t>(kind) - 1];
}

const VersionInfo* FindVersion(const KindInfo& kind, absl::string_view api_version) {
  const auto [group, name] = SplitApiVersion(api_version);
  for (const VersionInfo& version : kind.versions) {
    const absl::string_view own = version.former_kind.empty() ? kind.group : version.former_group;
    if (version.name == name && own == group) return &version;
  }
  return nullptr;
}

std::string ApiVersionOf(const KindInfo& kind, const VersionInfo& version) {
  const absl::string_view group = version.former_kind.empty() ? kind.group : version.former_group;
  return absl::StrCat(group, group.empty() ? "" : "/", version.name);
}

KindVersion FindKindVersion(absl::string_view api_version, absl::string_view kind) {
  const auto [group, name] = SplitApiVersion(api_version);
  if (const KindInfo* info = FindKind(group, kind)) return {info, FindVersion(*info, api_version)};
  for (const KindInfo& info : Kinds()) {
    for (const VersionInfo& version : info.versions) {
      if (version.former_kind == kind && version.former_group == group && version.name == name) {
        return {&info, &version};
      }
    }
  }
  return {};
}

const KindInfo* FindKind(absl::string_view group, absl::string_view kind) {
  for (const KindInfo& info : Kinds()) {
    if (info.name == kind && info.group == group) return &info;
  }
  return nullptr;
}

const KindInfo* FindUntypedKind(absl::string_view group, absl::string_view kind) {
  for (const KindInfo& info : UntypedKinds()) {
    if (info.name == kind && info.group == group) return &info;
  }
  return nullptr;
}

}  // namespace gwpolicy
