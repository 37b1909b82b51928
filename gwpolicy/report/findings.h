#ifndef GWPOLICY_REPORT_FINDINGS_H_
#define GWPOLICY_REPORT_FINDINGS_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"

// Findings as documents. All functions are pure and thread-safe; the shapes that they give are
// promised to scripts (`apiVersion: gwpolicy/v1alpha1`).
namespace gwpolicy {
namespace report {

// What `apiVersion` of every document says that gwpolicy itself defines.
inline constexpr char kApiVersion[] = "gwpolicy/v1alpha1";

// {"apiVersion","kind","namespace","name"}
Value ObjectRefValue(const ObjectRef& ref);

// {"code","level","message","remedy","object":{"apiVersion","kind","namespace","name"},"fieldPath",
// "file","line","column"}. All members are always there: unknown texts are "", unknown lines 0.
Value FindingValue(const Finding& finding);

// In the order of the files, each finding once.
std::vector<Finding> SortedUnique(std::vector<Finding> findings);

struct FindingCounts {
  size_t errors = 0;
  size_t warnings = 0;
  size_t infos = 0;
};
FindingCounts CountByLevel(absl::Span<const Finding> findings);

// What was looked at.
struct InputSize {
  size_t objects = 0;
  size_t files = 0;
};

// {"errors","warnings","infos","objects","files"}.
Value FindingsSummary(absl::Span<const Finding> findings, InputSize size);

// kind: Findings, with `findings` in the order given and their `summary`.
Value FindingsDocument(absl::Span<const Finding> findings, InputSize size);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FINDINGS_H_
