#ifndef GWPOLICY_REPORT_FORMATS_SARIF_H_
#define GWPOLICY_REPORT_FORMATS_SARIF_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {
namespace report {

// A log of SARIF 2.1.0 (OASIS) with one run; the rules are the codes that the findings use, in
// alphabetical order. Paths become URI references, relative as the user gave them.
Value SarifLog(absl::Span<const Finding> findings, absl::string_view tool_version);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FORMATS_SARIF_H_
