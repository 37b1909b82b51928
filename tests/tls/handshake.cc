#include "tests/tls/handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace tls {
namespace testing {

using ::testing::IsEmpty;
using ::testing::Not;

Strings CodesOf(const HandshakeResult& result) {
  Strings codes;
  for (const Failure& failure : result.failures) codes.emplace_back(NameOf(failure.code));
  return codes;
}

const Pki& P() {
  static const Pki* const kPki = new Pki;
  return *kPki;
}

ClientTls GoodClient(TlsVersion max) {
  ClientTls tls;
  tls.sni = "web.example.com";
  tls.trust = {TrustSource::kBundle, TrustBundle::Parse(P().root.cert_pem, PemReader::kEnvoy)};
  tls.names.accepted = {{PeerName::Type::kDns, "web.example.com"}};
  tls.max_version = max;
  return tls;
}

std::shared_ptr<const ClientCertificate> PairOf(const Identity& identity) {
  return std::make_shared<ClientCertificate>(
      ClientCertificate{identity.cert_pem, PrivateBytes(identity.key_pem)});
}

ServerSpec GoodServer() { return ServeWith(P().leaf, {P().intermediate}); }

Outcome Handshake(const ClientTls& tls, const ServerSpec& server_spec, const RunOptions& options) {
  Outcome run;
  ServerSession server(server_spec);
  auto session = options.context != nullptr
                     ? ClientSession::Create(options.context, options.now)
                     : ClientSession::Create(std::make_shared<const ClientTls>(tls), options.now,
                                             options.session);
  EXPECT_TRUE(session.ok()) << session.status();
  ByteVector to_server;
  Need need = session->Advance({}, to_server);
  bool closed = false;
  for (int i = 0; i < 50 && need != Need::kNothing && !closed; ++i) {
    ByteVector from_server = server.Advance(to_server);
    to_server.clear();
    if (options.tamper != nullptr) options.tamper(from_server);
    if (run.server_bytes + from_server.size() > options.cut) {
      from_server.resize(options.cut - run.server_bytes);
      closed = true;
    }
    run.server_bytes += from_server.size();
    if (from_server.empty() && !closed) break;
    for (size_t at = 0; at < from_server.size() && need != Need::kNothing; at += options.chunk) {
      need =
          session->Advance(absl::MakeConstSpan(from_server).subspan(at, options.chunk), to_server);
    }
  }
  server.Advance(to_server);
  if (need != Need::kNothing) {
    if (closed) {
      session->PeerClosed();
    } else if (need == Need::kGrace) {
      session->GraceOver();
    } else {
      session->TransportFailed(Code::kNetTimeout, "stuck");
    }
  }
  run.server_done = server.handshake_done();
  run.server_saw_certificate = server.saw_client_certificate();
  run.server_alert = server.alert_received();
  run.result = std::move(*session).TakeResult();
  return run;
}

// Feeds fixed bytes instead of a server.
HandshakeResult Answer(const ClientTls& tls, absl::string_view bytes) {
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(tls), TestNow());
  ByteVector out;
  EXPECT_EQ(session->Advance({}, out), Need::kBytes);
  EXPECT_THAT(out, Not(IsEmpty()));
  const Need need = session->Advance(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), out);
  if (need != Need::kNothing) session->PeerClosed();
  return session->result();
}

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy
