#include "gwpolicy/report/findings.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "gwpolicy/base/codes.h"

namespace gwpolicy {
namespace report {
namespace {

Value Count(size_t n) { return Value(static_cast<int64_t>(n)); }

}  // namespace

Value ObjectRefValue(const ObjectRef& ref) {
  Value out = Value::MakeObject();
  out.Set("apiVersion", ref.api_version);
  out.Set("kind", ref.kind);
  out.Set("namespace", ref.ns);
  out.Set("name", ref.name);
  return out;
}

Value FindingValue(const Finding& finding) {
  Value out = Value::MakeObject();
  out.Set("code", NameOf(finding.code));
  out.Set("level", LevelName(finding.level));
  out.Set("message", finding.message);
  out.Set("remedy", finding.remedy);
  out.Set("object", ObjectRefValue(finding.object));
  out.Set("fieldPath", finding.field_path);
  out.Set("file", finding.file);
  out.Set("line", finding.line);
  out.Set("column", finding.column);
  return out;
}

std::vector<Finding> SortedUnique(std::vector<Finding> findings) {
  std::stable_sort(findings.begin(), findings.end());
  findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
  return findings;
}

FindingCounts CountByLevel(absl::Span<const Finding> findings) {
  FindingCounts counts;
  for (const Finding& finding : findings) {
    switch (finding.level) {
      case Level::kError:
        ++counts.errors;
        break;
      case Level::kWarning:
        ++counts.warnings;
        break;
      case Level::kInfo:
        ++counts.infos;
        break;
    }
  }
  return counts;
}

Value FindingsSummary(absl::Span<const Finding> findings, InputSize size) {
  const FindingCounts counts = CountByLevel(findings);
  Value summary = Value::MakeObject();
  summary.Set("errors", Count(counts.errors));
  summary.Set("warnings", Count(counts.warnings));
  summary.Set("infos", Count(counts.infos));
  summary.Set("objects", Count(size.objects));
  summary.Set("files", Count(size.files));
  return summary;
}

Value FindingsDocument(absl::Span<const Finding> findings, InputSize size) {
  Value list = Value::MakeList();
  list.AsList()->reserve(findings.size());
  for (const Finding& finding : findings) list.Append(FindingValue(finding));

  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Findings");
  out.Set("findings", std::move(list));
  out.Set("summary", FindingsSummary(findings, size));
  return out;
}

}  // namespace report
}  // namespace gwpolicy
