#ifndef GWPOLICY_REPORT_STATUS_H_
#define GWPOLICY_REPORT_STATUS_H_

#include <memory>

#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/engine.h"

namespace gwpolicy {
namespace report {

// The policy as it would read in the cluster after its controller wrote its status.
Value PolicyValue(const PolicyResult& policy);

// A Kubernetes List (apiVersion v1) of such policies, in the order given. Pure; thread-safe.
Value StatusDocument(absl::Span<const std::shared_ptr<const PolicyResult>> policies);

// kind: StatusPatches, with `patches`:
// [{"object":{"apiVersion","kind","namespace","name"},"patch"}] in the order given, for those
// policies alone whose status would be another. `patch` is a JSON merge patch (RFC 7386) for the
// status subresource. Pure; thread-safe.
Value StatusPatchesDocument(absl::Span<const std::shared_ptr<const PolicyResult>> policies);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_STATUS_H_
