#ifndef GWPOLICY_REPORT_FORMATS_H_
#define GWPOLICY_REPORT_FORMATS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {
namespace report {

// A way to write findings for a machine other than the documents of findings.h. One row of the
// table in formats.cc, one file in formats/. Exactly one of the two functions is set.
struct FindingsFormat {
  absl::string_view name;  // what -o takes
  absl::string_view doc;   // one sentence
  // Gives JSON, to be written by whoever writes JSON.
  Value (*document)(absl::Span<const Finding> findings, absl::string_view tool_version) = nullptr;
  // Gives the whole text.
  std::string (*text)(absl::Span<const Finding> findings) = nullptr;
};

// In alphabetical order.
absl::Span<const FindingsFormat> AllFindingsFormats();
// Null when there is none of that name.
const FindingsFormat* FindFindingsFormat(absl::string_view name);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FORMATS_H_
