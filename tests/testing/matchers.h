#ifndef GWPOLICY_TESTS_TESTING_MATCHERS_H_
#define GWPOLICY_TESTS_TESTING_MATCHERS_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"

// What the tests of every layer share. Findings are compared by code and path: their text is not a
// promise, except where it equals the API server's.
namespace gwpolicy {

inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << LevelName(finding.level) << " " << NameOf(finding.code) << " at " << finding.file << ":"
       << finding.line << ":" << finding.column << " " << finding.object.kind << " "
       << finding.object.ns << "/" << finding.object.name << " " << finding.field_path << ": "
       << finding.message;
}

inline void PrintTo(Code code, std::ostream* out) { *out << NameOf(code); }

namespace testing {

inline absl::Status StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status status = StatusOf(arg);
  if (!status.ok()) *result_listener << status;
  return status.ok();
}

MATCHER_P(StatusIs, code, absl::StrCat("has the status ", absl::StatusCodeToString(code))) {
  const absl::Status status = StatusOf(arg);
  *result_listener << status;
  return status.code() == code;
}

MATCHER_P2(IsFinding, code, path,
           absl::StrCat("is ", NameOf(code), " at \"", absl::string_view(path), "\"")) {
  return arg.code == code && arg.field_path == absl::string_view(path);
}

// With the message, where that is the API server's.
MATCHER_P3(IsFinding, code, path, message,
           absl::StrCat("is ", NameOf(code), " at \"", absl::string_view(path),
                        "\": ", absl::string_view(message))) {
  return arg.code == code && arg.field_path == absl::string_view(path) &&
         arg.message == absl::string_view(message);
}

MATCHER_P3(IsFindingAt, code, line, column,
           absl::StrCat("is ", NameOf(code), " at ", line, ":", column)) {
  return arg.code == code && arg.line == line && arg.column == column;
}

// Names the cases of a table: every row has a `name`.
template <typename Case>
std::string NameOfCase(const ::testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}

}  // namespace testing
}  // namespace gwpolicy

#endif  // GWPOLICY_TESTS_TESTING_MATCHERS_H_
