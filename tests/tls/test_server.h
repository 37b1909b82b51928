#ifndef TESTS_TLS_TEST_SERVER_H_
#define TESTS_TLS_TEST_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace tls {
namespace testing {

struct ServerSpec {
  enum class ClientCertificates { kNone, kOptional, kRequired };

  std::vector<std::string> chain_pem;  // leaf first
  std::string key_pem;
  TlsVersion min_version = TlsVersion::k1_2;
  TlsVersion max_version = TlsVersion::k1_3;
  ClientCertificates client_certificates = ClientCertificates::kNone;
  std::string client_ca_pem;  // one certificate
  std::vector<std::string> alpn;
  std::string groups;  // as OpenSSL lists them; "" has all that tests use
  bool tickets = true;
  bool reject_unknown_sni = false;  // sends unrecognized_name unless the SNI is `sni`
  std::string sni;
};

ServerSpec ServeWith(const Identity& leaf, const std::vector<Identity>& intermediates = {});

// What the sessions of one server share: certificates and keys are read once. Immutable.
class ServerContext {
 public:
  explicit ServerContext(const ServerSpec& spec);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

 private:
  friend class ServerSession;
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

// The server's end of one connection, over bytes. BoringSSL.
class ServerSession {
 public:
  explicit ServerSession(std::shared_ptr<const ServerContext> context);
  // Of a server of its own.
  explicit ServerSession(const ServerSpec& spec);
  ~ServerSession();

  // Takes what the client sent and returns what goes to it.
  std::vector<uint8_t> Advance(absl::Span<const uint8_t> from_client);
  // What the client sent since the last call, decrypted.
  std::string TakeReceived();
  // Encrypts `data` for the client. Once the handshake is done.
  std::vector<uint8_t> Write(absl::string_view data);
  // A KeyUpdate of TLS 1.3 that wants no answer. Once the handshake is done.
  std::vector<uint8_t> KeyUpdate();
  // What asks for a renegotiation. Once the handshake is done; TLS 1.2 with ChaCha20 alone, since
  // BoringSSL's servers never renegotiate and so this is put together by hand. BoringSSL must not
  // write after it.
  std::vector<uint8_t> HelloRequest();
  // Closes TLS politely; returns what goes to the client.
  std::vector<uint8_t> Close();
  bool handshake_done() const;
  bool saw_client_certificate() const;
  // The fatal alert that the client sent, or -1.
  int alert_received() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy

#endif  // TESTS_TLS_TEST_SERVER_H_
