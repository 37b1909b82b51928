#include "gwpolicy/api/type_info.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/go_float.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kRedacted = "[redacted]";

// Kubernetes writes times in UTC with whole seconds.
std::string FormatSeconds(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

Value EncodeValue(const ValueInfo& info, const void* value, Secrets secrets) {
  switch (info.shape) {
    case Shape::kString:
      return static_cast<const Text*>(value)->view();
    case Shape::kPrivateString:
      return secrets == Secrets::kReveal ? static_cast<const PrivateText*>(value)->Reveal()
                                         : std::string(kRedacted);
    case Shape::kBase64:
      return secrets == Secrets::kReveal
                 ? absl::Base64Escape(static_cast<const PrivateBytes*>(value)->Reveal())
                 : std::string(kRedacted);
    case Shape::kBool:
      return *static_cast<const bool*>(value);
    case Shape::kInt32:
      return int64_t{*static_cast<const int32_t*>(value)};
    case Shape::kInt64:
      return *static_cast<const int64_t*>(value);
    case Shape::kIntOrString: {
      const auto& either = *static_cast<const IntOrString*>(value);
      return either.is_int ? Value(either.number) : Value(either.text.view());
    }
    case Shape::kTime:
      return FormatSeconds(*static_cast<const absl::Time*>(value));
    case Shape::kStruct:
      return Encode(info.struct_type(), value, secrets);
    case Shape::kList: {
      Value list = Value::MakeList();
      const size_t size = info.list_size(value);
      for (size_t i = 0; i < size; ++i) {
        list.Append(EncodeValue(*info.element, info.list_at(value, i), secrets));
      }
      return list;
    }
    case Shape::kMap: {
      Value::Object members;  // the keys of a map differ, so no need to look for each
      members.reserve(info.map_size(value));
      info.map_for_each(value, [&](absl::string_view key, const void* element) {
        members.emplace_back(std::string(key), EncodeValue(*info.element, element, secrets));
      });
      return members;
    }
    case Shape::kAny:
      return *static_cast<const Value*>(value);
  }
  return Value();
}

// Whether values of this type have fields, or items with fields.
bool HoldsStructs(const ValueInfo& info) {
  if (info.shape == Shape::kList) return HoldsStructs(*info.element);
  return info.shape == Shape::kStruct;
}

std::string BrokenBelow(const ValueInfo& info, const void* value) {
  switch (info.shape) {
    case Shape::kStruct:
      return FirstBrokenField(info.struct_type(), value);
    case Shape::kList:
      for (size_t i = 0; i < info.list_size(value); ++i) {
        const void* item = info.list_at(value, i);
        const std::string below = BrokenBelow(*info.element, item);
        if (!below.empty()) {
          return absl::StrCat("[", i, "]", below == "." ? "" : absl::StrCat(".", below));
        }
      }
      return "";
    case Shape::kString:
    case Shape::kPrivateString:
    case Shape::kBase64:
    case Shape::kBool:
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kIntOrString:
    case Shape::kTime:
    case Shape::kMap:
    case Shape::kAny:
      return "";
  }
  return "";
}

void AddRange(bool is_low, absl::string_view number, absl::string_view limit, FindingSink& sink) {
  sink.Add(Code::kSchemaRange,
           absl::StrCat("Invalid value: ", number, ": ", sink.Path(), " in body should be ",
                        is_low ? "greater" : "less", " than or equal to ", limit));
}

}  // namespace

namespace type_info_internal {

bool StructEqual(const TypeInfo& type, const void* a, const void* b) {
  // A field that could not be read is not the same as one that is absent.
  if (static_cast<const ApiStruct*>(a)->broken != static_cast<const ApiStruct*>(b)->broken) {
    return false;
  }
  for (const FieldInfo& field : type.fields()) {
    const void* left = field.get(a);
    const void* right = field.get(b);
    if (left == nullptr && right == nullptr) continue;
    if (left == nullptr || right == nullptr) return false;
    // The table of a version may know fields that its C++ type's own one does not.
    const bool equal = field.value->shape == Shape::kStruct
                           ? StructEqual(field.value->struct_type(), left, right)
                           : field.value->equal(left, right);
    if (!equal) return false;
  }
  return true;
}

const ValueInfo* WithTable(const ValueInfo& info, const TypeInfo& (*type)()) {
  auto* const copy = new ValueInfo(info);
  if (info.shape == Shape::kStruct) {
    copy->struct_type = type;
  } else {
    copy->element = WithTable(*info.element, type);
  }
  return copy;
}

void Break(absl::string_view message, FindingSink& sink) {
  sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: ", message));
}

}  // namespace type_info_internal

void AddRangeFinding(const FieldInfo& field, int64_t number, FindingSink& sink) {
  const bool is_low = number < field.range.min;
  if (!is_low && number <= field.range.max) return;
  AddRange(is_low, absl::StrCat(number), absl::StrCat(is_low ? field.range.min : field.range.max),
           sink);
}

void AddRangeFinding(const FieldInfo& field, double number, FindingSink& sink) {
  const auto min = static_cast<double>(field.range.min);
  const auto max = static_cast<double>(field.range.max);
  const bool is_low = number < min && field.range.min != INT64_MIN;
  const bool is_high = number > max && field.range.max != INT64_MAX;
  if (!is_low && !is_high) return;
  AddRange(is_low, GoFloat(number), GoFloat(is_low ? min : max), sink);
}

void AddChoiceFinding(const FieldInfo& field, Channel channel, absl::string_view value,
                      FindingSink& sink) {
  std::string message = absl::StrCat("Unsupported value: ", value, ": supported values: ");
  absl::string_view separator;
  const auto add = [&](absl::Span<const absl::string_view> choices) {
    for (const absl::string_view choice : choices) {
      absl::StrAppend(&message, separator, "\"", choice, "\"");
      separator = ", ";
    }
  };
  add(field.one_of);
  if (channel == Channel::kExperimental) add(field.experimental_one_of);
  sink.Add(Code::kSchemaEnum, std::move(message));
}

void AddNoAddress(const FieldInfo& field, absl::string_view value, FindingSink& sink) {
  const std::string path = sink.Path();
  const absl::string_view owner =
      absl::string_view(path).substr(0, path.size() - field.name.size() - 1);
  sink.AddToObject(Code::kSchemaFormat,
                   absl::StrCat("Invalid value: \"\": \"", owner,
                                "\" must validate one and only one schema (oneOf). Found none "
                                "valid"));
  sink.AddToObject(Code::kSchemaFormat,
                   absl::StrCat("Invalid value: \"\": \"", path,
                                "\" must validate at least one schema (anyOf)"));
  sink.Add(Code::kSchemaFormat, absl::StrCat("Invalid value: ", value, ": ", path,
                                             " in body must be of type ipv4: ", value));
}

std::string FirstBrokenField(const TypeInfo& type, const void* object) {
  if (static_cast<const ApiStruct*>(object)->broken == ApiStruct::kAllBroken) return ".";
  const bool some = static_cast<const ApiStruct*>(object)->broken != 0;
  for (const FieldInfo& field : type.fields()) {
    if (some && TypeInfo::IsBroken(field, object)) return std::string(field.name);
    if (!HoldsStructs(*field.value)) continue;
    const void* value = field.get(object);
    if (value == nullptr) continue;
    const std::string below = BrokenBelow(*field.value, value);
    if (below.empty()) continue;
    const bool item = below.front() == '[' || below == ".";
    return absl::StrCat(field.name, item ? "" : ".", below == "." ? "" : below);
  }
  return "";
}

bool Equal(const TypeInfo& type, const void* a, const void* b) {
  return a == b || type_info_internal::StructEqual(type, a, b);
}

Value Encode(const TypeInfo& type, const void* object, Secrets secrets) {
  Value::Object members;
  for (const FieldInfo& field : type.fields()) {
    if (!TypeInfo::IsPresent(field, object)) continue;
    members.emplace_back(std::string(field.name),
                         EncodeValue(*field.value, field.get(object), secrets));
  }
  return members;
}

}  // namespace gwpolicy
