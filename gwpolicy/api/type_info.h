#ifndef GWPOLICY_API_TYPE_INFO_H_
#define GWPOLICY_API_TYPE_INFO_H_

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/api/box.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/name_id.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"

// One table describes a type: each field's name, member, limits and doc line are written once, and
// decoding, unknown-field detection, validation, encoding, comparison, the Python classes and the
// reference pages all read that table. A type's table is the function `TypeOf<T>()`, defined beside
// the struct:
//
//   template <>
//   const TypeInfo& TypeOf<SubjectAltName>() {
//     using T = SubjectAltName;
//     static const TypeInfo* const kType =
//         TypeBuilder<T>("SubjectAltName")
//             .Field<&T::type>("type", Required{}, OneOf{kSanTypes}, Doc{"Which one is set."})
//             .Field<&T::hostname>("hostname", kHostname, Doc{"A DNS name."})
//             .Rule<&HostnameIsThere>("hostname must be set for its type")
//             .Build();
//     return *kType;
//   }
namespace gwpolicy {

class TypeInfo;

// Base of every struct that has a table. Remembers which fields the text gave, so that an empty
// value can be told from an absent one. A field that differs from its zero counts as present
// whatever the bits say, so code that builds objects by hand need not care. Not part of equality.
struct ApiStruct {
  uint32_t given = 0;  // bit i: field i of the table was in the text
  // bit i: it was there, but its value or one of its items is of a wrong type; and not in `given`:
  // of the right type, but a number too large to be held
  uint32_t broken = 0;

  // In `given`: the struct was read from a text. Where it was not, a required field that is not a
  // list counts as present, as a typed client would always write it.
  static constexpr uint32_t kFromText = uint32_t{1} << 31;
  // In `broken`: the text has no object here at all; a null where `given` has kFromText.
  static constexpr uint32_t kAllBroken = ~uint32_t{0};
  static constexpr int kMaxFields = 31;
};

// A number or a text, as Kubernetes' IntOrString.
struct IntOrString {
  bool is_int = false;
  int64_t number = 0;
  Text text;

  friend bool operator==(const IntOrString& a, const IntOrString& b) {
    return a.is_int == b.is_int && a.number == b.number && a.text == b.text;
  }
};

// A text that must not be shown: Secret.stringData.
class PrivateText : public PrivateBytes {
 public:
  using PrivateBytes::PrivateBytes;
};

// How a value looks in JSON.
enum class Shape : uint8_t {
  kString,
  kPrivateString,
  kBase64,  // text that encodes bytes; never shown
  kBool,
  kInt32,
  kInt64,
  kIntOrString,
  kTime,  // RFC 3339
  kStruct,
  kList,
  kMap,  // free keys
  kAny,  // untyped
};

// How a C++ type is reached without knowing it. One static object a type; see `ValueOf<T>()`.
struct ValueInfo {
  Shape shape;
  const TypeInfo& (*struct_type)() = nullptr;  // kStruct
  const ValueInfo* element = nullptr;          // kList and kMap
  bool (*is_zero)(const void* value) = nullptr;
  bool (*equal)(const void* a, const void* b) = nullptr;
  void (*clear)(void* value) = nullptr;
  // kList
  size_t (*list_size)(const void* list) = nullptr;
  const void* (*list_at)(const void* list, size_t index) = nullptr;
  void* (*list_append)(void* list) = nullptr;  // the new, zero item
  void (*list_reserve)(void* list, size_t size) = nullptr;
  // kMap, in the order of the keys
  size_t (*map_size)(const void* map) = nullptr;
  void (*map_reserve)(void* map, size_t size) = nullptr;
  void* (*map_append)(void* map, Text key) = nullptr;  // the new, zero value; see TextMap::Append
  void (*map_sort)(void* map) = nullptr;
  void (*map_for_each)(const void* map,
                       absl::FunctionRef<void(absl::string_view, const void*)>) = nullptr;
};

// The named forms of text that fields share (length and pattern), see formats.h.
struct TextFormat {
  absl::string_view name;
  int min_length = 0;  // in code points
  int max_length = -1;
  absl::string_view pattern;                     // as the CRD has it, "" for none
  bool (*matches)(absl::string_view) = nullptr;  // the same, by hand; null when there is none
  // Warns of a text that has the form and is unwise all the same; null when there is none.
  void (*advise)(absl::string_view, FindingSink&) = nullptr;
};

// What may stand behind a field in its table.
struct Required {};
struct NotRequired {};  // takes it back in the table of another version
// The C++ initializer of the member is the server's default: an absent field has that value.
struct Defaulted {};
struct Length {
  int min = 0;
  int max = -1;
};
struct Items {  // of a list or map
  int min = 0;
  int max = -1;
};
struct Range {
  int64_t min = INT64_MIN;
  int64_t max = INT64_MAX;
};
struct AnyWidth {};  // the definition names none, though the member has one that is enough
struct OneOf {
  absl::Span<const absl::string_view> values;
  absl::Span<const absl::string_view> experimental = {};  // allowed as well in that channel
};
struct ListKey {  // a list whose items differ in these fields (x-kubernetes-list-type: map)
  absl::Span<const absl::string_view> fields;
};
struct ItemsDiffer {};  // a list of texts or numbers (x-kubernetes-list-type: set)
struct Since {
  absl::string_view release;
};
// The form of a text in the experimental channel, where the other has none.
struct InExperimental {
  const TextFormat& format;
};
struct AnyForm {};       // takes back the form of a text in the table of another version
struct Experimental {};  // only in the experimental channel
// The text is an IPv4 or IPv6 address in those objects whose `field` has this value.
struct IpAddressWhen {
  absl::string_view field;
  absl::string_view value;
};
// A struct, or each of a list of them, has another table than its C++ type: that of a version.
struct OfType {
  const TypeInfo& (*type)();
};
struct Deprecated {
  absl::string_view advice;
};
struct Doc {
  absl::string_view text;
};

struct FieldInfo {
  absl::string_view name;
  NameId name_id = 0;
  absl::string_view doc;
  absl::string_view since;
  absl::string_view deprecated;  // advice; "" when not
  const ValueInfo* value = nullptr;
  const TextFormat* format = nullptr;  // of the string, or of each item or map value
  const TextFormat* experimental_format = nullptr;
  int index = 0;  // the bit in ApiStruct::given
  bool required = false;
  bool defaulted = false;
  bool experimental = false;
  bool items_differ = false;
  Length length;
  Items items;
  Range range;
  IpAddressWhen ip_address_when;  // `field` is "" where it need not be one
  absl::string_view read_as;      // in an older version: where today's has this, "validation"
  bool any_width = false;         // see AnyWidth
  bool is_only_item = false;      // and it is the only item of that
  absl::Span<const absl::string_view> one_of;  // of the text or number, or of each item
  absl::Span<const absl::string_view> experimental_one_of;
  absl::Span<const absl::string_view> list_key;

  // Null when an optional member is empty.
  const void* (*get)(const void* object) = nullptr;
  // Makes an optional member present.
  void* (*mutable_get)(void* object) = nullptr;
  void (*clear)(void* object) = nullptr;
  bool is_optional = false;  // the member is a std::optional
};

// The field of an object that a rule is about and is reported at; without one it is the object.
struct At {
  absl::string_view field;
};

// A rule that ties fields of one object together: adds what is wrong at the present path.
using RuleFn = void (*)(const void* object, absl::string_view message, FindingSink& sink);

// The two sets of definitions that the Gateway API is released as.
enum class Channel : uint8_t { kStandard, kExperimental };

struct RuleInfo {
  void Run(const void* object, FindingSink& sink) const {
    if (field.empty()) return check(object, message, sink);
    auto scope = sink.Field(field);
    check(object, message, sink);
  }

  absl::string_view message;  // "" where the words depend on the object
  absl::string_view field;    // see At
  RuleFn check = nullptr;     // null for a rule for updates
  bool in_standard = true;
  bool in_experimental = true;
};

// What the server takes and is unwise all the same. Adds warnings of its code at the present path.
struct AdviceInfo {
  Code code;
  void (*check)(const void* object, Code code, FindingSink& sink) = nullptr;
};

class TypeInfo {
 public:
  absl::string_view name() const { return name_; }
  absl::string_view doc() const { return doc_; }
  absl::Span<const FieldInfo> fields() const { return fields_; }
  absl::Span<const RuleInfo> rules() const { return rules_; }
  // What the definition says about updates. These never run on one object alone, but the server
  // counts them when it says that rules were left out.
  absl::Span<const RuleInfo> update_rules() const { return update_rules_; }
  // Runs beside the rules; never counts as a refusal.
  absl::Span<const AdviceInfo> advice() const { return advice_; }
  const FieldInfo* Find(absl::string_view name) const {
    size_t hint = 0;
    return Find(name, hint);
  }
  // The same, looking first where `hint` says, which is moved behind what was found: texts mostly
  // have their fields in the order of the table.
  const FieldInfo* Find(absl::string_view name, size_t& hint) const {
    for (size_t i = 0; i < names_.size(); ++i) {
      const size_t at = hint + i < names_.size() ? hint + i : hint + i - names_.size();
      if (names_[at] != name) continue;
      hint = at + 1 < names_.size() ? at + 1 : 0;
      return &fields_[at];
    }
    return nullptr;
  }
  // `object` is a T of this TypeInfo. All structs with a table have ApiStruct as their first base.
  static uint32_t& GivenBits(void* object) { return static_cast<ApiStruct*>(object)->given; }
  static uint32_t GivenBits(const void* object) {
    return static_cast<const ApiStruct*>(object)->given;
  }
  // Whether the field is in the object: given by the text, not zero, or a default.
  static bool IsPresent(const FieldInfo& field, const void* object) {
    const void* value = field.get(object);
    if (value == nullptr) return false;
    const uint32_t given = GivenBits(object);
    if (field.is_optional || field.defaulted || ((given >> field.index) & 1) != 0 ||
        !field.value->is_zero(value)) {
      return true;
    }
    return field.required && (given & ApiStruct::kFromText) == 0 &&
           field.value->shape != Shape::kList && field.value->shape != Shape::kMap &&
           field.value->shape != Shape::kAny;
  }
  // Whether the text gave the field with a value that could not be held.
  static bool IsBroken(const FieldInfo& field, const void* object) {
    return ((static_cast<const ApiStruct*>(object)->broken >> field.index) & 1) != 0;
  }
  // Whether the item of a list, a struct, is a null in the text.
  static bool IsNull(const void* object) {
    return static_cast<const ApiStruct*>(object)->broken == ApiStruct::kAllBroken &&
           (GivenBits(object) & ApiStruct::kFromText) != 0;
  }
  // Whether that is because of its type.
  static bool HasWrongType(const FieldInfo& field, const void* object) {
    return IsBroken(field, object) && ((GivenBits(object) >> field.index) & 1) != 0;
  }

 private:
  template <typename T>
  friend class TypeBuilder;
  TypeInfo() = default;

  absl::string_view name_;
  absl::string_view doc_;
  std::vector<FieldInfo> fields_;
  std::vector<absl::string_view> names_;  // of the fields, close together for looking up
  std::vector<RuleInfo> rules_;
  std::vector<RuleInfo> update_rules_;
  std::vector<AdviceInfo> advice_;
};

// The table of T. Specialized beside each struct.
template <typename T>
const TypeInfo& TypeOf();

namespace type_info_internal {

template <typename T>
struct IsList : std::false_type {};
template <typename T>
struct IsList<List<T>> : std::true_type {
  using Element = T;
};
template <typename T>
struct IsMap : std::false_type {};
template <typename T>
struct IsMap<TextMap<T>> : std::true_type {
  using Element = T;
};
template <typename T>
struct IsOptional : std::false_type {
  using Element = T;
};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {
  using Element = T;
};
template <typename T>
struct IsOptional<Box<T>> : std::true_type {
  using Element = T;
};

template <auto Member>
struct MemberTraits;
template <typename C, typename M, M C::*Member>
struct MemberTraits<Member> {
  using Class = C;
  using Type = M;
};

bool StructEqual(const TypeInfo& type, const void* a, const void* b);

// A copy that lives for ever, of a struct or a list of them, with that table.
const ValueInfo* WithTable(const ValueInfo& info, const TypeInfo& (*type)());

// Adds the finding of a broken rule.
void Break(absl::string_view message, FindingSink& sink);

// A T as it is before anything is set.
template <typename T>
const T& Fresh() {
  static const T* const kFresh = new T();
  return *kFresh;
}

template <typename T>
constexpr Shape ScalarShape() {
  if constexpr (std::is_same_v<T, Text>) {
    return Shape::kString;
  } else if constexpr (std::is_same_v<T, PrivateText>) {
    return Shape::kPrivateString;
  } else if constexpr (std::is_same_v<T, PrivateBytes>) {
    return Shape::kBase64;
  } else if constexpr (std::is_same_v<T, bool>) {
    return Shape::kBool;
  } else if constexpr (std::is_same_v<T, int32_t>) {
    return Shape::kInt32;
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return Shape::kInt64;
  } else if constexpr (std::is_same_v<T, IntOrString>) {
    return Shape::kIntOrString;
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    return Shape::kTime;
  } else {
    static_assert(std::is_same_v<T, Value>, "no shape for this type");
    return Shape::kAny;
  }
}

}  // namespace type_info_internal

// The static description of T: a scalar, a struct with a table, a list, or a map.
template <typename T>
const ValueInfo* ValueOf() {
  namespace internal = type_info_internal;
  if constexpr (internal::IsList<T>::value) {
    using E = typename internal::IsList<T>::Element;
    static const ValueInfo kInfo = [] {
      ValueInfo info{Shape::kList};
      info.element = ValueOf<E>();
      info.is_zero = [](const void* v) { return static_cast<const T*>(v)->empty(); };
      info.clear = [](void* v) { static_cast<T*>(v)->clear(); };
      info.equal = [](const void* a, const void* b) {
        const T& left = *static_cast<const T*>(a);
        const T& right = *static_cast<const T*>(b);
        if (left.size() != right.size()) return false;
        for (size_t i = 0; i < left.size(); ++i) {
          if (!ValueOf<E>()->equal(&left[i], &right[i])) return false;
        }
        return true;
      };
      info.list_size = [](const void* v) { return static_cast<const T*>(v)->size(); };
      info.list_at = [](const void* v, size_t i) -> const void* {
        return &(*static_cast<const T*>(v))[i];
      };
      info.list_append = [](void* v) -> void* { return &static_cast<T*>(v)->emplace_back(); };
      info.list_reserve = [](void* v, size_t size) { static_cast<T*>(v)->reserve(size); };
      return info;
    }();
    return &kInfo;
  } else if constexpr (internal::IsMap<T>::value) {
    using E = typename internal::IsMap<T>::Element;
    static const ValueInfo kInfo = [] {
      ValueInfo info{Shape::kMap};
      info.element = ValueOf<E>();
      info.is_zero = [](const void* v) { return static_cast<const T*>(v)->empty(); };
      info.clear = [](void* v) { static_cast<T*>(v)->clear(); };
      info.equal = [](const void* a, const void* b) {
        const T& left = *static_cast<const T*>(a);
        const T& right = *static_cast<const T*>(b);
        if (left.size() != right.size()) return false;
        for (auto l = left.begin(), r = right.begin(); l != left.end(); ++l, ++r) {
          if (l->first != r->first || !ValueOf<E>()->equal(&l->second, &r->second)) return false;
        }
        return true;
      };
      info.map_size = [](const void* v) { return static_cast<const T*>(v)->size(); };
      info.map_reserve = [](void* v, size_t size) { static_cast<T*>(v)->reserve(size); };
      info.map_append = [](void* v, Text key) -> void* {
        return &static_cast<T*>(v)->Append(std::move(key));
      };
      info.map_sort = [](void* v) { static_cast<T*>(v)->Sort(); };
      info.map_for_each = [](const void* v,
                             absl::FunctionRef<void(absl::string_view, const void*)> visit) {
        for (const auto& [key, value] : *static_cast<const T*>(v)) visit(key, &value);
      };
      return info;
    }();
    return &kInfo;
  } else if constexpr (std::is_base_of_v<ApiStruct, T>) {
    static const ValueInfo kInfo = [] {
      ValueInfo info{Shape::kStruct};
      info.struct_type = &TypeOf<T>;
      // Zero is what a struct is before anything is set; its members may have defaults.
      info.is_zero = [](const void* v) {
        return internal::StructEqual(TypeOf<T>(), &internal::Fresh<T>(), v);
      };
      info.equal = [](const void* a, const void* b) {
        return internal::StructEqual(TypeOf<T>(), a, b);
      };
      info.clear = [](void* v) { *static_cast<T*>(v) = T(); };
      return info;
    }();
    return &kInfo;
  } else {
    static const ValueInfo kInfo = [] {
      ValueInfo info{internal::ScalarShape<T>()};
      info.is_zero = [](const void* v) { return *static_cast<const T*>(v) == T(); };
      info.equal = [](const void* a, const void* b) {
        return *static_cast<const T*>(a) == *static_cast<const T*>(b);
      };
      info.clear = [](void* v) { *static_cast<T*>(v) = T(); };
      return info;
    }();
    return &kInfo;
  }
}

template <typename T>
class TypeBuilder {
  static_assert(std::is_base_of_v<ApiStruct, T>);

 public:
  explicit TypeBuilder(absl::string_view name, Doc doc = {}) : type_(new TypeInfo) {
    type_->name_ = name;
    type_->doc_ = doc.text;
  }
  // The table of another version of T: what `today` says, but for what is said from here on. Fields
  // keep their bits in ApiStruct, so code that knows T can read objects of every version.
  explicit TypeBuilder(const TypeInfo& today) : type_(new TypeInfo(today)) {}

  // Says more, or something else, of a field that is there.
  template <typename... Options>
  TypeBuilder& Change(absl::string_view name, const Options&... options) {
    (Apply(Own(name), options), ...);
    return *this;
  }
  // What `today` calls a field has another name here.
  TypeBuilder& Rename(absl::string_view today, absl::string_view name) {
    FieldInfo& field = Own(today);
    field.read_as = field.name;
    field.name = name;
    return *this;
  }
  // What is a list in `today` is one object here, its only item.
  template <auto Member, typename... Options>
  TypeBuilder& OnlyItemOf(absl::string_view today, absl::string_view name,
                          const Options&... options) {
    using M = typename type_info_internal::MemberTraits<Member>::Type;
    FieldInfo& list = Own(today);
    FieldInfo field;
    field.name = name;
    field.read_as = list.name;
    field.is_only_item = true;
    field.index = list.index;
    field.value = ValueOf<typename type_info_internal::IsList<M>::Element>();
    field.is_optional = true;
    field.get = [](const void* object) -> const void* {
      const M& items = static_cast<const T*>(static_cast<const ApiStruct*>(object))->*Member;
      return items.empty() ? nullptr : &items.front();
    };
    field.mutable_get = [](void* object) -> void* {
      M& items = static_cast<T*>(static_cast<ApiStruct*>(object))->*Member;
      if (items.empty()) items.emplace_back();
      return &items.front();
    };
    field.clear = [](void* object) {
      (static_cast<T*>(static_cast<ApiStruct*>(object))->*Member).clear();
    };
    (Apply(field, options), ...);
    list = field;
    return *this;
  }
  // Takes away a field, or the rules of the type itself.
  TypeBuilder& Drop(absl::string_view name) {
    type_->fields_.erase(type_->fields_.begin() + (&Own(name) - type_->fields_.data()));
    return *this;
  }
  TypeBuilder& DropRules(At place = {}) {
    std::vector<RuleInfo>& rules = type_->rules_;
    rules.erase(std::remove_if(rules.begin(), rules.end(),
                               [&](const RuleInfo& rule) { return rule.field == place.field; }),
                rules.end());
    return *this;
  }

  template <auto Member, typename... Options>
  TypeBuilder& Field(absl::string_view name, const Options&... options) {
    using M = typename type_info_internal::MemberTraits<Member>::Type;
    using E = typename type_info_internal::IsOptional<M>::Element;
    FieldInfo field;
    field.name = name;
    for (const FieldInfo& other : type_->fields_) {
      field.index = std::max(field.index, other.index + 1);
    }
    if (field.index >= ApiStruct::kMaxFields) std::abort();
    field.value = ValueOf<E>();
    if constexpr (type_info_internal::IsOptional<M>::value) {
      field.is_optional = true;
      field.get = [](const void* object) -> const void* {
        const M& member = static_cast<const T*>(static_cast<const ApiStruct*>(object))->*Member;
        return member.has_value() ? &*member : nullptr;
      };
      field.mutable_get = [](void* object) -> void* {
        M& member = static_cast<T*>(static_cast<ApiStruct*>(object))->*Member;
        if (!member.has_value()) member.emplace();
        return &*member;
      };
      field.clear = [](void* object) {
        (static_cast<T*>(static_cast<ApiStruct*>(object))->*Member).reset();
      };
    } else {
      field.get = [](const void* object) -> const void* {
        return &(static_cast<const T*>(static_cast<const ApiStruct*>(object))->*Member);
      };
      field.mutable_get = [](void* object) -> void* {
        return &(static_cast<T*>(static_cast<ApiStruct*>(object))->*Member);
      };
      field.clear = [](void* object) {
        static_cast<T*>(static_cast<ApiStruct*>(object))->*Member =
            type_info_internal::Fresh<T>().*Member;
      };
    }
    (Apply(field, options), ...);
    type_->fields_.push_back(field);
    return *this;
  }

  // A rule and what is said where it is broken. Fn is one of
  //   bool Fn(const T&)                                      whether the object keeps it;
  //   void Fn(const T&, absl::string_view message, FindingSink&)   where it may also fail to run.
  template <auto Fn>
  TypeBuilder& Rule(absl::string_view message) {
    return AddRule<Fn>(At{}, message, true, true);
  }
  template <auto Fn>
  TypeBuilder& Rule(At place, absl::string_view message) {
    return AddRule<Fn>(place, message, true, true);
  }
  // A rule that only one channel's definition has.
  template <auto Fn>
  TypeBuilder& RuleOf(Channel channel, At place, absl::string_view message) {
    return AddRule<Fn>(place, message, channel == Channel::kStandard,
                       channel == Channel::kExperimental);
  }
  template <auto Fn>
  TypeBuilder& RuleOf(Channel channel, absl::string_view message) {
    return RuleOf<Fn>(channel, At{}, message);
  }
  // A check whose words depend on the object: void Fn(const T&, FindingSink&).
  template <auto Fn>
  TypeBuilder& Rule() {
    return AddRule<Fn>(At{}, absl::string_view(), true, true);
  }

  // Notes that the definition has a rule that compares with the object's former self.
  TypeBuilder& UpdateRule(At place, absl::string_view message) {
    RuleInfo rule;
    rule.message = message;
    rule.field = place.field;
    type_->update_rules_.push_back(rule);
    return *this;
  }

  // What is unwise though no rule forbids it: void Fn(const T&, Code, FindingSink&).
  template <auto Fn>
  TypeBuilder& Advice(Code code) {
    AdviceInfo advice{code};
    advice.check = [](const void* object, Code own_code, FindingSink& sink) {
      Fn(*static_cast<const T*>(static_cast<const ApiStruct*>(object)), own_code, sink);
    };
    type_->advice_.push_back(advice);
    return *this;
  }

  // Rules and fields that several types share.
  TypeBuilder& Also(void (*add)(TypeBuilder&)) {
    add(*this);
    return *this;
  }

  // The table lives for ever: tables are static.
  const TypeInfo* Build() {
    type_->names_.clear();
    for (FieldInfo& field : type_->fields_) {
      field.name_id = InternName(field.name);
      type_->names_.push_back(field.name);
    }
    return type_;
  }

 private:
  FieldInfo& Own(absl::string_view name) {
    const auto at = std::find_if(type_->fields_.begin(), type_->fields_.end(),
                                 [&](const FieldInfo& field) { return field.name == name; });
    assert(at != type_->fields_.end());
    return *at;
  }

  static void Apply(FieldInfo& f, const Required&) { f.required = true; }
  static void Apply(FieldInfo& f, const NotRequired&) { f.required = false; }
  static void Apply(FieldInfo& f, const AnyWidth&) { f.any_width = true; }
  static void Apply(FieldInfo& f, const AnyForm&) { f.format = nullptr; }
  static void Apply(FieldInfo& f, const IpAddressWhen& o) { f.ip_address_when = o; }
  static void Apply(FieldInfo& f, const OfType& o) {
    f.value = type_info_internal::WithTable(*f.value, o.type);
  }
  static void Apply(FieldInfo& f, const Defaulted&) { f.defaulted = true; }
  static void Apply(FieldInfo& f, const Experimental&) { f.experimental = true; }
  static void Apply(FieldInfo& f, const InExperimental& o) { f.experimental_format = &o.format; }
  static void Apply(FieldInfo& f, const Length& o) { f.length = o; }
  static void Apply(FieldInfo& f, const Items& o) { f.items = o; }
  static void Apply(FieldInfo& f, const Range& o) { f.range = o; }
  static void Apply(FieldInfo& f, const OneOf& o) {
    f.one_of = o.values;
    f.experimental_one_of = o.experimental;
  }
  static void Apply(FieldInfo& f, const ListKey& o) { f.list_key = o.fields; }
  static void Apply(FieldInfo& f, const ItemsDiffer&) { f.items_differ = true; }
  static void Apply(FieldInfo& f, const Since& o) { f.since = o.release; }
  static void Apply(FieldInfo& f, const Deprecated& o) { f.deprecated = o.advice; }
  static void Apply(FieldInfo& f, const Doc& o) { f.doc = o.text; }
  static void Apply(FieldInfo& f, const TextFormat& o) { f.format = &o; }  // a static constant

  template <auto Fn>
  TypeBuilder& AddRule(At place, absl::string_view message, bool in_standard,
                       bool in_experimental) {
    using F = decltype(Fn);
    RuleInfo rule;
    rule.message = message;
    rule.field = place.field;
    rule.check = [](const void* object, absl::string_view words, FindingSink& sink) {
      const T& own = *static_cast<const T*>(static_cast<const ApiStruct*>(object));
      if constexpr (std::is_invocable_v<F, const T&>) {
        if (!Fn(own)) type_info_internal::Break(words, sink);
      } else if constexpr (std::is_invocable_v<F, const T&, absl::string_view, FindingSink&>) {
        Fn(own, words, sink);
      } else {
        Fn(own, sink);
      }
    };
    rule.in_standard = in_standard;
    rule.in_experimental = in_experimental;
    type_->rules_.push_back(rule);
    return *this;
  }

  TypeInfo* type_;
};

// Adds the finding of a number beyond the field's range, in the server's words: it prints the limit
// in the manner of the number.
void AddRangeFinding(const FieldInfo& field, int64_t number, FindingSink& sink);
void AddRangeFinding(const FieldInfo& field, double number, FindingSink& sink);

// Adds the finding of a value that is none of the field's choices in `channel`. `value` is as the
// server prints it.
void AddChoiceFinding(const FieldInfo& field, Channel channel, absl::string_view value,
                      FindingSink& sink);

// Adds the three findings of a value that is no address, at the field's path: the server tells that
// neither form holds, and that one of them does not. `value` is quoted.
void AddNoAddress(const FieldInfo& field, absl::string_view value, FindingSink& sink);

// The path of the first field below `object` whose value in the text was of a wrong type and is
// therefore absent; "" when there is none. What such an object asks for is not known.
std::string FirstBrokenField(const TypeInfo& type, const void* object);

// Compares two objects of one type by their fields, whatever their texts gave.
bool Equal(const TypeInfo& type, const void* a, const void* b);

// As JSON in the order of the table. Present fields only; defaults are written out. Private values
// are written as they are when `reveal`, else as "[redacted]".
enum class Secrets { kRedact, kReveal };
Value Encode(const TypeInfo& type, const void* object, Secrets secrets);

}  // namespace gwpolicy

#endif  // GWPOLICY_API_TYPE_INFO_H_
