#ifndef GWPOLICY_RESOLVE_BACKEND_RESULT_H_
#define GWPOLICY_RESOLVE_BACKEND_RESULT_H_

#include <utility>

#include "absl/functional/function_ref.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/attach.h"
#include "gwpolicy/resolve/gateway_certificate.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/route_links.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// The results of one Service or Backend, in ResultOrder.
using BackendResults = SharedList<BackendTls>;

// What a Gateway brings to its backends.
struct GatewayFacts {
  GatewayFacts(GatewayId id, const Profile& of)
      : profile(&of), gateway(ReadingGateway{std::move(id), TextsOf(of)->name}) {}

  const Profile* profile;
  Shared<ReadingGateway> gateway;
  GatewayCertificate certificate;
};

// What resolving a backend may ask for. What comes back is good until the cluster changes.
struct BackendInput {
  const Cluster& cluster;
  const GatewayFacts& without_gateway;  // of backends that no Gateway reaches
  // A policy's own layer under a profile.
  absl::FunctionRef<const PolicyTls&(ObjectId, const Profile&)> layer_of;
  // Which policy it is, of one that the profile does not read.
  absl::FunctionRef<const Shared<PolicyFields>&(ObjectId)> unread_fields_of;
  absl::FunctionRef<const RouteLinks&(ObjectId)> links_of;  // with the facts of Gateways
};

// Resolves every (Gateway, port) of `backend`, a Service or Backend that exists; `attachments` are
// its own. O(routes to it + policies that aim at it) for each of its ports.
BackendResults ResolveBackend(const BackendInput& input, ObjectId backend,
                              const Attachments& attachments);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_BACKEND_RESULT_H_
