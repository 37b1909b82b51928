#ifndef GWPOLICY_REPORT_PROBE_RESULTS_H_
#define GWPOLICY_REPORT_PROBE_RESULTS_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/client_session.h"

namespace gwpolicy {
namespace report {

// What came of one endpoint of one backend through one Gateway.
struct ProbeEntry {
  std::shared_ptr<const BackendTls> backend;  // never null
  std::optional<Endpoint> endpoint;           // none where nothing was tried
  std::string address;                        // where the connection went, "192.0.2.1:8443"
  // Null where nothing was tried: the backend is plaintext, fails closed or has no endpoint.
  std::shared_ptr<const tls::HandshakeResult> result;
  // How far it came below TLS; "" to take the phase of `result`.
  std::string phase;
  absl::Duration duration = absl::ZeroDuration();
};

// The verdict of an entry, also where nothing was tried: kSkipped for plaintext, kFail where the
// backend fails closed or has no endpoint.
tls::Verdict VerdictOf(const ProbeEntry& entry);

// kind: ProbeResults, with `results` in the order given and `summary` {"pass","fail","skipped"}.
// Each result has "gateway","backend","endpoint","verdict","phase","code","message","remedy",
// "modesDiffer","failures","warnings","tls","chain","builtChain". "code" to "remedy" are those of
// the primary failure, "" on pass; "tls" is what was negotiated, null where nothing was tried.
// Pure; thread-safe.
Value ProbeDocument(absl::Span<const ProbeEntry> entries);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_PROBE_RESULTS_H_
