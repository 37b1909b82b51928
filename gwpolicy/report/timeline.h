#ifndef GWPOLICY_REPORT_TIMELINE_H_
#define GWPOLICY_REPORT_TIMELINE_H_

#include <memory>

#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/report/probe_results.h"
#include "gwpolicy/report/validity.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace report {

struct TimelineInput {
  // Whose trust bundles count. What `System` trusts is left out, except for the anchor of a chain.
  absl::Span<const std::shared_ptr<const BackendTls>> backends;
  // Probed or recorded; may be empty.
  absl::Span<const ProbeEntry> chains;
  std::shared_ptr<const tls::TrustBundle> system_trust;  // null: chains to it are not built
};

// kind: Timeline. What expires when: "entries" has each certificate of each backend, soonest first:
// {"backend","role","gateways","endpoints","certificate","daysLeft","validity"}, where role is
// "leaf", "intermediate" or "anchor" on the chain that is built at `moment.now`, "unused" for what
// the backend sends beside it, and "trust" for the rest of its bundle. "backends" has for each
// backend what of its chain ends first, {"backend","expires","daysLeft","validity","subject"}, null
// without a chain; "summary" counts the entries on chains by validity. Pure; thread-safe.
Value TimelineDocument(const TimelineInput& input, const Moment& moment);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_TIMELINE_H_
