#include "gwpolicy/report/status.h"

#include <utility>

#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {
namespace report {

Value PolicyValue(const PolicyResult& policy) {
  Value status = Encode(TypeOf<PolicyStatus>(), static_cast<const ApiStruct*>(&policy.status),
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

}  // namespace report
}  // namespace gwpolicy
