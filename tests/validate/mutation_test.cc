// Breaks each constraint of each table, one at a time, in an object that is good otherwise, and
// looks for exactly the finding that the API server would give, and for what follows from it there.
// Constraints are read from the tables, so a new field is broken without a line here; one that
// cannot be broken in this way fails the test with its path.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/matchers.h"
#include "tests/testing/object_generator.h"
#include "tests/testing/random.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::FormatIn;
using ::gwpolicy::testing::IsServed;
using ::gwpolicy::testing::LengthIn;
using ::gwpolicy::testing::ObjectGenerator;
using ::gwpolicy::testing::Random;

constexpr int kAttempts = 40;
constexpr absl::string_view kSilenced =
    "Invalid value: null: some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation";

enum class Constraint {
  kRequired,
  kNotNull,
  kType,
  kTypeOfItem,
  kItemNotNull,
  kMinLength,
  kMaxLength,
  kPattern,
  kIpAddress,
  kEnum,
  kMinimum,
  kMaximum,
  kMinItems,
  kMaxItems,
  kListKey,
  kSet,
  kKnownFields,
  kChannel,
};

absl::string_view NameOf(Constraint constraint) {
  switch (constraint) {
    case Constraint::kRequired:
      return "required";
    case Constraint::kNotNull:
      return "not null";
    case Constraint::kType:
      return "type";
    case Constraint::kTypeOfItem:
      return "type of item";
    case Constraint::kItemNotNull:
      return "item not null";
    case Constraint::kMinLength:
      return "min length";
    case Constraint::kMaxLength:
      return "max length";
    case Constraint::kPattern:
      return "pattern";
    case Constraint::kIpAddress:
      return "IP address";
    case Constraint::kEnum:
      return "enum";
    case Constraint::kMinimum:
      return "minimum";
    case Constraint::kMaximum:
      return "maximum";
    case Constraint::kMinItems:
      return "min items";
    case Constraint::kMaxItems:
      return "max items";
    case Constraint::kListKey:
      return "list key";
    case Constraint::kSet:
      return "set";
    case Constraint::kKnownFields:
      return "known fields";
    case Constraint::kChannel:
      return "channel";
  }
  return "";
}

// One constraint of one field; of a struct and its fields' names where `field` is null.
struct Site {
  std::vector<std::string> way;  // names of the fields down to it
  const FieldInfo* field;
  Constraint constraint;
};

using Problem = std::tuple<Code, std::string, std::string>;  // code, path, message
using Problems = std::multiset<Problem>;

std::string ToText(const Problems& problems) {
  std::string text;
  for (const auto& [code, path, message] : problems) {
    absl::StrAppend(&text, "  ", NameOf(code), " at ", path, ": ", message, "\n");
  }
  return text.empty() ? "  nothing\n" : text;
}

// What else the server says because rules look at the same place: the rules run although the
// constraint is broken, and this one cannot hold then.
struct Consequence {
  absl::string_view kind;
  absl::string_view way;  // how the place ends
  Constraint constraint;
  absl::string_view message;  // a part of what the rule says
};

constexpr absl::string_view kTargetsAre = "must reference either a Kubernetes Service, a Backend";
constexpr absl::string_view kQuantity = "quantities must match the regular expression";
constexpr absl::string_view kNoTrust = "must specify either CACertificateRefs or";
constexpr absl::string_view kNoHostname = "must contain Hostname, if Type is set to Hostname";
constexpr absl::string_view kNoUri = "must contain URI, if Type is set to URI";
constexpr absl::string_view kSameName = "Listener name must be unique within the Gateway";
constexpr absl::string_view kSameListener = "Combination of port, protocol and hostname must be";

constexpr Consequence kConsequences[] = {
    {"BackendConfigPolicy", "targetRefs.group", Constraint::kPattern, kTargetsAre},
    {"BackendConfigPolicy", "targetRefs.kind", Constraint::kPattern, kTargetsAre},
    {"BackendConfigPolicy", "targetRefs.kind", Constraint::kMinLength, kTargetsAre},
    {"BackendConfigPolicy", "targetSelectors.group", Constraint::kPattern, kTargetsAre},
    {"BackendConfigPolicy", "targetSelectors.kind", Constraint::kPattern, kTargetsAre},
    {"BackendConfigPolicy", "targetSelectors.kind", Constraint::kMinLength, kTargetsAre},
    {"BackendConfigPolicy", "WindowSize", Constraint::kPattern, kQuantity},
    {"BackendTLSPolicy", "wellKnownCACertificates", Constraint::kMinLength, kNoTrust},
    {"BackendTLSPolicy", "subjectAltNames.hostname", Constraint::kMinLength, kNoHostname},
    {"BackendTLSPolicy", "subjectAltNames.uri", Constraint::kMinLength, kNoUri},
    {"Gateway", "spec.listeners", Constraint::kListKey, kSameName},
    {"Gateway", "spec.listeners", Constraint::kListKey, kSameListener},
    {"Gateway", "perPort", Constraint::kListKey, "Port for TLS configuration must be unique"},
    {"ListenerSet", "spec.listeners", Constraint::kListKey, kSameName},
    {"ListenerSet", "spec.listeners", Constraint::kListKey, kSameListener},
    {"Service", "spec.ports", Constraint::kListKey, "Duplicate value: "},
    {"TLSRoute", "spec.hostnames", Constraint::kPattern, "must be valid based on RFC-1123"},
    {"TLSRoute", "spec.hostnames", Constraint::kMinLength, "must be valid based on RFC-1123"},
    {"XBackend", "wellKnownCACertificates", Constraint::kMinLength, kNoTrust},
    {"XBackend", "subjectAltNames.hostname", Constraint::kMinLength, kNoHostname},
    {"XBackend", "subjectAltNames.uri", Constraint::kMinLength, kNoUri},
    {"XBackendTrafficPolicy", "interval", Constraint::kPattern, "type conversion error"},
};

// ---- The constraints of a table.

class SiteFinder {
 public:
  explicit SiteFinder(Channel channel) : channel_(channel) {}

  std::vector<Site> Find(const TypeInfo& type) {
    Add(nullptr, Constraint::kKnownFields);
    FindBelow(type);
    return std::move(sites_);
  }

 private:
  void Add(const FieldInfo* field, Constraint constraint) {
    sites_.push_back({way_, field, constraint});
  }

  void FindBelow(const TypeInfo& type) {
    for (const FieldInfo& field : type.fields()) {
      way_.emplace_back(field.name);
      if (field.experimental && channel_ == Channel::kStandard) {
        Add(&field, Constraint::kChannel);
      } else {
        FindOfField(field);
      }
      way_.pop_back();
    }
  }

  void FindOfField(const FieldInfo& field) {
    const ValueInfo& info = *field.value;
    if (field.required) {
      Add(&field, Constraint::kRequired);
      Add(&field, Constraint::kNotNull);
    }
    if (info.shape != Shape::kAny) Add(&field, Constraint::kType);
    const ValueInfo* inner = &info;
    if (info.element != nullptr) {
      inner = info.element;
      if (inner->shape != Shape::kAny) Add(&field, Constraint::kTypeOfItem);
      if (inner->shape != Shape::kAny && info.shape == Shape::kList) {
        Add(&field, Constraint::kItemNotNull);
      }
      if (field.items.min > 0) Add(&field, Constraint::kMinItems);
      if (field.items.max >= 0) Add(&field, Constraint::kMaxItems);
      if (!field.list_key.empty()) Add(&field, Constraint::kListKey);
      if (field.items_differ) Add(&field, Constraint::kSet);
    }
    if (!field.one_of.empty()) Add(&field, Constraint::kEnum);
    if (inner->shape == Shape::kString || inner->shape == Shape::kIntOrString) {
      const Length length = LengthIn(field, channel_);
      const TextFormat* format = FormatIn(field, channel_);
      if (length.min > 0) Add(&field, Constraint::kMinLength);
      if (length.max >= 0) Add(&field, Constraint::kMaxLength);
      if (format != nullptr && !format->pattern.empty()) Add(&field, Constraint::kPattern);
      if (!field.ip_address_when.field.empty()) Add(&field, Constraint::kIpAddress);
    } else if (inner->shape == Shape::kInt32 || inner->shape == Shape::kInt64) {
      const int64_t most = inner->shape == Shape::kInt32 ? INT32_MAX : INT64_MAX;
      const int64_t least = inner->shape == Shape::kInt32 ? INT32_MIN : INT64_MIN;
      if (field.range.min > least) Add(&field, Constraint::kMinimum);
      if (field.range.max < most) Add(&field, Constraint::kMaximum);
    } else if (inner->shape == Shape::kStruct) {
      Add(nullptr, Constraint::kKnownFields);
      FindBelow(inner->struct_type());
    }
  }

  const Channel channel_;
  std::vector<std::string> way_;
  std::vector<Site> sites_;
};

// ---- Breaking one.

// A text in quotes; those of this test need no escapes.
std::string Quoted(absl::string_view text) { return absl::StrCat("\"", text, "\""); }

absl::string_view WantedType(Shape shape) {
  switch (shape) {
    case Shape::kString:
    case Shape::kPrivateString:
    case Shape::kBase64:
    case Shape::kTime:
      return "string";
    case Shape::kBool:
      return "boolean";
    case Shape::kInt32:
    case Shape::kInt64:
      return "integer";
    case Shape::kIntOrString:
      return "integer or string";
    case Shape::kStruct:
    case Shape::kMap:
      return "object";
    case Shape::kList:
      return "array";
    case Shape::kAny:
      return "any";
  }
  return "";
}

// Changes one place of an encoded object, and knows what the server says to that.
class Mutation {
 public:
  Mutation(const KindInfo& kind, const Site& site, Channel channel, Value& root, Random& random)
      : native_(IsBuiltIn(kind)),
        site_(site),
        field_(site.field),
        channel_(channel),
        random_(random) {
    parent_ = nullptr;
    value_ = &root;
    for (const std::string& name : site.way) {
      Enter();
      parent_ = value_;
      value_ = const_cast<Value*>(value_->Find(name));
      absl::StrAppend(&path_, path_.empty() ? "" : ".", name);
      if (value_ == nullptr) return;
    }
  }

  // False where this object does not lend itself to it.
  bool Apply() {
    if (value_ == nullptr) return false;
    switch (site_.constraint) {
      case Constraint::kRequired:
        Erase();
        Expect(Code::kSchemaRequired, "Required value");
        return true;
      case Constraint::kNotNull:
        *value_ = Value();
        Expect(Code::kSchemaRequired, "Required value");
        return true;
      case Constraint::kType:
        GiveWrongType(*field_->value);
        return true;
      case Constraint::kTypeOfItem:
        if (!Enter()) return false;
        GiveWrongType(*field_->value->element);
        return true;
      case Constraint::kItemNotNull:
        if (!Enter()) return false;
        *value_ = Value();
        ExpectType(*field_->value->element, "null");
        return true;
      case Constraint::kMinLength:
      case Constraint::kMaxLength:
      case Constraint::kPattern:
        return Enter() && BreakText();
      case Constraint::kIpAddress: {
        const IpAddressWhen& when = field_->ip_address_when;
        if (*parent_->Find(when.field) != Value(when.value)) return false;
        *value_ = "fe80::1%eth0";
        ExpectInvalid(Code::kSchemaFormat, "\"fe80::1%eth0\"",
                      "must be of type ipv4: \"fe80::1%eth0\"");
        return true;
      }
      case Constraint::kEnum:
        return Enter() && BreakChoice();
      case Constraint::kMinimum:
      case Constraint::kMaximum:
        return Enter() && BreakNumber();
      case Constraint::kMinItems:
        return TakeItems();
      case Constraint::kMaxItems:
        return AddItems();
      case Constraint::kListKey:
      case Constraint::kSet:
        return RepeatItem();
      case Constraint::kKnownFields: {
        if (!Enter()) return false;
        value_->Set("notAField", 1);
        absl::StrAppend(&path_, path_.empty() ? "" : ".", "notAField");
        Expect(Code::kSchemaUnknownField, absl::StrCat("unknown field \"", path_, "\""));
        return true;
      }
      case Constraint::kChannel:
        Expect(Code::kSchemaUnknownField, absl::StrCat("unknown field \"", path_, "\""));
        return true;
    }
    return false;
  }

  const Problem& expected() const { return expected_; }

 private:
  void Expect(Code code, std::string message) { expected_ = {code, path_, std::move(message)}; }
  void ExpectInvalid(Code code, absl::string_view value, absl::string_view detail) {
    Expect(code, absl::StrCat("Invalid value: ", value, ": ", path_, " in body ", detail));
  }

  // Goes to the first item of a list or entry of a map, where this is one.
  bool Enter() {
    if (Value::List* list = value_->AsList()) {
      if (list->empty()) return false;
      value_ = &list->front();
      path_ += "[0]";
    } else if (IsMap()) {
      Value::Object* members = value_->AsObject();
      if (members->empty()) return false;
      absl::StrAppend(&path_, ".", members->front().first);
      value_ = &members->front().second;
    }
    return true;
  }
  bool IsMap() const {
    return field_ != nullptr && field_->value->shape == Shape::kMap &&
           absl::EndsWith(path_, field_->name) && value_->AsObject() != nullptr;
  }

  void Erase() {
    Value::Object& members = *parent_->AsObject();
    members.erase(std::find_if(members.begin(), members.end(),
                               [&](const auto& member) { return &member.second == value_; }));
    value_ = nullptr;
  }

  void GiveWrongType(const ValueInfo& info) {
    absl::string_view given;
    switch (info.shape) {
      case Shape::kBool:
      case Shape::kInt32:
      case Shape::kInt64:
      case Shape::kStruct:
      case Shape::kMap:
      case Shape::kList:
        *value_ = "text";
        given = "string";
        break;
      case Shape::kString:
      case Shape::kPrivateString:
      case Shape::kBase64:
      case Shape::kTime:
        *value_ = 5;
        given = "integer";
        break;
      case Shape::kIntOrString:
      case Shape::kAny:
        *value_ = true;
        given = "boolean";
        break;
    }
    ExpectType(info, given);
  }
  void ExpectType(const ValueInfo& info, absl::string_view given) {
    ExpectInvalid(Code::kSchemaWrongType, Quoted(given),
                  absl::StrCat("must be of type ", WantedType(info.shape), ": ", Quoted(given)));
  }

  bool BreakText() {
    const Length length = LengthIn(*field_, channel_);
    if (site_.constraint == Constraint::kMaxLength) {
      *value_ = std::string(static_cast<size_t>(length.max) + 1, 'a');
      Expect(Code::kSchemaTooLong,
             absl::StrCat("Too long: may not be more than ", length.max, " bytes"));
      return true;
    }
    if (site_.constraint == Constraint::kMinLength) {
      const std::string text(static_cast<size_t>(length.min) - 1, 'a');
      *value_ = text;
      ExpectInvalid(Code::kSchemaTooShort, Quoted(text),
                    absl::StrCat("should be at least ", length.min, " chars long"));
      return true;
    }
    const TextFormat& format = *FormatIn(*field_, channel_);
    for (const absl::string_view text : {" ", "a b", "a..b", "-", "%", "!", "\xC3\xA9", "", "_"}) {
      if (text.size() < static_cast<size_t>(length.min) || format.matches(text)) continue;
      *value_ = text;
      ExpectInvalid(Code::kSchemaPattern, Quoted(text),
                    absl::StrCat("should match '", format.pattern, "'"));
      return true;
    }
    return false;
  }

  bool BreakChoice() {
    std::vector<std::string> choices;
    for (const absl::string_view choice : field_->one_of) choices.push_back(Quoted(choice));
    if (channel_ == Channel::kExperimental) {
      for (const absl::string_view choice : field_->experimental_one_of) {
        choices.push_back(Quoted(choice));
      }
    }
    const bool is_number = value_->AsInt() != nullptr;
    *value_ = is_number ? Value(7) : Value("NotAChoice");
    Expect(Code::kSchemaEnum,
           absl::StrCat("Unsupported value: ", is_number ? "7" : Quoted("NotAChoice"),
                        ": supported values: ", absl::StrJoin(choices, ", ")));
    return true;
  }

  bool BreakNumber() {
    const Range& range = field_->range;
    const bool below = site_.constraint == Constraint::kMinimum;
    const int64_t number = below ? range.min - 1 : range.max + 1;
    *value_ = number;
    if (native_) {
      Expect(Code::kSchemaRange, absl::StrCat("Invalid value: ", number, ": must be between ",
                                              range.min, " and ", range.max, ", inclusive"));
    } else {
      ExpectInvalid(Code::kSchemaRange, absl::StrCat(number),
                    below ? absl::StrCat("should be greater than or equal to ", range.min)
                          : absl::StrCat("should be less than or equal to ", range.max));
    }
    return true;
  }

  size_t Count() const {
    return value_->AsList() != nullptr ? value_->AsList()->size() : value_->AsObject()->size();
  }

  bool TakeItems() {
    const auto min = static_cast<size_t>(field_->items.min);
    if (Value::List* list = value_->AsList()) list->resize(min - 1);
    if (Value::Object* members = value_->AsObject()) members->resize(min - 1);
    ExpectInvalid(Code::kSchemaTooFew, absl::StrCat(min - 1),
                  absl::StrCat("should have at least ", min, " items"));
    return true;
  }

  bool AddItems() {
    if (Count() == 0) return false;
    const auto max = static_cast<size_t>(field_->items.max);
    if (Value::Object* members = value_->AsObject()) {
      const Value first = members->front().second;
      for (size_t i = 0; members->size() <= max; ++i) {
        value_->Set(absl::StrCat("more-", i), first);
      }
    } else {
      Value::List& list = *value_->AsList();
      const Value first = list.front();
      std::set<std::string> keys;
      for (const Value& item : list) keys.insert(KeyOf(item));
      for (int attempt = 0; list.size() <= max; ++attempt) {
        if (attempt > 20000) return false;
        Value item = first;
        if (field_->items_differ) item = Another(*field_);
        for (const absl::string_view name : field_->list_key) {
          item.Set(name, Another(*field_->value->element->struct_type().Find(name)));
        }
        const bool has_key = field_->items_differ || !field_->list_key.empty();
        if (!has_key || keys.insert(KeyOf(item)).second) list.push_back(std::move(item));
      }
    }
    Expect(Code::kSchemaTooMany, absl::StrCat("Too many: ", max + 1, ": must have at most ", max,
                                              max == 1 ? " item" : " items"));
    return true;
  }

  bool RepeatItem() {
    Value::List& list = *value_->AsList();
    if (list.empty() || static_cast<int>(list.size()) == field_->items.max) return false;
    list.push_back(list.front());
    absl::StrAppend(&path_, "[", list.size() - 1, "]");
    Expect(Code::kSchemaDuplicate, absl::StrCat("Duplicate value: ", KeyOf(list.front())));
    return true;
  }

  // The key as the server writes it.
  std::string KeyOf(const Value& item) const {
    if (field_->list_key.empty()) return manifest::ToJson(item);
    Value key = Value::MakeObject();
    for (const absl::string_view name : field_->list_key) key.Set(name, *item.Find(name));
    return manifest::ToJson(key);
  }

  // Another value for a field or an item of it.
  Value Another(const FieldInfo& field) {
    const ValueInfo& info = field.value->element == nullptr ? *field.value : *field.value->element;
    if (info.shape != Shape::kString) {
      const int64_t low = std::max<int64_t>(field.range.min, 0);
      const int64_t high = std::min<int64_t>(field.range.max, 100000);
      return low + static_cast<int64_t>(random_.Below(static_cast<size_t>(high - low + 1)));
    }
    if (!field.one_of.empty()) return random_.Pick(field.one_of);
    const TextFormat* format = FormatIn(field, channel_);
    const Length length = LengthIn(field, channel_);
    if (format == nullptr) return absl::StrCat("a", random_.Below(100000));
    return gwpolicy::testing::TextOfFormat(*format, length, random_);
  }

  const bool native_;
  const Site& site_;
  const FieldInfo* field_;
  const Channel channel_;
  Random& random_;
  Value* parent_;
  Value* value_;
  std::string path_;
  Problem expected_;
};

// ---- The test.

bool HasRules(const TypeInfo& type, Channel channel) {
  if (!type.update_rules().empty()) return true;
  for (const RuleInfo& rule : type.rules()) {
    if (channel == Channel::kStandard ? rule.in_standard : rule.in_experimental) return true;
  }
  return std::any_of(type.fields().begin(), type.fields().end(), [&](const FieldInfo& field) {
    const ValueInfo* value = field.value;
    while (value->element != nullptr) value = value->element;
    return value->shape == Shape::kStruct && HasRules(value->struct_type(), channel);
  });
}

bool Silences(Code code) {
  return code == Code::kSchemaRequired || code == Code::kSchemaEnum ||
         code == Code::kSchemaTooLong || code == Code::kSchemaTooMany ||
         code == Code::kSchemaWrongType;
}

struct Source {
  const KindInfo* kind;
  const VersionInfo* version;
  Channel channel;
};

void PrintTo(const Source& source, std::ostream* out) {
  *out << source.kind->name << " " << source.version->name
       << (source.channel == Channel::kStandard ? "" : ", experimental channel");
}

std::vector<Source> Sources() {
  std::vector<Source> sources;
  for (const KindInfo& kind : AllKinds()) {
    for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
      for (const VersionInfo& version : kind.versions) {
        const bool has_table = version.type != nullptr || &version == kind.versions.begin();
        if (has_table && IsServed(version, channel)) sources.push_back({&kind, &version, channel});
      }
    }
  }
  return sources;
}

class MutationTest : public ::testing::TestWithParam<Source> {
 protected:
  MutationTest()
      : kind_(*GetParam().kind),
        version_(*GetParam().version),
        type_(TypeOfVersion(kind_, &version_)),
        channel_(GetParam().channel) {
    options_.channel = channel_;
    const bool native = kind_.group == kCoreGroup || kind_.group == kDiscoveryGroup;
    has_rules_ = !native && HasRules(type_, channel_);
  }

  Problems FindProblems(const std::string& text) {
    Problems problems;
    const manifest::LoadResult result = manifest::ReadText(text, "-");
    const auto add = [&problems](const std::vector<Finding>& findings) {
      for (const Finding& finding : findings) {
        if (finding.level != Level::kError) continue;
        problems.emplace(finding.code, finding.field_path, finding.message);
      }
    };
    add(result.findings);
    for (const Object& object : result.objects) add(Validate(object, options_));
    return problems;
  }

  Problems WantedFor(const Site& site, const Problem& expected) const {
    // The server takes no status from whom creates the object; it only minds unknown names.
    const bool in_status = !site.way.empty() && site.way[0] == "status";
    if (in_status && std::get<0>(expected) != Code::kSchemaUnknownField) return {};
    Problems wanted = {expected};
    // The items of a list that is a map are looked at for their keys too.
    if (site.constraint == Constraint::kTypeOfItem && !site.field->list_key.empty() &&
        !IsBuiltIn(kind_)) {
      wanted.emplace(Code::kSchemaWrongType, std::get<1>(expected),
                     "Invalid value: \"text\": must be an object for an array of list-type map");
    }
    // Nor is an item that is no object one of two forms.
    if (site.constraint == Constraint::kTypeOfItem &&
        site.field->value->element->shape == Shape::kStruct) {
      for (const FieldInfo& field : site.field->value->element->struct_type().fields()) {
        if (field.ip_address_when.field.empty()) continue;
        wanted.emplace(Code::kSchemaFormat, "",
                       absl::StrCat("Invalid value: \"\": \"", std::get<1>(expected),
                                    "\" must validate one and only one schema (oneOf). Found 2 "
                                    "valid alternatives"));
      }
    }
    if (site.constraint == Constraint::kIpAddress) {
      const std::string& path = std::get<1>(expected);
      const std::string owner = path.substr(0, path.rfind('.'));
      wanted.emplace(Code::kSchemaFormat, "",
                     absl::StrCat("Invalid value: \"\": \"", owner,
                                  "\" must validate one and only one schema (oneOf). Found none "
                                  "valid"));
      wanted.emplace(Code::kSchemaFormat, "",
                     absl::StrCat("Invalid value: \"\": \"", path,
                                  "\" must validate at least one schema (anyOf)"));
    }
    if (has_rules_ &&
        (Silences(std::get<0>(expected)) || site.constraint == Constraint::kIpAddress)) {
      wanted.emplace(Code::kSchemaRule, "", std::string(kSilenced));
    }
    return wanted;
  }

  // Whether `found` is what is wanted and, for the rest, known consequences.
  bool IsKnown(const Site& site, const Problems& wanted, const Problems& found) {
    const std::string way = absl::StrJoin(site.way, ".");
    Problems rest;
    std::set_difference(found.begin(), found.end(), wanted.begin(), wanted.end(),
                        std::inserter(rest, rest.end()));
    if (rest.size() + wanted.size() != found.size()) return false;
    return std::all_of(rest.begin(), rest.end(), [&](const Problem& problem) {
      const auto at = std::find_if(
          std::begin(kConsequences), std::end(kConsequences), [&](const Consequence& one) {
            return one.kind == kind_.name && absl::EndsWith(way, one.way) &&
                   one.constraint == site.constraint &&
                   absl::StrContains(std::get<2>(problem), one.message);
          });
      if (at == std::end(kConsequences)) return false;
      met_.insert(at);
      return true;
    });
  }

  // A consequence that has gone away is taken off the list.
  static void TearDownTestSuite() {
    if (::testing::GTEST_FLAG(filter) != "*") return;
    for (const Consequence& one : kConsequences) {
      EXPECT_EQ(met_.count(&one), 1u) << "no longer seen: " << one.kind << " " << one.way;
    }
  }

  void Break(const Site& site, uint64_t seed) {
    ObjectGenerator generator(seed, {channel_, site.way, {}});
    Random random(seed);
    std::string last = "  no object\n";
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      // What is not served in the channel cannot be valid. Nor can a field that a rule refuses
      // whatever it holds (the name of an XBackend's port); what is broken there has to keep the
      // rules from running.
      const bool any = site.constraint == Constraint::kChannel || attempt > kAttempts / 2;
      const Object object =
          any ? generator.Draw(kind_, version_) : generator.DrawValid(kind_, version_, 20);
      if (object.empty()) continue;
      Value root = Encode(object, Secrets::kReveal);
      Mutation mutation(kind_, site, channel_, root, random);
      if (!mutation.Apply()) continue;
      const std::string text = manifest::ToJson(root);
      const Problems wanted = WantedFor(site, mutation.expected());
      const Problems found = FindProblems(text);
      if (found == wanted || IsKnown(site, wanted, found)) return;
      last = absl::StrCat(" wanted:\n", ToText(wanted), " found:\n", ToText(found), text, "\n");
    }
    ADD_FAILURE() << "never broken alone: " << absl::StrJoin(site.way, ".") << " "
                  << NameOf(site.constraint) << "\n"
                  << last;
  }

  const KindInfo& kind_;
  const VersionInfo& version_;
  const TypeInfo& type_;
  const Channel channel_;
  ValidateOptions options_;
  bool has_rules_ = false;
  static std::set<const Consequence*> met_;
};

std::set<const Consequence*> MutationTest::met_;

TEST_P(MutationTest, BreaksEachConstraintAndGivesItsFindingAlone) {
  const std::vector<Site> sites = SiteFinder(channel_).Find(type_);
  uint64_t seed = 1;
  for (const Site& site : sites) Break(site, ++seed);
  RecordProperty("constraints", static_cast<int>(sites.size()));
}

INSTANTIATE_TEST_SUITE_P(AllKinds, MutationTest, ::testing::ValuesIn(Sources()),
                         [](const auto& info) {
                           const Source& source = info.param;
                           const bool is_first = source.version == source.kind->versions.begin();
                           return absl::StrCat(
                               source.kind->name, is_first ? "" : "_",
                               is_first ? "" : source.version->name,
                               source.channel == Channel::kStandard ? "" : "_Experimental");
                         });

}  // namespace
}  // namespace gwpolicy
