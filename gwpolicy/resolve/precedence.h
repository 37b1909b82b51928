#ifndef GWPOLICY_RESOLVE_PRECEDENCE_H_
#define GWPOLICY_RESOLVE_PRECEDENCE_H_

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/resolve/attach.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// What became of one attachment on one backend port.
struct Outcome {
  using Fate = gwpolicy::Fate;
  const Attachment* attachment = nullptr;
  Fate fate = Fate::kElsewhere;
  const Attachment* winner = nullptr;  // for kLost and kShadowed
  OrderRule rule = OrderRule::kNone;   // by which it lost
};

// Which policies count for one port of a backend.
struct Precedence {
  // The BackendTLSPolicy that comes first, valid or not; null when none is attached.
  const Attachment* tls_policy = nullptr;
  // BackendConfigPolicies in the order of precedence, by Profile::config_order.
  absl::InlinedVector<const Attachment*, 2> config_policies;
  // One for each attachment, in their order.
  absl::InlinedVector<Outcome, 4> outcomes;
};

// Picks among `attachments` (in the order of AttachmentsOf, which must outlive the result).
// A port's own policy owns that port whole; among equals the order of the attachments decides
// (GEP-713; Gateway API, apis/v1/backendtlspolicy_types.go, targetRefs). Whether a policy is valid
// plays no part: an invalid one that wins makes the backend fail closed.
Precedence Decide(const Attachments& attachments, const Text& port_name, int port,
                  const Profile& profile);

// The policy that gives the port its TLS, by Profile::tls_owner; null: none asks for any. `asks`
// tells whether a BackendConfigPolicy has a say in TLS at all; a BackendTLSPolicy always has.
const Attachment* TlsSource(const Precedence& precedence, const Profile& profile,
                            absl::FunctionRef<bool(const Attachment&)> asks);

// The valid BackendTLSPolicy that takes the TLS of any BackendConfigPolicy beside it; null where
// there is none.
const PolicyOutcome* OverriderOf(const BackendTls& result, const Profile& profile);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_PRECEDENCE_H_
