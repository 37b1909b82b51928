// One handshake after another over loopback, and a server for them. bench/loopback.py runs both,
// and the clients of bench/peers beside ours.
//
//   loopback serve FOLDER                       writes the CAs ecdsa.pem and rsa.pem into FOLDER
//   and
//                                               a line of JSON with its ports; until it is killed
//   loopback probe CA 1.2|1.3 COUNT PORT...     COUNT handshakes, by turns at each PORT; writes a
//                                               line of JSON. Exit status 1: one failed
//   loopback check                              both, a few times: for the tests
//
// Of each kind of certificate and groups there are two ports, with certificates of their own, so
// that whoever takes them by turns never meets the chain that it met just before.

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bench/cpu_time.h"
#include "bench/sockets.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy::bench {
namespace {

using tls::testing::CertSpec;
using tls::testing::Identity;
using tls::testing::ServerContext;
using tls::testing::ServerSession;
using tls::testing::ServerSpec;

constexpr char kHost[] = "web.example.com";

struct Listener {
  int fd;
  int port;
  std::shared_ptr<const ServerContext> context;
};

struct Pki {
  explicit Pki(CertSpec::Key key) {
    CertSpec spec;
    spec.key = key;
    spec.is_ca = true;
    spec.common_name = "Root";
    root = tls::testing::MakeCertificate(spec, nullptr);
    spec.common_name = "Intermediate";
    intermediate = tls::testing::MakeCertificate(spec, &root);
    spec.is_ca = false;
    spec.common_name = kHost;
    spec.san = absl::StrCat("DNS:", kHost);
    spec.eku = "serverAuth";
    spec.key_usage = "critical,digitalSignature";
    for (Identity& leaf : leaves) {
      leaf = tls::testing::MakeCertificate(spec, &intermediate);
      spec.key_pem = leaf.key_pem;
    }
  }
  Identity root;
  Identity intermediate;
  Identity leaves[2];
};

// The ports of one kind of certificate, as a member of the line of JSON.
std::string ListenWith(absl::string_view name, const Pki& pki, std::vector<Listener>& listeners) {
  std::vector<std::string> members;
  for (const auto& [groups_name, groups] :
       {std::pair("default", "X25519MLKEM768:X25519:P-256"), std::pair("x25519", "X25519")}) {
    std::vector<int> ports;
    for (const Identity& leaf : pki.leaves) {
      ServerSpec spec = tls::testing::ServeWith(leaf, {pki.intermediate});
      spec.groups = groups;
      spec.tickets = false;  // a client that does not wait for them resets the connection
      const auto [fd, port] = Listen();
      listeners.push_back({fd, port, std::make_shared<const ServerContext>(spec)});
      ports.push_back(port);
    }
    members.push_back(absl::StrCat("\"", groups_name, "\": [", absl::StrJoin(ports, ", "), "]"));
  }
  return absl::StrCat("\"", name, "\": {", absl::StrJoin(members, ", "), "}");
}

void ServeOne(const Listener& listener) {
  const int fd = accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  ServerSession session(listener.context);
  uint8_t buffer[16384];
  for (;;) {
    const ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
    if (got <= 0) break;
    const std::vector<uint8_t> out =
        session.Advance(absl::MakeConstSpan(buffer, static_cast<size_t>(got)));
    if (!out.empty() && send(fd, out.data(), out.size(), MSG_NOSIGNAL) < 0) break;
  }
  close(fd);
}

// One connection at a time, since the clients make one at a time.
[[noreturn]] void Serve(const std::vector<Listener>& listeners) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<pollfd> polled;
  polled.reserve(listeners.size());
  for (const Listener& listener : listeners) polled.push_back({listener.fd, POLLIN, 0});
  for (;;) {
    poll(polled.data(), polled.size(), -1);
    for (size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents != 0) ServeOne(listeners[i]);
    }
  }
}

int ServeIn(const std::string& folder) {
  std::vector<Listener> listeners;
  std::vector<std::string> members;
  for (const auto& [name, key] :
       {std::pair("ecdsa", CertSpec::Key::kP256), std::pair("rsa", CertSpec::Key::kRsa2048)}) {
    const Pki pki(key);
    const std::string path = absl::StrCat(folder, "/", name, ".pem");
    if (!(std::ofstream(path) << pki.root.cert_pem).flush()) Die(path.c_str());
    members.push_back(ListenWith(name, pki, listeners));
  }
  std::printf("{%s}\n", absl::StrJoin(members, ", ").c_str());
  std::fflush(stdout);
  Serve(listeners);
}

struct Handshakes {
  std::string ca_pem;
  tls::TlsVersion version = tls::TlsVersion::k1_3;
  int count = 0;
  std::vector<int> ports;
};

int Probe(const Handshakes& wanted) {
  auto client = std::make_shared<tls::ClientTls>();
  client->sni = kHost;
  client->trust = {tls::TrustSource::kBundle,
                   tls::TrustBundle::Parse(wanted.ca_pem, tls::PemReader::kEnvoy)};
  client->names.accepted = {{tls::PeerName::Type::kDns, kHost}};
  client->min_version = wanted.version;
  client->max_version = wanted.version;
  std::vector<probe::Target> targets;
  targets.reserve(wanted.count);
  for (int i = 0; i < wanted.count; ++i) {
    targets.push_back(
        {"127.0.0.1", wanted.ports[i % wanted.ports.size()], client, probe::ProxyProtocol::kNone});
  }
  probe::Options options;
  options.concurrency = 1;
  const double cpu_before = CpuSeconds();
  const auto began = std::chrono::steady_clock::now();
  const auto results = probe::Probe(targets, options);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
  const double cpu = CpuSeconds() - cpu_before;
  if (!results.ok()) {
    std::fprintf(stderr, "loopback: %s\n", results.status().ToString().c_str());
    return 2;
  }
  for (const probe::ProbeResult& result : *results) {
    if (result.verdict == tls::Verdict::kPass && result.handshake.built_chain.size() == 3) continue;
    std::fprintf(stderr, "loopback: %s\n",
                 result.handshake.failures.empty() ? "no whole chain"
                                                   : result.handshake.failures[0].message.c_str());
    return 1;
  }
  const tls::HandshakeResult& last = results->back().handshake;
  std::printf(
      "{\"handshakes\": %d, \"wall_s\": %.6f, \"cpu_s\": %.6f, \"version\": \"%s\", "
      "\"cipher\": \"%s\", \"group\": \"%s\"}\n",
      wanted.count, wall.count(), cpu, last.version.c_str(), last.cipher.c_str(),
      last.group.c_str());
  return 0;
}

int Check() {
  for (const CertSpec::Key key : {CertSpec::Key::kP256, CertSpec::Key::kRsa2048}) {
    const Pki pki(key);
    std::vector<Listener> listeners;
    ListenWith("", pki, listeners);
    const pid_t server = fork();
    if (server < 0) Die("fork");
    if (server == 0) Serve(listeners);
    int status = 0;
    for (const tls::TlsVersion version : {tls::TlsVersion::k1_2, tls::TlsVersion::k1_3}) {
      Handshakes wanted{pki.root.cert_pem, version, 8, {}};
      for (const Listener& listener : listeners) wanted.ports.push_back(listener.port);
      status = status == 0 ? Probe(wanted) : status;
    }
    kill(server, SIGKILL);
    waitpid(server, nullptr, 0);
    for (const Listener& listener : listeners) close(listener.fd);
    if (status != 0) return status;
  }
  return 0;
}

int Run(const std::vector<std::string>& arguments) {
  if (arguments == std::vector<std::string>{"check"}) return Check();
  if (arguments.size() == 2 && arguments[0] == "serve") return ServeIn(arguments[1]);
  Handshakes wanted;
  bool ok = arguments.size() >= 5 && arguments[0] == "probe" &&
            absl::SimpleAtoi(arguments[3], &wanted.count) && wanted.count > 0;
  if (ok && arguments[2] == "1.2") {
    wanted.version = tls::TlsVersion::k1_2;
  } else {
    ok = ok && arguments[2] == "1.3";
  }
  for (size_t i = 4; ok && i < arguments.size(); ++i) {
    wanted.ports.push_back(0);
    ok = absl::SimpleAtoi(arguments[i], &wanted.ports.back());
  }
  if (!ok) {
    std::fprintf(stderr,
                 "loopback: serve FOLDER, probe CA 1.2|1.3 COUNT PORT..., or check; see "
                 "bench/loopback.py\n");
    return 2;
  }
  std::ifstream file(arguments[1]);
  wanted.ca_pem.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return Probe(wanted);
}

}  // namespace
}  // namespace gwpolicy::bench

int main(int argc, char** argv) {
  return gwpolicy::bench::Run(std::vector<std::string>(argv + 1, argv + argc));
}
