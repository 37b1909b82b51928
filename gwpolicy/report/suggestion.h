#ifndef GWPOLICY_REPORT_SUGGESTION_H_
#define GWPOLICY_REPORT_SUGGESTION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace report {

// For whom a policy is wanted.
struct SuggestionRequest {
  std::string host;            // as it was connected to: a name or an address
  std::string ns = "default";  // of the Service
  std::string service;         // "": a guess from the host name
  std::string section;         // name of its port; "" for all
  std::string hostname;        // that the certificate must have; "": what fits
  absl::Time now;              // of verification
  bool may_use_system = true;  // `System` where the system's CAs vouch for the chain
  std::shared_ptr<const tls::TrustBundle> system_trust;  // null: none
};

struct Suggestion {
  // A BackendTLSPolicy and, unless it trusts System, the ConfigMap of its CA bundle, as manifests.
  // Empty where nothing was seen that could be trusted, or no name can be asked for.
  std::vector<Value> objects;
  bool trusts_system = false;  // else trust on first use: nobody but the backend vouches for it
  // What to know before it is used, as failures with code, message and remedy.
  std::vector<tls::Failure> warnings;
  // Whether the policy would accept what was seen.
  tls::Verdict verdict = tls::Verdict::kFail;
};

// Writes the policy that would verify what `seen` brought: the root where the backend sends it,
// else the topmost certificate that it sends. Never says that the backend is who it should be.
// Pure; thread-safe.
Suggestion SuggestPolicy(const tls::HandshakeResult& seen, const SuggestionRequest& request);

// kind: Suggestion, {"trust":"System|FirstUse","verdict","objects","warnings"}.
Value SuggestionDocument(const Suggestion& suggestion);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_SUGGESTION_H_
