#include "gwpolicy/report/status.h"

#include <utility>

#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/resolve/status_patch.h"

namespace gwpolicy {
namespace report {

Value PolicyValue(const PolicyResult& policy) {
  Value status = Encode(TypeOf<PolicyStatus>(), static_cast<const ApiStruct*>(&*policy.status),
                        Secrets::kRedact);
  // Required in the schema, also when it is empty.
  if (status.Find("ancestors") == nullptr) status.Set("ancestors", Value::MakeList());
  Value out = Encode(policy.policy, Secrets::kRedact);
  out.Set("status", std::move(status));
  return out;
}

Value StatusDocument(absl::Span<const std::shared_ptr<const PolicyResult>> policies) {
  Value items = Value::MakeList();
  for (const auto& policy : policies) items.Append(PolicyValue(*policy));
  Value out = Value::MakeObject();
  out.Set("apiVersion", "v1");
  out.Set("kind", "List");
  out.Set("items", std::move(items));
  return out;
}

Value StatusPatchesDocument(absl::Span<const std::shared_ptr<const PolicyResult>> policies) {
  Value patches = Value::MakeList();
  for (const auto& policy : policies) {
    Value patch = StatusPatch(*policy);
    if (patch.AsObject() == nullptr || patch.AsObject()->empty()) continue;
    Value one = Value::MakeObject();
    one.Set("object", ObjectRefValue(policy->policy.ref()));
    one.Set("patch", std::move(patch));
    patches.Append(std::move(one));
  }
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "StatusPatches");
  out.Set("patches", std::move(patches));
  return out;
}

}  // namespace report
}  // namespace gwpolicy
