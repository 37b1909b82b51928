#ifndef GWPOLICY_REPORT_FORMATS_JUNIT_H_
#define GWPOLICY_REPORT_FORMATS_JUNIT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"

namespace gwpolicy {
namespace report {

// One test case of a report.
struct JunitCase {
  enum class Outcome { kPass, kFail, kSkipped };
  std::string suite;
  std::string name;
  Outcome outcome = Outcome::kPass;
  std::string type;     // of a failure: its code
  std::string message;  // of a failure, or why it was skipped
  std::string text;     // all that is to be said; "" for nothing
  int line = 0;         // in the file that the suite is named after; 0 for none
};

// The cases in the order given, those of one suite that stand together in one element. Without
// cases a single one passes, with the name `nothing`, since readers take an empty report for a
// broken one. Characters that XML 1.0 forbids are written as U+FFFD.
std::string JunitXmlOf(absl::Span<const JunitCase> cases, absl::string_view nothing);

// A test case a finding, grouped into a suite a file in the order given: errors fail, warnings are
// skipped, infos pass.
std::string JunitXml(absl::Span<const Finding> findings);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FORMATS_JUNIT_H_
