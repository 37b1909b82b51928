#ifndef GWPOLICY_TESTS_VALIDATE_CASES_H_
#define GWPOLICY_TESTS_VALIDATE_CASES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/codes.h"

// The tables of objects that validation is tried on, with all that it has to say of each: one file
// for a group of kinds. cases_test.cc runs them, and rule_coverage_test.cc sees to it that every
// rule of every kind has an object that keeps it and one that breaks it.
namespace gwpolicy::testing {

struct Expected {
  Code code;
  std::string path;
  std::string message;
};

struct ValidateCase {
  std::string name;
  std::string text;  // what follows the head of the table
  std::vector<Expected> expected;
  Channel channel = Channel::kStandard;
};

struct CaseTable {
  std::string name;
  std::string head;  // how the text of each case begins
  std::vector<ValidateCase> cases;
};

// apiVersion, kind and metadata.
std::string HeadOf(absl::string_view api_version, absl::string_view kind);

Expected Rule(const std::string& path, const std::string& message);
Expected Required(const std::string& path);
Expected Pattern(const std::string& path, const std::string& value, absl::string_view pattern);
// A text of no characters where there has to be one.
Expected Empty(const std::string& path);
// That some rules were not checked.
Expected Silenced();

std::vector<CaseTable> BackendConfigPolicyTables();
std::vector<CaseTable> BackendTlsPolicyTables();
std::vector<CaseTable> CoreTables();
std::vector<CaseTable> ExperimentalTables();
std::vector<CaseTable> GatewayTables();
std::vector<CaseTable> HttpRouteTables();
std::vector<CaseTable> KgatewayTables();
std::vector<CaseTable> RouteTables();

// All of them.
std::vector<CaseTable> AllTables();

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_VALIDATE_CASES_H_
