#ifndef GWPOLICY_TESTS_REPORT_VALUE_AT_H_
#define GWPOLICY_TESTS_REPORT_VALUE_AT_H_

#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// The scalar at a path like "results.0.code" as text: "null", "true", "8443", or the string itself;
// "[3]" for a list of three, "{}" for an object, and "absent" where there is nothing.
inline std::string At(const Value& root, absl::string_view path) {
  const Value* at = &root;
  for (absl::string_view part : absl::StrSplit(path, '.', absl::SkipEmpty())) {
    size_t index = 0;
    const Value::List* list = at->AsList();
    if (list != nullptr && absl::SimpleAtoi(part, &index)) {
      at = index < list->size() ? &(*list)[index] : nullptr;
    } else {
      at = at->Find(part);
    }
    if (at == nullptr) return "absent";
  }
  if (at->is_null()) return "null";
  if (const bool* b = at->AsBool()) return *b ? "true" : "false";
  if (const int64_t* i = at->AsInt()) return absl::StrCat(*i);
  if (const double* d = at->AsDouble()) return absl::StrCat(*d);
  if (const std::string* s = at->AsString()) return *s;
  if (const Value::List* list = at->AsList()) return absl::StrCat("[", list->size(), "]");
  return "{}";
}

// Whether any text or member name in it contains `needle`.
inline bool Mentions(const Value& value, absl::string_view needle) {
  if (const std::string* s = value.AsString()) return absl::StrContains(*s, needle);
  if (const Value::List* list = value.AsList()) {
    for (const Value& one : *list) {
      if (Mentions(one, needle)) return true;
    }
  }
  if (const Value::Object* members = value.AsObject()) {
    for (const Value::Member& member : *members) {
      if (absl::StrContains(member.first, needle) || Mentions(member.second, needle)) return true;
    }
  }
  return false;
}

}  // namespace gwpolicy

#endif  // GWPOLICY_TESTS_REPORT_VALUE_AT_H_
