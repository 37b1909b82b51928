#ifndef GWPOLICY_TLS_TRUST_BUNDLE_H_
#define GWPOLICY_TLS_TRUST_BUNDLE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"

namespace gwpolicy {
namespace tls {

// How the blocks of a PEM text are read. Controllers differ, and Envoy differs from both.
enum class PemReader {
  // BoringSSL's PEM_X509_INFO_read_bio, as Envoy reads trusted_ca: one malformed block refuses all.
  kEnvoy,
  // Go's encoding/pem and crypto/x509, as kgateway reads ca.crt: blocks that are not
  // `CERTIFICATE`, that have headers or that are damaged are skipped; a block that decodes but does
  // not parse refuses the whole bundle. kgateway hands Envoy what it could read, encoded again.
  kGo,
};

// What one certificate of a bundle says about itself.
struct CertificateSummary {
  std::string subject;  // RFC 2253 style, control characters escaped
  std::string issuer;
  std::string serial;       // hexadecimal
  std::string sha256;       // of the DER, lower-case hexadecimal
  std::string spki_sha256;  // of SubjectPublicKeyInfo, base64: an SPKI pin of it
  absl::Time not_before;
  absl::Time not_after;
  bool is_ca = false;
  bool self_signed = false;
  std::string key;                             // "RSA 2048", "EC P-256", "Ed25519"
  std::string signature_algorithm;             // "ecdsa-with-SHA256"
  std::vector<std::string> subject_alt_names;  // "DNS:example.com", "URI:spiffe://…", at most 100
  int line = 0;  // of its BEGIN in the text; 0 for one that a peer sent
};

// Something about a bundle that its owner should know. The caller adds object and field.
struct TrustNote {
  Code code = Code::kTrustBlockSkipped;
  std::string message;
  int line = 0;  // in the PEM text, from 1
};

// A set of trust anchors, parsed once and shared: equal text read in the same way gives the same
// object while anybody holds it. Immutable; all methods are thread-safe.
class TrustBundle {
 public:
  // At most this much text and this many certificates; more is refused with Trust/Invalid.
  static constexpr size_t kMaxBytes = 16 << 20;
  static constexpr size_t kMaxCertificates = 10000;

  // Never null. `usable()` is false when no anchor could be read; `error()` says why.
  static std::shared_ptr<const TrustBundle> Parse(absl::string_view pem, PemReader reader);
  // A file as people have it: DER, one certificate or several one right after another, else PEM as
  // Envoy reads it. Envoy itself takes no DER; `pem()` is what to give it.
  static std::shared_ptr<const TrustBundle> ParseFile(absl::string_view bytes);

  ~TrustBundle();
  TrustBundle(const TrustBundle&) = delete;
  TrustBundle& operator=(const TrustBundle&) = delete;

  bool usable() const;
  // One sentence, without a dot at its end, why the bundle is not usable; "" when it is.
  const std::string& error() const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // What was skipped, private keys in the text, certificates that are no CA, weak keys, and weak
  // signatures of other issuers (an anchor's own signature is never looked at).
  const std::vector<TrustNote>& notes() const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // In the order of the text.
  const std::vector<CertificateSummary>& certificates() const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // The certificates alone, encoded again one after another: what goes to Envoy. With kEnvoy the
  // CRLs of the text follow, because Envoy would use them.
  const std::string& pem() const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // SHA-256 over `pem()`, lower-case hexadecimal: the bundle's identity.
  const std::string& content_hash() const ABSL_ATTRIBUTE_LIFETIME_BOUND;

  // Findings that depend on the time: expired, not yet valid, and expiring within `soon`.
  std::vector<TrustNote> NotesAt(absl::Time now, absl::Duration soon) const;

  // The parsed anchors, for the sources of `tls/` alone.
  struct Anchors;
  const Anchors& anchors() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return *anchors_; }

 private:
  enum class Form : char { kEnvoyPem = 'e', kGoPem = 'g', kDer = 'd' };
  static std::unique_ptr<const Anchors> Read(absl::string_view bytes, Form form);
  static std::shared_ptr<const TrustBundle> FindOrRead(absl::string_view bytes, Form form);

  explicit TrustBundle(std::unique_ptr<const Anchors> anchors);
  std::unique_ptr<const Anchors> anchors_;
};

// Whether `pair` can be used: both parts parse and belong together, and Envoy would load them.
// Empty when so, else the reasons (ClientCert/...), never with key material in the text.
struct ClientCertificate;
std::vector<TrustNote> CheckClientCertificate(const ClientCertificate& pair);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_TRUST_BUNDLE_H_
