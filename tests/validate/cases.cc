#include "tests/validate/cases.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace gwpolicy::testing {

std::string HeadOf(absl::string_view api_version, absl::string_view kind) {
  return absl::StrCat("apiVersion: ", api_version, "\nkind: ", kind, "\nmetadata: {name: x}\n");
}

Expected Rule(const std::string& path, const std::string& message) {
  return {Code::kSchemaRule, path, absl::StrCat("Invalid value: ", message)};
}

Expected Required(const std::string& path) {
  return {Code::kSchemaRequired, path, "Required value"};
}

Expected Pattern(const std::string& path, const std::string& value, absl::string_view pattern) {
  return {Code::kSchemaPattern, path,
          absl::StrCat("Invalid value: \"", value, "\": ", path, " in body should match '", pattern,
                       "'")};
}

Expected Empty(const std::string& path) {
  return {Code::kSchemaTooShort, path,
          absl::StrCat("Invalid value: \"\": ", path, " in body should be at least 1 chars long")};
}

Expected Silenced() {
  return {Code::kSchemaRule, "",
          "Invalid value: null: some validation rules were not checked because the object was "
          "invalid; correct the existing errors to complete validation"};
}

std::vector<CaseTable> AllTables() {
  std::vector<CaseTable> all;
  for (const auto tables :
       {&BackendConfigPolicyTables, &BackendTlsPolicyTables, &CoreTables, &ExperimentalTables,
        &GatewayTables, &HttpRouteTables, &KgatewayTables, &RouteTables}) {
    for (CaseTable& table : tables()) all.push_back(std::move(table));
  }
  return all;
}

}  // namespace gwpolicy::testing
