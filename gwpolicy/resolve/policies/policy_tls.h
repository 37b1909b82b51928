#ifndef GWPOLICY_RESOLVE_POLICIES_POLICY_TLS_H_
#define GWPOLICY_RESOLVE_POLICIES_POLICY_TLS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/certificate_cache.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {

// PolicyStatus.ancestors holds no more: apis/v1/policy_types.go.
constexpr size_t kMaxAncestors = 16;

// What stops a policy from giving TLS.
struct PolicyError {
  // kCaRef and kKind are reference errors and show in ResolvedRefs; kOther is not.
  enum class Class { kCaRef, kKind, kOther };
  Class error_class = Class::kOther;
  Code code = Code::kTrustInvalid;
  Text message;  // as the controller words it
  std::string field_path;
};

// What one policy says, whatever it attaches to: its layer of what a backend gets. Made once for a
// policy and a profile, shared by all backends that it reaches.
struct PolicyTls {
  Kind kind = Kind::kBackendTLSPolicy;
  // The policy has a say in TLS at all. A BackendConfigPolicy without spec.tls has none.
  bool says_tls = false;
  std::shared_ptr<const tls::ClientTls> tls;  // null when there are errors or nothing to say
  List<PolicyError> errors;
  // References that are bad and that TLS can do without: ResolvedRefs is False and TLS goes on.
  List<PolicyError> unresolved;
  Shared<PolicyFields> fields;
  Shared<Failure> failure;                // of the backends that it reaches, where there are errors
  Shared<TrafficSettings> traffic;        // of a BackendConfigPolicy
  List<Finding> findings;                 // of the policy
  List<SharedList<Finding>> ca_findings;  // of the CA objects that it uses

  bool failed() const { return !errors.empty(); }
};

// What a policy's evaluation may look at.
struct PolicyInput {
  const Cluster& cluster;
  ObjectId policy;
  const Profile& profile;
  CertificateCache& certificates;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICIES_POLICY_TLS_H_
