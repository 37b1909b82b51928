#include "gwpolicy/tls/peer_chain.h"

#include <openssl/base.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/certificate.h"
#include "gwpolicy/tls/parse_certificates.h"
#include "gwpolicy/tls/pem_blocks.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_parsed.h"

namespace gwpolicy {
namespace tls {
namespace {

// The bytes of the first DER element of `bytes`, all of them where its length makes no sense.
size_t ElementSize(absl::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return bytes.size();
  size_t size = byte(1);
  size_t header = 2;
  if ((byte(1) & 0x80) != 0) {
    const size_t count = byte(1) & 0x7f;
    if (count == 0 || count > 4 || bytes.size() < 2 + count) return bytes.size();
    header += count;
    size = 0;
    for (size_t i = 0; i < count; ++i) size = size << 8 | byte(2 + i);
  }
  return std::min(header + size, bytes.size());
}

std::vector<std::string> ReadPemChain(absl::string_view text) {
  std::vector<std::string> chain;
  for (const PemMark& mark : ScanPem(text)) {
    if (mark.label != "CERTIFICATE" && mark.label != "X509 CERTIFICATE" &&
        mark.label != "TRUSTED CERTIFICATE") {
      continue;
    }
    absl::string_view body = text.substr(mark.offset);
    body.remove_prefix(std::min(body.size(), body.find('\n')));
    body = body.substr(0, body.find("-----"));
    std::optional<std::string> der = DecodeBase64(body);
    chain.push_back(der.has_value() ? *std::move(der) : std::string(body));
  }
  return chain;
}

VerifyResult Failed(Code code, std::string message, int alert) {
  VerifyResult result;
  result.failures.push_back(MakeFailure(code, std::move(message)));
  result.failures[0].primary = true;
  result.alert = alert;
  return result;
}

// Nobody is verified: whatever parses will do.
VerifyResult Unverified(absl::Span<const std::string> chain_der) {
  if (chain_der.empty()) {
    return Failed(Code::kChainEmpty, "there is no certificate to verify",
                  SSL_AD_CERTIFICATE_UNKNOWN);
  }
  if (ParseDer(chain_der[0]) == nullptr) {
    return Failed(Code::kCertMalformed, "certificate 0 of the chain cannot be parsed",
                  SSL_AD_DECODE_ERROR);
  }
  VerifyResult result;
  result.verdict = Verdict::kPass;
  return result;
}

VerifyResult VerifyTrust(absl::Span<const std::string> chain_der, const ClientTls& tls,
                         const TrustBundle* system_trust, absl::Time time, VerifyMode mode) {
  switch (tls.trust.source) {
    case TrustSource::kNobody:
      break;
    case TrustSource::kUnverified:
      return Unverified(chain_der);
    case TrustSource::kBundle:
      if (tls.trust.bundle == nullptr) break;
      return VerifyChain(chain_der, *tls.trust.bundle, tls.names, time, mode);
    case TrustSource::kSystem:
      if (system_trust == nullptr) {
        return Failed(Code::kTrustSystemMissing, "there is no CA bundle of the system",
                      SSL_AD_UNKNOWN_CA);
      }
      return VerifyChain(chain_der, *system_trust, tls.names, time, mode);
  }
  return Failed(Code::kTrustSourceMissing,
                "nobody is trusted, so no server's certificate can be accepted", SSL_AD_UNKNOWN_CA);
}

// As Envoy, which looks at the pins after all else (envoyproxy/envoy default_validator.cc).
void AddPins(absl::string_view leaf_der, const Pins& pins, VerifyResult& result) {
  if (pins.empty()) return;
  const OwnedCertificate leaf = ParseDer(leaf_der);
  if (leaf == nullptr) return;  // malformed, and a failure already
  PinCheck check = CheckPins(leaf.get(), pins);
  result.matched_pin = std::move(check.matched);
  if (!check.failure.has_value()) return;
  Failure failure = *std::move(check.failure);
  if (result.failures.empty()) {
    failure.primary = true;
    result.alert = SSL_AD_BAD_CERTIFICATE_HASH_VALUE;
  } else {
    failure.envoy_reason.clear();  // Envoy stops at the first
  }
  result.failures.push_back(std::move(failure));
  result.verdict = Verdict::kFail;
  result.modes_differ = false;
}

}  // namespace

std::vector<std::string> ReadChain(absl::string_view bytes) {
  if (absl::StrContains(bytes, "-----BEGIN ")) return ReadPemChain(bytes);
  std::vector<std::string> chain;
  if (bytes.empty() || bytes[0] != 0x30) return chain;
  while (!bytes.empty()) {
    const absl::string_view element = bytes.substr(0, ElementSize(bytes));
    bytes.remove_prefix(element.size());
    chain.emplace_back(element);
  }
  return chain;
}

std::string CertificatePem(absl::string_view der) { return EncodePem("CERTIFICATE", der); }

std::optional<CertificateSummary> SummarizeCertificate(absl::string_view der) {
  const OwnedCertificate certificate = ParseDer(der);
  if (certificate == nullptr) return std::nullopt;
  return Summarize(certificate.get(), der);
}

VerifyResult VerifyPeer(absl::Span<const std::string> chain_der, const ClientTls& tls,
                        const TrustBundle* system_trust, absl::Time time, VerifyMode mode) {
  VerifyResult result = VerifyTrust(chain_der, tls, system_trust, time, mode);
  if (!chain_der.empty()) AddPins(chain_der[0], *tls.pins, result);
  return result;
}

}  // namespace tls
}  // namespace gwpolicy
