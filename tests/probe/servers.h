#ifndef TESTS_PROBE_SERVERS_H_
#define TESTS_PROBE_SERVERS_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

// Servers on the loopback interface, and probes of them.
namespace gwpolicy {
namespace probe {
namespace testing {

// A listener on the loopback interface; each connection is served by a function on a thread.
class Listener {
 public:
  using Serve = std::function<void(int fd)>;

  explicit Listener(Serve serve) : serve_(std::move(serve)) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(fd_, 128), 0);
    socklen_t size = sizeof(address);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepter_ = std::thread([this] { Accept(); });
  }

  ~Listener() {
    stopping_ = true;
    shutdown(fd_, SHUT_RDWR);
    accepter_.join();
    close(fd_);
    for (std::thread& server : servers_) server.join();
  }

  int port() const { return port_; }
  bool stopping() const { return stopping_; }

 private:
  void Accept() {
    for (;;) {
      const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      servers_.emplace_back([this, fd] {
        serve_(fd);
        close(fd);
      });
    }
  }

  const Serve serve_;
  int fd_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread accepter_;
  std::vector<std::thread> servers_;
};

inline void SendAll(int fd, const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += sent;
    size -= static_cast<size_t>(sent);
  }
}

// Serves TLS until the client closes.
inline void ServeTls(const tls::testing::ServerSpec& spec, int fd) {
  tls::testing::ServerSession session(spec);
  std::vector<uint8_t> buffer(16384);
  for (;;) {
    const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    const std::vector<uint8_t> out =
        session.Advance(absl::MakeConstSpan(buffer.data(), static_cast<size_t>(got)));
    SendAll(fd, out.data(), out.size());
    if (session.handshake_done() && session.alert_received() >= 0) return;
  }
}

struct Pki {
  tls::testing::Identity root = tls::testing::MakeRoot("Root");
  tls::testing::Identity leaf = tls::testing::MakeServer("web.example.com", root);
};

inline const Pki& P() {
  static const Pki* const pki = new Pki;
  return *pki;
}

inline tls::ClientTls GoodClient() {
  tls::ClientTls client;
  client.sni = "web.example.com";
  client.trust = {tls::TrustSource::kBundle,
                  tls::TrustBundle::Parse(P().root.cert_pem, tls::PemReader::kEnvoy)};
  client.names.accepted = {{tls::PeerName::Type::kDns, "web.example.com"}};
  client.max_version = tls::TlsVersion::k1_3;
  return client;
}

inline Target TargetAt(int port, const tls::ClientTls& client = GoodClient()) {
  Target target;
  target.host = "127.0.0.1";
  target.port = port;
  target.tls = std::make_shared<const tls::ClientTls>(client);
  return target;
}

inline Options TestOptions() {
  Options options;
  options.now = tls::testing::TestNow();
  options.timeout = absl::Seconds(4);
  return options;
}

inline ProbeResult ProbeOne(const Target& target, const Options& options = TestOptions()) {
  auto results = Probe({target}, options);
  EXPECT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(results->size(), 1u);
  return std::move(results->at(0));
}

inline std::vector<std::string> CodesOf(const ProbeResult& result) {
  std::vector<std::string> codes;
  for (const tls::Failure& failure : result.handshake.failures) {
    codes.emplace_back(NameOf(failure.code));
  }
  return codes;
}

}  // namespace testing
}  // namespace probe
}  // namespace gwpolicy

#endif  // TESTS_PROBE_SERVERS_H_
