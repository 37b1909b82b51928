#ifndef GWPOLICY_REPORT_FAILURES_H_
#define GWPOLICY_REPORT_FAILURES_H_

#include <vector>

#include "gwpolicy/base/value.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"

namespace gwpolicy {
namespace report {

// A list of {"code","depth","subject","message","remedy","envoyReason"}, in the order given. Pure;
// thread-safe.
Value FailureList(const std::vector<tls::Failure>& failures);

// kind: Verification, with "verdict", "errors", "warnings" and "modesDiffer": whether the other
// mode gives the other verdict.
Value VerificationDocument(const tls::VerifyResult& result);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FAILURES_H_
