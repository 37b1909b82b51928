#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/probe/http.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/probe/servers.h"
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
using ::gwpolicy::probe::testing::TargetAt;
using ::gwpolicy::probe::testing::TestOptions;
using ::gwpolicy::tls::Verdict;
using ::gwpolicy::tls::testing::ServerSession;
using ::gwpolicy::tls::testing::ServerSpec;
using ::gwpolicy::tls::testing::ServeWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Strings = std::vector<std::string>;

// The server's end of a connection whose handshake is done.
class Connection {
 public:
  Connection(ServerSession& session, int fd) : session_(session), fd_(fd) {}

  void Send(absl::string_view data) {
    const std::vector<uint8_t> out = session_.Write(data);
    SendAll(fd_, out.data(), out.size());
  }
  // A byte at a time, until the client has enough.
  void Drip(absl::string_view data) {
    for (const char c : data) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      char gone;
      if (recv(fd_, &gone, 1, MSG_DONTWAIT) >= 0) return;  // its goodbye
      Send(absl::string_view(&c, 1));
    }
  }
  // Waits for the client to close.
  void Wait() {
    char buffer[4096];
    while (recv(fd_, buffer, sizeof(buffer), 0) > 0) {
    }
  }
  void Close() {
    const std::vector<uint8_t> out = session_.Close();
    SendAll(fd_, out.data(), out.size());
  }
  void Reset() {
    const linger hard = {1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  }

 private:
  ServerSession& session_;
  const int fd_;
};

// Keeps the bytes that came behind the handshakes, and answers the first ones.
class HttpServer {
 public:
  using Answer = std::function<void(Connection& connection)>;

  explicit HttpServer(Answer answer, ServerSpec spec = ServeWith(P().leaf))
      : answer_(std::move(answer)),
        spec_(std::move(spec)),
        listener_([this](int fd) { Serve(fd); }) {}

  int port() const { return listener_.port(); }
  std::string request() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return request_;
  }

 private:
  void Serve(int fd) {
    ServerSession session(spec_);
    std::vector<uint8_t> buffer(16384);
    for (;;) {
      const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      const std::vector<uint8_t> out =
          session.Advance(absl::MakeConstSpan(buffer.data(), static_cast<size_t>(got)));
      SendAll(fd, out.data(), out.size());
      const std::string received = session.TakeReceived();
      if (received.empty()) continue;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        request_ += received;
      }
      Connection connection(session, fd);
      answer_(connection);
      return;
    }
  }

  const Answer answer_;
  const ServerSpec spec_;
  std::mutex mutex_;
  std::string request_;
  Listener listener_;
};

HttpServer::Answer Answers(std::string text) {
  return [text = std::move(text)](Connection& connection) {
    connection.Send(text);
    connection.Wait();
  };
}

const char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Options AskFor(const HttpCheck& check = HttpCheck()) {
  Options options = TestOptions();
  options.http = check;
  return options;
}

TEST(ProbeHttpTest, TheAnswerIsPartOfTheResult) {
  for (const tls::TlsVersion version : {tls::TlsVersion::k1_2, tls::TlsVersion::k1_3}) {
    HttpServer server(Answers(kOk));
    tls::ClientTls client = GoodClient();
    client.max_version = version;
    HttpCheck check;
    check.path = "/healthz";
    const ProbeResult result = ProbeOne(TargetAt(server.port(), client), AskFor(check));
    EXPECT_THAT(CodesOf(result), IsEmpty());
    EXPECT_EQ(result.verdict, Verdict::kPass);
    EXPECT_EQ(result.phase, Phase::kHttp);
    ASSERT_TRUE(result.http.has_value());
    EXPECT_EQ(result.http->version, "HTTP/1.1");
    EXPECT_EQ(result.http->status, 200);
    EXPECT_EQ(result.http->body_bytes, 2u);
    EXPECT_TRUE(result.http->body_complete);
    EXPECT_GT(result.http->first_byte, absl::ZeroDuration());
    EXPECT_GE(result.timings.http, result.http->first_byte);
    EXPECT_GT(result.timings.handshake, absl::ZeroDuration());
    EXPECT_THAT(server.request(), StartsWith("GET /healthz HTTP/1.1\r\nHost: web.example.com\r\n"));
  }
}

TEST(ProbeHttpTest, NothingIsSentWithoutBeingAskedFor) {
  HttpServer server(Answers(kOk));
  const ProbeResult result = ProbeOne(TargetAt(server.port()));
  EXPECT_FALSE(result.http.has_value());
  EXPECT_EQ(result.timings.http, absl::ZeroDuration());
  EXPECT_EQ(server.request(), "");
}

TEST(ProbeHttpTest, NothingIsSentToAServerThatFails) {
  HttpServer server(Answers(kOk));
  tls::ClientTls client = GoodClient();
  client.names.accepted = {{tls::PeerName::Type::kDns, "api.example.com"}};
  const ProbeResult result = ProbeOne(TargetAt(server.port(), client), AskFor());
  EXPECT_EQ(CodesOf(result), Strings({"Name/Mismatch"}));
  EXPECT_EQ(result.phase, Phase::kHandshake);
  EXPECT_FALSE(result.http.has_value());
  EXPECT_EQ(server.request(), "");
}

TEST(ProbeHttpTest, TheHostIsTheOneThatIsGivenElseTheSniElseTheTargets) {
  HttpCheck check;
  check.method = "HEAD";
  check.host = "other.example.com:8443";
  HttpServer server([](Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    connection.Wait();
  });
  EXPECT_EQ(ProbeOne(TargetAt(server.port()), AskFor(check)).verdict, Verdict::kPass);
  EXPECT_THAT(server.request(), StartsWith("HEAD / HTTP/1.1\r\nHost: other.example.com:8443\r\n"));
  HttpServer unnamed(Answers(kOk));
  tls::ClientTls client = GoodClient();
  client.sni.clear();
  EXPECT_EQ(ProbeOne(TargetAt(unnamed.port(), client), AskFor()).verdict, Verdict::kPass);
  EXPECT_THAT(unnamed.request(), HasSubstr("\r\nHost: 127.0.0.1\r\n"));
}

TEST(ProbeHttpTest, AnSniCannotBreakTheRequest) {
  for (const char* sni : {"a\r\nX-Forged: 1", "web example", "a/b"}) {
    HttpServer server(Answers(kOk));
    tls::ClientTls client = GoodClient();
    client.sni = sni;
    EXPECT_EQ(ProbeOne(TargetAt(server.port(), client), AskFor()).verdict, Verdict::kPass);
    EXPECT_THAT(server.request(), HasSubstr("\r\nHost: 127.0.0.1\r\n"));
    EXPECT_THAT(server.request(), ::testing::Not(HasSubstr("Forged")));
  }
}

TEST(ProbeHttpTest, AnyStatusPassesUnlessOneIsExpected) {
  HttpServer server(Answers("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
  ProbeResult result = ProbeOne(TargetAt(server.port()), AskFor());
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.http->status, 503);
  HttpCheck check;
  check.lowest_status = 200;
  check.highest_status = 399;
  result = ProbeOne(TargetAt(server.port()), AskFor(check));
  EXPECT_EQ(CodesOf(result), Strings({"Http/Status"}));
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.handshake.verdict, Verdict::kFail);
  EXPECT_TRUE(result.handshake.failures[0].primary);
  EXPECT_THAT(result.handshake.failures[0].message, HasSubstr("503"));
  EXPECT_FALSE(result.handshake.failures[0].remedy.empty());
}

TEST(ProbeHttpTest, ComesBehindTheWaitForTheOpinionOfTheClientCertificate) {
  ServerSpec spec = ServeWith(P().leaf);
  spec.client_certificates = ServerSpec::ClientCertificates::kOptional;
  spec.tickets = false;
  HttpServer server(Answers(kOk), spec);
  const ProbeResult result = ProbeOne(TargetAt(server.port()), AskFor());
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.http->status, 200);
  EXPECT_GT(result.timings.post_handshake, absl::ZeroDuration());
}

// What servers do that are no HTTP servers, or bad ones.
struct BadServer {
  const char* name;
  HttpServer::Answer answer;
  std::string code;     // "" passes
  std::string message;  // a part of it
};

class BadHttpServerTest : public ::testing::TestWithParam<BadServer> {};

TEST_P(BadHttpServerTest, GetsItsCodeInTime) {
  for (const tls::TlsVersion version : {tls::TlsVersion::k1_2, tls::TlsVersion::k1_3}) {
    HttpServer server(GetParam().answer);
    tls::ClientTls client = GoodClient();
    client.max_version = version;
    Options options = AskFor();
    options.phase_timeouts.http = absl::Milliseconds(400);
    const absl::Time started = absl::Now();
    const ProbeResult result = ProbeOne(TargetAt(server.port(), client), options);
    EXPECT_LT(absl::Now() - started, absl::Seconds(2));
    EXPECT_EQ(result.phase, Phase::kHttp);
    EXPECT_TRUE(result.http.has_value());
    if (GetParam().code.empty()) {
      EXPECT_THAT(CodesOf(result), IsEmpty());
      EXPECT_EQ(result.http->status, 200);
      EXPECT_FALSE(result.http->body_complete);
      continue;
    }
    EXPECT_EQ(CodesOf(result), Strings({GetParam().code}));
    EXPECT_EQ(result.verdict, Verdict::kFail);
    EXPECT_THAT(result.handshake.failures[0].message, HasSubstr(GetParam().message));
    EXPECT_EQ(result.handshake.version.empty(), false);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Servers, BadHttpServerTest,
    ::testing::ValuesIn<BadServer>({
        {"Silent", [](Connection& c) { c.Wait(); }, "Http/NoAnswer",
         "no answer to the request came within 400ms"},
        {"Closing", [](Connection& c) { c.Close(); }, "Http/NoAnswer", "without an answer"},
        {"ClosingWithoutAWord", [](Connection&) {}, "Http/NoAnswer", ""},
        {"Resetting", [](Connection& c) { c.Reset(); }, "Http/NoAnswer", ""},
        {"Garbage", Answers("\x01\x02\x03 and more"), "Http/NotHttp", "begins with"},
        {"AnotherProtocol", Answers("* OK IMAP4rev1 ready\r\n"), "Http/NotHttp", "* OK IMAP4"},
        {"DrippingHead",
         [](Connection& c) {
           c.Drip(std::string("HTTP/1.1 200 OK\r\nx: ") + std::string(500, 'x'));
         },
         "Http/NoAnswer", "only its beginning"},
        {"DrippingBody",
         [](Connection& c) {
           c.Send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
           c.Drip(std::string(500, 'x'));
         },
         "", ""},
        {"CutBody",
         [](Connection& c) {
           c.Send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello");
           c.Close();
         },
         "", ""},
        {"BodyThenReset",
         [](Connection& c) {
           c.Send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello");
           std::this_thread::sleep_for(std::chrono::milliseconds(100));
           c.Reset();
         },
         "", ""},
        {"EndlessHeaders",
         [](Connection& c) {
           c.Send("HTTP/1.1 200 OK\r\n");
           for (int i = 0; i < 2000; ++i)
             c.Send(absl::StrCat("x-", i, ": ", std::string(80, 'x'), "\r\n"));
         },
         "Http/TooLong", "65536"},
        {"EndlessBody",
         [](Connection& c) {
           c.Send("HTTP/1.1 200 OK\r\n\r\n");
           for (int i = 0; i < 1000; ++i) c.Send(std::string(4096, 'x'));
         },
         "", ""},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ProbeHttpTest, ABodyIsReadUpToItsLimit) {
  HttpServer server([](Connection& c) {
    c.Send("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 1000; ++i) c.Send(std::string(4096, 'x'));
  });
  const ProbeResult result = ProbeOne(TargetAt(server.port()), AskFor());
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.http->body_bytes, HttpAnswer::kMaxBody);
  EXPECT_FALSE(result.http->body_complete);
}

ServerSpec WithAlpn(const std::string& protocol) {
  ServerSpec spec = ServeWith(P().leaf);
  spec.alpn = {protocol};
  return spec;
}

tls::ClientTls Offering(const std::string& protocol) {
  tls::ClientTls client = GoodClient();
  client.alpn_protocols = {protocol};
  return client;
}

TEST(ProbeHttpTest, AlpnChoosesTheVersion) {
  HttpServer server(Answers(std::string("\0\0\0\4\0\0\0\0\0\0\0\1\1\5\0\0\0\1\x88", 19)),
                    WithAlpn("h2"));
  const ProbeResult result = ProbeOne(TargetAt(server.port(), Offering("h2")), AskFor());
  EXPECT_THAT(CodesOf(result), IsEmpty());
  ASSERT_TRUE(result.http.has_value());
  EXPECT_EQ(result.http->version, "HTTP/2");
  EXPECT_EQ(result.http->status, 200);
  EXPECT_THAT(server.request(), StartsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
}

TEST(ProbeHttpTest, AServerThatDoesNotSpeakWhatItChose) {
  HttpServer server(Answers(kOk), WithAlpn("h2"));
  const ProbeResult result = ProbeOne(TargetAt(server.port(), Offering("h2")), AskFor());
  EXPECT_EQ(CodesOf(result), Strings({"Http/NotHttp"}));
  EXPECT_THAT(result.handshake.failures[0].message, HasSubstr("no HTTP/2"));
}

TEST(ProbeHttpTest, AProtocolThatIsNotHttpIsSentNothing) {
  HttpServer server(Answers(kOk), WithAlpn("imap"));
  const ProbeResult result = ProbeOne(TargetAt(server.port(), Offering("imap")), AskFor());
  EXPECT_EQ(CodesOf(result), Strings({"Http/NotHttp"}));
  EXPECT_FALSE(result.http.has_value());
  EXPECT_EQ(server.request(), "");
}

TEST(ProbeHttpTest, ManyAtOnceAreAllAnswered) {
  HttpServer server(Answers(kOk));
  const std::vector<Target> targets(100, TargetAt(server.port()));
  Options options = AskFor();
  options.concurrency = 50;
  const auto results = Probe(targets, options);
  ASSERT_TRUE(results.ok()) << results.status();
  for (const ProbeResult& result : *results) {
    ASSERT_TRUE(result.http.has_value());
    EXPECT_EQ(result.http->status, 200);
  }
}

TEST(ProbeHttpTest, ARequestThatCannotBeSentIsTheCallersError) {
  HttpCheck check;
  check.path = "healthz";
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({}, AskFor(check)).status()));
  Options options = AskFor();
  options.phase_timeouts.http = -absl::Seconds(1);
  EXPECT_TRUE(absl::IsInvalidArgument(Probe({}, options).status()));
}

}  // namespace
}  // namespace probe
}  // namespace gwpolicy
