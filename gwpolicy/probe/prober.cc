#include "gwpolicy/probe/prober.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/status_macros.h"
#include "gwpolicy/probe/probe_run.h"
#include "gwpolicy/probe/proxy_header.h"
#include "gwpolicy/probe/resolver.h"

namespace gwpolicy {
namespace probe {
namespace {

constexpr size_t kResolverThreads = 4;
constexpr size_t kReadSize = 16 << 10;
// Starts that were not made in time are made up for within this much.
constexpr std::chrono::milliseconds kMaxBurst{20};
// A readable socket gets this many reads before the others have their turn.
constexpr int kReadsInARow = 8;
constexpr std::chrono::milliseconds kPollInterval{100};
constexpr std::chrono::milliseconds kMinGrace{250};
constexpr std::chrono::milliseconds kMaxGrace{2000};
constexpr uint64_t kResolverEvent = UINT64_MAX;

// What a failed socket call means.
std::pair<Code, std::string> ExplainErrno(int error) {
  switch (error) {
    case ECONNREFUSED:
      return {Code::kNetRefused, "the endpoint refuses the connection"};
    case ECONNRESET:
    case EPIPE:
      return {Code::kNetReset, "the server reset the connection"};
    case ETIMEDOUT:
      return {Code::kNetTimeout, "the endpoint did not answer in time"};
    default:
      return {Code::kNetUnreachable,
              absl::StrCat("the endpoint cannot be reached: ", std::strerror(error))};
  }
}

}  // namespace

Prober::Prober(absl::Span<const Target> targets, const Options& options)
    : targets_(targets),
      options_(options),
      now_(options.now.value_or(absl::Now())),
      timeout_(absl::ToChronoNanoseconds(options.timeout)),
      start_interval_(options.max_per_second > 0 ? std::chrono::nanoseconds(static_cast<int64_t>(
                                                       1e9 / options.max_per_second))
                                                 : std::chrono::nanoseconds(0)),
      resolver_(kResolverThreads),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      results_(targets.size()),
      jobs_(targets.size()),
      read_buffer_(kReadSize) {}

absl::StatusOr<std::shared_ptr<const tls::ClientContext>> Prober::ContextOf(const Target& target) {
  std::shared_ptr<const tls::ClientContext>& context = contexts_[target.tls.get()];
  if (context == nullptr) {
    tls::SessionOptions options;
    options.mode = options_.mode;
    options.present_certificate = options_.present_certificate;
    options.system_trust = options_.system_trust;
    options.keep_open = options_.http.has_value();
    GWP_ASSIGN_OR_RETURN(context, tls::ClientContext::Create(target.tls, std::move(options)));
  }
  return context;
}

absl::Status Prober::Start(size_t index) {
  const Target& target = targets_[index];
  if (target.tls == nullptr) {
    results_[index].verdict = tls::Verdict::kSkipped;
    Done(index);
    return absl::OkStatus();
  }
  GWP_ASSIGN_OR_RETURN(std::shared_ptr<const tls::ClientContext> context, ContextOf(target));
  GWP_ASSIGN_OR_RETURN(tls::ClientSession session,
                       tls::ClientSession::Create(std::move(context), now_));
  ++active_;
  jobs_[index] = std::make_unique<Job>(std::move(session));
  Job& job = *jobs_[index];
  if (!job.session.result().failures.empty()) {  // settings that cannot work
    job.phase = Phase::kConfig;
    Finish(index);
    return absl::OkStatus();
  }
  job.last_moment = Clock::now() + timeout_;
  BeginPhase(index, Phase::kResolve, options_.phase_timeouts.resolve);
  job.addresses = ParseAddress(target.host, target.port);
  if (!job.addresses.empty()) {
    Connect(index);
  } else {
    resolver_.Ask(index, target.host, target.port);
  }
  return absl::OkStatus();
}

void Prober::SetDeadline(size_t index, Clock::time_point deadline, absl::Duration limit) {
  Job& job = *jobs_[index];
  deadlines_.erase({job.deadline, index});
  job.deadline = deadline;
  job.limit = limit;
  deadlines_.emplace(deadline, index);
}

void Prober::BeginPhase(size_t index, Phase phase, absl::Duration limit) {
  Job& job = *jobs_[index];
  job.phase = phase;
  job.phase_started = Clock::now();
  if (limit > absl::ZeroDuration()) {
    const auto end = job.phase_started + absl::ToChronoNanoseconds(limit);
    if (end < job.last_moment) {
      SetDeadline(index, end, limit);
      return;
    }
  }
  SetDeadline(index, job.last_moment, options_.timeout);
}

void Prober::Watch(size_t index, uint32_t events) {
  Job& job = *jobs_[index];
  if (job.watched == events) return;
  epoll_event event = {};
  event.events = events;
  event.data.u64 = index;
  epoll_ctl(epoll_.get(), job.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, job.socket.get(),
            &event);
  job.watched = events;
}

void Prober::OnResolved(Resolution resolution) {
  const size_t index = resolution.ticket;
  if (jobs_[index] == nullptr) return;  // timed out meanwhile
  Job& job = *jobs_[index];
  if (job.phase != Phase::kResolve) return;
  results_[index].timings.resolve = absl::FromChrono(Clock::now() - job.phase_started);
  if (resolution.addresses.empty()) {
    Fail(
        index, Code::kNetDns,
        absl::StrCat("the name ", targets_[index].host, " cannot be resolved: ", resolution.error));
    return;
  }
  job.addresses = std::move(resolution.addresses);
  Connect(index);
}

// Starts on the next address.
void Prober::Connect(size_t index) {
  Job& job = *jobs_[index];
  BeginPhase(index, Phase::kConnect, options_.phase_timeouts.connect);
  int error = 0;
  while (job.next_address < job.addresses.size()) {
    const SocketAddress& address = job.addresses[job.next_address];
    job.socket = FileDescriptor(
        socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    job.watched = 0;
    if (!job.socket.ok()) {
      error = errno;
      if ((error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) &&
          active_ > 1) {
        // Others hold descriptors and will give them back: try again then.
        out_of_descriptors_ = true;
        deadlines_.erase({job.deadline, index});
        jobs_[index] = nullptr;
        --active_;
        waiting_.push_front(index);
        return;
      }
      ++job.next_address;
      continue;
    }
    ++job.next_address;
    results_[index].address = address.Text();
    const int one = 1;
    setsockopt(job.socket.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(job.socket.get(), reinterpret_cast<const sockaddr*>(&address.storage),
                address.size) == 0 ||
        errno == EINPROGRESS) {
      Watch(index, EPOLLOUT);
      return;
    }
    error = errno;
  }
  auto [code, message] = ExplainErrno(error);
  Fail(index, code, std::move(message));
}

void Prober::OnConnected(size_t index) {
  Job& job = *jobs_[index];
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(job.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) {
    if (job.next_address < job.addresses.size()) {
      Connect(index);
      return;
    }
    auto [code, message] = ExplainErrno(error);
    Fail(index, code, std::move(message));
    return;
  }
  job.connect_time = Clock::now() - job.phase_started;
  results_[index].timings.connect = absl::FromChrono(job.connect_time);
  BeginPhase(index, Phase::kHandshake, options_.phase_timeouts.handshake);
  if (targets_[index].proxy_protocol != ProxyProtocol::kNone) {
    sockaddr_storage local = {};
    sockaddr_storage peer = {};
    socklen_t local_size = sizeof(local);
    socklen_t peer_size = sizeof(peer);
    if (getsockname(job.socket.get(), reinterpret_cast<sockaddr*>(&local), &local_size) != 0 ||
        getpeername(job.socket.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) {
      auto [code, message] = ExplainErrno(errno);
      Fail(index, code, std::move(message));
      return;
    }
    job.phase = Phase::kProxy;
    job.to_send = ProxyHeader(targets_[index].proxy_protocol, local, peer);
  }
  Feed(index, {});
}

void Prober::Feed(size_t index, absl::Span<const uint8_t> bytes) {
  if (jobs_[index]->phase == Phase::kHttp) {
    FeedHttp(index, bytes);
  } else {
    FeedHandshake(index, bytes);
  }
}

// Moves the session on and acts on what it needs.
void Prober::FeedHandshake(size_t index, absl::Span<const uint8_t> bytes) {
  Job& job = *jobs_[index];
  const bool waited = job.phase == Phase::kPostHandshake;
  const tls::Need need = job.session.Advance(bytes, job.to_send);
  switch (need) {
    case tls::Need::kBytes:
      break;
    case tls::Need::kGrace:
      if (!waited) {
        const Clock::time_point now = Clock::now();
        results_[index].timings.handshake = absl::FromChrono(now - job.phase_started);
        job.phase_started = now;
        job.phase = Phase::kPostHandshake;
        const auto grace =
            std::clamp<std::chrono::nanoseconds>(2 * job.connect_time, kMinGrace, kMaxGrace);
        SetDeadline(index, now + grace, absl::FromChrono(grace));
      }
      break;
    case tls::Need::kNothing: {
      const absl::Duration took = absl::FromChrono(Clock::now() - job.phase_started);
      if (waited) {
        results_[index].timings.post_handshake = took;
      } else {
        results_[index].timings.handshake = took;
        job.phase = Phase::kHandshake;
        if (job.session.result().phase == tls::Phase::kPostHandshake) {
          job.phase = Phase::kPostHandshake;
        }
      }
      HandshakeOver(index);
      return;
    }
  }
  Flush(index);
}

void Prober::SendLast(Job& job) {
  if (job.sent >= job.to_send.size()) return;
  [[maybe_unused]] const ssize_t sent = send(job.socket.get(), job.to_send.data() + job.sent,
                                             job.to_send.size() - job.sent, MSG_NOSIGNAL);
}

void Prober::HandshakeOver(size_t index) {
  Job& job = *jobs_[index];
  if (options_.http.has_value() && job.session.result().verdict == tls::Verdict::kPass) {
    BeginHttp(index);
    return;
  }
  SendLast(job);
  Finish(index);
}

bool Prober::Flush(size_t index) {
  Job& job = *jobs_[index];
  while (job.sent < job.to_send.size()) {
    const ssize_t sent = send(job.socket.get(), job.to_send.data() + job.sent,
                              job.to_send.size() - job.sent, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) {
        Watch(index, EPOLLIN | EPOLLOUT);
        return true;
      }
      // The server may have said why before it closed: read that first.
      const int error = errno;
      if (error == EPIPE || error == ECONNRESET) {
        job.to_send.clear();
        job.sent = 0;
        Watch(index, EPOLLIN);
        return true;
      }
      auto [code, message] = ExplainErrno(error);
      Fail(index, code, std::move(message));
      return false;
    }
    job.sent += static_cast<size_t>(sent);
  }
  job.to_send.clear();
  job.sent = 0;
  if (job.phase == Phase::kProxy) job.phase = Phase::kHandshake;
  Watch(index, EPOLLIN);
  return true;
}

void Prober::Read(size_t index) {
  for (int i = 0; i < kReadsInARow; ++i) {
    Job& job = *jobs_[index];
    const ssize_t got = recv(job.socket.get(), read_buffer_.data(), read_buffer_.size(), 0);
    if (got > 0) {
      Feed(index, absl::MakeConstSpan(read_buffer_.data(), static_cast<size_t>(got)));
      if (jobs_[index] == nullptr) return;
      continue;
    }
    if (got == 0) {
      if (job.phase == Phase::kHttp) {
        job.http->PeerClosed();
        FinishHttp(index);
        return;
      }
      job.session.PeerClosed();
      Finish(index);
      return;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    auto [code, message] = ExplainErrno(errno);
    Fail(index, code, std::move(message));
    return;
  }
}

void Prober::OnEvents(size_t index, uint32_t events) {
  if (jobs_[index] == nullptr) return;
  if (jobs_[index]->phase == Phase::kConnect) {
    OnConnected(index);
    return;
  }
  if ((events & EPOLLOUT) != 0 && !Flush(index)) return;
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) Read(index);
}

void Prober::OnDeadline(size_t index) {
  Job& job = *jobs_[index];
  switch (job.phase) {
    case Phase::kPostHandshake:
      job.session.GraceOver();
      results_[index].timings.post_handshake = absl::FromChrono(Clock::now() - job.phase_started);
      HandshakeOver(index);
      return;
    case Phase::kHttp:
      FailHttp(
          index, Code::kHttpNoAnswer,
          absl::StrCat("no answer to the request came within ", absl::FormatDuration(job.limit),
                       job.first_byte > absl::ZeroDuration() ? "; only its beginning" : ""));
      return;
    case Phase::kResolve:
      Fail(index, Code::kNetDns,
           absl::StrCat("the name ", targets_[index].host, " was not resolved within ",
                        absl::FormatDuration(job.limit)));
      return;
    case Phase::kConnect:
      if (job.deadline < job.last_moment && job.next_address < job.addresses.size()) {
        Connect(index);
        return;
      }
      Fail(index, Code::kNetTimeout,
           absl::StrCat("the endpoint did not take the connection within ",
                        absl::FormatDuration(job.limit)));
      return;
    case Phase::kConfig:
    case Phase::kProxy:
    case Phase::kHandshake:
      break;
  }
  const bool silent = job.session.result().bytes_received == 0;
  Fail(index, Code::kNetTimeout,
       absl::StrCat("the TLS handshake was not complete within ", absl::FormatDuration(job.limit),
                    silent ? "; the server sent nothing" : ""));
}

void Prober::Fail(size_t index, Code code, std::string message) {
  if (jobs_[index]->phase == Phase::kHttp) {
    FailHttp(index, Code::kHttpNoAnswer, std::move(message));
    return;
  }
  jobs_[index]->session.TransportFailed(code, std::move(message));
  Finish(index);
}

bool Prober::WantsRetry(const ProbeResult& result) const {
  if (result.attempts > options_.retries || result.verdict != tls::Verdict::kFail) return false;
  if (result.handshake.failures.empty()) return false;
  switch (result.handshake.failures.front().code) {
    case Code::kNetClosed:
    case Code::kNetDns:
    case Code::kNetRefused:
    case Code::kNetReset:
    case Code::kNetTimeout:
    case Code::kNetUnreachable:
      return true;
    default:
      return false;
  }
}

// Takes the result over and lets go of the connection.
void Prober::Finish(size_t index) {
  Job& job = *jobs_[index];
  ProbeResult& result = results_[index];
  result.phase = job.phase;
  if (job.phase != Phase::kConfig) ++result.attempts;
  result.handshake = std::move(job.session).TakeResult();
  if (job.http_failure.has_value()) {
    job.http_failure->primary = result.handshake.failures.empty();
    result.handshake.failures.push_back(*std::move(job.http_failure));
  }
  // A renegotiation may have shown another certificate meanwhile.
  if (!result.handshake.failures.empty()) result.handshake.verdict = tls::Verdict::kFail;
  result.verdict = result.handshake.verdict;
  deadlines_.erase({job.deadline, index});
  jobs_[index] = nullptr;
  --active_;
  out_of_descriptors_ = false;
  if (WantsRetry(result)) {
    ProbeResult again;
    again.attempts = result.attempts;
    result = std::move(again);
    retries_.emplace(Clock::now() + absl::ToChronoNanoseconds(options_.retry_delay), index);
    return;
  }
  Done(index);
}

void Prober::Done(size_t index) {
  ++done_;
  if (options_.on_result) options_.on_result(index, results_[index]);
  if (options_.progress) options_.progress(done_, targets_.size());
}

absl::Status Prober::StartWaiting() {
  const Clock::time_point now = Clock::now();
  while (!retries_.empty() && retries_.begin()->first <= now) {
    waiting_.push_front(retries_.begin()->second);
    retries_.erase(retries_.begin());
  }
  next_start_ = std::max(next_start_, now - kMaxBurst);
  while (!waiting_.empty() && active_ < options_.concurrency && !out_of_descriptors_) {
    if (start_interval_.count() > 0) {
      if (next_start_ > now) break;
      next_start_ += start_interval_;
    }
    const size_t index = waiting_.front();
    waiting_.pop_front();
    GWP_RETURN_IF_ERROR(Start(index));
  }
  return absl::OkStatus();
}

std::chrono::nanoseconds Prober::IdleTime(Clock::time_point now) const {
  Clock::time_point next = now + kPollInterval;
  if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
  if (!retries_.empty()) next = std::min(next, retries_.begin()->first);
  const bool capped = start_interval_.count() > 0 && !waiting_.empty() &&
                      active_ < options_.concurrency && !out_of_descriptors_;
  if (capped) next = std::min(next, next_start_);
  return std::max(next - now, std::chrono::nanoseconds(0));
}

absl::StatusOr<std::vector<ProbeResult>> Prober::Run() {
  if (!epoll_.ok() || !resolver_.ok()) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no descriptor for epoll: ", std::strerror(errno)));
  }
  epoll_event resolved = {};
  resolved.events = EPOLLIN;
  resolved.data.u64 = kResolverEvent;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, resolver_.fd(), &resolved) != 0) {
    return absl::ResourceExhaustedError(absl::StrCat("epoll: ", std::strerror(errno)));
  }
  for (size_t i = 0; i < targets_.size(); ++i) waiting_.push_back(i);

  std::vector<epoll_event> events(256);
  while (done_ < targets_.size()) {
    if (options_.cancelled && options_.cancelled()) {
      return absl::CancelledError("the probes were cancelled");
    }
    GWP_RETURN_IF_ERROR(StartWaiting());
    if (done_ == targets_.size()) break;
    const std::chrono::nanoseconds wait = IdleTime(Clock::now());
    // Rounded up, so that a deadline has passed when the wait ends.
    const int milliseconds = static_cast<int>((wait.count() + 999'999) / 1'000'000);
    const int count =
        epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.u64 == kResolverEvent) {
        for (Resolution& resolution : resolver_.TakeDone()) OnResolved(std::move(resolution));
      } else {
        OnEvents(events[i].data.u64, events[i].events);
      }
    }
    const Clock::time_point after = Clock::now();
    while (!deadlines_.empty() && deadlines_.begin()->first <= after) {
      OnDeadline(deadlines_.begin()->second);
    }
  }
  return std::move(results_);
}

absl::string_view PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kConfig:
      return "config";
    case Phase::kResolve:
      return "resolve";
    case Phase::kConnect:
      return "connect";
    case Phase::kProxy:
      return "proxy";
    case Phase::kHandshake:
      return "handshake";
    case Phase::kPostHandshake:
      return "post-handshake";
    case Phase::kHttp:
      return "http";
  }
  return "config";
}

absl::StatusOr<std::vector<ProbeResult>> Probe(absl::Span<const Target> targets,
                                               const Options& options) {
  if (options.concurrency == 0) {
    return absl::InvalidArgumentError("the concurrency must be at least 1");
  }
  if (options.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the time-out must be above zero");
  }
  const PhaseTimeouts& phases = options.phase_timeouts;
  if (phases.resolve < absl::ZeroDuration() || phases.connect < absl::ZeroDuration() ||
      phases.handshake < absl::ZeroDuration() || phases.http < absl::ZeroDuration() ||
      options.retry_delay < absl::ZeroDuration() || !(options.max_per_second >= 0)) {
    return absl::InvalidArgumentError("a limit is below zero");
  }
  if (options.http.has_value()) GWP_RETURN_IF_ERROR(ValidateHttpCheck(*options.http));
  for (const Target& target : targets) {
    if (target.host.empty()) return absl::InvalidArgumentError("a target has no host");
    if (target.port < 1 || target.port > 65535) {
      return absl::InvalidArgumentError(
          absl::StrCat("the port ", target.port, " of ", target.host, " is not in 1..65535"));
    }
  }
  return Prober(targets, options).Run();
}

}  // namespace probe
}  // namespace gwpolicy
