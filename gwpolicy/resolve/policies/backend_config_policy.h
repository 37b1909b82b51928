#ifndef GWPOLICY_RESOLVE_POLICIES_BACKEND_CONFIG_POLICY_H_
#define GWPOLICY_RESOLVE_POLICIES_BACKEND_CONFIG_POLICY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/resolve/policies/policy_tls.h"

namespace gwpolicy {

// What spec.tls of a BackendConfigPolicy (gateway.kgateway.dev) says. Any error leaves it without
// TLS settings. Source, kgateway-dev/kgateway: backendconfigpolicy/tls.go,
// pluginutils/envoy_tls.go.
PolicyTls ReadBackendConfigPolicy(const Object& policy, const PolicyInput& input);

// What `policies` (BackendConfigPolicies, in order of precedence) say besides TLS: for each field
// or block the first that has it gives all of it (kgateway pull request 14043).
TrafficSettings MergeSettings(absl::Span<const Object* const> policies);

// The paths of the fields that both set and that only one of them can give, spec.tls included:
// "spec.connectTimeout".
std::vector<std::string> SharedFields(const BackendConfigPolicySpec& a,
                                      const BackendConfigPolicySpec& b);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICIES_BACKEND_CONFIG_POLICY_H_
