#include "gwpolicy/report/backends.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/findings.h"

namespace gwpolicy {
namespace report {
namespace {

template <typename Texts>
Value TextList(const Texts& texts) {
  Value list = Value::MakeList();
  for (absl::string_view text : texts) list.Append(text);
  return list;
}

absl::string_view PeerNameType(tls::PeerName::Type type) {
  switch (type) {
    case tls::PeerName::Type::kDns:
      return "DNS";
    case tls::PeerName::Type::kUri:
      return "URI";
    case tls::PeerName::Type::kIp:
      return "IP";
    case tls::PeerName::Type::kEmail:
      return "Email";
  }
  return "";
}

Value TrustValue(const tls::Trust& trust) {
  Value out = Value::MakeObject();
  out.Set("source", TrustSourceName(trust.source));
  Value certificates = Value::MakeList();
  std::string hash;
  if (trust.bundle != nullptr) {
    hash = trust.bundle->content_hash();
    for (const tls::CertificateSummary& one : trust.bundle->certificates()) {
      certificates.Append(CertificateValue(one));
    }
  }
  out.Set("certificates", std::move(certificates));
  out.Set("hash", hash);
  return out;
}

Value NamesValue(const tls::PeerNames& names) {
  Value accepted = Value::MakeList();
  for (const tls::PeerName& name : names.accepted) {
    Value one = Value::MakeObject();
    one.Set("type", PeerNameType(name.type));
    one.Set("value", name.value.view());
    accepted.Append(std::move(one));
  }
  Value out = Value::MakeObject();
  out.Set("unchecked", names.unchecked);
  out.Set("accepted", std::move(accepted));
  return out;
}

// Whether the name that is sent is also a name that the certificate may prove.
bool HostnameAuthenticates(const tls::ClientTls& tls) {
  return !tls.names.unchecked && !tls.sni.empty() &&
         std::any_of(tls.names.accepted.begin(), tls.names.accepted.end(),
                     [&](const tls::PeerName& name) {
                       return name.type == tls::PeerName::Type::kDns &&
                              absl::EqualsIgnoreCase(name.value, tls.sni);
                     });
}

// What the certificate says; the key is not looked at.
Value ClientCertificateValue(const tls::ClientCertificate* pair) {
  if (pair == nullptr) return Value();
  Value out = Value::MakeObject();
  std::shared_ptr<const tls::TrustBundle> chain =
      tls::TrustBundle::Parse(pair->chain_pem, tls::PemReader::kEnvoy);
  if (chain->certificates().empty()) {
    out.Set("subject", "");
    return out;
  }
  const tls::CertificateSummary& leaf = chain->certificates().front();
  out.Set("subject", leaf.subject);
  out.Set("issuer", leaf.issuer);
  out.Set("sha256", leaf.sha256);
  out.Set("notAfter", TimeValue(leaf.not_after));
  return out;
}

absl::string_view OriginName(EndpointOrigin origin) {
  switch (origin) {
    case EndpointOrigin::kEndpointSlices:
      return "EndpointSlices";
    case EndpointOrigin::kStaticHosts:
      return "StaticHosts";
    case EndpointOrigin::kClusterDns:
      return "ClusterDns";
  }
  return "";
}

Value SettingsValue(const BackendTls& backend) {
  const BackendSettings& settings = *backend.port->settings;
  Value endpoints = Value::MakeList();
  for (const Endpoint& endpoint : backend.port->Endpoints()) {
    Value one = Value::MakeObject();
    one.Set("host", endpoint.host.view());
    one.Set("port", static_cast<int>(endpoint.port));
    endpoints.Append(std::move(one));
  }
  Value out = Value::MakeObject();
  out.Set("endpoints", std::move(endpoints));
  out.Set("endpointsFrom", OriginName(settings.origin));
  out.Set("protocol", ProtocolName(settings.protocol));
  out.Set("proxyProtocol", settings.traffic->proxy_protocol == ProxyProtocol::kNone
                               ? Value()
                               : Value(ProxyProtocolName(settings.traffic->proxy_protocol)));
  return out;
}

Value ProvenanceValue(const Provenance& provenance) {
  Value out = Value::MakeObject();
  out.Set("field", provenance.field.view());
  out.Set("value", provenance.value.view());
  out.Set("from", SourceValue(provenance.from));
  out.Set("over", LoserList(provenance.over));
  return out;
}

}  // namespace

absl::string_view ProtocolName(HttpProtocol protocol) {
  switch (protocol) {
    case HttpProtocol::kHttp1:
      return "HTTP/1.1";
    case HttpProtocol::kHttp2:
      return "HTTP/2";
    case HttpProtocol::kWebSocket:
      return "WebSocket";
  }
  return "";
}

absl::string_view ProxyProtocolName(ProxyProtocol version) {
  switch (version) {
    case ProxyProtocol::kNone:
      return "none";
    case ProxyProtocol::kV1:
      return "V1";
    case ProxyProtocol::kV2:
      return "V2";
  }
  return "none";
}

Value TimeValue(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return Value();
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

Value GatewayValue(const GatewayId& gateway) {
  if (gateway.empty()) return Value();
  Value out = Value::MakeObject();
  out.Set("namespace", gateway.ns.view());
  out.Set("name", gateway.name.view());
  return out;
}

Value BackendIdValue(const BackendPortId& backend) {
  Value out = Value::MakeObject();
  out.Set("group", backend.group.view());
  out.Set("kind", backend.kind.view());
  out.Set("namespace", backend.ns.view());
  out.Set("name", backend.name.view());
  out.Set("port", static_cast<int>(backend.port));
  return out;
}

Value SourceValue(const FieldSource& source) {
  Value out = Value::MakeObject();
  out.Set("kind", source.kind.view());
  out.Set("namespace", source.ns.view());
  out.Set("name", source.name.view());
  out.Set("fieldPath", source.field_path.view());
  return out;
}

Value CertificateValue(const tls::CertificateSummary& certificate) {
  Value out = Value::MakeObject();
  out.Set("subject", certificate.subject);
  out.Set("issuer", certificate.issuer);
  out.Set("serial", certificate.serial);
  out.Set("sha256", certificate.sha256);
  out.Set("spkiSha256", certificate.spki_sha256);
  out.Set("notBefore", TimeValue(certificate.not_before));
  out.Set("notAfter", TimeValue(certificate.not_after));
  out.Set("isCa", certificate.is_ca);
  out.Set("selfSigned", certificate.self_signed);
  out.Set("key", certificate.key);
  out.Set("signatureAlgorithm", certificate.signature_algorithm);
  out.Set("subjectAltNames", TextList(certificate.subject_alt_names));
  return out;
}

Value ClientTlsValue(const tls::ClientTls& tls) {
  Value out = Value::MakeObject();
  out.Set("sni", tls.sni.view());
  out.Set("trust", TrustValue(tls.trust));
  out.Set("names", NamesValue(tls.names));
  out.Set("hostnameAuthenticates", HostnameAuthenticates(tls));
  out.Set("certificateHashes", TextList(tls.pins->certificate_hashes));
  out.Set("spkiPins", TextList(tls.pins->spki));
  out.Set("clientCertificate", ClientCertificateValue(tls.client_certificate.get()));
  out.Set("minVersion", TlsVersionText(tls.min_version));
  out.Set("maxVersion", TlsVersionText(tls.max_version));
  out.Set("cipherSuites", TextList(tls.cipher_suites));
  out.Set("groups", TextList(tls.groups));
  out.Set("signatureAlgorithms", TextList(tls.signature_algorithms));
  out.Set("alpnProtocols", TextList(tls.alpn_protocols));
  out.Set("allowRenegotiation", tls.allow_renegotiation);
  return out;
}

Value LoserList(absl::Span<const Loser> losers) {
  Value out = Value::MakeList();
  for (const Loser& loser : losers) {
    Value one = SourceValue(loser.source);
    one.Set("rule", loser.rule.view());
    out.Append(std::move(one));
  }
  return out;
}

Value ProvenanceList(const BackendTls& backend) {
  Value out = Value::MakeList();
  for (const Provenance& one : ProvenanceOf(backend)) out.Append(ProvenanceValue(one));
  return out;
}

Value BackendValue(const BackendTls& backend) {
  Value posture = Value::MakeList();
  const std::optional<Code> code = backend.port->Posture();
  if (code.has_value()) posture.Append(NameOf(*code));

  Value out = Value::MakeObject();
  out.Set("gateway", GatewayValue(*backend.gateway));
  out.Set("backend", BackendIdValue(backend.port->backend));
  out.Set("portName", backend.port->port_name.view());
  out.Set("profile", backend.gateway->profile.view());
  out.Set("clusterName", backend.ClusterName());
  out.Set("mode", TlsModeName(backend.port->mode));
  out.Set("code",
          backend.port->mode == TlsMode::kFailClosed ? NameOf(backend.port->failure->code) : "");
  out.Set("reason", backend.port->failure->reason.view());
  out.Set("message", backend.port->failure->message.view());
  out.Set("tls", backend.port->tls == nullptr ? Value() : ClientTlsValue(*backend.port->tls));
  out.Set("settings", SettingsValue(backend));
  out.Set("provenance", ProvenanceList(backend));
  out.Set("posture", std::move(posture));
  return out;
}

Value BackendsDocument(absl::Span<const std::shared_ptr<const BackendTls>> backends) {
  Value list = Value::MakeList();
  for (const auto& backend : backends) list.Append(BackendValue(*backend));
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Backends");
  out.Set("backends", std::move(list));
  return out;
}

std::string BackendText(const BackendPortId& backend) {
  std::string text = absl::StrCat(backend.kind, " ", backend.ns, "/", backend.name);
  if (backend.port != 0) absl::StrAppend(&text, ":", backend.port);
  return text;
}

std::string GatewayText(const GatewayId& gateway) {
  if (gateway.empty()) return "no Gateway";
  return absl::StrCat(gateway.ns, "/", gateway.name);
}

absl::string_view TlsVersionText(tls::TlsVersion version) {
  switch (version) {
    case tls::TlsVersion::k1_0:
      return "TLSv1.0";
    case tls::TlsVersion::k1_1:
      return "TLSv1.1";
    case tls::TlsVersion::kDefault:
    case tls::TlsVersion::k1_2:
      return "TLSv1.2";
    case tls::TlsVersion::k1_3:
      return "TLSv1.3";
  }
  return "";
}

absl::string_view TrustSourceName(tls::TrustSource source) {
  switch (source) {
    case tls::TrustSource::kNobody:
      return "nobody";
    case tls::TrustSource::kBundle:
      return "bundle";
    case tls::TrustSource::kSystem:
      return "system";
    case tls::TrustSource::kUnverified:
      return "unverified";
  }
  return "nobody";
}

}  // namespace report
}  // namespace gwpolicy
