#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/tls/handshake.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::ByteVector;
using ::gwpolicy::tls::testing::GoodClient;
using ::gwpolicy::tls::testing::GoodServer;
using ::gwpolicy::tls::testing::ServerSession;
using ::gwpolicy::tls::testing::TestNow;
using ::testing::IsEmpty;

// Both ends of a connection whose handshake is over.
struct Ends {
  Ends(const ClientTls& tls, bool keep_open)
      : client(*ClientSession::Create(std::make_shared<const ClientTls>(tls), TestNow(),
                                      Options(keep_open))),
        server(GoodServer()) {}

  // The server writes `greeting` as soon as it may, and it comes with its last bytes.
  void Handshake(absl::string_view greeting = "") {
    Need need = Need::kBytes;
    while (need != Need::kNothing) {
      ByteVector to_server;
      need = client.Advance(std::exchange(to_client, {}), to_server);
      const bool done_before = server.handshake_done();
      to_client = server.Advance(to_server);
      if (server.handshake_done() && !done_before && !greeting.empty()) {
        const ByteVector more = server.Write(greeting);
        to_client.insert(to_client.end(), more.begin(), more.end());
      }
    }
  }
  // What of the server's bytes is still under way, in pieces of `step` bytes.
  Channel Receive(std::string& received, size_t step = SIZE_MAX) {
    ByteVector to_server;
    const ByteVector all = std::exchange(to_client, {});
    Channel channel = client.Receive({}, received, to_server);
    for (absl::Span<const uint8_t> rest = all; !rest.empty();) {
      channel = client.Receive(rest.subspan(0, step), received, to_server);
      rest.remove_prefix(std::min(step, rest.size()));
    }
    return channel;
  }

  static SessionOptions Options(bool keep_open) {
    SessionOptions options;
    options.keep_open = keep_open;
    return options;
  }

  ClientSession client;
  ServerSession server;
  ByteVector to_client;
};

class ApplicationDataTest : public ::testing::TestWithParam<TlsVersion> {};

TEST_P(ApplicationDataTest, GoesBothWays) {
  Ends ends(GoodClient(GetParam()), /*keep_open=*/true);
  ends.Handshake();
  ASSERT_EQ(ends.client.result().verdict, Verdict::kPass);
  std::string received;
  EXPECT_EQ(ends.Receive(received), Channel::kOpen);  // tickets, or nothing
  ByteVector to_server;
  ends.client.Send("a question", to_server);
  ends.server.Advance(to_server);
  EXPECT_EQ(ends.server.TakeReceived(), "a question");
  const std::string answer(100000, 'x');
  ends.to_client = ends.server.Write(answer);
  EXPECT_EQ(ends.Receive(received, 1000), Channel::kOpen);
  EXPECT_EQ(received, answer);
}

TEST_P(ApplicationDataTest, ThatComesWithTheHandshakeIsKept) {
  Ends ends(GoodClient(GetParam()), /*keep_open=*/true);
  ends.Handshake("first words");
  ASSERT_EQ(ends.client.result().verdict, Verdict::kPass);
  std::string received;
  EXPECT_EQ(ends.Receive(received, 1), Channel::kOpen);
  EXPECT_EQ(received, "first words");
}

TEST_P(ApplicationDataTest, EndsWithAGoodbyeOfEitherSide) {
  Ends ends(GoodClient(GetParam()), /*keep_open=*/true);
  ends.Handshake();
  const ByteVector last = ends.server.Write("last words");
  const ByteVector goodbye = ends.server.Close();
  ends.to_client.insert(ends.to_client.end(), last.begin(), last.end());
  ends.to_client.insert(ends.to_client.end(), goodbye.begin(), goodbye.end());
  std::string received;
  EXPECT_EQ(ends.Receive(received), Channel::kClosed);
  EXPECT_EQ(received, "last words");
  ByteVector to_server;
  ends.client.Close(to_server);
  EXPECT_FALSE(to_server.empty());
  to_server.clear();
  ends.client.Send("too late", to_server);
  EXPECT_THAT(to_server, IsEmpty());
}

TEST_P(ApplicationDataTest, ThatIsDamagedBreaksIt) {
  Ends ends(GoodClient(GetParam()), /*keep_open=*/true);
  ends.Handshake();
  std::string received;
  ends.Receive(received);
  ends.to_client = ends.server.Write("an answer");
  ends.to_client.back() ^= 1;
  EXPECT_EQ(ends.Receive(received), Channel::kBroken);
  EXPECT_EQ(received, "");
  ByteVector to_server;
  ends.client.Send("more", to_server);
  EXPECT_THAT(to_server, IsEmpty());
}

TEST_P(ApplicationDataTest, IsForThoseWhoAskForIt) {
  Ends ends(GoodClient(GetParam()), /*keep_open=*/false);
  ends.Handshake();
  ASSERT_EQ(ends.client.result().verdict, Verdict::kPass);
  std::string received;
  EXPECT_EQ(ends.Receive(received), Channel::kBroken);
  ByteVector to_server;
  ends.client.Send("a question", to_server);
  EXPECT_THAT(to_server, IsEmpty());
}

TEST_P(ApplicationDataTest, NeverGoesToAServerThatFailed) {
  ClientTls tls = GoodClient(GetParam());
  tls.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
  Ends ends(tls, /*keep_open=*/true);
  ends.Handshake();
  ASSERT_EQ(ends.client.result().verdict, Verdict::kFail);
  ByteVector to_server;
  ends.client.Send("a secret", to_server);
  EXPECT_THAT(to_server, IsEmpty());
  std::string received;
  EXPECT_EQ(ends.Receive(received), Channel::kBroken);
}

INSTANTIATE_TEST_SUITE_P(Versions, ApplicationDataTest,
                         ::testing::Values(TlsVersion::k1_2, TlsVersion::k1_3),
                         [](const auto& info) {
                           return info.param == TlsVersion::k1_2 ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
