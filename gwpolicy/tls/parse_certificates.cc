#include "gwpolicy/tls/parse_certificates.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstdint>
#include <utility>

#include "gwpolicy/tls/pem_blocks.h"

namespace gwpolicy {
namespace tls {

void CertificateDeleter::operator()(x509_st* certificate) const { X509_free(certificate); }

OwnedCertificate ParseDer(absl::string_view der) {
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  const uint8_t* const end = at + der.size();
  OwnedCertificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (at != end) certificate = nullptr;
  return certificate;
}

std::optional<std::vector<ParsedCertificate>> ReadPlainCertificates(absl::string_view pem,
                                                                    size_t most) {
  std::optional<std::vector<PlainBlock>> blocks = ReadPlainPem(pem);
  if (!blocks.has_value() || blocks->size() > most) return std::nullopt;
  std::vector<ParsedCertificate> out;
  out.reserve(blocks->size());
  for (PlainBlock& block : *blocks) {
    OwnedCertificate certificate = ParseDer(block.der);
    if (certificate == nullptr) return std::nullopt;
    out.push_back({std::move(certificate), std::move(block.der), block.line});
  }
  return out;
}

}  // namespace tls
}  // namespace gwpolicy
