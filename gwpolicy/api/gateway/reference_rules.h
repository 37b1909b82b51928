#ifndef GWPOLICY_API_GATEWAY_REFERENCE_RULES_H_
#define GWPOLICY_API_GATEWAY_REFERENCE_RULES_H_

#include "absl/strings/string_view.h"
#include "gwpolicy/base/finding_sink.h"

namespace gwpolicy {

// A reference to a Service has to name a port (BackendObjectReference, BackendRef).
void CheckServiceHasPort(absl::string_view group, absl::string_view kind, bool has_port,
                         FindingSink& sink);

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_REFERENCE_RULES_H_
