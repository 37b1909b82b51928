#ifndef GWPOLICY_TLS_CERTIFICATE_H_
#define GWPOLICY_TLS_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/trust_bundle.h"

// BoringSSL's types, declared as it declares them: its headers stay out of ours.
struct X509_name_st;
struct x509_st;

namespace gwpolicy {
namespace tls {

// What the sources of `tls/` read from a parsed certificate. Private to this layer. Nothing here
// fails: a part that cannot be read is empty. All functions leave the thread's error queue empty.

// RFC 2253 text of a name; bytes outside of printable ASCII are escaped.
std::string NameText(const X509_name_st* name);
std::string SubjectOf(const x509_st* certificate);

// `absl::InfinitePast()` and `InfiniteFuture()` where the field is malformed.
absl::Time NotBefore(const x509_st* certificate);
absl::Time NotAfter(const x509_st* certificate);

std::string Sha256OfDer(const x509_st* certificate);   // lower-case hexadecimal
std::string Sha256OfSpki(const x509_st* certificate);  // base64, as pins have it

// "RSA 2048", "EC P-256", "Ed25519".
std::string KeyText(const x509_st* certificate);
// The size of an RSA key in bits, 0 for other keys.
int RsaBits(const x509_st* certificate);
// Whether it has an RSA key below 2048 bits or one on a curve below 256 bits.
bool HasWeakKey(const x509_st* certificate);
// Whether the signature on it uses MD5 or SHA-1.
bool HasWeakSignature(const x509_st* certificate);

// All names of the subjectAltName extension, raw, in its order. IP addresses are in canonical text.
std::vector<SubjectAltName> SubjectAltNamesOf(const x509_st* certificate);
// The last common name of the subject, "" when there is none. Never an identity; for hints only.
std::string CommonNameOf(const x509_st* certificate);

// Whether it carries signed certificate timestamps (RFC 6962 3.3).
bool HasSctList(const x509_st* certificate);
// Whether its TLS feature extension asks for an OCSP response in the handshake (RFC 7633).
bool WantsOcspStaple(const x509_st* certificate);

// `der` is its encoding, which BoringSSL would write anew.
CertificateSummary Summarize(const x509_st* certificate, absl::string_view der);

// Fills BoringSSL's cache of decoded extensions, so that later readers do not write.
void WarmExtensions(x509_st* certificate);

// Lower-case hexadecimal SHA-256 of any bytes.
std::string Sha256Hex(absl::string_view bytes);
// The raw 32 bytes of it.
std::string Sha256(absl::string_view bytes);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_CERTIFICATE_H_
