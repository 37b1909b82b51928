#ifndef GWPOLICY_RESOLVE_POLICIES_BACKEND_CONFIG_POLICY_H_
#define GWPOLICY_RESOLVE_POLICIES_BACKEND_CONFIG_POLICY_H_

#include <vector>

#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/resolve/policies/policy_tls.h"

namespace gwpolicy {

// What spec.tls of a BackendConfigPolicy (gateway.kgateway.dev) says. Any error leaves it without
// TLS settings. Source, kgateway-dev/kgateway: backendconfigpolicy/tls.go,
// pluginutils/envoy_tls.go.
PolicyTls ReadBackendConfigPolicy(const Object& policy, const PolicyInput& input);

// Puts what `policies` say besides TLS into `settings`: for each field the first that has it wins,
// so they come in order of precedence (kgateway pull request 14043).
void MergeSettings(const std::vector<const BackendConfigPolicy*>& policies,
                   BackendSettings& settings);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICIES_BACKEND_CONFIG_POLICY_H_
