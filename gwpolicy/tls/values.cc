#include "gwpolicy/tls/values.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace tls {
namespace {

bool SameTrust(const Trust& a, const Trust& b) {
  if (a.source != b.source) return false;
  if (a.bundle == b.bundle) return true;
  // An unusable bundle has no certificates; two of them are equal in what they do.
  return a.bundle != nullptr && b.bundle != nullptr && a.bundle->usable() == b.bundle->usable() &&
         a.bundle->content_hash() == b.bundle->content_hash();
}

bool SameCertificate(const std::shared_ptr<const ClientCertificate>& a,
                     const std::shared_ptr<const ClientCertificate>& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || *a == *b;
}

}  // namespace

bool IsCertificateHash(absl::string_view text) {
  const bool pairs = text.size() == 95;
  if (!pairs && text.size() != 64) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool colon = pairs && i % 3 == 2;
    if (colon ? text[i] != ':' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

bool IsSpkiPin(absl::string_view text) {
  std::string bytes;
  // Written again, since absl also reads blanks, and bits that are left over.
  return absl::Base64Unescape(text, &bytes) && bytes.size() == 32 &&
         absl::Base64Escape(bytes) == text;
}

bool operator==(const ClientTls& a, const ClientTls& b) {
  const auto plain = [](const ClientTls& t) {
    return std::tie(t.sni, t.names, t.pins, t.min_version, t.max_version, t.cipher_suites, t.groups,
                    t.signature_algorithms, t.alpn_protocols, t.allow_renegotiation);
  };
  return plain(a) == plain(b) && SameTrust(a.trust, b.trust) &&
         SameCertificate(a.client_certificate, b.client_certificate);
}

}  // namespace tls
}  // namespace gwpolicy
