#ifndef GWPOLICY_TLS_VERDICT_H_
#define GWPOLICY_TLS_VERDICT_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"

namespace gwpolicy {
namespace tls {

// The zero value fails. kSkipped is for callers that had nothing to try; this layer never gives it.
enum class Verdict { kFail, kPass, kSkipped };

// "fail", "pass" or "skipped".
inline absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return "fail";
    case Verdict::kPass:
      return "pass";
    case Verdict::kSkipped:
      return "skipped";
  }
  return "fail";
}

// One reason why a handshake fails, or, in a list of warnings, why it should worry somebody.
struct Failure {
  Code code = Code::kTlsInternal;
  int depth = -1;            // 0 is the leaf; -1: not about one certificate
  std::string subject;       // of the certificate at `depth`, RFC 2253
  std::string message;       // a sentence for people, without a dot at the end
  std::string remedy;        // what to do, and who
  std::string envoy_reason;  // %UPSTREAM_TRANSPORT_FAILURE_REASON%, blanks kept; primary only
  bool primary = false;      // what Envoy reports; exactly one of a non-empty list of failures
};

// A failure with the remedy of its code.
inline Failure MakeFailure(Code code, std::string message) {
  Failure failure;
  failure.code = code;
  failure.message = std::move(message);
  failure.remedy = std::string(InfoOf(code).remedy);
  return failure;
}

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_VERDICT_H_
