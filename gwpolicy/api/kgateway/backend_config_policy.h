#ifndef GWPOLICY_API_KGATEWAY_BACKEND_CONFIG_POLICY_H_
#define GWPOLICY_API_KGATEWAY_BACKEND_CONFIG_POLICY_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kgateway/connection.h"
#include "gwpolicy/api/kgateway/load_balancer.h"
#include "gwpolicy/api/kgateway/references.h"
#include "gwpolicy/api/kgateway/resilience.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// BackendConfigPolicy, kgateway api/v1alpha1/kgateway/backend_config_policy_types.go.
struct TLSFiles : ApiStruct {
  Text tls_certificate;
  Text tls_key;
  Text root_ca;  // "rootCA"
};

struct TLSParameters : ApiStruct {
  Text min_version;  // AUTO, 1.0, 1.1, 1.2, 1.3
  Text max_version;
  List<Text> cipher_suites;
  List<Text> ecdh_curves;
  List<Text> signature_algorithms;
};

struct BackendConfigPolicyTLS : ApiStruct {
  Box<LocalSecretReference> secret_ref;
  Box<TLSFiles> files;
  Text well_known_ca_certificates;
  std::optional<bool> insecure_skip_verify;
  Text sni;
  List<Text> verify_subject_alt_names;
  Box<TLSParameters> parameters;
  List<Text> alpn_protocols;
  std::optional<bool> allow_renegotiation;
  std::optional<bool> simple_tls;  // "simpleTLS"
};

struct UpstreamProxyProtocol : ApiStruct {
  Text version = "V1";  // V1, V2
};

struct BackendConfigPolicySpec : ApiStruct {
  List<LocalPolicyTargetReference> target_refs;
  List<LocalPolicyTargetSelector> target_selectors;
  std::optional<Text> connect_timeout;
  Box<BackendDns> dns;
  std::optional<int32_t> per_connection_buffer_limit_bytes;
  Box<TcpKeepalive> tcp_keepalive;
  Box<CommonHttpProtocolOptions> common_http_protocol_options;
  Box<Http1ProtocolOptions> http1_protocol_options;
  Box<Http2ProtocolOptions> http2_protocol_options;
  Box<BackendConfigPolicyTLS> tls;
  Box<LoadBalancer> load_balancer;
  Box<HealthCheck> health_check;
  Box<OutlierDetection> outlier_detection;
  Box<CircuitBreakers> circuit_breakers;
  Box<UpstreamProxyProtocol> upstream_proxy_protocol;
};

struct BackendConfigPolicy : KubernetesObject {
  static constexpr Kind kKind = Kind::kBackendConfigPolicy;
  BackendConfigPolicySpec spec;
  Box<PolicyStatus> status;
};

template <>
const TypeInfo& TypeOf<TLSFiles>();
template <>
const TypeInfo& TypeOf<TLSParameters>();
template <>
const TypeInfo& TypeOf<BackendConfigPolicyTLS>();
template <>
const TypeInfo& TypeOf<UpstreamProxyProtocol>();
template <>
const TypeInfo& TypeOf<BackendConfigPolicySpec>();
template <>
const TypeInfo& TypeOf<BackendConfigPolicy>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_BACKEND_CONFIG_POLICY_H_
