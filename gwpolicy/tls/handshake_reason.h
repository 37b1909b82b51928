#ifndef GWPOLICY_TLS_HANDSHAKE_REASON_H_
#define GWPOLICY_TLS_HANDSHAKE_REASON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gwpolicy/tls/verdict.h"

// From what BoringSSL says to what a person should read. Private to this layer.
namespace gwpolicy {
namespace tls {

// What is known of a handshake when it fails. The same alert means different things.
struct HandshakeSoFar {
  bool certificate_requested = false;
  bool certificate_sent = false;
  absl::string_view first_bytes;  // of what the server sent
  absl::string_view sni;
};

// "handshake_failure" for 40; "alert 199" for an unknown one.
std::string AlertName(int alert);

// What the sender of an alert says by it: "the certificate has expired". Without a dot at the end.
std::string AlertMeaning(int alert);

// Why the server sent this fatal alert.
Failure ExplainAlert(int alert, const HandshakeSoFar& so_far);

// Explains the error queue of this thread, which is emptied. `envoy_reason` is filled in.
Failure ExplainErrorQueue(const HandshakeSoFar& so_far);

// Envoy's reason for a single entry of the SSL library, such as NO_SUPPORTED_VERSIONS_ENABLED.
std::string EnvoyReasonOf(int ssl_reason);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_HANDSHAKE_REASON_H_
