#ifndef GWPOLICY_PROBE_PROBE_RUN_H_
#define GWPOLICY_PROBE_PROBE_RUN_H_

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http_exchange.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/probe/resolver.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/verdict.h"

// Private to probe/: one call of Probe. prober.cc has the way to the end of the handshake,
// http_phase.cc what comes behind it.
namespace gwpolicy {
namespace probe {

using Clock = std::chrono::steady_clock;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  ~FileDescriptor() { Close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// One target on its way.
struct Job {
  explicit Job(tls::ClientSession s) : session(std::move(s)) {}

  tls::ClientSession session;
  Phase phase = Phase::kResolve;
  Clock::time_point phase_started;
  Clock::time_point last_moment;  // of the whole attempt
  Clock::time_point deadline;     // of what is waited for now
  absl::Duration limit;           // that `deadline` comes from, for people
  std::chrono::nanoseconds connect_time{0};
  std::vector<SocketAddress> addresses;
  size_t next_address = 0;
  FileDescriptor socket;
  uint32_t watched = 0;  // epoll events
  std::vector<uint8_t> to_send;
  size_t sent = 0;
  std::unique_ptr<HttpExchange> http;  // null before the request
  std::optional<tls::Failure> http_failure;
  absl::Duration first_byte;
  size_t http_bytes = 0;
};

// All targets of a call.
class Prober {
 public:
  Prober(absl::Span<const Target> targets, const Options& options);

  absl::StatusOr<std::vector<ProbeResult>> Run();

 private:
  // Starts what may start now.
  absl::Status StartWaiting();
  absl::Status Start(size_t index);
  absl::StatusOr<std::shared_ptr<const tls::ClientContext>> ContextOf(const Target& target);
  void Connect(size_t index);
  void OnConnected(size_t index);
  void OnEvents(size_t index, uint32_t events);
  void OnResolved(Resolution resolution);
  void OnDeadline(size_t index);
  void Read(size_t index);
  // Sends what is pending; false when the job ended.
  bool Flush(size_t index);
  void Feed(size_t index, absl::Span<const uint8_t> bytes);
  void FeedHandshake(size_t index, absl::Span<const uint8_t> bytes);
  // After a session that needs nothing more: its end, or the request.
  void HandshakeOver(size_t index);
  void BeginHttp(size_t index);
  void FeedHttp(size_t index, absl::Span<const uint8_t> bytes);
  void FailHttp(size_t index, Code code, std::string message);
  void FinishHttp(size_t index);
  // The last bytes, an alert or close_notify: what the socket does not take is not worth a wait.
  void SendLast(Job& job);
  void Fail(size_t index, Code code, std::string message);
  void Finish(size_t index);
  void Done(size_t index);
  void SetDeadline(size_t index, Clock::time_point deadline, absl::Duration limit);
  // Begins a phase that may take `limit`, zero for as long as the whole attempt.
  void BeginPhase(size_t index, Phase phase, absl::Duration limit);
  bool WantsRetry(const ProbeResult& result) const;
  // How long nothing has to be done but for events.
  std::chrono::nanoseconds IdleTime(Clock::time_point now) const;
  void Watch(size_t index, uint32_t events);

  const absl::Span<const Target> targets_;
  const Options& options_;
  const absl::Time now_;
  const std::chrono::nanoseconds timeout_;
  const std::chrono::nanoseconds start_interval_;  // zero: no cap
  Resolver resolver_;
  FileDescriptor epoll_;
  std::vector<ProbeResult> results_;
  std::vector<std::unique_ptr<Job>> jobs_;  // null: not started, or done
  std::deque<size_t> waiting_;
  std::set<std::pair<Clock::time_point, size_t>> retries_;  // that wait for their time
  Clock::time_point next_start_;                            // with a cap, not before
  std::set<std::pair<Clock::time_point, size_t>> deadlines_;
  size_t active_ = 0;
  size_t done_ = 0;
  bool out_of_descriptors_ = false;  // until a job ends
  absl::flat_hash_map<const tls::ClientTls*, std::shared_ptr<const tls::ClientContext>> contexts_;
  std::vector<uint8_t> read_buffer_;
};

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_PROBE_RUN_H_
