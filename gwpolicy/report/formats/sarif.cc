#include "gwpolicy/report/formats/sarif.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "gwpolicy/base/codes.h"

namespace gwpolicy {
namespace report {
namespace {

absl::string_view SarifLevel(Level level) {
  switch (level) {
    case Level::kError:
      return "error";
    case Level::kWarning:
      return "warning";
    case Level::kInfo:
      return "note";
  }
  return "error";
}

Value Text(absl::string_view text) { return Value(Value::MakeObject()).Set("text", text); }

// RFC 3986: everything but unreserved characters and the slash is escaped.
std::string UriOf(absl::string_view path) {
  std::string uri = absl::StartsWith(path, "/") ? "file://" : "";
  while (absl::ConsumePrefix(&path, "./")) {
  }
  for (char c : path) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-._~/", c)) {
      uri += c;
    } else {
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

Value RuleOf(const CodeInfo& info) {
  Value configuration = Value::MakeObject();
  configuration.Set("level", SarifLevel(info.level));
  Value rule = Value::MakeObject();
  rule.Set("id", info.name);
  rule.Set("shortDescription", Text(info.cause));
  rule.Set("help", Text(info.remedy));
  rule.Set("defaultConfiguration", std::move(configuration));
  return rule;
}

Value LocationOf(const Finding& finding) {
  Value location = Value::MakeObject();
  // Standard input is no artifact that somebody could open.
  if (!finding.file.empty() && finding.file != "-") {
    Value artifact = Value::MakeObject();
    artifact.Set("uri", UriOf(finding.file));
    Value physical = Value::MakeObject();
    physical.Set("artifactLocation", std::move(artifact));
    if (finding.line > 0) {
      Value region = Value::MakeObject();
      region.Set("startLine", finding.line);
      if (finding.column > 0) region.Set("startColumn", finding.column);
      physical.Set("region", std::move(region));
    }
    location.Set("physicalLocation", std::move(physical));
  }
  if (!finding.object.kind.empty()) {
    std::string name = absl::StrCat(
        finding.object.kind, "/",
        finding.object.ns.empty() ? "" : absl::StrCat(finding.object.ns, "/"), finding.object.name);
    if (!finding.field_path.empty()) absl::StrAppend(&name, "/", finding.field_path);
    Value logical = Value::MakeObject();
    logical.Set("fullyQualifiedName", name);
    logical.Set("kind", "object");
    location.Set("logicalLocations", Value::MakeList().Append(std::move(logical)));
  }
  return location;
}

}  // namespace

Value SarifLog(absl::Span<const Finding> findings, absl::string_view tool_version) {
  std::map<absl::string_view, int> rule_index;
  for (const Finding& finding : findings) rule_index.emplace(NameOf(finding.code), 0);
  Value rules = Value::MakeList();
  int next = 0;
  for (auto& [name, index] : rule_index) {
    index = next++;
    rules.Append(RuleOf(InfoOf(*CodeByName(name))));
  }

  Value results = Value::MakeList();
  for (const Finding& finding : findings) {
    std::string text = finding.message;
    if (!finding.field_path.empty()) text = absl::StrCat(finding.field_path, ": ", text);
    if (!finding.remedy.empty()) absl::StrAppend(&text, "\n", finding.remedy);
    Value result = Value::MakeObject();
    result.Set("ruleId", NameOf(finding.code));
    result.Set("ruleIndex", rule_index.at(NameOf(finding.code)));
    result.Set("level", SarifLevel(finding.level));
    result.Set("message", Text(text));
    Value location = LocationOf(finding);
    if (!location.AsObject()->empty()) {
      result.Set("locations", Value::MakeList().Append(std::move(location)));
    }
    results.Append(std::move(result));
  }

  Value driver = Value::MakeObject();
  driver.Set("name", "gwpolicy");
  driver.Set("version", tool_version);
  driver.Set("rules", std::move(rules));
  Value tool = Value::MakeObject();
  tool.Set("driver", std::move(driver));
  Value run = Value::MakeObject();
  run.Set("tool", std::move(tool));
  run.Set("columnKind", "unicodeCodePoints");
  run.Set("results", std::move(results));

  Value log = Value::MakeObject();
  log.Set("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  log.Set("version", "2.1.0");
  log.Set("runs", Value::MakeList().Append(std::move(run)));
  return log;
}

}  // namespace report
}  // namespace gwpolicy
