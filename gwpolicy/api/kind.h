#ifndef GWPOLICY_API_KIND_H_
#define GWPOLICY_API_KIND_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// Every kind that gwpolicy models, and kUntyped for all others. In alphabetical order.
enum class Kind : uint8_t {
  kUntyped,
  kBackend,
  kBackendConfigPolicy,
  kBackendTLSPolicy,
  kConfigMap,
  kCustomResourceDefinition,
  kEndpointSlice,
  kGRPCRoute,
  kGateway,
  kGatewayClass,
  kHTTPRoute,
  kListenerSet,
  kNamespace,
  kReferenceGrant,
  kSecret,
  kService,
  kTCPRoute,
  kTLSRoute,
  kUDPRoute,
  kXBackend,
  kXBackendTrafficPolicy,
  kXMesh,
};

// API groups, "" being the core group.
inline constexpr absl::string_view kCoreGroup = "";
inline constexpr absl::string_view kDiscoveryGroup = "discovery.k8s.io";
inline constexpr absl::string_view kExtensionsGroup = "apiextensions.k8s.io";
inline constexpr TextLiteral kGatewayGroupText("gateway.networking.k8s.io");
inline constexpr absl::string_view kGatewayGroup = kGatewayGroupText.view();
inline constexpr absl::string_view kGatewayXGroup = "gateway.networking.x-k8s.io";
inline constexpr TextLiteral kKgatewayGroupText("gateway.kgateway.dev");
inline constexpr absl::string_view kKgatewayGroup = kKgatewayGroupText.view();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KIND_H_
