#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http.h"
#include "gwpolicy/probe/http_exchange.h"
#include "gwpolicy/probe/probe_run.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace probe {
namespace {

// What the server sends after the handshake, with all that is not HTTP.
constexpr size_t kMaxHttpBytes = 1 << 20;

HttpRequest RequestFor(const HttpCheck& check, const Target& target) {
  HttpRequest request{check.method, check.path, check.host};
  if (!request.host.empty()) return request;
  // A policy may have anything for an SNI.
  request.host = IsRequestHost(target.tls->sni) ? std::string(target.tls->sni) : target.host;
  if (absl::StrContains(request.host, ':') && !absl::StartsWith(request.host, "[")) {
    request.host = absl::StrCat("[", request.host, "]");
  }
  return request;
}

}  // namespace

void Prober::BeginHttp(size_t index) {
  Job& job = *jobs_[index];
  const absl::Duration limit = options_.phase_timeouts.http > absl::ZeroDuration()
                                   ? options_.phase_timeouts.http
                                   : options_.timeout;
  job.phase = Phase::kHttp;
  job.phase_started = Clock::now();
  SetDeadline(index, job.phase_started + absl::ToChronoNanoseconds(limit), limit);
  const std::string& alpn = job.session.result().alpn;
  job.http = HttpExchange::Create(alpn, RequestFor(*options_.http, targets_[index]));
  if (job.http == nullptr) {
    FailHttp(index, Code::kHttpNotHttp,
             absl::StrCat("ALPN chose ", ShownBytes(alpn), ", which is no HTTP"));
    return;
  }
  FeedHttp(index, {});
}

// Between TLS and HTTP, both ways.
void Prober::FeedHttp(size_t index, absl::Span<const uint8_t> bytes) {
  Job& job = *jobs_[index];
  job.http_bytes += bytes.size();
  std::string received;
  const tls::Channel channel = job.session.Receive(bytes, received, job.to_send);
  if (!received.empty() && job.first_byte == absl::ZeroDuration()) {
    job.first_byte = absl::FromChrono(Clock::now() - job.phase_started);
  }
  std::string request;
  job.http->Receive(received, request);
  if (!request.empty()) job.session.Send(request, job.to_send);
  switch (channel) {
    case tls::Channel::kOpen:
      break;
    case tls::Channel::kClosed:
      job.http->PeerClosed();
      break;
    case tls::Channel::kBroken: {
      const std::optional<tls::Alert>& alert = job.session.result().alert_received;
      FailHttp(index, Code::kHttpNoAnswer,
               alert.has_value() ? absl::StrCat("the server ended TLS with the alert ", alert->name)
                                 : "TLS broke before the answer was there");
      return;
    }
  }
  if (job.http->over()) {
    FinishHttp(index);
  } else if (job.http_bytes > kMaxHttpBytes) {
    FailHttp(index, Code::kHttpTooLong,
             absl::StrCat("the server sent more than ", kMaxHttpBytes, " bytes and no answer"));
  } else {
    Flush(index);
  }
}

// An answer that is there counts, whatever becomes of its body.
void Prober::FailHttp(size_t index, Code code, std::string message) {
  Job& job = *jobs_[index];
  const bool answered = job.http != nullptr && job.http->answer().status != 0;
  if (!answered) job.http_failure = tls::MakeFailure(code, std::move(message));
  FinishHttp(index);
}

void Prober::FinishHttp(size_t index) {
  Job& job = *jobs_[index];
  ProbeResult& result = results_[index];
  result.timings.http = absl::FromChrono(Clock::now() - job.phase_started);
  if (job.http != nullptr) {
    result.http = job.http->answer();
    result.http->first_byte = job.first_byte;
    if (const auto& failure = job.http->failure()) {
      job.http_failure = tls::MakeFailure(failure->first, failure->second);
    }
    const int status = result.http->status;
    const HttpCheck& check = *options_.http;
    if (status != 0 && (status < check.lowest_status || status > check.highest_status)) {
      job.http_failure = tls::MakeFailure(
          Code::kHttpStatus,
          absl::StrCat("the status is ", status, "; expected was ", check.lowest_status,
                       check.lowest_status == check.highest_status
                           ? ""
                           : absl::StrCat(" to ", check.highest_status)));
    }
  }
  job.session.Close(job.to_send);
  SendLast(job);
  Finish(index);
}

}  // namespace probe
}  // namespace gwpolicy
