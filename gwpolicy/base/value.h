#ifndef GWPOLICY_BASE_VALUE_H_
#define GWPOLICY_BASE_VALUE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace gwpolicy {

// A JSON-shaped value: what an object of an unknown kind is kept as, and what reports are made of.
// Members of an object keep the order in which they were set, so that output is stable.
// A plain value: copied deeply, compared deeply.
class Value {
 public:
  using List = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  using Object = std::vector<Member>;

  Value() = default;                                     // null
  Value(bool b) : data_(b) {}                            // NOLINT(google-explicit-constructor)
  Value(int i) : data_(int64_t{i}) {}                    // NOLINT(google-explicit-constructor)
  Value(int64_t i) : data_(i) {}                         // NOLINT(google-explicit-constructor)
  Value(double d) : data_(d) {}                          // NOLINT(google-explicit-constructor)
  Value(std::string s) : data_(std::move(s)) {}          // NOLINT(google-explicit-constructor)
  Value(const char* s) : data_(std::string(s)) {}        // NOLINT(google-explicit-constructor)
  Value(absl::string_view s) : data_(std::string(s)) {}  // NOLINT(google-explicit-constructor)
  Value(List list) : data_(std::move(list)) {}           // NOLINT(google-explicit-constructor)
  Value(Object object) : data_(std::move(object)) {}     // NOLINT(google-explicit-constructor)

  static Value MakeList() { return Value(List()); }
  static Value MakeObject() { return Value(Object()); }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* AsBool() const { return std::get_if<bool>(&data_); }
  const int64_t* AsInt() const { return std::get_if<int64_t>(&data_); }
  const double* AsDouble() const { return std::get_if<double>(&data_); }
  const std::string* AsString() const { return std::get_if<std::string>(&data_); }
  const List* AsList() const { return std::get_if<List>(&data_); }
  const Object* AsObject() const { return std::get_if<Object>(&data_); }
  List* AsList() { return std::get_if<List>(&data_); }
  Object* AsObject() { return std::get_if<Object>(&data_); }

  // Sets a member of an object, replacing one of the same name. A null value becomes an object.
  Value& Set(absl::string_view name, Value value);
  // Appends to a list. A null value becomes a list.
  Value& Append(Value value);
  // The member of that name, or null where this is no object or has none.
  const Value* Find(absl::string_view name) const;

  friend bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }
  friend bool operator!=(const Value& a, const Value& b) { return !(a == b); }

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Object> data_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_VALUE_H_
