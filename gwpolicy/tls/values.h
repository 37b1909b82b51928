#ifndef GWPOLICY_TLS_VALUES_H_
#define GWPOLICY_TLS_VALUES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"

// Plain values that describe one side of a TLS handshake: what the client offers, whom it trusts,
// which names it accepts. They know neither Kubernetes nor Envoy nor BoringSSL.
namespace gwpolicy {
namespace tls {

class TrustBundle;  // trust_bundle.h

// Who vouches for the peer.
enum class TrustSource : uint8_t {
  kNobody,      // nobody is trusted: every verification fails
  kBundle,      // the certificates of `Trust::bundle`
  kSystem,      // whatever the system of the gateway trusts
  kUnverified,  // the chain is not looked at; on purpose, and reported
};

struct Trust {
  TrustSource source = TrustSource::kNobody;
  std::shared_ptr<const TrustBundle> bundle;  // set exactly for kBundle
};

struct PeerName {
  enum class Type : uint8_t { kDns, kUri, kIp, kEmail };
  Type type = Type::kDns;
  Text value;

  friend bool operator==(const PeerName& a, const PeerName& b) {
    return a.type == b.type && a.value == b.value;
  }
};

// The names of which the peer's certificate must have at least one in its subjectAltName.
struct PeerNames {
  // No name is checked: any certificate that the trust bundle vouches for is accepted.
  static PeerNames Any() {
    PeerNames names;
    names.unchecked = true;
    return names;
  }

  bool unchecked = false;
  List<PeerName> accepted;  // empty and not unchecked: nothing matches

  friend bool operator==(const PeerNames& a, const PeerNames& b) {
    return a.unchecked == b.unchecked && a.accepted == b.accepted;
  }
};

// What the peer's own certificate must be, beside trust and names. One hit in either list is
// enough, as for Envoy, which looks at the leaf alone; both empty: it may be any.
struct Pins {
  std::vector<std::string> certificate_hashes;  // SHA-256 of the DER, see IsCertificateHash
  std::vector<std::string> spki;                // SHA-256 of SubjectPublicKeyInfo, see IsSpkiPin

  bool empty() const { return certificate_hashes.empty() && spki.empty(); }
  friend bool operator==(const Pins& a, const Pins& b) {
    return a.certificate_hashes == b.certificate_hashes && a.spki == b.spki;
  }
};

// 64 hexadecimal digits in any case, or 32 pairs of them with colons between: the forms that Envoy
// takes for verify_certificate_hash.
bool IsCertificateHash(absl::string_view text);
// Base64 of 32 bytes with its padding, 44 characters: the form of verify_certificate_spki.
bool IsSpkiPin(absl::string_view text);

// What the client presents when the server asks. PEM; the chain has the leaf first.
struct ClientCertificate {
  std::string chain_pem;
  PrivateBytes key_pem;

  friend bool operator==(const ClientCertificate& a, const ClientCertificate& b) {
    return a.chain_pem == b.chain_pem && a.key_pem == b.key_pem;
  }
};

// kDefault is what Envoy does when nothing is set: TLS 1.2 at both ends of the client's range.
enum class TlsVersion : uint8_t { kDefault, k1_0, k1_1, k1_2, k1_3 };

// Everything that decides one client handshake. The default value trusts nobody.
struct ClientTls {
  Text sni;  // "" sends no server_name
  Trust trust;
  PeerNames names;
  Shared<Pins> pins;
  std::shared_ptr<const ClientCertificate> client_certificate;  // null: none is shown
  TlsVersion min_version = TlsVersion::kDefault;
  TlsVersion max_version = TlsVersion::kDefault;
  bool allow_renegotiation = false;
  // Empty lists mean the defaults of Envoy's client (envoyproxy/envoy client_context_impl.cc).
  List<Text> cipher_suites;
  List<Text> groups;
  List<Text> signature_algorithms;
  List<Text> alpn_protocols;
};

// Whether two settings make the same handshake. Bundles are compared by content hash.
bool operator==(const ClientTls& a, const ClientTls& b);
inline bool operator!=(const ClientTls& a, const ClientTls& b) { return !(a == b); }

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_VALUES_H_
