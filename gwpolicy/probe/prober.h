#ifndef GWPOLICY_PROBE_PROBER_H_
#define GWPOLICY_PROBE_PROBER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/probe/http.h"
#include "gwpolicy/probe/proxy_header.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"

// The handshakes that a Gateway would make, made from here: sockets, time-outs and concurrency
// around tls::ClientSession, and one HTTP request behind each where it is asked for.
namespace gwpolicy {
namespace probe {

struct Target {
  std::string host;  // address literal (IPv6 with or without brackets) or DNS name
  int port = 0;
  std::shared_ptr<const tls::ClientTls> tls;  // null: nothing to probe, the verdict is kSkipped
  ProxyProtocol proxy_protocol = ProxyProtocol::kNone;
};

// How far a probe came.
enum class Phase { kConfig, kResolve, kConnect, kProxy, kHandshake, kPostHandshake, kHttp };

// "config", "resolve", "connect", "proxy", "handshake", "post-handshake" or "http".
absl::string_view PhaseName(Phase phase);

// How long each part took; zero for a part that was not reached.
struct Timings {
  absl::Duration resolve;
  absl::Duration connect;
  absl::Duration handshake;
  absl::Duration post_handshake;
  absl::Duration http;  // the request and its answer
};

struct ProbeResult {
  tls::Verdict verdict = tls::Verdict::kFail;
  Phase phase = Phase::kConfig;
  size_t attempts = 0;  // 0 where nothing was tried; all else is of the last one
  std::string address;  // "10.0.0.1:8443", the one that was tried last; "" when there is none
  // Holds every failure, those of the network (Net/...) and of the request (Http/...) too.
  tls::HandshakeResult handshake;
  // Set where a request was sent.
  std::optional<HttpAnswer> http;
  Timings timings;
};

// Limits of single phases, beside the time-out of the whole; zero: none of its own.
struct PhaseTimeouts {
  absl::Duration resolve;
  // For each address of a name; where one does not answer in time, the next has its turn.
  absl::Duration connect;
  absl::Duration handshake;  // PROXY header included
  // Of the request; zero: as long as the time-out of the whole. Counts from its own beginning.
  absl::Duration http;
};

struct Options {
  // For one attempt at one target, from the look-up of its name to the end of the handshake: as
  // Envoy's connect_timeout, whose default this is. The wait for a TLS 1.3 server's opinion of the
  // client certificate comes on top (at most 2 s).
  absl::Duration timeout = absl::Seconds(5);
  PhaseTimeouts phase_timeouts;
  size_t concurrency = 64;  // targets at once
  // At most so many attempts begin in a second, evenly spread; 0: as many as can.
  double max_per_second = 0;
  // So many more attempts after a failure of the network (Net/...). A verdict on TLS is final.
  size_t retries = 0;
  absl::Duration retry_delay = absl::Milliseconds(200);  // before each
  tls::VerifyMode mode = tls::VerifyMode::kEnvoy;
  tls::PresentCertificate present_certificate = tls::PresentCertificate::kVerified;
  std::shared_ptr<const tls::TrustBundle> system_trust;  // see tls::SessionOptions
  // A request that follows each handshake that passes. The result then is the verdict on both.
  std::optional<HttpCheck> http;
  // The time of verification; unset: the present.
  std::optional<absl::Time> now;
  // Called on the calling thread after each target, with how many are done.
  std::function<void(size_t done, size_t total)> progress;
  // Called on the calling thread with each result as it comes, before `progress`. `index` is that
  // of the target.
  std::function<void(size_t index, const ProbeResult& result)> on_result;
  // Asked on the calling thread at least every 100 ms; true ends the call with CANCELLED.
  std::function<bool()> cancelled;
};

// Probes all targets and returns their results in the order of `targets`. Blocks; uses the calling
// thread and at most four for names. A target that fails is a result, never an error.
//
// Where a name has several addresses, the first that takes the connection counts.
//
// INVALID_ARGUMENT for a port outside of 1..65535, an empty host, no concurrency, a negative limit
// or a request that cannot be sent (ValidateHttpCheck);
// RESOURCE_EXHAUSTED when the system gives no descriptors at all; CANCELLED.
absl::StatusOr<std::vector<ProbeResult>> Probe(absl::Span<const Target> targets,
                                               const Options& options);

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_PROBER_H_
