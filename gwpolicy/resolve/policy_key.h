#ifndef GWPOLICY_RESOLVE_POLICY_KEY_H_
#define GWPOLICY_RESOLVE_POLICY_KEY_H_

#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// The key of a policy that a result names, or of the XBackend that is its own.
inline ObjectKey KeyOfPolicy(const FieldSource& policy) {
  if (policy.kind == "XBackend") return {kGatewayXGroup, policy.kind, policy.ns, policy.name};
  return {policy.kind == "BackendTLSPolicy" ? Text(kGatewayGroupText) : Text(kKgatewayGroupText),
          policy.kind, policy.ns, policy.name};
}

// The object of a key as a whole.
inline FieldSource SourceOf(const KeyView& key) { return {key.kind, key.ns, key.name, Text()}; }

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICY_KEY_H_
