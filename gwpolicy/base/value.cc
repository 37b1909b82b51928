#include "gwpolicy/base/value.h"

namespace gwpolicy {

Value& Value::Set(absl::string_view name, Value value) {
  if (AsObject() == nullptr) data_ = Object();
  Object& members = *AsObject();
  for (Member& member : members) {
    if (member.first == name) {
      member.second = std::move(value);
      return *this;
    }
  }
  members.emplace_back(std::string(name), std::move(value));
  return *this;
}

Value& Value::Append(Value value) {
  if (AsList() == nullptr) data_ = List();
  AsList()->push_back(std::move(value));
  return *this;
}

const Value* Value::Find(absl::string_view name) const {
  const Object* members = AsObject();
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

}  // namespace gwpolicy
