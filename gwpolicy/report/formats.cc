#include "gwpolicy/report/formats.h"

#include "gwpolicy/report/formats/github.h"
#include "gwpolicy/report/formats/junit.h"
#include "gwpolicy/report/formats/sarif.h"

namespace gwpolicy {
namespace report {

absl::Span<const FindingsFormat> AllFindingsFormats() {
  static constexpr FindingsFormat kFormats[] = {
      {"github", "Workflow commands that GitHub shows beside the lines of a pull request.", nullptr,
       &GithubAnnotations},
      {"junit", "JUnit XML: an error is a failed test case, a warning a skipped one.", nullptr,
       &JunitXml},
      {"sarif", "SARIF 2.1.0 for code scanning.", &SarifLog, nullptr},
  };
  return kFormats;
}

const FindingsFormat* FindFindingsFormat(absl::string_view name) {
  for (const FindingsFormat& format : AllFindingsFormats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace report
}  // namespace gwpolicy
