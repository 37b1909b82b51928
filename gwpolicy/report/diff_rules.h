#ifndef GWPOLICY_REPORT_DIFF_RULES_H_
#define GWPOLICY_REPORT_DIFF_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"

// The rules by which one change of effective TLS is judged. They ask one question: may somebody
// read a request now, or answer it, who could not before?
//
// Of a backend as a whole that is its protection: plaintext < unverified TLS < TLS that verifies
// the chain alone < TLS that verifies chain and name. A backend that fails closed is sent nothing,
// and neither is one that no route reaches; both stand beside the last of these: what a policy asks
// for is not a loss of protection when it begins to work, and no gain when it breaks. That is a
// matter of availability, and the rules name it so.
//
// Of a field of TLS it is inclusion: whoever accepts fewer peers, versions or algorithms is
// tighter. What includes neither the other nor is included is neutral, for nothing can be said.
//
// Pure functions; thread-safe.
namespace gwpolicy {
namespace report {

// The zero value is the one that somebody must look at.
enum class Effect : uint8_t { kLoosened, kTightened, kNeutral };
// "loosened", "tightened", "neutral"
absl::string_view EffectName(Effect effect);

// Worst first, so that `<` says which is worse. kFailClosed is not better than kVerified; see
// above.
enum class Protection : uint8_t {
  kPlaintext,
  kUnverified,
  kNameUnchecked,
  kVerified,  // chain and name, or a pin, which names the very certificate
  kFailClosed,
};
// "Plaintext", "Unverified", "NameUnchecked", "Verified", "FailClosed"
absl::string_view ProtectionName(Protection protection);
Protection ProtectionOf(const BackendTls& backend);

// In the order of their table.
enum class Rule : uint8_t {
  // A backend as a whole.
  kPlaintextAppeared,
  kWeakTlsAppeared,
  kProtectedAppeared,
  kUnroutedAppeared,
  kDisappeared,
  kTlsToPlaintext,
  kPlaintextToTls,
  kClosedToPlaintext,
  kClosedToWeakTls,
  kClosedToVerified,
  kPlaintextToClosed,
  kWeakTlsToClosed,
  kVerifiedToClosed,
  kOtherReasonToClose,
  // Fields of TLS.
  kTrustDropped,
  kTrustSet,
  kSystemToBundle,
  kBundleToSystem,
  kAnchorsRemoved,
  kAnchorsAdded,
  kAnchorsReplaced,
  kRevocationsAdded,
  kRevocationsRemoved,
  kBundleRewritten,
  kNamesDropped,
  kNamesSet,
  kNamesRemoved,
  kNamesAdded,
  kNamesReplaced,
  kNamesWithoutTrust,
  kPinsDropped,
  kPinsSet,
  kPinsRemoved,
  kPinsAdded,
  kPinsReplaced,
  kClientCertificateDropped,
  kClientCertificateSet,
  kClientCertificateReplaced,
  kMinVersionLowered,
  kMinVersionRaised,
  kMaxVersionLowered,
  kMaxVersionRaised,
  kAlgorithmsRemoved,
  kAlgorithmsAdded,
  kAlgorithmsReplaced,
  kAlgorithmsReordered,
  kRenegotiationAllowed,
  kRenegotiationForbidden,
  kSniChanged,
  kAlpnChanged,
  // Anything else that is told and does not count.
  kSettingChanged,
  kFieldOfNewTls,
  kSourceChanged,
};

struct RuleInfo {
  Rule rule;
  absl::string_view field;   // "backend", or the fields as provenance calls them
  absl::string_view change;  // when the rule holds, as a phrase
  Effect effect;
  absl::string_view reason;  // a sentence without its dot
};

// All rules: the table that the documentation has.
absl::Span<const RuleInfo> AllRules();
const RuleInfo& InfoOf(Rule rule);

// One field of TLS that differs.
struct TlsDifference {
  absl::string_view field;
  std::string before;
  std::string after;
  Rule rule = Rule::kSniChanged;
};

// Every field in which the two differ, in the order of `resolve`. Of a client certificate only what
// the certificate says is shown. Compares sets: O(n log n) in their sizes.
std::vector<TlsDifference> CompareTls(const tls::ClientTls& before, const tls::ClientTls& after);

// The fields of one of them that say something, with `after` set and `rule` kFieldOfNewTls.
std::vector<TlsDifference> FieldsOf(const tls::ClientTls& tls);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_DIFF_RULES_H_
