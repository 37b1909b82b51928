#ifndef GWPOLICY_REPORT_FORMATS_JUNIT_H_
#define GWPOLICY_REPORT_FORMATS_JUNIT_H_

#include <string>

#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"

namespace gwpolicy {
namespace report {

// A test case a finding, grouped into a suite a file in the order given: errors fail, warnings are
// skipped, infos pass. Without findings one case passes, since readers take an empty report for a
// broken one. Characters that XML 1.0 forbids are written as U+FFFD.
std::string JunitXml(absl::Span<const Finding> findings);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FORMATS_JUNIT_H_
