#ifndef TESTS_TLS_HANDSHAKE_H_
#define TESTS_TLS_HANDSHAKE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

// A client session and a server, joined without a network.
namespace gwpolicy {
namespace tls {
namespace testing {

using ByteVector = std::vector<uint8_t>;
using Strings = std::vector<std::string>;

Strings CodesOf(const HandshakeResult& result);  // of its failures

struct Pki {
  Identity root = MakeRoot("Root");
  Identity other_root = MakeRoot("Other Root");
  Identity intermediate = MakeIntermediate("Intermediate", root);
  Identity leaf = MakeServer("web.example.com", intermediate);
  Identity client_root = MakeRoot("Client Root");
  Identity client = MakeClient(client_root);
  Identity stranger = MakeClient(other_root);

  static Identity MakeClient(const Identity& issuer) {
    CertSpec spec;
    spec.common_name = "gateway";
    spec.eku = "clientAuth";
    return MakeCertificate(spec, &issuer);
  }
};

const Pki& P();

// Trusts P().root and wants web.example.com.
ClientTls GoodClient(TlsVersion max = TlsVersion::k1_3);
// Has a certificate of P().intermediate for that name, and sends both.
ServerSpec GoodServer();

std::shared_ptr<const ClientCertificate> PairOf(const Identity& identity);

struct Outcome {
  HandshakeResult result;
  bool server_done = false;
  bool server_saw_certificate = false;
  int server_alert = -1;  // that the client sent
  size_t server_bytes = 0;
};

struct RunOptions {
  SessionOptions session;
  // Of the session, instead of one of its own from the settings.
  std::shared_ptr<const ClientContext> context = nullptr;
  size_t chunk = 100000;  // bytes fed at once
  size_t cut = SIZE_MAX;  // the server's stream ends after so many bytes
  absl::Time now = TestNow();
  // What becomes of the server's bytes on their way; they come in flights. Null: nothing.
  std::function<void(ByteVector&)> tamper = nullptr;
};

Outcome Handshake(const ClientTls& tls, const ServerSpec& server_spec,
                  const RunOptions& options = RunOptions());

// Feeds fixed bytes instead of a server, and then the end of the stream.
HandshakeResult Answer(const ClientTls& tls, absl::string_view bytes);

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy

#endif  // TESTS_TLS_HANDSHAKE_H_
