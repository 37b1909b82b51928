#ifndef GWPOLICY_TLS_HANDSHAKE_CAPTURE_H_
#define GWPOLICY_TLS_HANDSHAKE_CAPTURE_H_

#include "absl/strings/string_view.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/judged_chain.h"

// Private to tls/: from what BoringSSL knows of a handshake to what a result says. All functions
// may be called again; the last call counts.

struct ssl_st;  // SSL

namespace gwpolicy {
namespace tls {

// Version, cipher, group, signature, ALPN and resumption, as far as it came.
void CaptureNegotiated(const ssl_st* ssl, HandshakeResult& result);

// The chain as the server sent it, at most 100 certificates, and what stands beside it about
// revocation and transparency. Once the chain is there: when it is to be verified, and later.
void CaptureChain(const ssl_st* ssl, const JudgedChain& judged, HandshakeResult& result);

// The same chain out of the server's Certificate message, with its type and length, as far as it
// can be read.
void CaptureUnverifiedChain(absl::string_view certificate_message, bool tls13,
                            HandshakeResult& result);

// The names of a CertificateRequest. While the certificate is chosen.
void CaptureAcceptableCas(const ssl_st* ssl, HandshakeResult& result);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_HANDSHAKE_CAPTURE_H_
