#include "gwpolicy/report/formats/github.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"

namespace gwpolicy {
namespace report {
namespace {

absl::string_view CommandOf(Level level) {
  switch (level) {
    case Level::kError:
      return "error";
    case Level::kWarning:
      return "warning";
    case Level::kInfo:
      return "notice";
  }
  return "error";
}

std::string EscapeData(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string EscapeProperty(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}, {":", "%3A"}, {",", "%2C"}});
}

}  // namespace

std::string GithubAnnotations(absl::Span<const Finding> findings) {
  std::string out;
  for (const Finding& finding : findings) {
    std::vector<std::string> properties;
    // Standard input is no file of the repository.
    if (!finding.file.empty() && finding.file != "-") {
      properties.push_back(absl::StrCat("file=", EscapeProperty(finding.file)));
      if (finding.line > 0) properties.push_back(absl::StrCat("line=", finding.line));
      if (finding.line > 0 && finding.column > 0) {
        properties.push_back(absl::StrCat("col=", finding.column));
      }
    }
    properties.push_back(absl::StrCat("title=", EscapeProperty(NameOf(finding.code))));

    std::string message = finding.message;
    if (!finding.field_path.empty()) message = absl::StrCat(finding.field_path, ": ", message);
    if (!finding.remedy.empty()) absl::StrAppend(&message, "\n", finding.remedy);
    absl::StrAppend(&out, "::", CommandOf(finding.level), " ", absl::StrJoin(properties, ","),
                    "::", EscapeData(message), "\n");
  }
  return out;
}

}  // namespace report
}  // namespace gwpolicy
