#include "gwpolicy/validate/validate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/validate/metadata.h"
#include "gwpolicy/validate/quote.h"

namespace gwpolicy {
namespace {

// Lists up to this length are compared pair by pair, longer ones by hashes of their keys.
constexpr size_t kShortList = 64;

size_t CodePoints(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsIn(absl::Span<const absl::string_view> values, absl::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Whether the definition of a type has rules in CEL, at any depth.
bool HasRules(const TypeInfo& type, Channel channel) {
  if (!type.update_rules().empty()) return true;
  for (const RuleInfo& rule : type.rules()) {
    if (channel == Channel::kStandard ? rule.in_standard : rule.in_experimental) return true;
  }
  for (const FieldInfo& field : type.fields()) {
    const ValueInfo* value = field.value;
    while (value->element != nullptr) value = value->element;
    if (value->shape == Shape::kStruct && HasRules(value->struct_type(), channel)) return true;
  }
  return false;
}

// Walks one object along its table.
class Validator {
 public:
  // `has_definition`: the cluster's own definition says which fields there are.
  Validator(const KindInfo& kind, Channel channel, bool has_definition, FindingSink& sink)
      : native_(IsBuiltIn(kind)), channel_(channel), has_definition_(has_definition), sink_(sink) {}

  // Findings of rules are taken back at the end if the rules should not have run.
  void Check(const KindInfo& kind, const TypeInfo& type, const Object& object) {
    rules_silenced_ = CheckMetadata(object.meta(), kind, sink_);
    Walk(type, object.raw(), true);
  }

  bool rules_silenced() const { return rules_silenced_; }
  // Indices of the findings that rules made, ascending.
  const std::vector<size_t>& rule_findings() const { return rule_findings_; }

 private:
  // A node's own limits, then its rules, then what lies below it.
  void Walk(const TypeInfo& type, const void* object, bool is_top) {
    bool has_children = false;
    for (const FieldInfo& field : type.fields()) {
      if (is_top && field.name == "status") continue;
      has_children = CheckField(type, field, object) || has_children;
    }
    RunRules(type, object);
    for (const AdviceInfo& advice : type.advice()) advice.check(object, advice.code, sink_);
    if (!has_children) return;
    for (const FieldInfo& field : type.fields()) {
      if (is_top && field.name == "status") continue;
      Descend(field, object);
    }
  }

  void RunRules(const TypeInfo& type, const void* object) {
    // Once silenced there is no use in them; and what is too long need not be compared pair by
    // pair.
    if (rules_silenced_) return;
    for (const RuleInfo& rule : type.rules()) {
      if (!(channel_ == Channel::kStandard ? rule.in_standard : rule.in_experimental)) continue;
      const size_t before = sink_.findings().size();
      rule.Run(object, sink_);
      if (native_) continue;
      for (size_t i = before; i < sink_.findings().size(); ++i) rule_findings_.push_back(i);
    }
  }

  // Checks the value itself. Returns whether there is something below it to check.
  bool CheckField(const TypeInfo& type, const FieldInfo& field, const void* object) {
    if (TypeInfo::IsBroken(field, object)) {
      // A number that is too large is none of the choices either, which silences them as well.
      rules_silenced_ =
          rules_silenced_ || TypeInfo::HasWrongType(field, object) || !field.one_of.empty();
      CheckReadItems(field, object);
      return false;
    }
    if (!TypeInfo::IsPresent(field, object)) {
      if (field.required) {
        auto scope = sink_.Field(field.name);
        Silence(Code::kSchemaRequired, "Required value");
      }
      return false;
    }
    auto scope = sink_.Field(field.name);
    if (field.experimental && channel_ == Channel::kStandard) {
      if (has_definition_) return false;
      sink_.Add(Code::kSchemaUnknownField, absl::StrCat("unknown field \"", sink_.Path(), "\""));
      return false;
    }
    if (!field.ip_address_when.field.empty()) CheckAddress(type, field, object);
    return CheckValue(field, *field.value, field.get(object));
  }

  // Of a list or map that could be read in part: the others are there, but empty.
  void CheckReadItems(const FieldInfo& field, const void* object) {
    const ValueInfo& info = *field.value;
    const bool is_map = info.shape == Shape::kMap;
    if (native_ || (!is_map && info.shape != Shape::kList)) return;
    const void* items = field.get(object);
    if (items == nullptr) return;
    const size_t size = is_map ? info.map_size(items) : info.list_size(items);
    if (size == 0) return;
    auto scope = sink_.Field(field.name);
    CheckCount(field, size);
    const auto check = [&](const void* item) {
      if (!info.element->is_zero(item)) CheckValue(field, *info.element, item);
    };
    if (is_map) {
      info.map_for_each(items, [&](absl::string_view key, const void* value) {
        auto entry = sink_.Field(key);
        check(value);
      });
      return;
    }
    for (size_t i = 0; i < size; ++i) {
      auto index = sink_.Index(i);
      check(info.list_at(items, i));
    }
    CheckSet(field, info, items, true);
  }

  // The only oneOf and anyOf of these definitions. Of what did not hold inside them the server
  // tells one reason.
  void CheckAddress(const TypeInfo& type, const FieldInfo& field, const void* object) {
    const FieldInfo& decides = *type.Find(field.ip_address_when.field);
    if (TypeInfo::IsBroken(decides, object)) return;
    if (*static_cast<const Text*>(decides.get(object)) != field.ip_address_when.value) {
      return;
    }
    const Text& text = *static_cast<const Text*>(field.get(object));
    if (MatchesIpAddress(text)) return;
    AddNoAddress(field, Quote(text), sink_);
    rules_silenced_ = true;
  }

  bool CheckValue(const FieldInfo& field, const ValueInfo& info, const void* value) {
    switch (info.shape) {
      case Shape::kString:
        CheckText(field, *static_cast<const Text*>(value));
        return false;
      case Shape::kInt32:
        CheckNumber(field, *static_cast<const int32_t*>(value));
        return false;
      case Shape::kInt64:
        CheckNumber(field, *static_cast<const int64_t*>(value));
        return false;
      case Shape::kList:
        CheckCount(field, info.list_size(value));
        CheckKeys(field, info, value);
        CheckSet(field, info, value);
        return info.list_size(value) > 0;
      case Shape::kMap:
        CheckCount(field, info.map_size(value));
        return info.map_size(value) > 0 && field.format != nullptr;
      case Shape::kStruct:
        return true;
      case Shape::kPrivateString:
      case Shape::kBase64:
      case Shape::kBool:
      case Shape::kTime:
      case Shape::kAny:
        return false;
      case Shape::kIntOrString: {
        const auto& either = *static_cast<const IntOrString*>(value);
        if (!either.is_int) CheckText(field, either.text);  // a pattern says nothing of numbers
        return false;
      }
    }
    return false;
  }

  void Descend(const FieldInfo& field, const void* object) {
    const Shape shape = field.value->shape;
    if (shape != Shape::kStruct && shape != Shape::kList && shape != Shape::kMap) return;
    if (TypeInfo::IsBroken(field, object) || !TypeInfo::IsPresent(field, object) ||
        (field.experimental && channel_ == Channel::kStandard)) {
      return;
    }
    auto scope = sink_.Field(field.name);
    const void* value = field.get(object);
    if (shape == Shape::kStruct) {
      Walk(field.value->struct_type(), value, false);
    } else if (shape == Shape::kMap) {
      if (field.format == nullptr) return;
      field.value->map_for_each(value, [&](absl::string_view key, const void* element) {
        auto entry = sink_.Field(key);
        CheckValue(field, *field.value->element, element);
      });
    } else {
      DescendList(field, value);
    }
  }

  void DescendList(const FieldInfo& field, const void* list) {
    const ValueInfo& element = *field.value->element;
    const size_t size = field.value->list_size(list);
    for (size_t i = 0; i < size; ++i) {
      const void* item = field.value->list_at(list, i);
      auto scope = sink_.Index(i);
      if (element.shape != Shape::kStruct) {
        CheckValue(field, element, item);
      } else if (static_cast<const ApiStruct*>(item)->broken == ApiStruct::kAllBroken) {
        rules_silenced_ = true;
      } else {
        Walk(element.struct_type(), item, false);
      }
    }
  }

  // Of the three limits of a text the first that is broken is reported.
  void CheckText(const FieldInfo& field, absl::string_view text) {
    int min = field.length.min;
    int max = field.length.max;
    const TextFormat* format = field.format;
    if (channel_ == Channel::kExperimental && field.experimental_format != nullptr) {
      format = field.experimental_format;
    }
    if (format != nullptr) {
      min = std::max(min, format->min_length);
      max = max < 0 ? format->max_length : max;
    }
    if (max >= 0 && text.size() > static_cast<size_t>(max) &&
        CodePoints(text) > static_cast<size_t>(max)) {
      Silence(Code::kSchemaTooLong, absl::StrCat("Too long: may not be more than ", max, " bytes"));
    } else if (min > 0 && CodePoints(text) < static_cast<size_t>(min)) {
      Invalid(Code::kSchemaTooShort, Quote(text),
              absl::StrCat("should be at least ", min, " chars long"));
    } else if (format != nullptr && format->matches != nullptr && !format->matches(text)) {
      Invalid(Code::kSchemaPattern, Quote(text),
              absl::StrCat("should match '", format->pattern, "'"));
    } else if (format != nullptr && format->advise != nullptr) {
      format->advise(text, sink_);
    }
    if (!field.one_of.empty()) CheckChoice(field, text);
  }

  void CheckChoice(const FieldInfo& field, absl::string_view value) {
    if (IsIn(field.one_of, value)) return;
    const bool experimental = channel_ == Channel::kExperimental;
    if (experimental && IsIn(field.experimental_one_of, value)) return;
    const bool is_number =
        field.value->shape == Shape::kInt32 || field.value->shape == Shape::kInt64;
    AddChoiceFinding(field, channel_, is_number ? std::string(value) : Quote(value), sink_);
    rules_silenced_ = true;
  }

  void CheckNumber(const FieldInfo& field, int64_t number) {
    if (native_ && (number < field.range.min || number > field.range.max)) {
      sink_.Add(Code::kSchemaRange,
                absl::StrCat("Invalid value: ", number, ": must be between ", field.range.min,
                             " and ", field.range.max, ", inclusive"));
    } else if (number < field.range.min || number > field.range.max) {
      AddRangeFinding(field, number, sink_);
    }
    if (!field.one_of.empty()) CheckChoice(field, absl::StrCat(number));
  }

  void CheckCount(const FieldInfo& field, size_t count) {
    if (count < static_cast<size_t>(field.items.min)) {
      Invalid(Code::kSchemaTooFew, absl::StrCat(count),
              absl::StrCat("should have at least ", field.items.min, " items"));
    } else if (field.items.max >= 0 && count > static_cast<size_t>(field.items.max)) {
      Silence(Code::kSchemaTooMany,
              absl::StrCat("Too many: ", count, ": must have at most ", field.items.max,
                           field.items.max == 1 ? " item" : " items"));
    }
  }

  // Items of a list that is a map differ in their keys; told once for a key, at its second item.
  void CheckKeys(const FieldInfo& field, const ValueInfo& info, const void* list) {
    const size_t size = info.list_size(list);
    if (field.list_key.empty() || size < 2) return;
    const TypeInfo& type = info.element->struct_type();
    for (size_t i = 0; i < size; ++i) {  // the server stops at what is no object
      const auto& item = *static_cast<const ApiStruct*>(info.list_at(list, i));
      if (item.broken == ApiStruct::kAllBroken && !TypeInfo::IsNull(&item)) return;
    }
    if (size <= kShortList) {
      for (size_t later = 1; later < size; ++later) {
        const void* item = info.list_at(list, later);
        if (HasUnreadKey(field, type, item)) continue;
        size_t equal = 0;
        for (size_t earlier = 0; earlier < later; ++earlier) {
          equal += HaveSameKey(field, type, info.list_at(list, earlier), item);
        }
        if (equal == 1) ReportKey(later, KeyText(field, type, item));
      }
      return;
    }
    absl::flat_hash_map<std::string, size_t> seen;
    for (size_t i = 0; i < size; ++i) {
      const void* item = info.list_at(list, i);
      if (HasUnreadKey(field, type, item)) continue;
      std::string key = KeyText(field, type, item);
      if (++seen[key] == 2) ReportKey(i, std::move(key));
    }
  }

  // What could not be read cannot be compared. A null is an item without keys.
  static bool HasUnreadKey(const FieldInfo& field, const TypeInfo& type, const void* item) {
    if (TypeInfo::IsNull(item)) return false;
    return std::any_of(field.list_key.begin(), field.list_key.end(), [&](absl::string_view name) {
      return TypeInfo::IsBroken(*type.Find(name), item);
    });
  }

  // Likewise where the items themselves are the keys.
  void CheckSet(const FieldInfo& field, const ValueInfo& info, const void* list,
                bool is_partly = false) {
    const size_t size = info.list_size(list);
    if (!field.items_differ || size < 2) return;
    absl::flat_hash_map<std::string, size_t> seen;
    for (size_t i = 0; i < size; ++i) {
      const void* item = info.list_at(list, i);
      if (is_partly && info.element->is_zero(item)) continue;
      std::string text = KeyValueText(*info.element, item, &Quote);
      if (++seen[text] == 2) ReportKey(i, std::move(text));
    }
  }

  static bool HaveSameKey(const FieldInfo& field, const TypeInfo& type, const void* a,
                          const void* b) {
    if (TypeInfo::IsNull(a) || TypeInfo::IsNull(b)) {
      return KeyText(field, type, a) == KeyText(field, type, b);
    }
    for (const absl::string_view name : field.list_key) {
      const FieldInfo* key = type.Find(name);
      const bool present = TypeInfo::IsPresent(*key, a);
      if (present != TypeInfo::IsPresent(*key, b)) return false;
      if (TypeInfo::IsBroken(*key, a)) return false;
      if (present && !key->value->equal(key->get(a), key->get(b))) return false;
    }
    return true;
  }

  // {"port":80,"protocol":"TCP"}
  static std::string KeyText(const FieldInfo& field, const TypeInfo& type, const void* item) {
    std::string text = "{";
    if (TypeInfo::IsNull(item)) return text + "}";
    for (const absl::string_view name : field.list_key) {
      const FieldInfo* key = type.Find(name);
      if (!TypeInfo::IsPresent(*key, item)) continue;
      absl::StrAppend(&text, text.size() == 1 ? "" : ",", Quote(name), ":",
                      KeyValueText(*key->value, key->get(item), &QuoteJson));
    }
    return text + "}";
  }

  static std::string KeyValueText(const ValueInfo& info, const void* value,
                                  std::string (*quote)(absl::string_view)) {
    switch (info.shape) {
      case Shape::kString:
        return quote(*static_cast<const Text*>(value));
      case Shape::kInt32:
        return absl::StrCat(*static_cast<const int32_t*>(value));
      case Shape::kInt64:
        return absl::StrCat(*static_cast<const int64_t*>(value));
      case Shape::kPrivateString:
      case Shape::kBase64:
      case Shape::kBool:
      case Shape::kIntOrString:
      case Shape::kTime:
      case Shape::kStruct:
      case Shape::kList:
      case Shape::kMap:
      case Shape::kAny:
        break;  // no key is of these
    }
    return std::string();
  }

  void ReportKey(size_t index, std::string key) {
    auto scope = sink_.Index(index);
    sink_.Add(Code::kSchemaDuplicate, absl::StrCat("Duplicate value: ", key));
  }

  void Invalid(Code code, const std::string& bad_value, const std::string& detail) {
    sink_.Add(code,
              absl::StrCat("Invalid value: ", bad_value, ": ", sink_.Path(), " in body ", detail));
  }

  // Adds an error that keeps the rules from running.
  void Silence(Code code, std::string message) {
    sink_.Add(code, std::move(message));
    rules_silenced_ = true;
  }

  const bool native_;
  const Channel channel_;
  const bool has_definition_;
  FindingSink& sink_;
  bool rules_silenced_ = false;
  std::vector<size_t> rule_findings_;
};

// In the words of the server's own warning. `version` and `definition` may be null.
void AdviseOnVersion(const Object& object, const KindInfo& info, const VersionInfo* version,
                     const Definition* definition, FindingSink& sink) {
  if (definition != nullptr) {
    const Definition::Version* own = definition->Find(SplitApiVersion(object.api_version()).second);
    if (own == nullptr || !own->deprecated) return;
    sink.AddAt(
        "apiVersion", Code::kLintDeprecatedVersion,
        own->deprecation_warning.empty()
            ? absl::StrCat(object.api_version(), " ", object.written_kind(), " is deprecated")
            : own->deprecation_warning);
    return;
  }
  if (version == nullptr || version->deprecated.empty()) return;
  sink.AddAt("apiVersion", Code::kLintDeprecatedVersion,
             absl::StrCat("The ", version->name, " version of ", info.name,
                          " has been deprecated and will be removed in a future release of the "
                          "API. Please upgrade to ",
                          version->deprecated, "."));
}

// Tells of the fields that an object has and the cluster's definition of its kind has not.
class GapReporter {
 public:
  GapReporter(const Object& object, const Definition& definition, FindingSink& sink)
      : object_(object), definition_(definition), sink_(sink) {}

  void Report(const FieldGaps& gaps, const void* object) {
    for (const FieldInfo* field : gaps.missing) {
      if (!IsGiven(*field, object)) continue;
      auto scope = sink_.Field(field->name);
      sink_.Add(
          Code::kCrdUnknownField,
          absl::StrCat("unknown field \"", sink_.Path(), "\": the cluster's definition of ",
                       object_.written_kind(), " ", SplitApiVersion(object_.api_version()).second,
                       " (", definition_.Describe(), ") does not have it", Origin(*field)));
    }
    for (const auto& [field, below] : gaps.below) {
      const void* value = field->get(object);
      if (value == nullptr || TypeInfo::IsBroken(*field, object)) continue;
      auto scope = sink_.Field(field->name);
      if (field->value->shape == Shape::kStruct) {
        Report(below, value);
        continue;
      }
      for (size_t i = 0; i < field->value->list_size(value); ++i) {
        auto item = sink_.Index(i);
        Report(below, field->value->list_at(value, i));
      }
    }
  }

 private:
  // Defaults are none of the definition's concern: the server has its own.
  static bool IsGiven(const FieldInfo& field, const void* object) {
    const auto& bits = *static_cast<const ApiStruct*>(object);
    if ((bits.given & ApiStruct::kFromText) != 0) {
      return (((bits.given | bits.broken) >> field.index) & 1) != 0 &&
             bits.broken != ApiStruct::kAllBroken;
    }
    return !field.defaulted && TypeInfo::IsPresent(field, object);
  }

  std::string Origin(const FieldInfo& field) const {
    const bool in_channel = definition_.channel == Channel::kExperimental || !field.experimental;
    return absl::StrCat(in_channel ? "" : "; it is in the experimental channel",
                        field.since.empty() ? ""
                        : in_channel        ? "; it is there"
                                            : "",
                        field.since.empty() ? "" : absl::StrCat(" since ", field.since));
  }

  const Object& object_;
  const Definition& definition_;
  FindingSink& sink_;
};

// The version has to be served; nothing else is looked at where it is not. `definition` may be
// null.
bool CheckVersion(const Object& object, const VersionInfo* version, const Definition* definition,
                  Channel channel, FindingSink& sink) {
  const auto unserved = [&object] {
    return absl::StrCat("no matches for kind \"", object.written_kind(), "\" in version \"",
                        object.api_version(), "\"");
  };
  if (definition == nullptr) {
    if (version != nullptr &&
        (channel == Channel::kStandard ? version->served : version->served_in_experimental)) {
      return true;
    }
    sink.AddAt("apiVersion", Code::kSchemaUnservedVersion, unserved());
    return false;
  }
  const Definition::Version* own = definition->Find(SplitApiVersion(object.api_version()).second);
  if (own != nullptr && own->served) return true;
  std::vector<absl::string_view> served;
  for (const Definition::Version& other : definition->versions) {
    if (other.served) served.push_back(other.name);
  }
  sink.AddAt("apiVersion", Code::kCrdUnservedVersion,
             absl::StrCat(unserved(), ": your cluster's definitions (", definition->Describe(),
                          ") do not serve this version but ",
                          served.empty() ? "none" : absl::StrJoin(served, ", ")));
  return false;
}

// Leaves out what rules found before they were silenced, and says that some did not run.
void TakeBackRules(const Validator& validator, FindingSink& sink) {
  const std::vector<size_t>& of_rules = validator.rule_findings();
  std::vector<Finding> all = sink.Take();
  std::vector<Finding> kept;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!std::binary_search(of_rules.begin(), of_rules.end(), i)) kept.push_back(std::move(all[i]));
  }
  sink.Append(std::move(kept));
  sink.AddAt(std::string(), Code::kSchemaRule,
             "Invalid value: null: some validation rules were not checked because the object was "
             "invalid; correct the existing errors to complete validation");
}

}  // namespace

std::vector<Finding> Validate(const Object& object, const ValidateOptions& options) {
  if (object.empty()) return {};
  const KindInfo* known = object.kind() == Kind::kUntyped
                              ? FindUntypedKind(object.group(), object.kind_name())
                              : &InfoOf(object.kind());
  if (known == nullptr) return {};
  const KindInfo& info = *known;
  // The sink is told nothing of the object: a good one shall cost no copy of its name.
  FindingSink sink;
  const VersionInfo* version = FindVersion(info, object.api_version());
  const Definition* definition = nullptr;
  if (options.definitions != nullptr && !options.definitions->empty()) {
    definition = options.definitions->Find(SplitApiVersion(object.api_version()).first,
                                           object.written_kind());
  }
  const Channel channel =
      definition == nullptr ? options.channel : definition->channel.value_or(options.channel);
  if (CheckVersion(object, version, definition, channel, sink)) {
    AdviseOnVersion(object, info, version, definition, sink);
    if (info.type == nullptr) {
      CheckMetadata(object.meta(), info, sink);  // all that is known of it
    } else {
      const TypeInfo& type = TypeOfVersion(info, version);
      Validator validator(info, channel, definition != nullptr, sink);
      validator.Check(info, type, object);
      if (validator.rules_silenced() && !IsBuiltIn(info) && HasRules(type, channel)) {
        TakeBackRules(validator, sink);
      }
    }
    if (definition != nullptr) {
      const absl::string_view name = SplitApiVersion(object.api_version()).second;
      GapReporter(object, *definition, sink).Report(definition->Find(name)->gaps, object.raw());
    }
  }
  std::vector<Finding> findings = sink.Take();
  for (Finding& finding : findings) {
    finding.object = object.ref();
    if (object.source() == nullptr) continue;
    finding.file = object.source()->file();
    PlaceFinding(*object.source(), finding.field_path, finding);
  }
  return findings;
}

}  // namespace gwpolicy
