#include "gwpolicy/resolve/policies/backend_config_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gwpolicy/api/box.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/resolve/policies/policy_reader.h"
#include "gwpolicy/resolve/policies/tls_text.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

// What nearly every policy says, as texts that all share.
constexpr TextLiteral kClientCertificate("clientCertificate");
constexpr TextLiteral kUnverified("unverified");
constexpr TextLiteral kTlsPath("spec.tls");
constexpr TextLiteral kSniPath("spec.tls.sni");
constexpr TextLiteral kSecretPath("spec.tls.secretRef");
constexpr TextLiteral kNamesPath("spec.tls.verifySubjectAltNames");
constexpr TextLiteral kWellKnownPath("spec.tls.wellKnownCACertificates");

class Reader : private PolicyReader {
 public:
  Reader(const Object& object, const PolicyInput& input) : PolicyReader(object, input) {}

  PolicyTls Read() {
    const BackendConfigPolicySpec& spec = object_.As<BackendConfigPolicy>()->spec;
    if (spec.tls.has_value()) {
      out_.says_tls = true;
      ReadTls(*spec.tls);
    }
    ReadSettings(spec);
    return Finish(spec);
  }

 private:
  // No error of this kind shows in ResolvedRefs.
  void Fail(Code code, std::string path, std::string message) {
    PolicyReader::Fail(PolicyError::Class::kOther, code, std::move(path), std::move(message));
  }

  void ReadTls(const BackendConfigPolicyTLS& spec) {
    ReadParameters(spec);
    if (!spec.sni.empty()) {
      tls_->sni = spec.sni;
      Set("sni", spec.sni, kSniPath);
    }
    if (spec.insecure_skip_verify.value_or(false)) {
      // Secret and files are not read at all then, so there is no client certificate either.
      tls_->trust.source = tls::TrustSource::kUnverified;
      tls_->names = tls::PeerNames::Any();
      Set("trust", kUnverified, "spec.tls.insecureSkipVerify");
      return;
    }
    if (!ReadSecret(spec)) return;
    if (!ReadFiles(spec)) return;
    ReadTrust(spec);
  }

  void ReadParameters(const BackendConfigPolicyTLS& spec) {
    if (spec.parameters.has_value()) {
      const TLSParameters& parameters = *spec.parameters;
      tls_->min_version = VersionByName(parameters.min_version);
      tls_->max_version = VersionByName(parameters.max_version);
      tls_->cipher_suites = parameters.cipher_suites;
      tls_->groups = parameters.ecdh_curves;
      tls_->signature_algorithms = parameters.signature_algorithms;
      const std::string path = "spec.tls.parameters.";
      if (tls_->min_version != tls::TlsVersion::kDefault) {
        Set("minVersion", parameters.min_version, path + "minVersion");
      }
      if (tls_->max_version != tls::TlsVersion::kDefault) {
        Set("maxVersion", parameters.max_version, path + "maxVersion");
      }
      SetList("cipherSuites", tls_->cipher_suites, path + "cipherSuites");
      SetList("groups", tls_->groups, path + "ecdhCurves");
      SetList("signatureAlgorithms", tls_->signature_algorithms, path + "signatureAlgorithms");
      // kgateway writes TLS_AUTO for the end that is not set, which Envoy's client reads as 1.2.
      const tls::TlsVersion effective_max = tls_->max_version == tls::TlsVersion::kDefault
                                                ? tls::TlsVersion::k1_2
                                                : tls_->max_version;
      const tls::TlsVersion effective_min = tls_->min_version == tls::TlsVersion::kDefault
                                                ? tls::TlsVersion::k1_2
                                                : tls_->min_version;
      if (effective_min > effective_max) {
        Report(Code::kConfigVersionRange, "spec.tls.parameters",
               absl::StrCat("the minimum TLS version ", VersionText(effective_min),
                            " is above the maximum ", VersionText(effective_max),
                            tls_->max_version == tls::TlsVersion::kDefault
                                ? ", which is Envoy's own since maxVersion is not set"
                                : ""));
      }
    }
    tls_->alpn_protocols = spec.alpn_protocols;
    SetList("alpnProtocols", tls_->alpn_protocols, "spec.tls.alpnProtocols");
    tls_->allow_renegotiation = spec.allow_renegotiation.value_or(false);
    if (tls_->allow_renegotiation) {
      Set("allowRenegotiation", "true", "spec.tls.allowRenegotiation");
    }
  }

  static std::string VersionText(tls::TlsVersion version) {
    switch (version) {
      case tls::TlsVersion::k1_0:
        return "1.0";
      case tls::TlsVersion::k1_1:
        return "1.1";
      case tls::TlsVersion::kDefault:
      case tls::TlsVersion::k1_2:
        return "1.2";
      case tls::TlsVersion::k1_3:
        return "1.3";
    }
    return "1.2";
  }

  void SetList(const char* field, const List<Text>& items, const std::string& path) {
    if (!items.empty()) Set(field, absl::StrJoin(items, ", "), path);
  }

  // False after an error that leaves nothing more to read.
  bool ReadSecret(const BackendConfigPolicyTLS& spec) {
    if (!spec.secret_ref.has_value()) return true;
    const std::string path = "spec.tls.secretRef.name";
    const ObjectKey key{"", "Secret", object_.meta().ns, spec.secret_ref->name};
    const Object* holder = input_.cluster.Find(key);
    const Secret* secret = holder == nullptr ? nullptr : holder->As<Secret>();
    if (secret == nullptr) {
      Fail(
          Code::kTrustNotFound, path,
          absl::StrCat("failed to extract TLS data: Secret ", key.ns, "/", key.name, " not found"));
      return false;
    }
    secret_ = holder;
    if (spec.simple_tls.value_or(false)) return true;  // the pair is not even looked at
    const PrivateBytes* chain = secret->Find(kCertificateKey);
    const PrivateBytes* key_pem = secret->Find(kPrivateKeyKey);
    const bool has_chain = chain != nullptr && !chain->empty();
    const bool has_key = key_pem != nullptr && !key_pem->empty();
    if (has_chain != has_key) {
      Fail(Code::kClientCertIncomplete, path,
           "invalid TLS config: for if providing a client certificate, both certChain and "
           "privateKey must be provided");
      return false;
    }
    if (!has_chain) return true;
    const CertificateCache::Pair& pair = input_.certificates.PairOf(*holder);
    if (pair.pair == nullptr) {
      Fail(pair.problems[0].code, path,
           absl::StrCat("invalid certificate and key pair: ", pair.problems[0].message));
      return false;
    }
    tls_->client_certificate = pair.pair;
    Set(kClientCertificate, key.ToText(), kSecretPath);
    return true;
  }

  bool ReadFiles(const BackendConfigPolicyTLS& spec) {
    if (!spec.files.has_value()) return true;
    const bool has_pair = !spec.files->tls_certificate.empty() || !spec.files->tls_key.empty();
    if (has_pair && !spec.simple_tls.value_or(false)) {
      // kgateway checks the pair by parsing the paths themselves as PEM, so it always fails.
      Fail(Code::kClientCertMalformed, "spec.tls.files",
           "invalid certificate and key pair: kgateway parses the paths themselves as PEM, so a "
           "client certificate from files never works; use secretRef");
      return false;
    }
    if (!spec.files->root_ca.empty()) {
      // The file is on the proxy; what it holds cannot be known here.
      Fail(Code::kTrustNotFound, "spec.tls.files.rootCA",
           absl::StrCat("the CA file ", spec.files->root_ca,
                        " is on the proxy and cannot be read from here; use secretRef"));
      return false;
    }
    return true;
  }

  void ReadTrust(const BackendConfigPolicyTLS& spec) {
    for (const Text& name : spec.verify_subject_alt_names) {
      tls_->names.accepted.push_back({tls::PeerName::Type::kDns, name});
    }
    const bool has_names = !tls_->names.accepted.empty();
    if (has_names) Set("names", NamesText(tls_->names), kNamesPath);
    const bool named_source = spec.secret_ref.has_value() || spec.files.has_value();
    const bool system_by_name = spec.well_known_ca_certificates == "System";
    if (system_by_name ||
        (!named_source && input_.profile.absent_trust == Profile::AbsentTrust::kSystem)) {
      tls_->trust.source = tls::TrustSource::kSystem;
      Set("trust", "system", system_by_name ? Text(kWellKnownPath) : Text(kTlsPath));
      if (has_names) return;
      if (input_.profile.system_trust_accepts_sni && !spec.sni.empty()) {
        tls_->names.accepted.push_back({tls::PeerName::Type::kDns, spec.sni});
        Set("names", NamesText(tls_->names), kSniPath);
      } else {
        tls_->names = tls::PeerNames::Any();
        Set("names", "any", kTlsPath);
      }
      return;
    }
    const auto bundle = secret_ == nullptr ? nullptr : ReadBundle(*secret_).bundle;
    if (bundle != nullptr) {
      const std::string label = secret_->key().ToString();
      if (!bundle->usable()) {
        Fail(Code::kTrustInvalid, "spec.tls.secretRef.name",
             absl::StrCat("failed to extract TLS data: invalid ca.crt in ", label, ": ",
                          bundle->error()));
        return;
      }
      tls_->trust.source = tls::TrustSource::kBundle;
      tls_->trust.bundle = bundle;
      Set("trust", absl::StrCat(bundle->certificates().size(), " CA of ", label), kSecretPath);
      if (!has_names) {  // sni selects a certificate, it does not check one
        tls_->names = tls::PeerNames::Any();
        Set("names", "any", kTlsPath);
      }
      return;
    }
    if (has_names) {
      Fail(Code::kTrustSourceMissing, std::string(kNamesPath.view()),
           "a root_ca must be provided if verify_subject_alt_name is not empty");
      return;
    }
    tls_->trust.source = tls::TrustSource::kUnverified;
    tls_->names = tls::PeerNames::Any();
    Set("trust", kUnverified, kTlsPath);
  }

  void ReadSettings(const BackendConfigPolicySpec& spec);

  const Object* secret_ = nullptr;  // of spec.tls.secretRef
};

// None also where the text is no duration: such an object has findings of its own.
std::optional<absl::Duration> ToDuration(const std::string& text) {
  const int64_t milliseconds = DurationMilliseconds(text);
  if (milliseconds < 0) return std::nullopt;
  return absl::Milliseconds(milliseconds);
}

std::optional<absl::Duration> ToSeconds(const std::optional<std::string>& text) {
  if (!text.has_value()) return std::nullopt;
  const std::optional<absl::Duration> duration = ToDuration(*text);
  if (!duration.has_value()) return std::nullopt;
  return absl::Trunc(*duration, absl::Seconds(1));
}

KeepaliveSettings ToSettings(const TcpKeepalive& spec) {
  KeepaliveSettings out;
  out.probes = spec.keep_alive_probes;
  out.time = ToSeconds(spec.keep_alive_time);
  out.interval = ToSeconds(spec.keep_alive_interval);
  return out;
}

OutlierSettings ToSettings(const OutlierDetection& spec) {
  OutlierSettings out;
  out.consecutive_5xx = spec.consecutive_5xx;
  out.enforcing_consecutive_5xx = spec.enforcing_consecutive_5xx;
  out.split_local_origin_errors = spec.split_external_local_origin_errors.value_or(false);
  out.consecutive_local_origin_failure = spec.consecutive_local_origin_failure;
  out.enforcing_consecutive_local_origin_failure = spec.enforcing_consecutive_local_origin_failure;
  out.interval = ToDuration(spec.interval);
  out.base_ejection_time = ToDuration(spec.base_ejection_time);
  out.max_ejection_percent = spec.max_ejection_percent;
  return out;
}

CircuitLimits ToSettings(const CircuitBreakers& spec) {
  CircuitLimits out;
  out.connections = spec.max_connections;
  out.pending_requests = spec.max_pending_requests;
  out.requests = spec.max_requests;
  out.retries = spec.max_retries;
  out.track_remaining = spec.track_remaining.value_or(false);
  return out;
}

using Spec = BackendConfigPolicySpec;

// What one policy gives as a whole when several are merged: kgateway's
// backendconfigpolicy/merge.go. Present counts, zero or not.
struct Unit {
  absl::string_view path;  // below spec
  bool (*has)(const Spec& spec);
  // Null: the block has no short text, or TrafficSettings no place for it yet.
  Text (*value)(const Spec& spec);
  void (*take)(const Spec& spec, TrafficSettings& settings);
  bool is_tls = false;  // merged where TLS is chosen
};

template <auto kMember>
bool Has(const Spec& spec) {
  return (spec.*kMember).has_value();
}
template <auto kMember>
bool HasDns(const Spec& spec) {
  return spec.dns.has_value() && ((*spec.dns).*kMember).has_value();
}
template <auto kFrom, auto kTo>
void TakeBlock(const Spec& spec, TrafficSettings& settings) {
  settings.*kTo = ToSettings(*(spec.*kFrom));
}

constexpr Unit kUnits[] = {
    {"connectTimeout", Has<&Spec::connect_timeout>,
     [](const Spec& spec) { return Text(*spec.connect_timeout); },
     [](const Spec& spec, TrafficSettings& settings) {
       settings.connect_timeout = ToDuration(*spec.connect_timeout);
     }},
    {"perConnectionBufferLimitBytes", Has<&Spec::per_connection_buffer_limit_bytes>,
     [](const Spec& spec) { return Text(absl::StrCat(*spec.per_connection_buffer_limit_bytes)); },
     [](const Spec& spec, TrafficSettings& settings) {
       settings.per_connection_buffer_limit_bytes = spec.per_connection_buffer_limit_bytes;
     }},
    {"tcpKeepalive", Has<&Spec::tcp_keepalive>, nullptr,
     TakeBlock<&Spec::tcp_keepalive, &TrafficSettings::keepalive>},
    {"commonHttpProtocolOptions", Has<&Spec::common_http_protocol_options>, nullptr, nullptr},
    {"http1ProtocolOptions", Has<&Spec::http1_protocol_options>, nullptr, nullptr},
    {"http2ProtocolOptions", Has<&Spec::http2_protocol_options>, nullptr, nullptr},
    {"tls", Has<&Spec::tls>, nullptr, nullptr, true},
    {"loadBalancer", Has<&Spec::load_balancer>, nullptr, nullptr},
    {"healthCheck", Has<&Spec::health_check>, nullptr, nullptr},
    {"outlierDetection", Has<&Spec::outlier_detection>, nullptr,
     TakeBlock<&Spec::outlier_detection, &TrafficSettings::outliers>},
    {"circuitBreakers", Has<&Spec::circuit_breakers>, nullptr,
     TakeBlock<&Spec::circuit_breakers, &TrafficSettings::circuit>},
    {"dns.refreshRate", HasDns<&BackendDns::refresh_rate>, nullptr, nullptr},
    {"dns.jitter", HasDns<&BackendDns::jitter>, nullptr, nullptr},
    {"dns.respectTTL", HasDns<&BackendDns::respect_ttl>, nullptr, nullptr},
    {"upstreamProxyProtocol", Has<&Spec::upstream_proxy_protocol>,
     [](const Spec& spec) { return Text(spec.upstream_proxy_protocol->version); },
     [](const Spec& spec, TrafficSettings& settings) {
       settings.proxy_protocol =
           spec.upstream_proxy_protocol->version == "V2" ? ProxyProtocol::kV2 : ProxyProtocol::kV1;
     }},
};

void Reader::ReadSettings(const Spec& spec) {
  static constexpr TextLiteral kAsGiven("as given");
  for (const Unit& unit : kUnits) {
    if (unit.is_tls || !unit.has(spec)) continue;
    settings_.push_back({unit.path, unit.value == nullptr ? Text(kAsGiven) : unit.value(spec),
                         absl::StrCat("spec.", unit.path)});
  }
  if (!settings_.empty()) out_.traffic = MergeSettings({&object_});
}

}  // namespace

PolicyTls ReadBackendConfigPolicy(const Object& policy, const PolicyInput& input) {
  return Reader(policy, input).Read();
}

TrafficSettings MergeSettings(absl::Span<const Object* const> policies) {
  TrafficSettings settings;
  for (const Unit& unit : kUnits) {
    if (unit.take == nullptr) continue;
    const auto first = std::find_if(policies.begin(), policies.end(), [&](const Object* policy) {
      return unit.has(policy->As<BackendConfigPolicy>()->spec);
    });
    if (first != policies.end()) unit.take((*first)->As<BackendConfigPolicy>()->spec, settings);
  }
  return settings;
}

std::vector<std::string> SharedFields(const BackendConfigPolicySpec& a,
                                      const BackendConfigPolicySpec& b) {
  std::vector<std::string> fields;
  for (const Unit& unit : kUnits) {
    if (unit.has(a) && unit.has(b)) fields.push_back(absl::StrCat("spec.", unit.path));
  }
  return fields;
}

}  // namespace gwpolicy
