#include "tests/fuzz/manifest_property.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/read_options.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "gwpolicy/validate/validate.h"

namespace gwpolicy::testing {
namespace {

using manifest::LoadResult;
using manifest::ReadOptions;
using manifest::ReadText;

bool IsUtf8(absl::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto first = static_cast<unsigned char>(text[i++]);
    const int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (more < 0 || first > 0xF4 || i + more > text.size()) return false;
    uint32_t rune = more == 0 ? first : first & (0x3F >> more);
    for (int k = 0; k < more; ++k, ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if ((byte & 0xC0) != 0x80) return false;
      rune = rune << 6 | (byte & 0x3F);
    }
    const uint32_t least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0;
    if (rune < least || rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) return false;
  }
  return true;
}

std::vector<Finding> FindingsOf(const Object& object, Channel channel) {
  ValidateOptions options;
  options.channel = channel;
  return Validate(object, options);
}

// Without the places, which writing changes.
std::vector<Finding> Unplaced(std::vector<Finding> findings) {
  for (Finding& finding : findings) {
    finding.file.clear();
    finding.line = 0;
    finding.column = 0;
  }
  return findings;
}

std::string YamlOf(const Object& object) {
  return manifest::ToYaml(Encode(object, Secrets::kReveal));
}

// JSON has no text that is not UTF-8 (`!!binary` may make some); the writers put something else
// there.
bool FitsJson(const Value& value) {
  if (const std::string* text = value.AsString()) return IsUtf8(*text);
  if (const Value::List* list = value.AsList()) {
    return std::all_of(list->begin(), list->end(), FitsJson);
  }
  if (const Value::Object* members = value.AsObject()) {
    return std::all_of(members->begin(), members->end(), [](const Value::Member& member) {
      return IsUtf8(member.first) && FitsJson(member.second);
    });
  }
  return true;
}

std::string TextOf(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    absl::StrAppend(&text, "\n  ", NameOf(finding.code), " ", finding.field_path, ": ",
                    finding.message);
  }
  return text;
}

std::string FaultOfReadAgain(const Object& object, const std::string& text, const char* file_name,
                             bool is_clean) {
  const LoadResult again = ReadText(text, file_name);
  if (again.objects.size() != 1) {
    return absl::StrCat("written and read again it is ", again.objects.size(), " objects",
                        TextOf(again.findings), "\n", text);
  }
  const Object& second = again.objects.front();
  // What could not be read is marked in the object and not in its text; in a status, which servers
  // throw away, without a finding.
  const bool may_be_marked =
      !is_clean || Encode(object, Secrets::kReveal).Find("status") != nullptr;
  if (second != object && (!may_be_marked || YamlOf(second) != YamlOf(object))) {
    return absl::StrCat("written and read again it is another object:\n", text,
                        "\nwhich reads as\n", YamlOf(second), TextOf(again.findings));
  }
  if (!is_clean) return "";
  if (!again.findings.empty()) {
    return absl::StrCat("only the second reading has findings:", TextOf(again.findings), "\n",
                        text);
  }
  for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
    const std::vector<Finding> first = Unplaced(FindingsOf(object, channel));
    const std::vector<Finding> other = Unplaced(FindingsOf(second, channel));
    if (first != other) {
      return absl::StrCat("it is valid otherwise once it was written and read again:",
                          TextOf(first), "\nthen", TextOf(other), "\n", text);
    }
  }
  return "";
}

std::string FaultOfObject(const Object& object, bool is_clean) {
  for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
    const std::vector<Finding> findings = FindingsOf(object, channel);
    if (findings != FindingsOf(object, channel)) return "a second validation says other things";
    for (const Finding& finding : findings) {
      if (finding.message.empty()) return "a finding of validation has no message";
    }
  }
  const Value value = Encode(object, Secrets::kReveal);
  if (!FitsJson(value)) {
    ReadText(manifest::ToYaml(value), "written.yaml");
    ReadText(manifest::ToJson(value), "written.json");
    return "";
  }
  std::string fault = FaultOfReadAgain(object, manifest::ToYaml(value), "written.yaml", is_clean);
  if (fault.empty()) {
    fault = FaultOfReadAgain(object, manifest::ToJson(value), "written.json", is_clean);
  }
  return fault;
}

}  // namespace

std::string ManifestFault(absl::string_view text, const std::string& file_name) {
  const LoadResult first = ReadText(text, file_name);
  const LoadResult second = ReadText(text, file_name);
  if (first.objects != second.objects || first.findings != second.findings) {
    return "a second reading gives another result";
  }
  if (first.objects.empty() && first.findings.empty()) return "neither objects nor findings";

  const int lines = 1 + static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
                      return c == '\n' || c == '\r';
                    }));
  for (const Finding& finding : first.findings) {
    if (finding.message.empty()) return "a finding has no message";
    // YAML 1.1 also breaks lines at three signs that are no ASCII; no more of them than bytes / 2.
    if (finding.line > lines + static_cast<int>(text.size() / 2)) {
      return absl::StrCat("a finding is at line ", finding.line, " of ", lines);
    }
  }
  for (const Object& object : first.objects) {
    std::string fault = FaultOfObject(object, first.findings.empty());
    if (!fault.empty()) return absl::StrCat(object.key().ToString(), ": ", fault);
  }

  ReadOptions tight;
  tight.max_bytes = 2048;
  tight.max_depth = 6;
  tight.max_alias_nodes = 20;
  tight.max_nodes = 60;
  tight.max_documents = 3;
  const LoadResult less = ReadText(text, file_name, tight);
  if (less.objects.empty() && less.findings.empty())
    return "tight limits leave nothing, not a word";
  if (less.findings.empty() && less.objects != first.objects) {
    return "tight limits change the objects without a word";
  }
  return "";
}

}  // namespace gwpolicy::testing
