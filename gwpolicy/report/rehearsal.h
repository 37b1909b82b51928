#ifndef GWPOLICY_REPORT_REHEARSAL_H_
#define GWPOLICY_REPORT_REHEARSAL_H_

#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/report/probe_results.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/verify_chain.h"

namespace gwpolicy {
namespace report {

// What is to happen.
struct Rotation {
  // Takes the place of every bundle that a policy gives; `System` stays what it is. Null: only time
  // goes by.
  std::shared_ptr<const tls::TrustBundle> new_ca;
  bool keep_old = false;  // the old bundle stays beside it
  absl::Time now;
  absl::Time then;
  tls::VerifyMode mode = tls::VerifyMode::kEnvoy;
  std::shared_ptr<const tls::TrustBundle> system_trust;  // null: such backends fail
};

// kind: Rehearsal. Whether each chain, probed or recorded, is accepted now and after the rotation:
// "results" in the order given, {"gateway","backend","endpoint","effect","now","then","code",
// "message","remedy"}. "now" and "then" are {"verdict","errors","warnings"}; "effect" is "works",
// "breaks" (from pass to fail), "repaired", "broken" (fails in both) or "unknown" (no chain was
// seen; then what kept it is in "code"). "code" to "remedy" are those of the first reason then, ""
// on pass. "summary" counts the effects. Pure; thread-safe.
Value RehearsalDocument(absl::Span<const ProbeEntry> chains, const Rotation& rotation);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_REHEARSAL_H_
