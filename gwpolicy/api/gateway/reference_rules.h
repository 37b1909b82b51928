#ifndef GWPOLICY_API_GATEWAY_REFERENCE_RULES_H_
#define GWPOLICY_API_GATEWAY_REFERENCE_RULES_H_

#include "absl/strings/string_view.h"

namespace gwpolicy {

// A reference to a Service has to name a port (BackendObjectReference, BackendRef).
template <typename Reference>
bool ServiceHasPort(const Reference& ref) {
  return !ref.group.empty() || ref.kind != "Service" || ref.port.has_value();
}
inline constexpr absl::string_view kServiceHasPort = "Must have port for Service reference";

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_REFERENCE_RULES_H_
