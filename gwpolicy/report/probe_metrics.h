#ifndef GWPOLICY_REPORT_PROBE_METRICS_H_
#define GWPOLICY_REPORT_PROBE_METRICS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/probe_results.h"

namespace gwpolicy {
namespace report {

// Failures of all rounds so far, by the code of each result. What was never seen is not listed.
using FailureCounts = std::map<Code, int64_t>;

// Adds the failures of one round.
void CountFailures(absl::Span<const ProbeEntry> entries, FailureCounts& counts);

// The results of the last round in the text format of Prometheus, version 0.0.4:
//
//   gwpolicy_probe_success                         1 or 0 for each endpoint that was tried
//   gwpolicy_probe_duration_seconds                by phase, for each phase that was reached
//   gwpolicy_certificate_expiry_timestamp_seconds  by depth of the built chain, else as sent
//   gwpolicy_probe_failures_total                  by code, `failures`
//
// Pure; thread-safe.
std::string ProbeMetrics(absl::Span<const ProbeEntry> entries, const FailureCounts& failures);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_PROBE_METRICS_H_
