#ifndef GWPOLICY_TLS_CLIENT_SESSION_H_
#define GWPOLICY_TLS_CLIENT_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"

namespace gwpolicy {
namespace tls {

// To which servers a client certificate is shown.
enum class PresentCertificate {
  kVerified,  // to those that pass verification in the mode of the session
  // Also to those that pass for Envoy alone: what such a server says to the certificate is then
  // known, and it has seen it. Never to one that Envoy refuses.
  kAsEnvoy,
};

struct SessionOptions {
  // Which verdict on the server's certificate counts.
  VerifyMode mode = VerifyMode::kEnvoy;
  PresentCertificate present_certificate = PresentCertificate::kVerified;
  // What TrustSource::kSystem stands for. Null: such a session fails with Trust/SystemMissing.
  std::shared_ptr<const TrustBundle> system_trust;
  // At most this many bytes are taken from the server.
  size_t max_bytes = 1 << 20;
  // After a pass the session stays open for application data (ClientSession::Send and Receive)
  // rather than say goodbye.
  bool keep_open = false;
};

// How far a handshake came.
enum class Phase {
  kConfig,         // the settings cannot work; nothing was sent
  kHandshake,      // up to the server's Finished
  kPostHandshake,  // complete for us; TLS 1.3 servers judge a client certificate only now
};

// "config", "handshake" or "post-handshake".
absl::string_view PhaseName(Phase phase);

struct Alert {
  int code = 0;         // RFC 8446 section 6
  std::string name;     // "handshake_failure"; "alert 199" for an unknown one
  std::string meaning;  // what its sender says by it, without a dot at the end
  bool fatal = false;
};

// Everything that was seen. Grows while the session runs.
struct HandshakeResult {
  Verdict verdict = Verdict::kFail;  // kPass only when all is over and nothing failed
  Phase phase = Phase::kConfig;
  // Every reason to fail. The primary one is first; it is what Envoy 1.40 would report.
  std::vector<Failure> failures;
  std::vector<Failure> warnings;  // see VerifyResult; what became of the client certificate
  bool modes_differ = false;      // see VerifyResult

  // Negotiated; "" as far as the handshake did not come there.
  std::string version;              // "TLSv1.3"
  std::string cipher;               // "ECDHE-RSA-AES128-GCM-SHA256"; 1.3: "TLS_AES_128_GCM_SHA256"
  std::string group;                // "X25519"
  std::string signature_algorithm;  // the server's, "ecdsa_secp256r1_sha256"
  std::string alpn;
  std::string sni;  // as sent

  bool verification_skipped = false;      // the settings say that nobody is verified
  std::vector<CertificateSummary> chain;  // as the server sent it, at most 100
  std::vector<std::string> chain_der;     // the same certificates
  std::vector<ChainLink> built_chain;
  std::string matched_pin;  // see VerifyResult
  // About revocation and transparency. Envoy asks for neither in the handshake, so a server has no
  // business to send them there; what the leaf itself has is nearly always all.
  bool ocsp_response = false;  // came in the handshake
  bool sct_list = false;       // signed certificate timestamps, came in the handshake
  bool leaf_sct_list = false;  // they are in the leaf
  bool must_staple = false;    // the leaf wants an OCSP response in the handshake (RFC 7633)

  // Session tickets so far: below TLS 1.3 at most one; in TLS 1.3 they follow the handshake, so
  // most come after the session is over.
  size_t tickets_received = 0;
  bool resumption_offered = false;  // by a ticket or, below TLS 1.3, by a session ID
  int renegotiations = 0;           // complete ones

  bool certificate_requested = false;  // the server asked for a client certificate
  bool certificate_sent = false;
  bool certificate_withheld = false;        // we have one, but the server failed verification
  bool certificate_confirmed = false;       // the server went on after having judged it
  std::vector<std::string> acceptable_cas;  // that the server named, RFC 2253, at most 100

  std::optional<Alert> alert_received;
  std::optional<Alert> alert_sent;
  size_t bytes_received = 0;
  size_t bytes_sent = 0;
};

// What a session waits for.
enum class Need {
  kNothing,  // it is over; result() is complete
  kBytes,    // for more bytes of the server
  // It is complete for us, but the server may still refuse the client certificate: read on for a
  // while (max(2 round trips, 250 ms) is proven), then call GraceOver().
  kGrace,
};

// What becomes of application data.
enum class Channel {
  kOpen,
  kClosed,  // the server has said that it sends no more (close_notify)
  kBroken,  // an alert, which `alert_received` then has, or bytes that are no TLS; or never open
};

// The settings of handshakes, ready for use by many sessions. Immutable, but that it remembers the
// last chain that was verified and what came of it, for the next session that meets the same bytes
// at the same time; thread-safe.
class ClientContext {
 public:
  // `tls` must not be null. Settings that cannot work are no error here: each session of the
  // context then fails in Phase::kConfig.
  static absl::StatusOr<std::shared_ptr<const ClientContext>> Create(
      std::shared_ptr<const ClientTls> tls, SessionOptions options);
  ~ClientContext();
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;

  // Why no handshake can be tried; empty when one can.
  const std::vector<Failure>& failures() const ABSL_ATTRIBUTE_LIFETIME_BOUND;

 private:
  friend class ClientSession;
  struct Impl;
  explicit ClientContext(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

// One client handshake, as Envoy 1.40 would do it, as a state machine over bytes. Knows no socket,
// thread or clock: the caller moves the bytes and keeps the time.
//
//   session.Advance({}, out);                    // makes the ClientHello
//   while (need != Need::kNothing) { send out; read in; need = session.Advance(in, out); }
//
// Goes on after a failed verification, so that the result says what else is wrong, but presents no
// client certificate to such a server and ends with the alert that Envoy sends. Not thread-safe;
// different sessions may run in different threads. Uses about 20 KB.
class ClientSession {
 public:
  // `now` is the time of verification.
  static absl::StatusOr<ClientSession> Create(std::shared_ptr<const ClientContext> context,
                                              absl::Time now);
  // For a single session.
  static absl::StatusOr<ClientSession> Create(std::shared_ptr<const ClientTls> tls, absl::Time now,
                                              SessionOptions options = SessionOptions());
  ClientSession(ClientSession&&) noexcept;
  ClientSession& operator=(ClientSession&&) noexcept;
  ~ClientSession();

  // Takes what the server sent (may be empty; at any cut) and appends what must be sent to it.
  // Send that even when the answer is kNothing: it holds the alert.
  Need Advance(absl::Span<const uint8_t> from_peer, std::vector<uint8_t>& to_peer);
  // The server closed its side. Ends the session.
  void PeerClosed();
  // The connection broke or timed out. `code` is one of Net/...; ends the session.
  void TransportFailed(Code code, std::string message);
  // Ends a session that is in Need::kGrace: the server was silent, so it accepted.
  void GraceOver();

  // Application data, after a pass with SessionOptions::keep_open. All bytes that the server sends
  // belong into Receive from then on.
  //
  // Encrypts `data` and appends it to `to_peer`.
  void Send(absl::string_view data, std::vector<uint8_t>& to_peer);
  // Decrypts what the server sent (at first without bytes: some may have come with the handshake),
  // appends it to `received`, and to `to_peer` what TLS itself has to say. A renegotiation counts
  // as before: what is wrong with it is a failure of the result.
  Channel Receive(absl::Span<const uint8_t> from_peer, std::string& received,
                  std::vector<uint8_t>& to_peer);
  // Appends the goodbye (close_notify).
  void Close(std::vector<uint8_t>& to_peer);

  const HandshakeResult& result() const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // Takes the result out. The session must not be used any more.
  HandshakeResult TakeResult() &&;

 private:
  struct Impl;
  explicit ClientSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_CLIENT_SESSION_H_
