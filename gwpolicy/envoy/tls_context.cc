#include "gwpolicy/envoy/tls_context.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/core.pb.h"
#include "gwpolicy/envoy/proto/tls.pb.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace envoy {
namespace {

namespace v3 = extensions::transport_sockets::tls::v3;
using config::core::v3::TransportSocket;

constexpr absl::string_view kTlsSocket = "envoy.transport_sockets.tls";
constexpr size_t kMaxSni = 255;
constexpr size_t kMaxAlpnProtocol = 255;

bool HasEmpty(const List<Text>& list) {
  return std::find(list.begin(), list.end(), Text()) != list.end();
}

bool IsComplete(const tls::ClientCertificate& pair) {
  return !pair.chain_pem.empty() && !pair.key_pem.empty();
}

v3::TlsParameters::TlsProtocol Protocol(tls::TlsVersion version) {
  switch (version) {
    case tls::TlsVersion::kDefault:
      return v3::TlsParameters::TLS_AUTO;
    case tls::TlsVersion::k1_0:
      return v3::TlsParameters::TLSv1_0;
    case tls::TlsVersion::k1_1:
      return v3::TlsParameters::TLSv1_1;
    case tls::TlsVersion::k1_2:
      return v3::TlsParameters::TLSv1_2;
    case tls::TlsVersion::k1_3:
      return v3::TlsParameters::TLSv1_3;
  }
  return v3::TlsParameters::TLS_AUTO;
}

v3::SubjectAltNameMatcher::SanType SanType(tls::PeerName::Type type) {
  switch (type) {
    case tls::PeerName::Type::kDns:
      return v3::SubjectAltNameMatcher::DNS;
    case tls::PeerName::Type::kUri:
      return v3::SubjectAltNameMatcher::URI;
    case tls::PeerName::Type::kIp:
      return v3::SubjectAltNameMatcher::IP_ADDRESS;
    case tls::PeerName::Type::kEmail:
      return v3::SubjectAltNameMatcher::EMAIL;
  }
  return v3::SubjectAltNameMatcher::SAN_TYPE_UNSPECIFIED;  // which Envoy refuses
}

void SetParameters(const tls::ClientTls& tls, v3::CommonTlsContext* out) {
  if (tls.min_version == tls::TlsVersion::kDefault &&
      tls.max_version == tls::TlsVersion::kDefault && tls.cipher_suites.empty() &&
      tls.groups.empty() && tls.signature_algorithms.empty()) {
    return;
  }
  v3::TlsParameters* parameters = out->mutable_tls_params();
  parameters->set_tls_minimum_protocol_version(Protocol(tls.min_version));
  parameters->set_tls_maximum_protocol_version(Protocol(tls.max_version));
  for (const Text& s : tls.cipher_suites) parameters->add_cipher_suites(std::string(s));
  for (const Text& s : tls.groups) parameters->add_ecdh_curves(std::string(s));
  for (const Text& s : tls.signature_algorithms) {
    parameters->add_signature_algorithms(std::string(s));
  }
}

void AddCertificate(const tls::ClientCertificate& pair, v3::CommonTlsContext* out) {
  v3::TlsCertificate* certificate = out->add_tls_certificates();
  certificate->mutable_certificate_chain()->set_inline_string(pair.chain_pem);
  certificate->mutable_private_key()->set_inline_string(pair.key_pem.Reveal());
}

void SetNamesAndPins(const tls::ClientTls& tls, v3::CertificateValidationContext* out) {
  for (const std::string& hash : tls.pins->certificate_hashes) {
    out->add_verify_certificate_hash(hash);
  }
  for (const std::string& pin : tls.pins->spki) out->add_verify_certificate_spki(pin);
  // Envoy refuses names without a CA: they would be checked on a certificate that nobody vouches
  // for (context_config_impl.cc, "SAN-based verification … without trusted CA is insecure").
  if (tls.trust.source == tls::TrustSource::kUnverified || tls.names.unchecked) return;
  for (const tls::PeerName& name : tls.names.accepted) {
    v3::SubjectAltNameMatcher* matcher = out->add_match_typed_subject_alt_names();
    matcher->set_san_type(SanType(name.type));
    matcher->mutable_matcher()->set_exact(name.value);
  }
}

}  // namespace

std::string ObstacleToTls(const tls::ClientTls& tls) {
  switch (tls.trust.source) {
    case tls::TrustSource::kNobody:
      return "nobody is trusted to vouch for the backend";
    case tls::TrustSource::kBundle:
      // Without a trusted_ca Envoy accepts every certificate.
      if (tls.trust.bundle == nullptr || !tls.trust.bundle->usable() ||
          tls.trust.bundle->pem().empty()) {
        return "the trust bundle has no certificate that can be used";
      }
      break;
    case tls::TrustSource::kSystem:
    case tls::TrustSource::kUnverified:
      break;
  }
  if (tls.trust.source != tls::TrustSource::kUnverified && !tls.names.unchecked) {
    // Without a matcher Envoy accepts every name.
    if (tls.names.accepted.empty()) return "no name of the backend is accepted";
    for (const tls::PeerName& name : tls.names.accepted) {
      if (name.value.empty()) return "an accepted name is empty";
    }
  }
  if (tls.sni.size() > kMaxSni) return "the SNI is longer than 255 bytes";
  if (absl::StrContains(tls.sni, '\0')) return "the SNI contains a NUL byte";
  const auto& [hashes, spki] = *tls.pins;
  if (!std::all_of(hashes.begin(), hashes.end(), tls::IsCertificateHash)) {
    return "a certificate hash is no SHA-256";
  }
  if (!std::all_of(spki.begin(), spki.end(), tls::IsSpkiPin)) return "an SPKI pin is no SHA-256";
  if (tls.client_certificate != nullptr && !IsComplete(*tls.client_certificate)) {
    return "the client certificate lacks its chain or its key";
  }
  if (HasEmpty(tls.cipher_suites)) return "a cipher suite has an empty name";
  if (HasEmpty(tls.groups)) return "a key exchange group has an empty name";
  if (HasEmpty(tls.signature_algorithms)) return "a signature algorithm has an empty name";
  for (const Text& protocol : tls.alpn_protocols) {
    if (protocol.empty() || protocol.size() > kMaxAlpnProtocol) {
      return "an ALPN protocol is empty or longer than 255 bytes";
    }
  }
  return "";
}

void SetUpstreamTls(const tls::ClientTls& tls, TransportSocket* out) {
  v3::UpstreamTlsContext context;
  context.set_sni(tls.sni);
  context.set_allow_renegotiation(tls.allow_renegotiation);
  v3::CommonTlsContext* common = context.mutable_common_tls_context();
  SetParameters(tls, common);
  for (const Text& protocol : tls.alpn_protocols) {
    common->add_alpn_protocols(std::string(protocol));
  }
  if (tls.client_certificate != nullptr) AddCertificate(*tls.client_certificate, common);

  switch (tls.trust.source) {
    case tls::TrustSource::kNobody:
      // An obstacle, so not reached. Envoy refuses a secret that does not exist.
      common->mutable_validation_context_sds_secret_config()->set_name("NOBODY_IS_TRUSTED");
      break;
    case tls::TrustSource::kBundle:
      common->mutable_validation_context()->mutable_trusted_ca()->set_inline_string(
          tls.trust.bundle->pem());
      SetNamesAndPins(tls, common->mutable_validation_context());
      break;
    case tls::TrustSource::kSystem: {
      auto* combined = common->mutable_combined_validation_context();
      SetNamesAndPins(tls, combined->mutable_default_validation_context());
      combined->mutable_validation_context_sds_secret_config()->set_name(
          std::string(kSystemCaSecret));
      break;
    }
    case tls::TrustSource::kUnverified:
      SetNamesAndPins(tls, common->mutable_validation_context());
      break;
  }
  out->set_name(std::string(kTlsSocket));
  Pack(context, out->mutable_typed_config());
}

bool HasServerCertificate(const std::vector<tls::ClientCertificate>& certificates) {
  return std::any_of(certificates.begin(), certificates.end(), IsComplete);
}

void SetDownstreamTls(const std::vector<tls::ClientCertificate>& certificates,
                      TransportSocket* out) {
  v3::DownstreamTlsContext context;
  v3::CommonTlsContext* common = context.mutable_common_tls_context();
  common->add_alpn_protocols("h2");
  common->add_alpn_protocols("http/1.1");
  for (const tls::ClientCertificate& pair : certificates) {
    if (IsComplete(pair)) AddCertificate(pair, common);
  }
  out->set_name(std::string(kTlsSocket));
  Pack(context, out->mutable_typed_config());
}

}  // namespace envoy
}  // namespace gwpolicy
