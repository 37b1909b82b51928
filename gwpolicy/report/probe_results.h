#ifndef GWPOLICY_REPORT_PROBE_RESULTS_H_
#define GWPOLICY_REPORT_PROBE_RESULTS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/verify_chain.h"

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
  // How long each part took; zero for a part that was not reached.
  struct Times {
    absl::Duration resolve;
    absl::Duration connect;
    absl::Duration handshake;
    absl::Duration post_handshake;
    absl::Duration http;
  } times;
  // What came of the request behind the handshake.
  struct Http {
    std::string version;  // "HTTP/1.1"; "" where no answer came
    int status = 0;       // 0 where its head did not come
    absl::Duration first_byte;
    size_t body_bytes = 0;  // read
    bool body_complete = false;
  };
  std::optional<Http> http;  // none where none was sent
};

// The verdict of an entry, also where nothing was tried: kSkipped for plaintext, kFail where the
// backend fails closed or has no endpoint.
tls::Verdict VerdictOf(const ProbeEntry& entry);

// "192.0.2.1:8443", "[2001:db8::1]:8443".
std::string EndpointText(const Endpoint& endpoint);

struct ProbeDocumentOptions {
  // Each certificate with its PEM, so that others can verify the chain later.
  bool certificates = false;
  // "milliseconds", "timings", "firstByte" and the numbers of bytes of TLS; null without, for
  // output that is the same each time.
  bool times = true;
};

// kind: ProbeResults, with `results` in the order given and `summary` {"pass","fail","skipped"}.
// Each result has "gateway","backend","endpoint","verdict","phase","code","message","remedy",
// "modesDiffer","failures","warnings","tls","http","chain","builtChain". "code" to "remedy" are
// those of the primary failure, "" on pass; "tls" is what was negotiated, null where nothing was
// tried. Pure; thread-safe.
Value ProbeDocument(absl::Span<const ProbeEntry> entries,
                    const ProbeDocumentOptions& options = ProbeDocumentOptions());

// What ReadProbeDocument found.
struct RecordedProbe {
  // In the order of the document. Of a result only the chain as sent and, where there is none, the
  // reason.
  std::vector<ProbeEntry> entries;
  // "Service default/web:443 through infra/http" of the results whose backend is not among those
  // that were given, or speaks no TLS now; each once.
  std::vector<std::string> unknown;
};

// Reads what ProbeDocument wrote with `certificates`, and finds the backend of each result among
// `backends`. INVALID_ARGUMENT for a document of another kind, and for one whose certificates were
// left out.
absl::StatusOr<RecordedProbe> ReadProbeDocument(
    const Value& document, absl::Span<const std::shared_ptr<const BackendTls>> backends);

// A finding for each failure and warning, about the backend, which is looked for in `objects` for
// its place.
std::vector<Finding> ProbeFindings(absl::Span<const ProbeEntry> entries,
                                   absl::Span<const Object> objects);

// JUnit XML: a test case a result, a suite a Gateway.
std::string ProbeJunitXml(absl::Span<const ProbeEntry> entries);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_PROBE_RESULTS_H_
