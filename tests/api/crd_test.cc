// Holds the tables to the published definitions of the Gateway API, both ways: what a definition
// says of a field and what our table says of it are written as facts, one line each, and compared.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/reader.h"

namespace gwpolicy {
namespace {

// A place where table and definition differ, and why. `fact` is how a line begins; behind a dot it
// is a part of the line. `kind` may name a version, too.
struct Difference {
  absl::string_view kind;
  absl::string_view fact;
  absl::string_view reason;
};

constexpr absl::string_view kServersStatus =
    "filled in by the server when it creates the object, and not part of what a text says";

constexpr Difference kDifferences[] = {
    {"Gateway", "status default", kServersStatus},
    {"Gateway", "status.conditions default", kServersStatus},
    {"GatewayClass", "status default", kServersStatus},
    {"GatewayClass", "status.conditions default", kServersStatus},
    {"ListenerSet", "status default", kServersStatus},
    {"ListenerSet", "status.conditions default", kServersStatus},
    {"XMesh", "status default", kServersStatus},
    {"XMesh", "status.conditions default", kServersStatus},
};

bool IsAbout(const Difference& difference, absl::string_view kind, absl::string_view line) {
  const bool same = absl::StartsWith(kind, difference.kind) &&
                    (kind.size() == difference.kind.size() || kind[difference.kind.size()] == ' ');
  return same && (difference.fact[0] == '.' ? absl::StrContains(line, difference.fact)
                                            : absl::StartsWith(line, difference.fact));
}

bool IsExpected(absl::string_view kind, absl::string_view line) {
  return std::any_of(std::begin(kDifferences), std::end(kDifferences),
                     [&](const Difference& one) { return IsAbout(one, kind, line); });
}

using Facts = std::set<std::string>;

// JSON with the members of objects in the order of their names.
std::string Canonical(const Value& value) {
  if (value.is_null()) return "null";
  if (const bool* b = value.AsBool()) return *b ? "true" : "false";
  if (const int64_t* i = value.AsInt()) return absl::StrCat(*i);
  if (const double* d = value.AsDouble()) return absl::StrCat(*d);
  if (const std::string* s = value.AsString()) return absl::StrCat("\"", *s, "\"");
  std::vector<std::string> parts;
  if (const Value::List* list = value.AsList()) {
    for (const Value& item : *list) parts.push_back(Canonical(item));
    return absl::StrCat("[", absl::StrJoin(parts, ","), "]");
  }
  for (const Value::Member& member : *value.AsObject()) {
    parts.push_back(absl::StrCat(member.first, ":", Canonical(member.second)));
  }
  std::sort(parts.begin(), parts.end());
  return absl::StrCat("{", absl::StrJoin(parts, ","), "}");
}

std::string Below(const std::string& path, absl::string_view name) {
  return absl::StrCat(path, path.empty() ? "" : ".", name);
}

// ---- What a definition says.

// Words of a schema that say nothing about one object by itself: they are for people, or for how
// several writers of one object are brought together.
bool IsOfNoConcern(absl::string_view word, const Value& value) {
  if (word == "description" || word == "x-kubernetes-map-type") return true;
  if (word == "x-kubernetes-list-type") return *value.AsString() == "atomic";
  return (word == "minLength" || word == "minItems") && *value.AsInt() == 0;
}

void ReadSchema(const Value& schema, const std::string& path, Facts& facts) {
  for (const auto& [word, value] : *schema.AsObject()) {
    if (IsOfNoConcern(word, value)) continue;
    if (word == "properties") {
      for (const auto& [name, child] : *value.AsObject()) {
        const bool is_head = name == "apiVersion" || name == "kind" || name == "metadata";
        if (path.empty() && is_head) continue;
        ReadSchema(child, Below(path, name), facts);
      }
    } else if (word == "items") {
      ReadSchema(value, path + "[]", facts);
    } else if (word == "additionalProperties") {
      ReadSchema(value, path + "{}", facts);
    } else if (word == "required") {
      for (const Value& name : *value.AsList()) {
        facts.insert(absl::StrCat(Below(path, *name.AsString()), " required"));
      }
    } else if (word == "x-kubernetes-validations") {
      for (const Value& rule : *value.AsList()) {
        facts.insert(absl::StrCat(path, " rule ", *rule.Find("message")->AsString()));
      }
    } else {
      facts.insert(absl::StrCat(path, " ", word, " ", Canonical(value)));
    }
  }
}

// ---- What a table says.

class TableReader {
 public:
  TableReader(Channel channel, Facts& facts) : channel_(channel), facts_(facts) {}

  // `object` is a new one; it is changed.
  void Read(const TypeInfo& type, void* object, const std::string& path) {
    Add(path, "type", "\"object\"");
    const Value defaults = Encode(type, object, Secrets::kReveal);
    for (const RuleInfo& rule : type.rules()) {
      if (!(channel_ == Channel::kStandard ? rule.in_standard : rule.in_experimental)) continue;
      AddRule(rule, path);
    }
    for (const RuleInfo& rule : type.update_rules()) AddRule(rule, path);
    for (const FieldInfo& field : type.fields()) {
      if (field.experimental && channel_ == Channel::kStandard) continue;
      const std::string own = Below(path, field.name);
      if (!field.ip_address_when.field.empty()) AddAddress(field, path);
      if (field.required) facts_.insert(own + " required");
      if (field.defaulted) {
        const Value* initial = defaults.Find(field.name);
        Add(own, "default", initial == nullptr ? "absent" : Canonical(*initial));
      }
      ReadValue(field, *field.value, field.mutable_get(object), own);
    }
  }

 private:
  void Add(const std::string& path, absl::string_view word, absl::string_view value) {
    facts_.insert(absl::StrCat(path, " ", word, " ", value));
  }

  void AddAddress(const FieldInfo& field, const std::string& path) {
    const absl::string_view decides = field.ip_address_when.field;
    const std::string is = absl::StrCat("{enum:[\"", field.ip_address_when.value, "\"]}");
    Add(path, "oneOf",
        absl::StrCat("[{properties:{", decides, ":", is, ",", field.name,
                     ":{anyOf:[{format:\"ipv4\"},{format:\"ipv6\"}]}}},{properties:{", decides,
                     ":{not:", is, "}}}]"));
  }

  void AddRule(const RuleInfo& rule, const std::string& path) {
    const std::string place = rule.field.empty() ? path : Below(path, rule.field);
    facts_.insert(absl::StrCat(place, " rule ", rule.message));
  }

  void ReadValue(const FieldInfo& field, const ValueInfo& info, void* value,
                 const std::string& path) {
    switch (info.shape) {
      case Shape::kString:
      case Shape::kPrivateString:
        Add(path, "type", "\"string\"");
        ReadText(field, path);
        return;
      case Shape::kBase64:
        Add(path, "type", "\"string\"");
        Add(path, "format", "\"byte\"");
        return;
      case Shape::kTime:
        Add(path, "type", "\"string\"");
        Add(path, "format", "\"date-time\"");
        return;
      case Shape::kBool:
        Add(path, "type", "\"boolean\"");
        return;
      case Shape::kInt32:
      case Shape::kInt64:
        Add(path, "type", "\"integer\"");
        if (!field.any_width) {
          Add(path, "format", info.shape == Shape::kInt32 ? "\"int32\"" : "\"int64\"");
        }
        ReadChoices(field, path, "");
        if (field.range.min != INT64_MIN) Add(path, "minimum", absl::StrCat(field.range.min));
        if (field.range.max != INT64_MAX) Add(path, "maximum", absl::StrCat(field.range.max));
        return;
      case Shape::kIntOrString:
        Add(path, "x-kubernetes-int-or-string", "true");
        return;
      case Shape::kStruct:
        Read(info.struct_type(), value, path);
        return;
      case Shape::kList:
        Add(path, "type", "\"array\"");
        ReadCount(field, path, "Items");
        ReadListType(field, path);
        ReadValue(field, *info.element, info.list_append(value), path + "[]");
        return;
      case Shape::kMap:
        Add(path, "type", "\"object\"");
        ReadCount(field, path, "Properties");
        ReadValue(field, *info.element, info.map_append(value, "key"), path + "{}");
        return;
      case Shape::kAny:
        Add(path, "type", "any");
        return;
    }
  }

  void ReadText(const FieldInfo& field, const std::string& path) {
    Length length = field.length;
    const TextFormat* format = field.format;
    if (channel_ == Channel::kExperimental && field.experimental_format != nullptr) {
      format = field.experimental_format;
    }
    if (format != nullptr) {
      length.min = std::max(length.min, format->min_length);
      if (length.max < 0) length.max = format->max_length;
      const absl::string_view pattern = format->pattern;
      if (!pattern.empty()) Add(path, "pattern", absl::StrCat("\"", pattern, "\""));
    }
    if (length.min > 0) Add(path, "minLength", absl::StrCat(length.min));
    if (length.max >= 0) Add(path, "maxLength", absl::StrCat(length.max));
    ReadChoices(field, path, "\"");
  }

  void ReadChoices(const FieldInfo& field, const std::string& path, absl::string_view quote) {
    if (field.one_of.empty()) return;
    std::vector<std::string> choices;
    for (const absl::string_view choice : field.one_of) {
      choices.push_back(absl::StrCat(quote, choice, quote));
    }
    if (channel_ == Channel::kExperimental) {
      for (const absl::string_view choice : field.experimental_one_of) {
        choices.push_back(absl::StrCat(quote, choice, quote));
      }
    }
    Add(path, "enum", absl::StrCat("[", absl::StrJoin(choices, ","), "]"));
  }

  void ReadCount(const FieldInfo& field, const std::string& path, absl::string_view what) {
    if (field.items.min > 0) Add(path, absl::StrCat("min", what), absl::StrCat(field.items.min));
    if (field.items.max >= 0) Add(path, absl::StrCat("max", what), absl::StrCat(field.items.max));
  }

  void ReadListType(const FieldInfo& field, const std::string& path) {
    if (field.items_differ) Add(path, "x-kubernetes-list-type", "\"set\"");
    if (field.list_key.empty()) return;
    Add(path, "x-kubernetes-list-type", "\"map\"");
    Add(path, "x-kubernetes-list-map-keys",
        absl::StrCat("[\"", absl::StrJoin(field.list_key, "\",\""), "\"]"));
  }

  const Channel channel_;
  Facts& facts_;
};

// ---- The comparison.

Facts FactsOfTable(const KindInfo& info, absl::string_view version, Channel channel) {
  Facts facts;
  const std::shared_ptr<KubernetesObject> fresh = info.make();
  TableReader(channel, facts)
      .Read(TypeOfVersion(info, FindVersion(info, absl::StrCat(info.group, "/", version))),
            static_cast<ApiStruct*>(fresh.get()), "");
  return facts;
}

Facts FactsOfVersion(const Value& version) {
  Facts facts;
  ReadSchema(*version.Find("schema")->Find("openAPIV3Schema"), "", facts);
  return facts;
}

// The `spec` of each definition of a channel by its kind; empty where there are none.
std::map<std::string, Value> ReadDefinitions(Channel channel) {
  std::map<std::string, Value> definitions;
  const char* shared = std::getenv("GWPOLICY_SHARED");
  const std::string folder =
      absl::StrCat(shared == nullptr ? "" : shared, "/testdata/gateway-api/crds-",
                   channel == Channel::kStandard ? "standard" : "experimental");
  if (shared == nullptr || !std::filesystem::is_directory(folder)) return definitions;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const Object& object : manifest::ReadText(text, entry.path().filename()).objects) {
      if (object.kind() != Kind::kCustomResourceDefinition) continue;
      const Value definition = Encode(object, Secrets::kReveal);
      const Value& spec = *definition.Find("spec");
      definitions[*spec.Find("names")->Find("kind")->AsString()] = spec;
    }
  }
  return definitions;
}

class DefinitionsTest : public ::testing::TestWithParam<Channel> {
 protected:
  void SetUp() override {
    definitions_ = ReadDefinitions(GetParam());
    if (definitions_.empty()) GTEST_SKIP() << "no published definitions at $GWPOLICY_SHARED";
  }

  std::map<std::string, Value> definitions_;
};

TEST_P(DefinitionsTest, DescribeAllKindsOfTheGatewayApiThatHaveTables) {
  for (const KindInfo& info : AllKinds()) {
    if (info.group != kGatewayGroup) continue;
    EXPECT_EQ(definitions_.count(std::string(info.name)), 1u) << info.name;
  }
}

TEST_P(DefinitionsTest, NameEachKindAndItsVersionsAsWeDo) {
  for (const auto& [kind, spec] : definitions_) {
    const KindInfo* info = FindKind(*spec.Find("group")->AsString(), kind);
    if (info == nullptr) continue;
    EXPECT_EQ(*spec.Find("names")->Find("plural")->AsString(), info->plural);
    EXPECT_EQ(*spec.Find("scope")->AsString() == "Namespaced", info->namespaced) << kind;
    std::set<std::string> served;
    for (const Value& version : *spec.Find("versions")->AsList()) {
      if (*version.Find("served")->AsBool()) served.insert(*version.Find("name")->AsString());
    }
    std::set<std::string> ours;
    for (const VersionInfo& version : info->versions) {
      if (GetParam() == Channel::kStandard ? version.served : version.served_in_experimental) {
        ours.insert(std::string(version.name));
      }
    }
    EXPECT_EQ(served, ours) << kind;
  }
}

TEST_P(DefinitionsTest, SayOfEachFieldWhatItsTableSays) {
  for (const auto& [kind, spec] : definitions_) {
    const KindInfo* info = FindKind(*spec.Find("group")->AsString(), kind);
    if (info == nullptr) continue;
    for (const Value& version : *spec.Find("versions")->AsList()) {
      const std::string& own = *version.Find("name")->AsString();
      // Not every release's unserved versions are read; those that are have to be read right.
      if (FindVersion(*info, absl::StrCat(info->group, "/", own)) == nullptr) continue;
      const std::string name = absl::StrCat(kind, " ", own);
      const Facts ours = FactsOfTable(*info, own, GetParam());
      const Facts theirs = FactsOfVersion(version);
      ASSERT_FALSE(theirs.empty());
      for (const std::string& fact : theirs) {
        if (ours.count(fact) > 0 || IsExpected(name, fact)) continue;
        ADD_FAILURE() << name << ": only the definition says: " << fact;
      }
      for (const std::string& fact : ours) {
        if (theirs.count(fact) > 0 || IsExpected(name, fact)) continue;
        ADD_FAILURE() << name << ": only the table says: " << fact;
      }
    }
  }
}

// A difference that has gone away is taken off the list.
TEST(DifferencesTest, AreStillThere) {
  std::set<std::string> seen;
  for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
    const std::map<std::string, Value> definitions = ReadDefinitions(channel);
    if (definitions.empty()) GTEST_SKIP() << "no published definitions at $GWPOLICY_SHARED";
    for (const auto& [kind, spec] : definitions) {
      const KindInfo* info = FindKind(*spec.Find("group")->AsString(), kind);
      if (info == nullptr) continue;
      for (const Value& version : *spec.Find("versions")->AsList()) {
        const std::string& own = *version.Find("name")->AsString();
        const std::string name = absl::StrCat(kind, " ", own);
        const Facts ours = FactsOfTable(*info, own, channel);
        const Facts theirs = FactsOfVersion(version);
        Facts of_one;
        std::set_symmetric_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                                      std::inserter(of_one, of_one.end()));
        for (const Difference& difference : kDifferences) {
          for (const std::string& fact : of_one) {
            if (IsAbout(difference, name, fact)) {
              seen.insert(absl::StrCat(difference.kind, difference.fact));
            }
          }
        }
      }
    }
  }
  for (const Difference& difference : kDifferences) {
    EXPECT_EQ(seen.count(absl::StrCat(difference.kind, difference.fact)), 1u)
        << difference.kind << " " << difference.fact;
  }
}

INSTANTIATE_TEST_SUITE_P(Channels, DefinitionsTest,
                         ::testing::Values(Channel::kStandard, Channel::kExperimental),
                         [](const auto& info) {
                           return info.param == Channel::kStandard ? "Standard" : "Experimental";
                         });

}  // namespace
}  // namespace gwpolicy
