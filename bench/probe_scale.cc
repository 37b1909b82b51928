// Probes many endpoints on one core, against a server of its own on the others that answers late.
//
//   probe_scale [--targets N] [--concurrency N] [--delay-ms N] [--chains N] [--bar-s N]
//
// The endpoints are replicas of one backend, so they show one chain; with --chains 2..8 each shows
// another than the one before. Every answer of the server comes --delay-ms after what it answers,
// so that a TLS 1.2 handshake takes two delays. Writes one line of JSON. Exit status 1: a handshake
// failed, or it took longer than --bar-s.

#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bench/cpu_time.h"
#include "bench/sockets.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy {
namespace {

using Clock = std::chrono::steady_clock;
using bench::CpuSeconds;
using bench::Die;
using bench::Listen;
using tls::testing::ServerContext;
using tls::testing::ServerSession;

constexpr int kPorts = 8;  // each has its own range of client ports

struct Flags {
  int targets = 10000;
  int concurrency = 1000;
  int delay_ms = 100;
  int chains = 1;
  double bar_s = 5;
};

Flags Parse(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i + 1 < argc; i += 2) {
    const absl::string_view name = argv[i];
    const bool ok =
        (name == "--targets" && absl::SimpleAtoi(argv[i + 1], &flags.targets)) ||
        (name == "--concurrency" && absl::SimpleAtoi(argv[i + 1], &flags.concurrency)) ||
        (name == "--delay-ms" && absl::SimpleAtoi(argv[i + 1], &flags.delay_ms)) ||
        (name == "--chains" && absl::SimpleAtoi(argv[i + 1], &flags.chains) && flags.chains >= 1 &&
         flags.chains <= kPorts) ||
        (name == "--bar-s" && absl::SimpleAtod(argv[i + 1], &flags.bar_s));
    if (!ok) {
      std::fprintf(stderr, "probe_scale: what is %s %s?\n", argv[i], argv[i + 1]);
      std::exit(2);
    }
  }
  return flags;
}

// The first core for the client, the others for the server; one core is shared.
void StayOn(bool client) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  const long count = sysconf(_SC_NPROCESSORS_ONLN);  // NOLINT(google-runtime-int)
  for (int core = 0; core < count; ++core) {
    if (count == 1 || client == (core == 0)) CPU_SET(core, &cores);
  }
  sched_setaffinity(0, sizeof(cores), &cores);
}

// Serves until it is killed.
class SlowServer {
 public:
  using Contexts = std::unordered_map<int, std::shared_ptr<const ServerContext>>;  // of listeners

  SlowServer(Contexts contexts, std::chrono::milliseconds delay)
      : contexts_(std::move(contexts)), delay_(delay) {}

  [[noreturn]] void Serve() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (const auto& [fd, context] : contexts_) Watch(fd);
    std::vector<epoll_event> events(1024);
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   late_.empty() ? -1 : 1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[i].data.fd;
        if (contexts_.count(fd) != 0) {
          Accept(fd);
        } else {
          Read(fd);
        }
      }
      const Clock::time_point now = Clock::now();
      for (; !late_.empty() && late_.front().due <= now; late_.pop_front()) {
        const Answer& answer = late_.front();
        const auto at = connections_.find(answer.fd);
        if (at == connections_.end() || at->second.number != answer.number) continue;
        [[maybe_unused]] const ssize_t sent =
            send(answer.fd, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
      }
    }
  }

 private:
  struct Connection {
    uint64_t number;  // descriptors are used again
    std::unique_ptr<ServerSession> session;
  };
  struct Answer {
    Clock::time_point due;
    int fd;
    uint64_t number;
    std::vector<uint8_t> bytes;
  };

  void Watch(int fd) const {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void Accept(int listener) {
    for (;;) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      connections_[fd] = {++accepted_, std::make_unique<ServerSession>(contexts_.at(listener))};
      Watch(fd);
    }
  }

  void Read(int fd) {
    const auto at = connections_.find(fd);
    if (at == connections_.end()) return;
    uint8_t buffer[16384];
    const ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
    if (got <= 0) {
      close(fd);
      connections_.erase(at);
      return;
    }
    std::vector<uint8_t> out =
        at->second.session->Advance(absl::MakeConstSpan(buffer, static_cast<size_t>(got)));
    if (!out.empty()) {
      late_.push_back({Clock::now() + delay_, fd, at->second.number, std::move(out)});
    }
  }

  const Contexts contexts_;
  const std::chrono::milliseconds delay_;
  int epoll_ = -1;
  uint64_t accepted_ = 0;
  std::unordered_map<int, Connection> connections_;
  std::deque<Answer> late_;
};

int Run(const Flags& flags) {
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  const auto root = tls::testing::MakeRoot("Root");
  std::vector<std::shared_ptr<const ServerContext>> shown;
  for (int i = 0; i < flags.chains; ++i) {
    const auto leaf = tls::testing::MakeServer("web.example.com", root);
    shown.push_back(std::make_shared<const ServerContext>(tls::testing::ServeWith(leaf)));
  }
  SlowServer::Contexts listeners;
  std::vector<int> ports;
  for (int i = 0; i < kPorts; ++i) {
    const auto [fd, port] = Listen();
    listeners.emplace(fd, shown[i % shown.size()]);
    ports.push_back(port);
  }
  const pid_t server = fork();
  if (server < 0) Die("fork");
  if (server == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    StayOn(/*client=*/false);
    SlowServer(std::move(listeners), std::chrono::milliseconds(flags.delay_ms)).Serve();
  }
  for (const auto& [fd, context] : listeners) close(fd);
  StayOn(/*client=*/true);

  auto client = std::make_shared<tls::ClientTls>();
  client->sni = "web.example.com";
  client->trust = {tls::TrustSource::kBundle,
                   tls::TrustBundle::Parse(root.cert_pem, tls::PemReader::kEnvoy)};
  client->names.accepted = {{tls::PeerName::Type::kDns, "web.example.com"}};
  std::vector<probe::Target> targets;
  targets.reserve(flags.targets);
  for (int i = 0; i < flags.targets; ++i) {
    targets.push_back({"127.0.0.1", ports[i % kPorts], client, probe::ProxyProtocol::kNone});
  }
  probe::Options options;
  options.concurrency = static_cast<size_t>(flags.concurrency);
  options.now = tls::testing::TestNow();
  options.timeout = absl::Seconds(30);
  int passed = 0;
  std::string failure;
  options.on_result = [&](size_t, const probe::ProbeResult& result) {
    if (result.verdict == tls::Verdict::kPass) {
      ++passed;
    } else if (failure.empty()) {
      failure = result.handshake.failures.at(0).message;
    }
  };
  const double cpu_before = CpuSeconds();
  const Clock::time_point began = Clock::now();
  const auto results = probe::Probe(targets, options);
  const double wall = std::chrono::duration<double>(Clock::now() - began).count();
  const double cpu = CpuSeconds() - cpu_before;
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  if (!results.ok()) {
    std::fprintf(stderr, "probe_scale: %s\n", results.status().ToString().c_str());
    return 2;
  }
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"targets\": %d, \"concurrency\": %d, \"delay_ms\": %d, \"chains\": %d, \"passed\": %d, "
      "\"wall_s\": %.3f, "
      "\"cpu_s\": %.3f, \"cpu_us_per_target\": %.1f, \"server_cpu_s\": %.3f, "
      "\"resident_mib\": %.1f, \"bar_s\": %.1f}\n",
      flags.targets, flags.concurrency, flags.delay_ms, flags.chains, passed, wall, cpu,
      cpu * 1e6 / flags.targets, CpuSeconds(RUSAGE_CHILDREN),
      static_cast<double>(usage.ru_maxrss) / 1024, flags.bar_s);
  if (!failure.empty()) std::fprintf(stderr, "probe_scale: %s\n", failure.c_str());
  return passed == flags.targets && wall <= flags.bar_s ? 0 : 1;
}

}  // namespace
}  // namespace gwpolicy

int main(int argc, char** argv) { return gwpolicy::Run(gwpolicy::Parse(argc, argv)); }
