#include "gwpolicy/tls/values.h"

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

bool operator==(const ClientTls& a, const ClientTls& b) {
  const auto plain = [](const ClientTls& t) {
    return std::tie(t.sni, t.names, t.certificate_hashes, t.min_version, t.max_version,
                    t.cipher_suites, t.groups, t.signature_algorithms, t.alpn_protocols,
                    t.allow_renegotiation);
  };
  return plain(a) == plain(b) && SameTrust(a.trust, b.trust) &&
         SameCertificate(a.client_certificate, b.client_certificate);
}

}  // namespace tls
}  // namespace gwpolicy
