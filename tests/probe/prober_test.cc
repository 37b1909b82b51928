#include "gwpolicy/probe/prober.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/probe/servers.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy {
namespace probe {
namespace {

using ::gwpolicy::probe::testing::CodesOf;
using ::gwpolicy::probe::testing::GoodClient;
using ::gwpolicy::probe::testing::Listener;
using ::gwpolicy::probe::testing::P;
using ::gwpolicy::probe::testing::ProbeOne;
using ::gwpolicy::probe::testing::SendAll;
using ::gwpolicy::probe::testing::ServeTls;
using ::gwpolicy::probe::testing::TargetAt;
using ::gwpolicy::probe::testing::TestOptions;
using ::gwpolicy::tls::Verdict;
using ::gwpolicy::tls::testing::ServerSession;
using ::gwpolicy::tls::testing::ServerSpec;
using ::gwpolicy::tls::testing::ServeWith;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Strings = std::vector<std::string>;

// A port of the loopback interface on which nobody listens.
int ClosedPort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

TEST(ProbeTest, AGoodServerPasses) {
  Listener listener([](int fd) { ServeTls(ServeWith(P().leaf), fd); });
  const ProbeResult result = ProbeOne(TargetAt(listener.port()));
  EXPECT_EQ(CodesOf(result), Strings());
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.phase, Phase::kPostHandshake);
  EXPECT_EQ(result.address, absl::StrCat("127.0.0.1:", listener.port()));
  EXPECT_EQ(result.handshake.version, "TLSv1.3");
  EXPECT_GT(result.timings.handshake, absl::ZeroDuration());
}

TEST(ProbeTest, ANameIsResolved) {
  Listener listener([](int fd) { ServeTls(ServeWith(P().leaf), fd); });
  Target target = TargetAt(listener.port());
  target.host = "localhost";
  const ProbeResult result = ProbeOne(target);
  EXPECT_EQ(result.verdict, Verdict::kPass) << result.handshake.failures[0].message;
  EXPECT_THAT(result.address, StartsWith("127.0.0.1:"));
}

TEST(ProbeTest, AWrongNameFailsInTheHandshake) {
  Listener listener([](int fd) { ServeTls(ServeWith(P().leaf), fd); });
  tls::ClientTls client = GoodClient();
  client.names.accepted = {{tls::PeerName::Type::kDns, "api.example.com"}};
  const ProbeResult result = ProbeOne(TargetAt(listener.port(), client));
  EXPECT_EQ(CodesOf(result), Strings({"Name/Mismatch"}));
  EXPECT_EQ(result.phase, Phase::kHandshake);
  EXPECT_THAT(result.handshake.chain, SizeIs(1));
}

TEST(ProbeTest, WaitsForATls13ServersRefusal) {
  Listener listener([](int fd) {
    ServerSpec spec = ServeWith(P().leaf);
    spec.client_certificates = ServerSpec::ClientCertificates::kRequired;
    ServeTls(spec, fd);
  });
  const ProbeResult result = ProbeOne(TargetAt(listener.port()));
  EXPECT_EQ(CodesOf(result), Strings({"ClientCert/Required"}));
  EXPECT_EQ(result.phase, Phase::kPostHandshake);
}

TEST(ProbeTest, SilenceAfterTheHandshakePasses) {
  Listener listener([](int fd) {
    ServerSpec spec = ServeWith(P().leaf);
    spec.client_certificates = ServerSpec::ClientCertificates::kOptional;
    ServerSession session(spec);
    std::vector<uint8_t> buffer(16384);
    const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    const std::vector<uint8_t> out =
        session.Advance(absl::MakeConstSpan(buffer.data(), static_cast<size_t>(got)));
    SendAll(fd, out.data(), out.size());
    while (recv(fd, buffer.data(), buffer.size(), 0) > 0) {
    }
  });
  const ProbeResult result = ProbeOne(TargetAt(listener.port()));
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_THAT(result.timings.post_handshake,
              AllOf(Ge(absl::Milliseconds(240)), Le(absl::Seconds(2))));
}

TEST(ProbeTest, NobodyListens) {
  const ProbeResult result = ProbeOne(TargetAt(ClosedPort()));
  EXPECT_EQ(CodesOf(result), Strings({"Net/Refused"}));
  EXPECT_EQ(result.phase, Phase::kConnect);
}

TEST(ProbeTest, AServerThatNeverAnswers) {
  Listener listener([](int fd) {
    char buffer[4096];
    while (recv(fd, buffer, sizeof(buffer), 0) > 0) {
    }
  });
  Options options = TestOptions();
  options.timeout = absl::Milliseconds(300);
  const absl::Time start = absl::Now();
  const ProbeResult result = ProbeOne(TargetAt(listener.port()), options);
  EXPECT_EQ(CodesOf(result), Strings({"Net/Timeout"}));
  EXPECT_EQ(result.phase, Phase::kHandshake);
  EXPECT_THAT(absl::Now() - start, AllOf(Ge(absl::Milliseconds(300)), Le(absl::Seconds(2))));
}

TEST(ProbeTest, AServerThatDripsIsStoppedByTheWholeTimeOut) {
  Listener listener([](int fd) {
    // The start of a record that never ends.
    const unsigned char bytes[] = {0x16, 0x03, 0x03, 0x10, 0x00, 0x02, 0x00, 0x0f, 0xfc};
    SendAll(fd, bytes, sizeof(bytes));
    for (int i = 0; i < 100; ++i) {
      if (send(fd, "\x03", 1, MSG_NOSIGNAL) != 1) return;
      absl::SleepFor(absl::Milliseconds(20));
    }
  });
  Options options = TestOptions();
  options.timeout = absl::Milliseconds(400);
  const ProbeResult result = ProbeOne(TargetAt(listener.port()), options);
  EXPECT_EQ(CodesOf(result), Strings({"Net/Timeout"}));
}

TEST(ProbeTest, AServerThatCloses) {
  Listener listener([](int fd) {
    char buffer[4096];
    (void)!recv(fd, buffer, sizeof(buffer), 0);
  });
  EXPECT_EQ(CodesOf(ProbeOne(TargetAt(listener.port()))), Strings({"Net/Closed"}));
}

TEST(ProbeTest, AServerThatResets) {
  Listener listener([](int fd) {
    char buffer[4096];
    (void)!recv(fd, buffer, sizeof(buffer), 0);
    const linger hard = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  });
  const ProbeResult result = ProbeOne(TargetAt(listener.port()));
  EXPECT_EQ(CodesOf(result), Strings({"Net/Reset"}));
  EXPECT_THAT(result.handshake.failures[0].envoy_reason, HasSubstr("Connection reset by peer"));
}

TEST(ProbeTest, PlainHttp) {
  Listener listener([](int fd) {
    char buffer[4096];
    (void)!recv(fd, buffer, sizeof(buffer), 0);
    constexpr absl::string_view kAnswer = "HTTP/1.1 400 Bad Request\r\n\r\n";
    SendAll(fd, kAnswer.data(), kAnswer.size());
  });
  const ProbeResult result = ProbeOne(TargetAt(listener.port()));
  EXPECT_EQ(CodesOf(result), Strings({"Tls/NotTls"}));
  EXPECT_THAT(result.handshake.failures[0].message, HasSubstr("HTTP/1.1 400 Bad Request"));
}

TEST(ProbeTest, ANameThatDoesNotExist) {
  Target target = TargetAt(443);
  target.host = "no-such-host.invalid";
  const ProbeResult result = ProbeOne(target);
  EXPECT_EQ(CodesOf(result), Strings({"Net/Dns"}));
  EXPECT_EQ(result.phase, Phase::kResolve);
  EXPECT_THAT(result.handshake.failures[0].message, HasSubstr("no-such-host.invalid"));
}

TEST(ProbeTest, SettingsThatCannotWorkConnectNowhere) {
  std::atomic<int> connections{0};
  Listener listener([&](int) { ++connections; });
  tls::ClientTls client = GoodClient();
  client.min_version = tls::TlsVersion::k1_3;
  client.max_version = tls::TlsVersion::kDefault;
  const ProbeResult result = ProbeOne(TargetAt(listener.port(), client));
  EXPECT_EQ(CodesOf(result), Strings({"Config/VersionRange"}));
  EXPECT_EQ(result.phase, Phase::kConfig);
  EXPECT_EQ(result.address, "");
  EXPECT_EQ(connections, 0);
}

TEST(ProbeTest, ATargetWithoutTlsIsSkipped) {
  Target target;
  target.host = "127.0.0.1";
  target.port = 80;
  EXPECT_EQ(ProbeOne(target).verdict, Verdict::kSkipped);
}

struct ProxyCase {
  absl::string_view name;
  ProxyProtocol version;
};

class ProxyProtocolTest : public ::testing::TestWithParam<ProxyCase> {};

TEST_P(ProxyProtocolTest, TheHeaderComesBeforeTls) {
  std::mutex mutex;
  std::string header;
  Listener listener([&](int fd) {
    std::string start;
    char byte;
    const auto read = [&](size_t size) {
      while (start.size() < size && recv(fd, &byte, 1, 0) == 1) start.push_back(byte);
    };
    if (GetParam().version == ProxyProtocol::kV1) {
      while (!absl::EndsWith(start, "\r\n") && recv(fd, &byte, 1, 0) == 1) start.push_back(byte);
    } else {
      read(28);
    }
    {
      std::lock_guard<std::mutex> lock(mutex);
      header = start;
    }
    ServeTls(ServeWith(P().leaf), fd);
  });
  Target target = TargetAt(listener.port());
  target.proxy_protocol = GetParam().version;
  EXPECT_EQ(ProbeOne(target).verdict, Verdict::kPass);
  std::lock_guard<std::mutex> lock(mutex);
  if (GetParam().version == ProxyProtocol::kV1) {
    EXPECT_THAT(header, StartsWith("PROXY TCP4 127.0.0.1 127.0.0.1 "));
    EXPECT_THAT(header, HasSubstr(absl::StrCat(" ", listener.port(), "\r\n")));
  } else {
    EXPECT_EQ(header.substr(0, 16), std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16));
    EXPECT_EQ(header.substr(16, 8), std::string("\x7f\0\0\x01\x7f\0\0\x01", 8));
    const int port =
        (static_cast<unsigned char>(header[26]) << 8) | static_cast<unsigned char>(header[27]);
    EXPECT_EQ(port, listener.port());
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, ProxyProtocolTest,
                         ::testing::Values(ProxyCase{"V1", ProxyProtocol::kV1},
                                           ProxyCase{"V2", ProxyProtocol::kV2}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ProbeTest, ManyTargetsKeepTheirOrder) {
  Listener good([](int fd) { ServeTls(ServeWith(P().leaf), fd); });
  const int closed = ClosedPort();
  tls::ClientTls wrong = GoodClient();
  wrong.names.accepted = {{tls::PeerName::Type::kDns, "api.example.com"}};
  const auto good_tls = std::make_shared<const tls::ClientTls>(GoodClient());
  const auto wrong_tls = std::make_shared<const tls::ClientTls>(wrong);
  std::vector<Target> targets;
  for (int i = 0; i < 90; ++i) {
    Target target;
    target.host = "127.0.0.1";
    target.port = i % 3 == 1 ? closed : good.port();
    target.tls = i % 3 == 2 ? wrong_tls : good_tls;
    targets.push_back(target);
  }
  Options options = TestOptions();
  options.concurrency = 16;
  size_t calls = 0;
  options.progress = [&](size_t done, size_t total) {
    EXPECT_EQ(done, ++calls);
    EXPECT_EQ(total, 90u);
  };
  const auto results = Probe(targets, options);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_THAT(*results, SizeIs(90));
  EXPECT_EQ(calls, 90u);
  for (int i = 0; i < 90; ++i) {
    const Strings expected = i % 3 == 0   ? Strings()
                             : i % 3 == 1 ? Strings({"Net/Refused"})
                                          : Strings({"Name/Mismatch"});
    EXPECT_EQ(CodesOf((*results)[i]), expected) << i;
  }
}

TEST(ProbeTest, SlowTargetsWaitTogether) {
  Listener silent([](int fd) {
    char buffer[4096];
    while (recv(fd, buffer, sizeof(buffer), 0) > 0) {
    }
  });
  const std::vector<Target> targets(20, TargetAt(silent.port()));
  Options options = TestOptions();
  options.timeout = absl::Milliseconds(400);
  const absl::Time start = absl::Now();
  ASSERT_TRUE(Probe(targets, options).ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
}

TEST(ProbeTest, CanBeCancelled) {
  Listener silent([](int fd) {
    char buffer[4096];
    while (recv(fd, buffer, sizeof(buffer), 0) > 0) {
    }
  });
  Options options = TestOptions();
  int asked = 0;
  options.cancelled = [&] { return ++asked > 2; };
  const absl::Time start = absl::Now();
  EXPECT_TRUE(absl::IsCancelled(Probe({TargetAt(silent.port())}, options).status()));
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
}

TEST(ProbeTest, ResultsComeOneByOneWithTheirIndex) {
  Listener listener([](int fd) { ServeTls(ServeWith(P().leaf), fd); });
  std::vector<Target> targets = {TargetAt(listener.port()), TargetAt(ClosedPort()),
                                 TargetAt(listener.port())};
  targets[2].tls = nullptr;
  Options options = TestOptions();
  std::map<size_t, Verdict> seen;
  size_t done = 0;
  options.on_result = [&](size_t index, const ProbeResult& result) {
    EXPECT_EQ(done, seen.size());
    EXPECT_TRUE(seen.emplace(index, result.verdict).second) << index;
  };
  options.progress = [&](size_t count, size_t) { done = count; };
  ASSERT_TRUE(Probe(targets, options).ok());
  EXPECT_EQ(seen, (std::map<size_t, Verdict>{
                      {0, Verdict::kPass}, {1, Verdict::kFail}, {2, Verdict::kSkipped}}));
}

// Closes the first `failures` connections at once and serves the others.
class FlakyServer {
 public:
  explicit FlakyServer(int failures)
      : listener_([this, failures](int fd) {
          if (++connections_ > failures) ServeTls(ServeWith(P().leaf), fd);
        }) {}
  int port() const { return listener_.port(); }
  int connections() const { return connections_; }

 private:
  std::atomic<int> connections_{0};
  Listener listener_;
};

TEST(ProbeRetryTest, NothingIsTriedAgainUnlessAsked) {
  FlakyServer server(1);
  const ProbeResult result = ProbeOne(TargetAt(server.port()));
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.attempts, 1u);
  EXPECT_EQ(server.connections(), 1);
}

TEST(ProbeRetryTest, AFailureOfTheNetworkIsTriedAgain) {
  FlakyServer server(2);
  Options options = TestOptions();
  options.retries = 3;
  options.retry_delay = absl::Milliseconds(20);
  const absl::Time start = absl::Now();
  const ProbeResult result = ProbeOne(TargetAt(server.port()), options);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.attempts, 3u);
  EXPECT_EQ(CodesOf(result), Strings());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(40));
}

TEST(ProbeRetryTest, TheLastFailureIsTheResult) {
  Options options = TestOptions();
  options.retries = 2;
  options.retry_delay = absl::Milliseconds(5);
  int results = 0;
  options.on_result = [&](size_t, const ProbeResult&) { ++results; };
  const ProbeResult result = ProbeOne(TargetAt(ClosedPort()), options);
  EXPECT_EQ(CodesOf(result), Strings({"Net/Refused"}));
  EXPECT_EQ(result.attempts, 3u);
  EXPECT_EQ(results, 1);
}

TEST(ProbeRetryTest, AVerdictOnTheCertificateIsFinal) {
  std::atomic<int> connections{0};
  Listener listener([&](int fd) {
    ++connections;
    ServeTls(ServeWith(P().leaf), fd);
  });
  tls::ClientTls client = GoodClient();
  client.names.accepted = {{tls::PeerName::Type::kDns, "api.example.com"}};
  Options options = TestOptions();
  options.retries = 3;
  EXPECT_EQ(ProbeOne(TargetAt(listener.port(), client), options).attempts, 1u);
  EXPECT_EQ(connections, 1);
}

TEST(ProbeRateTest, StartsAreSpreadOverTime) {
  Options options = TestOptions();
  options.max_per_second = 100;
  const std::vector<Target> targets(21, TargetAt(ClosedPort()));
  const absl::Time start = absl::Now();
  ASSERT_TRUE(Probe(targets, options).ok());
  // 20 intervals of 10 ms, of which a burst may take away two.
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(175));
}

TEST(ProbePhaseTest, AHandshakeHasItsOwnLimit) {
  Listener silent([](int fd) {
    char buffer[4096];
    while (recv(fd, buffer, sizeof(buffer), 0) > 0) {
    }
  });
  Options options = TestOptions();
  options.timeout = absl::Seconds(30);
  options.phase_timeouts.handshake = absl::Milliseconds(120);
  const absl::Time start = absl::Now();
  const ProbeResult result = ProbeOne(TargetAt(silent.port()), options);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  EXPECT_EQ(CodesOf(result), Strings({"Net/Timeout"}));
  EXPECT_EQ(result.phase, Phase::kHandshake);
  EXPECT_THAT(result.handshake.failures[0].message, HasSubstr("120ms"));
}

TEST(ProbePhaseTest, TheWholeTimeOutEndsAPhaseWithALongerOne) {
  Listener silent([](int fd) {
    char buffer[4096];
    while (recv(fd, buffer, sizeof(buffer), 0) > 0) {
    }
  });
  Options options = TestOptions();
  options.timeout = absl::Milliseconds(150);
  options.phase_timeouts.handshake = absl::Seconds(20);
  const ProbeResult result = ProbeOne(TargetAt(silent.port()), options);
  EXPECT_THAT(result.handshake.failures[0].message, HasSubstr("150ms"));
}

TEST(ProbePhaseTest, ALimitIsNotNegative) {
  Options options = TestOptions();
  options.phase_timeouts.connect = -absl::Seconds(1);
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({}, options).status()));
  options = TestOptions();
  options.max_per_second = -1;
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({}, options).status()));
}

TEST(ProbeTest, NoTargetsIsNoWork) {
  const auto results = Probe({}, TestOptions());
  ASSERT_TRUE(results.ok());
  EXPECT_THAT(*results, SizeIs(0));
}

TEST(ProbeTest, BadArgumentsAreErrors) {
  Target target = TargetAt(443);
  target.port = 0;
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({target}, TestOptions()).status()));
  target.port = 65536;
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({target}, TestOptions()).status()));
  target = TargetAt(443);
  target.host = "";
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({target}, TestOptions()).status()));
  Options options = TestOptions();
  options.concurrency = 0;
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({}, options).status()));
}

}  // namespace
}  // namespace probe
}  // namespace gwpolicy
