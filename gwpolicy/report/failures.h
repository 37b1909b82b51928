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

// A list of {"from","index","subject","notAfter"}, leaf first: where each certificate of a chain
// came from ("peer" or "bundle") and its place there. Pure; thread-safe.
Value BuiltChainList(const std::vector<tls::ChainLink>& chain);

// kind: Verification, with "verdict", "modesDiffer" (whether the other mode gives the other
// verdict), "errors", "warnings" and "builtChain".
Value VerificationDocument(const tls::VerifyResult& result);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FAILURES_H_
