#ifndef GWPOLICY_REPORT_FORMATS_GITHUB_H_
#define GWPOLICY_REPORT_FORMATS_GITHUB_H_

#include <string>

#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"

namespace gwpolicy {
namespace report {

// One workflow command a line, escaped as github.com/actions/toolkit (core/src/command.ts) does.
std::string GithubAnnotations(absl::Span<const Finding> findings);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_FORMATS_GITHUB_H_
