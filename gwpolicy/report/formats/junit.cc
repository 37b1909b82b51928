#include "gwpolicy/report/formats/junit.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"

namespace gwpolicy {
namespace report {
namespace {

// For text and for attributes in double quotes. Line breaks become references, which attributes
// need and text allows.
std::string Escape(absl::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string NameOfCase(const Finding& finding) {
  std::string name(NameOf(finding.code));
  if (!finding.object.kind.empty()) {
    absl::StrAppend(&name, " ", finding.object.kind, " ",
                    finding.object.ns.empty() ? "" : absl::StrCat(finding.object.ns, "/"),
                    finding.object.name);
  }
  if (!finding.field_path.empty()) absl::StrAppend(&name, " ", finding.field_path);
  return name;
}

void AppendCase(const Finding& finding, std::string* out) {
  const std::string suite = finding.file.empty() ? "gwpolicy" : finding.file;
  absl::StrAppend(out, "    <testcase classname=\"", Escape(suite), "\" name=\"",
                  Escape(NameOfCase(finding)), "\"");
  if (finding.line > 0) absl::StrAppend(out, " line=\"", finding.line, "\"");
  absl::StrAppend(out, ">");
  const std::string message = Escape(finding.message);
  std::string where = suite;
  if (finding.line > 0) absl::StrAppend(&where, ":", finding.line, ":", finding.column);
  const std::string text = Escape(absl::StrCat(where, "\n", finding.message, "\n", finding.remedy));
  switch (finding.level) {
    case Level::kError:
      absl::StrAppend(out, "<failure type=\"", NameOf(finding.code), "\" message=\"", message,
                      "\">", text, "</failure>");
      break;
    case Level::kWarning:
      absl::StrAppend(out, "<skipped message=\"", message, "\"/><system-out>", text,
                      "</system-out>");
      break;
    case Level::kInfo:
      absl::StrAppend(out, "<system-out>", text, "</system-out>");
      break;
  }
  absl::StrAppend(out, "</testcase>\n");
}

struct Tally {
  size_t tests = 0;
  size_t failures = 0;
  size_t skipped = 0;

  void Count(const Finding& finding) {
    ++tests;
    if (finding.level == Level::kError) ++failures;
    if (finding.level == Level::kWarning) ++skipped;
  }
  std::string Attributes() const {
    return absl::StrCat("tests=\"", tests, "\" failures=\"", failures, "\" errors=\"0\" skipped=\"",
                        skipped, "\"");
  }
};

}  // namespace

std::string JunitXml(absl::Span<const Finding> findings) {
  std::string suites;
  Tally all;
  for (size_t first = 0; first < findings.size();) {
    Tally tally;
    std::string cases;
    size_t next = first;
    for (; next < findings.size() && findings[next].file == findings[first].file; ++next) {
      tally.Count(findings[next]);
      all.Count(findings[next]);
      AppendCase(findings[next], &cases);
    }
    const std::string& file = findings[first].file;
    absl::StrAppend(&suites, "  <testsuite name=\"", Escape(file.empty() ? "gwpolicy" : file),
                    "\" ", tally.Attributes(), ">\n", cases, "  </testsuite>\n");
    first = next;
  }
  if (findings.empty()) {
    all.tests = 1;
    absl::StrAppend(&suites, "  <testsuite name=\"gwpolicy\" ", all.Attributes(), ">\n",
                    "    <testcase classname=\"gwpolicy\" name=\"no findings\"/>\n",
                    "  </testsuite>\n");
  }
  return absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gwpolicy\" ",
                      all.Attributes(), ">\n", suites, "</testsuites>\n");
}

}  // namespace report
}  // namespace gwpolicy
