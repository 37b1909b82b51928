#include "gwpolicy/report/formats/junit.h"

#include <cstddef>
#include <vector>

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

JunitCase::Outcome OutcomeOf(Level level) {
  switch (level) {
    case Level::kError:
      return JunitCase::Outcome::kFail;
    case Level::kWarning:
      return JunitCase::Outcome::kSkipped;
    case Level::kInfo:
      return JunitCase::Outcome::kPass;
  }
  return JunitCase::Outcome::kFail;
}

JunitCase CaseOf(const Finding& finding) {
  JunitCase one;
  one.suite = finding.file.empty() ? "gwpolicy" : finding.file;
  one.name = NameOfCase(finding);
  one.outcome = OutcomeOf(finding.level);
  one.type = std::string(NameOf(finding.code));
  one.message = finding.message;
  one.line = finding.line;
  std::string where = one.suite;
  if (finding.line > 0) absl::StrAppend(&where, ":", finding.line, ":", finding.column);
  one.text = absl::StrCat(where, "\n", finding.message, "\n", finding.remedy);
  return one;
}

std::string SystemOut(absl::string_view text) {
  return text.empty() ? "" : absl::StrCat("<system-out>", Escape(text), "</system-out>");
}

void AppendCase(const JunitCase& one, std::string* out) {
  absl::StrAppend(out, "    <testcase classname=\"", Escape(one.suite), "\" name=\"",
                  Escape(one.name), "\"");
  if (one.line > 0) absl::StrAppend(out, " line=\"", one.line, "\"");
  absl::StrAppend(out, ">");
  const std::string message = Escape(one.message);
  switch (one.outcome) {
    case JunitCase::Outcome::kFail:
      absl::StrAppend(out, "<failure type=\"", Escape(one.type), "\" message=\"", message, "\">",
                      Escape(one.text), "</failure>");
      break;
    case JunitCase::Outcome::kSkipped:
      absl::StrAppend(out, "<skipped message=\"", message, "\"/>", SystemOut(one.text));
      break;
    case JunitCase::Outcome::kPass:
      absl::StrAppend(out, SystemOut(one.text));
      break;
  }
  absl::StrAppend(out, "</testcase>\n");
}

struct Tally {
  size_t tests = 0;
  size_t failures = 0;
  size_t skipped = 0;

  void Count(const JunitCase& one) {
    ++tests;
    if (one.outcome == JunitCase::Outcome::kFail) ++failures;
    if (one.outcome == JunitCase::Outcome::kSkipped) ++skipped;
  }
  std::string Attributes() const {
    return absl::StrCat("tests=\"", tests, "\" failures=\"", failures, "\" errors=\"0\" skipped=\"",
                        skipped, "\"");
  }
};

}  // namespace

std::string JunitXmlOf(absl::Span<const JunitCase> cases, absl::string_view nothing) {
  std::string suites;
  Tally all;
  for (size_t first = 0; first < cases.size();) {
    Tally tally;
    std::string text;
    size_t next = first;
    for (; next < cases.size() && cases[next].suite == cases[first].suite; ++next) {
      tally.Count(cases[next]);
      all.Count(cases[next]);
      AppendCase(cases[next], &text);
    }
    absl::StrAppend(&suites, "  <testsuite name=\"", Escape(cases[first].suite), "\" ",
                    tally.Attributes(), ">\n", text, "  </testsuite>\n");
    first = next;
  }
  if (cases.empty()) {
    all.tests = 1;
    absl::StrAppend(&suites, "  <testsuite name=\"gwpolicy\" ", all.Attributes(), ">\n",
                    "    <testcase classname=\"gwpolicy\" name=\"", Escape(nothing), "\"/>\n",
                    "  </testsuite>\n");
  }
  return absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gwpolicy\" ",
                      all.Attributes(), ">\n", suites, "</testsuites>\n");
}

std::string JunitXml(absl::Span<const Finding> findings) {
  std::vector<JunitCase> cases;
  cases.reserve(findings.size());
  for (const Finding& finding : findings) cases.push_back(CaseOf(finding));
  return JunitXmlOf(cases, "no findings");
}

}  // namespace report
}  // namespace gwpolicy
