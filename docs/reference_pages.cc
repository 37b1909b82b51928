// Writes docs/reference: a page for each kind, one for metadata, and an index, all from the tables.
//
//   bazel run //docs:update_reference
//
// With an argument it writes to that folder instead. Pages that were there before are replaced;
// those of kinds that are gone are deleted.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/text_writer.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kMetadataPage = "ObjectMeta";
constexpr absl::string_view kMadeBy =
    "<!-- Made from the tables in gwpolicy/api by `bazel run //docs:update_reference`. -->\n";

// Text in a cell of a table.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"<", "\\<"}, {"*", "\\*"}});
}
std::string Code(absl::string_view text) {
  return absl::StrCat("`", absl::StrReplaceAll(text, {{"|", "\\|"}}), "`");
}
// In running text a bar means nothing, and inside code a backslash would show.
std::string CodeInText(absl::string_view text) { return absl::StrCat("`", text, "`"); }

std::string Anchor(absl::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c == ' ') {
      anchor.push_back('-');
    } else if (c >= 'A' && c <= 'Z') {
      anchor.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if (c != '.' && c != '[' && c != ']' && c != '(' && c != ')') {
      anchor.push_back(c);
    }
  }
  return anchor;
}
std::string Link(absl::string_view heading) {
  return absl::StrCat("[", heading, "](#", Anchor(heading), ")");
}

// "1 to 16 items", "at most 8 items", "exactly 2 items"; "" without a limit.
std::string Amount(int min, int max, absl::string_view one, absl::string_view many) {
  if (max < 0 && min <= 0) return "";
  const absl::string_view unit = (max < 0 ? min : max) == 1 ? one : many;
  if (max < 0) return absl::StrCat("at least ", min, " ", unit);
  if (min <= 0) return absl::StrCat("at most ", max, " ", unit);
  if (min == max) return absl::StrCat("exactly ", min, " ", unit);
  return absl::StrCat(min, " to ", max, " ", unit);
}

std::string Capitalized(std::string text) {
  if (!text.empty() && text[0] == 'a') text[0] = 'A';
  return text;
}

std::string Choices(absl::Span<const absl::string_view> choices) {
  return absl::StrJoin(choices, ", ", [](std::string* out, absl::string_view choice) {
    absl::StrAppend(out, Code(choice));
  });
}

// One page: a type with all types below it, each in a section of its own.
class Page {
 public:
  // `object` is a new one of that type, for its defaults; it is changed.
  void AddTypes(const TypeInfo& type, absl::string_view name, void* object) {
    Collect(type, object, std::string(name), nullptr);
    Disambiguate();
  }

  // The sections as a tree, each type where it comes first.
  std::string Contents() const {
    std::string text;
    for (const TypeInfo* type : order_) {
      const Section& section = sections_.at(type);
      if (section.parent == nullptr) continue;
      const std::string& above = sections_.at(section.parent).places.front();
      const absl::string_view place = section.places.front();
      absl::StrAppend(&text, std::string(2 * (section.depth - 1), ' '), "- ",
                      CodeInText(place.substr(above.empty() ? 0 : above.size() + 1)), ": ",
                      Link(section.heading), "\n");
    }
    return text.empty() ? "" : absl::StrCat("\n", text);
  }

  std::string Sections() {
    std::string text;
    for (const TypeInfo* type : order_) absl::StrAppend(&text, "\n", SectionOf(*type));
    return text;
  }

  // What the table of a version says otherwise than `today`, one line each.
  std::string Differences(const TypeInfo& today, const TypeInfo& version, absl::string_view place) {
    std::string text;
    const Section& section = sections_.at(&today);
    const auto at = [&](absl::string_view name) {
      return place.empty() ? std::string(name) : absl::StrCat(place, ".", name);
    };
    for (const FieldInfo& field : version.fields()) {
      const FieldInfo* same = nullptr;
      for (const FieldInfo& other : today.fields()) {
        if (other.index == field.index) same = &other;
      }
      const bool is_struct = field.value->shape == Shape::kStruct;
      const bool is_other_shape = same != nullptr && same->value->shape != field.value->shape;
      const std::string limits = LimitsOf(field, section);
      if (same == nullptr || same->name != field.name || same->required != field.required ||
          is_other_shape || limits != LimitsOf(*same, section)) {
        std::vector<std::string> words;
        if (field.required) words.emplace_back("required");
        if (same != nullptr && same->required && !field.required) words.emplace_back("optional");
        if (!limits.empty()) words.push_back(limits);
        if (same == nullptr) words.push_back(Cell(field.doc));
        if (same != nullptr && same->name != field.name) {
          words.push_back(
              absl::StrCat(is_other_shape ? "the only item of " : "now ", CodeInText(same->name)));
        }
        absl::StrAppend(&text, "- ", CodeInText(at(field.name)), ": ", absl::StrJoin(words, "; "),
                        "\n");
      }
      if (same == nullptr || !is_struct) continue;
      const ValueInfo& before = is_other_shape ? *same->value->element : *same->value;
      absl::StrAppend(
          &text, Differences(before.struct_type(), field.value->struct_type(), at(field.name)));
    }
    for (const FieldInfo& field : today.fields()) {
      const bool is_gone =
          std::none_of(version.fields().begin(), version.fields().end(),
                       [&](const FieldInfo& other) { return other.index == field.index; });
      if (is_gone) absl::StrAppend(&text, "- no ", CodeInText(at(field.name)), "\n");
    }
    const auto has = [](const TypeInfo& type, const RuleInfo& rule) {
      return std::any_of(type.rules().begin(), type.rules().end(), [&](const RuleInfo& other) {
        return other.message == rule.message && other.field == rule.field;
      });
    };
    const auto tell = [&](const RuleInfo& rule, absl::string_view word) {
      const std::string where = rule.field.empty() ? std::string(place) : at(rule.field);
      absl::StrAppend(&text, "- ", word, " at ", CodeInText(where), ": ", CodeInText(rule.message),
                      ChannelsOf(rule), "\n");
    };
    for (const RuleInfo& rule : version.rules()) {
      if (!has(today, rule)) tell(rule, "a rule");
    }
    for (const RuleInfo& rule : today.rules()) {
      if (!has(version, rule)) tell(rule, "no rule");
    }
    return text;
  }

  // What the forms that were named in the sections mean.
  std::string Forms() const {
    if (forms_.empty()) return "";
    std::string text = "\n## Forms of text\n";
    for (const auto& [name, format] : forms_) {
      const std::string length =
          Capitalized(Amount(format->min_length, format->max_length, "character", "characters"));
      absl::StrAppend(&text, "\n### ", FormHeading(*format), "\n\n",
                      length.empty() ? "A text" : length);
      if (!format->pattern.empty()) {
        absl::StrAppend(&text, " that ", length.empty() ? "matches" : "match", "\n\n```regex\n",
                        format->pattern, "\n```");
      }
      text.push_back('\n');
    }
    return text;
  }

 private:
  struct Section {
    const TypeInfo* parent = nullptr;
    size_t depth = 0;
    std::string heading;
    std::vector<std::string> places;
    std::map<absl::string_view, std::string> defaults;  // by field
  };

  void Collect(const TypeInfo& type, void* object, const std::string& place,
               const TypeInfo* parent) {
    Section& section = sections_[&type];
    section.places.push_back(place);
    if (section.places.size() == 1) {
      order_.push_back(&type);
      section.heading = std::string(type.name());
      section.parent = parent;
      section.depth = parent == nullptr ? 0 : sections_[parent].depth + 1;
    }
    const Value values = Encode(type, object, Secrets::kReveal);
    for (const FieldInfo& field : type.fields()) {
      if (!field.defaulted) continue;
      const Value* value = values.Find(field.name);
      if (value != nullptr) section.defaults[field.name] = manifest::ToJson(*value);
    }
    for (const FieldInfo& field : type.fields()) {
      CollectValue(*field.value, field.mutable_get(object),
                   place.empty() ? std::string(field.name) : absl::StrCat(place, ".", field.name),
                   type);
    }
  }

  void CollectValue(const ValueInfo& info, void* value, const std::string& place,
                    const TypeInfo& parent) {
    if (info.shape == Shape::kStruct) {
      Collect(info.struct_type(), value, place, &parent);
    } else if (info.shape == Shape::kList) {
      info.clear(value);
      CollectValue(*info.element, info.list_append(value), place + "[]", parent);
    } else if (info.shape == Shape::kMap) {
      CollectValue(*info.element, info.map_append(value, "key"), place + ".*", parent);
    }
  }

  // Two types of one name are told apart by their places.
  void Disambiguate() {
    std::map<std::string, int> count;
    for (const TypeInfo* type : order_) ++count[sections_[type].heading];
    for (const TypeInfo* type : order_) {
      Section& section = sections_[type];
      if (count[section.heading] > 1) {
        section.heading = absl::StrCat(section.heading, " at ", section.places.front());
      }
    }
  }

  std::string SectionOf(const TypeInfo& type) {
    const Section& section = sections_.at(&type);
    // The page's own heading and first sentence do for the kind itself.
    std::string text;
    if (section.parent != nullptr) {
      absl::StrAppend(&text, "## ", section.heading, "\n\n", type.doc(), "\n\nAt ",
                      absl::StrJoin(section.places, ", ",
                                    [](std::string* out, const std::string& place) {
                                      absl::StrAppend(out, CodeInText(place));
                                    }),
                      ".\n\n");
    }
    if (type.fields().empty()) {
      absl::StrAppend(&text, "It has no fields: that it is there says all.\n");
    } else {
      absl::StrAppend(&text, "| field | type | limits | meaning |\n|---|---|---|---|\n");
      for (const FieldInfo& field : type.fields()) {
        absl::StrAppend(&text, RowOf(field, section), "\n");
      }
    }
    return text + RulesOf(type);
  }

  std::string RowOf(const FieldInfo& field, const Section& section) {
    std::string meaning = Cell(field.doc);
    if (!field.deprecated.empty()) {
      absl::StrAppend(&meaning, " **Deprecated.** ", Cell(field.deprecated));
    }
    return absl::StrCat("| ", Code(field.name), field.required ? " **required**" : "", " | ",
                        TypeName(*field.value), " | ", LimitsOf(field, section), " | ", meaning,
                        " |");
  }

  std::string TypeName(const ValueInfo& info) const {
    switch (info.shape) {
      case Shape::kString:
        return "text";
      case Shape::kPrivateString:
        return "text, private";
      case Shape::kBase64:
        return "bytes in base64, private";
      case Shape::kBool:
        return "boolean";
      case Shape::kInt32:
        return "int32";
      case Shape::kInt64:
        return "int64";
      case Shape::kIntOrString:
        return "integer or text";
      case Shape::kTime:
        return "time (RFC 3339)";
      case Shape::kStruct:
        return Link(sections_.at(&info.struct_type()).heading);
      case Shape::kList:
        return absl::StrCat("list of ", TypeName(*info.element));
      case Shape::kMap:
        return absl::StrCat("map to ", TypeName(*info.element));
      case Shape::kAny:
        return "any";
    }
    return "";
  }

  std::string LimitsOf(const FieldInfo& field, const Section& section) {
    std::vector<std::string> limits;
    const auto add = [&limits](std::string limit) {
      if (!limit.empty()) limits.push_back(std::move(limit));
    };
    const bool is_map = field.value->shape == Shape::kMap;
    const bool has_items = field.value->element != nullptr;
    if (has_items) {
      add(Amount(field.items.min, field.items.max, is_map ? "entry" : "item",
                 is_map ? "entries" : "items"));
      if (field.items_differ) add("items differ");
      if (!field.list_key.empty()) {
        add(absl::StrCat(
            "items differ in ",
            absl::StrJoin(field.list_key, ", ", [](std::string* out, absl::string_view key) {
              absl::StrAppend(out, Code(key));
            })));
      }
    }
    const absl::string_view each = has_items ? "each " : "";
    if (!field.one_of.empty()) {
      add(absl::StrCat(each, "one of ", Choices(field.one_of)));
      if (!field.experimental_one_of.empty()) {
        add(absl::StrCat(Choices(field.experimental_one_of), " in the experimental channel"));
      }
    }
    if (field.format != nullptr) {
      forms_[field.format->name] = field.format;
      add(absl::StrCat(each, Link(FormHeading(*field.format))));
    }
    if (field.experimental_format != nullptr) {
      forms_[field.experimental_format->name] = field.experimental_format;
      add(absl::StrCat(each, Link(FormHeading(*field.experimental_format)),
                       " in the experimental channel"));
    }
    const std::string length =
        Amount(field.length.min, field.length.max, "character", "characters");
    if (!length.empty()) add(absl::StrCat(each, length));
    if (!field.ip_address_when.field.empty()) {
      add(absl::StrCat("an IPv4 or IPv6 address where ", Code(field.ip_address_when.field), " is ",
                       Code(field.ip_address_when.value)));
    }
    add(RangeOf(field, each));
    const auto initial = section.defaults.find(field.name);
    if (initial != section.defaults.end()) {
      add(absl::StrCat("default ", Code(initial->second)));
    }
    if (!field.since.empty()) add(absl::StrCat("since ", field.since));
    if (field.experimental) add("experimental channel only");
    return absl::StrJoin(limits, "; ");
  }

  // A form may have the name of a type.
  std::string FormHeading(const TextFormat& format) const {
    const bool taken = std::any_of(order_.begin(), order_.end(), [&](const TypeInfo* type) {
      return sections_.at(type).heading == format.name;
    });
    return absl::StrCat(format.name, taken ? " form" : "");
  }

  static std::string RangeOf(const FieldInfo& field, absl::string_view each) {
    Range range = field.range;
    const bool is_int32 = field.value->shape == Shape::kInt32;
    if (is_int32 && range.max == INT32_MAX) range.max = INT64_MAX;
    if (range.min == INT64_MIN && range.max == INT64_MAX) return "";
    if (range.max == INT64_MAX) return absl::StrCat(each, "at least ", range.min);
    if (range.min == INT64_MIN) return absl::StrCat(each, "at most ", range.max);
    return absl::StrCat(each, range.min, " to ", range.max);
  }

  static std::string RuleLine(const RuleInfo& rule) {
    std::string line = "- ";
    if (!rule.field.empty()) absl::StrAppend(&line, "at ", CodeInText(rule.field), ": ");
    absl::StrAppend(&line, CodeInText(rule.message));
    return absl::StrCat(line, ChannelsOf(rule), "\n");
  }
  static absl::string_view ChannelsOf(const RuleInfo& rule) {
    if (!rule.in_standard) return " (experimental channel)";
    return rule.in_experimental ? "" : " (standard channel)";
  }

  static std::string RulesOf(const TypeInfo& type) {
    std::string text;
    for (const RuleInfo& rule : type.rules()) {
      if (!rule.message.empty()) absl::StrAppend(&text, RuleLine(rule));
    }
    if (!text.empty())
      text = absl::StrCat("\nRules, with what is said where one is broken:\n\n", text);
    if (!type.advice().empty()) {
      std::vector<std::string> codes;
      for (const AdviceInfo& advice : type.advice()) {
        codes.push_back(absl::StrCat("[", NameOf(advice.code), "](../codes.md)"));
      }
      absl::StrAppend(&text, "\nWarnings: ", absl::StrJoin(codes, ", "), ".\n");
    }
    if (type.update_rules().empty()) return text;
    absl::StrAppend(&text, "\nRules for updates, which the server alone can check:\n\n");
    for (const RuleInfo& rule : type.update_rules()) absl::StrAppend(&text, RuleLine(rule));
    return text;
  }

  std::vector<const TypeInfo*> order_;
  std::map<const TypeInfo*, Section> sections_;
  std::map<absl::string_view, const TextFormat*> forms_;
};

bool HasChannels(const KindInfo& kind) {
  return absl::StartsWith(kind.group, "gateway.networking.");
}

std::string Versions(const KindInfo& kind) {
  std::string text;
  if (!HasChannels(kind)) {
    for (const VersionInfo& version : kind.versions) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", CodeInText(version.name));
    }
    return absl::StrCat("Version: ", text, "\n");
  }
  absl::StrAppend(&text,
                  "| version | standard channel | experimental channel | |\n|---|---|---|---|\n");
  for (const VersionInfo& version : kind.versions) {
    const std::string name =
        version.former_kind.empty()
            ? Code(version.name)
            : absl::StrCat(Code(version.name), " as ", Code(version.former_kind), " of ",
                           Code(version.former_group));
    absl::StrAppend(&text, "| ", name, " | ", version.served ? "served" : "–", " | ",
                    version.served_in_experimental ? "served" : "–", " | ",
                    version.deprecated.empty()
                        ? ""
                        : absl::StrCat(version.served_in_experimental ? "deprecated" : "gone",
                                       "; use ", Code(version.deprecated)),
                    " |\n");
  }
  return text;
}

std::string KindPage(const KindInfo& kind) {
  const std::shared_ptr<KubernetesObject> fresh = kind.make();
  Page page;
  page.AddTypes(kind.type(), "", static_cast<ApiStruct*>(fresh.get()));
  std::string sections = page.Sections();
  for (const VersionInfo& version : kind.versions) {
    if (version.type == nullptr) continue;
    absl::StrAppend(&sections, "\n## In ", version.name, "\n\nWhat is otherwise there:\n\n",
                    page.Differences(kind.type(), version.type(), ""));
  }
  return absl::StrCat(
      "# ", kind.name, "\n\n", kMadeBy, "\n", kind.type().doc(), "\n\n",
      kind.group.empty() ? std::string("Core group")
                         : absl::StrCat("Group ", CodeInText(kind.group)),
      ", plural ", CodeInText(kind.plural), kind.namespaced ? ", namespaced" : ", cluster-scoped",
      ". Beside the fields below it has `apiVersion`, `kind` and [`metadata`](", kMetadataPage,
      ".md).\n\n", Versions(kind), page.Contents(), sections, page.Forms());
}

std::string MetadataPage() {
  ObjectMeta meta;
  Page page;
  page.AddTypes(TypeOf<ObjectMeta>(), "metadata", static_cast<ApiStruct*>(&meta));
  const std::string sections = page.Sections();
  return absl::StrCat(
      "# ", kMetadataPage, "\n\n", kMadeBy,
      "\nThe `metadata` of all kinds. Names, namespaces, labels and annotations are "
      "checked by the API server's own rules for them.\n",
      sections, page.Forms());
}

std::string VersionNames(const KindInfo& kind, bool standard) {
  std::vector<std::string> names;
  for (const VersionInfo& version : kind.versions) {
    if (standard ? version.served : version.served_in_experimental) {
      names.push_back(Code(version.name));
    }
  }
  return names.empty() ? "–" : absl::StrJoin(names, ", ");
}

std::string IndexPage() {
  std::string text = absl::StrCat("# Reference\n\n", kMadeBy, R"(
Every kind that gwpolicy models, with every field. The tables of the library say it all once: reading, validation,
writing and these pages follow them.

| kind | what it is for | standard channel | experimental channel |
|---|---|---|---|
)");
  for (const KindInfo& kind : AllKinds()) {
    absl::StrAppend(&text, "| [", kind.name, "](", kind.name, ".md) | ", Cell(kind.type().doc()),
                    " | ", VersionNames(kind, true), " | ",
                    HasChannels(kind) ? VersionNames(kind, false) : "", " |\n");
  }
  absl::StrAppend(&text, R"(
Kinds of Kubernetes and of kgateway know no channels. The metadata of all: [)",
                  kMetadataPage, "](", kMetadataPage, R"(.md).

How to read the pages:

- A **default** is put in before anything else is looked at. An empty list is not an absent one.
- Lengths count code points. A **form of text** has its length and pattern at the end of the page; patterns are searched
  for, so one without anchors may match a part.
- **Rules** tie fields of one object together. The words are the API server's, at the field that is named, else at the
  object of the section. Errors of some limits keep all rules from running: missing fields, wrong types, unknown
  choices, too many items, and texts that are too long.
- **Warnings** name the codes of what the server takes and is unwise all the same.
- **Experimental** fields are unknown where the standard channel's definitions are installed (`validate --channel`).
- `status` is what controllers write. The server throws a given one away when an object is created.
- **private** values print as `[redacted]`.
)");
  return text;
}

bool Write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file.good()) std::cerr << path << " cannot be written\n";
  return file.good();
}

int WritePages(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const auto& old : std::filesystem::directory_iterator(folder, error)) {
    if (old.path().extension() == ".md") std::filesystem::remove(old.path(), error);
  }
  bool good = Write(folder / "README.md", IndexPage());
  good = Write(folder / absl::StrCat(kMetadataPage, ".md"), MetadataPage()) && good;
  for (const KindInfo& kind : AllKinds()) {
    good = Write(folder / absl::StrCat(kind.name, ".md"), KindPage(kind)) && good;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace gwpolicy

int main(int argc, char** argv) {
  if (argc == 2) return gwpolicy::WritePages(argv[1]);
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (argc != 1 || workspace == nullptr) {
    std::cerr << "bazel run //docs:update_reference, or with a folder to write to\n";
    return 2;
  }
  return gwpolicy::WritePages(std::filesystem::path(workspace) / "docs" / "reference");
}
