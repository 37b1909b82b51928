#include "gwpolicy/resolve/status_patch.h"

#include <utility>

#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {
namespace {

Value AncestorsOf(const PolicyStatus& status) {
  const Value encoded =
      Encode(TypeOf<PolicyStatus>(), static_cast<const ApiStruct*>(&status), Secrets::kRedact);
  const Value* ancestors = encoded.Find("ancestors");
  return ancestors == nullptr ? Value::MakeList() : *ancestors;
}

PolicyStatus StatusOf(const Object& policy) {
  if (const auto* tls_policy = policy.As<BackendTLSPolicy>()) {
    return tls_policy->status.value_or(PolicyStatus());
  }
  if (const auto* config_policy = policy.As<BackendConfigPolicy>()) {
    return config_policy->status.value_or(PolicyStatus());
  }
  return PolicyStatus();
}

}  // namespace

Value StatusPatch(const PolicyResult& result) {
  Value patch = Value::MakeObject();
  const PolicyStatus before = StatusOf(result.policy);
  if (Equal(TypeOf<PolicyStatus>(), &before, &*result.status)) return patch;
  Value status = Value::MakeObject();
  status.Set("ancestors", AncestorsOf(*result.status));
  patch.Set("status", std::move(status));
  return patch;
}

}  // namespace gwpolicy
