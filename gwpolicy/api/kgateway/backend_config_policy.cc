#include "gwpolicy/api/kgateway/backend_config_policy.h"

#include "gwpolicy/api/kgateway/rules.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kTlsVersions[] = {"AUTO", "1.0", "1.1", "1.2", "1.3"};
constexpr absl::string_view kProxyVersions[] = {"V1", "V2"};

bool IsBackendKind(absl::string_view group, absl::string_view kind) {
  return (group.empty() && kind == "Service") || (group == kKgatewayGroup && kind == "Backend") ||
         (group == "networking.istio.io" && kind == "Hostname");
}

void TargetRefsAreBackends(const BackendConfigPolicySpec& spec, FindingSink& sink) {
  for (const LocalPolicyTargetReference& ref : spec.target_refs) {
    if (IsBackendKind(ref.group, ref.kind)) continue;
    auto refs = sink.Field("targetRefs");
    BreakRule(
        sink,
        "TargetRefs must reference either a Kubernetes Service, a Backend, or an Istio Hostname");
    return;
  }
}

void TargetSelectorsAreBackends(const BackendConfigPolicySpec& spec, FindingSink& sink) {
  for (const LocalPolicyTargetSelector& selector : spec.target_selectors) {
    if (IsBackendKind(selector.group, selector.kind)) continue;
    auto selectors = sink.Field("targetSelectors");
    BreakRule(sink,
              "TargetSelectors must reference either a Kubernetes Service, a Backend, or an Istio "
              "Hostname");
    return;
  }
}

void OneHttpVersion(const BackendConfigPolicySpec& spec, FindingSink& sink) {
  if (spec.http1_protocol_options.has_value() && spec.http2_protocol_options.has_value()) {
    BreakRule(
        sink,
        "at most one of the fields in [http1ProtocolOptions http2ProtocolOptions] may be set");
  }
}

void ConnectTimeoutIsDuration(const BackendConfigPolicySpec& spec, FindingSink& sink) {
  CheckDuration("connectTimeout", spec.connect_timeout, sink);
}

void AtLeastOneFile(const TLSFiles& files, FindingSink& sink) {
  if (files.tls_certificate.empty() && files.tls_key.empty() && files.root_ca.empty()) {
    BreakRule(sink, "At least one of tlsCertificate, tlsKey, or rootCA must be set in TLSFiles");
  }
}

bool HasWellKnown(const BackendConfigPolicyTLS& tls) {
  static const FieldInfo* const kField =
      TypeOf<BackendConfigPolicyTLS>().Find("wellKnownCACertificates");
  return TypeInfo::IsPresent(*kField, &tls);
}

// `insecureSkipVerify: false` counts as set here.
void OneSourceOfTrust(const BackendConfigPolicyTLS& tls, FindingSink& sink) {
  const int sources = (tls.secret_ref.has_value() ? 1 : 0) + (tls.files.has_value() ? 1 : 0) +
                      (tls.insecure_skip_verify.has_value() ? 1 : 0) + (HasWellKnown(tls) ? 1 : 0);
  if (sources > 1) {
    BreakRule(sink,
              "at most one of the fields in [secretRef files insecureSkipVerify "
              "wellKnownCACertificates] may be set");
  }
}

void SniWithoutTrust(const BackendConfigPolicyTLS& tls, FindingSink& sink) {
  if (tls.secret_ref.has_value() || tls.files.has_value() || HasWellKnown(tls) ||
      tls.insecure_skip_verify.value_or(false) || !tls.sni.empty()) {
    return;
  }
  BreakRule(sink,
            "sni is required when no trust source is set; set sni, provide secretRef, files, or "
            "wellKnownCACertificates, or set insecureSkipVerify to true");
}

}  // namespace

template <>
const TypeInfo& TypeOf<TLSFiles>() {
  using T = TLSFiles;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TLSFiles", Doc{"Paths of files on the proxy."})
          .Field<&T::tls_certificate>("tlsCertificate", Length{1, -1},
                                      Doc{"The client certificate."})
          .Field<&T::tls_key>("tlsKey", Length{1, -1}, Doc{"Its key."})
          .Field<&T::root_ca>("rootCA", Length{1, -1}, Doc{"The CA bundle."})
          .Rule<&AtLeastOneFile>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<TLSParameters>() {
  using T = TLSParameters;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TLSParameters", Doc{"What is offered in the handshake."})
          .Field<&T::min_version>("minVersion", OneOf{kTlsVersions}, Doc{"The lowest version."})
          .Field<&T::max_version>("maxVersion", OneOf{kTlsVersions},
                                  Doc{"The highest version; Envoy's own is TLS 1.2."})
          .Field<&T::cipher_suites>("cipherSuites", Doc{"Ciphers up to TLS 1.2, best first."})
          .Field<&T::ecdh_curves>("ecdhCurves", Doc{"Groups for the key exchange, best first."})
          .Field<&T::signature_algorithms>("signatureAlgorithms",
                                           Doc{"Signature algorithms, best first."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendConfigPolicyTLS>() {
  using T = BackendConfigPolicyTLS;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TLS", Doc{"TLS to the backend."})
          .Field<&T::secret_ref>("secretRef",
                                 Doc{"Secret with ca.crt, and perhaps tls.crt and tls.key."})
          .Field<&T::files>("files", Doc{"The same as files on the proxy."})
          .Field<&T::well_known_ca_certificates>("wellKnownCACertificates",
                                                 Doc{"System for the proxy's CA certificates."})
          .Field<&T::insecure_skip_verify>("insecureSkipVerify",
                                           Doc{"True: accept any certificate."})
          .Field<&T::sni>("sni", Length{1, -1}, Doc{"The server name to ask for; not verified."})
          .Field<&T::verify_subject_alt_names>(
              "verifySubjectAltNames", Doc{"Names of which the certificate must carry one."})
          .Field<&T::parameters>("parameters", Doc{"What is offered in the handshake."})
          .Field<&T::alpn_protocols>("alpnProtocols", Doc{"Application protocols, best first."})
          .Field<&T::allow_renegotiation>("allowRenegotiation",
                                          Doc{"Whether the server may renegotiate."})
          .Field<&T::simple_tls>("simpleTLS",
                                 Doc{"True: show no client certificate, even if there is one."})
          .Rule<&OneSourceOfTrust>()
          .Rule<&SniWithoutTrust>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<UpstreamProxyProtocol>() {
  using T = UpstreamProxyProtocol;
  static const TypeInfo* const kType =
      TypeBuilder<T>("UpstreamProxyProtocol", Doc{"Sends the PROXY header first."})
          .Field<&T::version>("version", Defaulted{}, OneOf{kProxyVersions},
                              Doc{"Text or binary form."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendConfigPolicySpec>() {
  using T = BackendConfigPolicySpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendConfigPolicySpec", Doc{"How kgateway talks to a backend."})
          .Field<&T::target_refs>("targetRefs", Items{1, 16}, Doc{"Backends by name."})
          .Field<&T::target_selectors>("targetSelectors", Doc{"Backends by their labels."})
          .Field<&T::connect_timeout>("connectTimeout", Length{0, 32},
                                      Doc{"How long a connection may take to come about."})
          .Field<&T::dns>("dns", Doc{"How names are resolved."})
          .Field<&T::per_connection_buffer_limit_bytes>("perConnectionBufferLimitBytes",
                                                        Range{0, INT32_MAX},
                                                        Doc{"Bytes buffered a connection."})
          .Field<&T::tcp_keepalive>("tcpKeepalive", Doc{"TCP keep-alive."})
          .Field<&T::common_http_protocol_options>("commonHttpProtocolOptions",
                                                   Doc{"Limits of connections and streams."})
          .Field<&T::http1_protocol_options>("http1ProtocolOptions", Doc{"HTTP/1.1."})
          .Field<&T::http2_protocol_options>("http2ProtocolOptions", Doc{"HTTP/2."})
          .Field<&T::tls>("tls", Doc{"TLS to the backend; a BackendTLSPolicy wins over it."})
          .Field<&T::load_balancer>("loadBalancer", Doc{"How an endpoint is chosen."})
          .Field<&T::health_check>("healthCheck", Doc{"How endpoints are asked for health."})
          .Field<&T::outlier_detection>("outlierDetection",
                                        Doc{"When an endpoint is put aside for a while."})
          .Field<&T::circuit_breakers>("circuitBreakers", Doc{"Limits of what is in flight."})
          .Field<&T::upstream_proxy_protocol>("upstreamProxyProtocol",
                                              Doc{"Sends the PROXY header first."})
          .Rule<&OneHttpVersion>()
          .Rule<&TargetRefsAreBackends>()
          .Rule<&TargetSelectorsAreBackends>()
          .Rule<&ConnectTimeoutIsDuration>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendConfigPolicy>() {
  using T = BackendConfigPolicy;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendConfigPolicy", Doc{"Settings of kgateway's connections to a backend."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
