#ifndef GWPOLICY_REPORT_FAILURES_H_
#define GWPOLICY_REPORT_FAILURES_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
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
// verdict), "matchedPin" (the one that the leaf fits, "" without), "errors", "warnings",
// "chain" (each certificate of `chain_der` as CertificateValue, null where it cannot be parsed) and
// "builtChain".
Value VerificationDocument(const tls::VerifyResult& result,
                           absl::Span<const std::string> chain_der);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FAILURES_H_
