#ifndef GWPOLICY_RESOLVE_POLICIES_BACKEND_TLS_POLICY_H_
#define GWPOLICY_RESOLVE_POLICIES_BACKEND_TLS_POLICY_H_

#include "gwpolicy/resolve/policies/policy_tls.h"

namespace gwpolicy {

// What a BackendTLSPolicy (gateway.networking.k8s.io) says about TLS. Any error leaves it without
// TLS settings, so that the backend fails closed. GEP-1897, GEP-3155.
PolicyTls ReadBackendTLSPolicy(const Object& policy, const PolicyInput& input);

// What the spec.tls of an XBackend says, which it has and whose mode is not None. The same way, and
// with a client certificate where the mode asks for one. GEP-4894.
PolicyTls ReadXBackend(const Object& backend, const PolicyInput& input);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICIES_BACKEND_TLS_POLICY_H_
