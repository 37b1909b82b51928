#include "tests/testing/object_generator.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/pattern_text.h"

namespace gwpolicy::testing {
namespace {

// Texts that writers and readers of YAML and JSON are apt to get wrong, and some that rules ask
// for.
constexpr absl::string_view kTexts[] = {
    "a",
    "a.com",
    "text with blanks",
    "1s",
    "10s",
    "1h30m",
    "250ms",
    "1.5",
    "/",
    "/a/b",
    "/a%20b",
    "System",
    "*",
    "a.B_1",
    "Get_1",
    "192.0.2.1",
    "2001:db8::1",
    "yes",
    "No",
    "on",
    "y",
    "null",
    "~",
    "true",
    "False",
    "0",
    "010",
    "0x1F",
    "0o17",
    "0b11",
    "1e3",
    "1_000",
    "-1",
    "+1",
    ".5",
    ".inf",
    "-.Inf",
    ".nan",
    "1:30",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    " leading",
    "trailing ",
    "\ttab",
    "tab\tinside",
    "two\nlines",
    "two lines\n",
    "blank lines\n\n\n",
    "\nleading newline",
    "\n",
    "  indented\nless",
    "carriage\rreturn",
    "both\r\nof them",
    "# comment",
    "a # comment",
    "a: b",
    "a:",
    ":",
    "- item",
    "-",
    "--- ",
    "---",
    "...",
    "--- a\nb",
    "? key",
    "?",
    "[list]",
    "{map: a}",
    "}",
    "a, b",
    "&anchor",
    "*alias",
    "!tag",
    "!!str 5",
    "|",
    ">",
    "%directive",
    "@at",
    "`tick`",
    "'single'",
    "\"double\"",
    "it's",
    "back\\slash",
    "\\n",
    "<<",
    "=",
    "{{ template }}",
    "${VARIABLE}",
    "\xC3\xA9t\xC3\xA9",
    "\xE6\xBC\xA2\xE5\xAD\x97",
    "\xF0\x9F\x94\x92",
    "next\xC2\x85line",
    "line\xE2\x80\xA8separator",
    "\xE2\x80\xA9paragraph",
    "\xEF\xBB\xBFmark",
    "no\xC2\xA0"
    "break",
    "\xEF\xBF\xBD",
    "bell\a",
    "escape\x1B[0m",
    "delete\x7F",
};

// Words that mean something to rules or controllers, for forms whose pattern rarely makes them.
struct Words {
  const TextFormat* format;
  std::vector<absl::string_view> words;
};
const std::vector<Words>& KnownWords() {
  static const auto* const kWords = new std::vector<Words>{
      {&kProtocol, {"HTTP", "HTTPS", "TLS", "TCP", "UDP"}},
      {&kKindName, {"Service", "Gateway", "Backend", "ConfigMap", "Secret", "Hostname"}},
      {&kGroup, {"", "gateway.networking.k8s.io", "gateway.kgateway.dev", "networking.istio.io"}},
      {&kAddressType, {"IPAddress", "Hostname", "NamedAddress"}},
      {&kCorsOrigin, {"*", "https://*.example.com:8443"}},
  };
  return *kWords;
}

constexpr absl::string_view kAddresses[] = {
    "192.0.2.1",        "010.0.0.001",    "2001:db8::1",      "::",
    "::ffff:192.0.2.1", "2001:DB8::0:0A", "64:ff9b::1.2.3.4", "::1.2.3.004",
};

constexpr absl::string_view kLabelKeys[] = {
    "app", "a.b/c",   "example.com/Name_1.x", "x", "kgateway", "App.kubernetes", "yes", "1",
    "on",  "y-n/null"};

size_t CodePoints(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool Fits(absl::string_view text, Length length) {
  const size_t points = CodePoints(text);
  return points >= static_cast<size_t>(length.min) &&
         (length.max < 0 || points <= static_cast<size_t>(length.max));
}

std::string FreeText(Length length, Random& random) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const absl::string_view text = random.Pick(kTexts);
    if (Fits(text, length)) return std::string(text);
  }
  const size_t longest = length.max < 0 ? 40 : static_cast<size_t>(std::min(length.max, 40));
  const size_t size = std::max(static_cast<size_t>(length.min), random.Below(longest + 1));
  std::string text;
  while (text.size() < size) text.push_back(static_cast<char>(' ' + random.Below(95)));
  return text;
}

Value FreeValue(int depth, Random& random) {
  switch (random.Below(depth > 2 ? 5 : 7)) {
    case 0:
      return random.Percent(50);
    case 1:
      return static_cast<int64_t>(random.Next() >> random.Below(64));
    case 2:
      return (static_cast<double>(random.Below(2000)) + 0.5) / 8;
    case 3:
    case 4:
      return FreeText(Length{}, random);
    case 5: {
      Value list = Value::MakeList();
      for (size_t i = random.Below(4); i > 0; --i) list.Append(FreeValue(depth + 1, random));
      return list;
    }
    default: {
      Value object = Value::MakeObject();
      for (size_t i = random.Below(4); i > 0; --i) {
        object.Set(FreeText(Length{}, random), FreeValue(depth + 1, random));
      }
      return object;
    }
  }
}

std::string LabelKey(Random& random) { return std::string(random.Pick(kLabelKeys)); }

}  // namespace

const TextFormat* FormatIn(const FieldInfo& field, Channel channel) {
  return channel == Channel::kExperimental && field.experimental_format != nullptr
             ? field.experimental_format
             : field.format;
}

Length LengthIn(const FieldInfo& field, Channel channel) {
  Length length = field.length;
  if (const TextFormat* format = FormatIn(field, channel)) {
    length.min = std::max(length.min, format->min_length);
    if (length.max < 0) length.max = format->max_length;
  }
  return length;
}

std::string TextOfFormat(const TextFormat& format, Length length, Random& random) {
  if (format.pattern.empty()) return FreeText(length, random);
  for (const Words& known : KnownWords()) {
    if (known.format == &format && random.Percent(80)) {
      return std::string(random.Pick(known.words));
    }
  }
  for (int attempt = 0; attempt < 1000; ++attempt) {
    std::string text = TextOfPattern(format.pattern, random);
    if (!Fits(text, length)) continue;
    EXPECT_TRUE(format.matches == nullptr || format.matches(text))
        << format.name << " does not take what its pattern makes: " << text;
    return text;
  }
  ADD_FAILURE() << "no text of the form " << format.name << " fits";
  return "";
}

std::vector<absl::string_view> ObjectGenerator::ChoicesOf(const FieldInfo& field) const {
  std::vector<absl::string_view> choices(field.one_of.begin(), field.one_of.end());
  if (options_.channel == Channel::kExperimental) {
    choices.insert(choices.end(), field.experimental_one_of.begin(),
                   field.experimental_one_of.end());
  }
  return choices;
}

std::string ObjectGenerator::TextFor(const FieldInfo& field, Random& random) const {
  if (!field.one_of.empty()) return std::string(random.Pick(ChoicesOf(field)));
  const Length length = LengthIn(field, options_.channel);
  const TextFormat* format = FormatIn(field, options_.channel);
  if (format != nullptr) return TextOfFormat(*format, length, random);
  if (!field.ip_address_when.field.empty() && random.Percent(70)) {
    return std::string(random.Pick(kAddresses));
  }
  // kgateway's durations have no pattern, but a rule and this length.
  if (length.max == 32 && random.Percent(70)) {
    return absl::StrCat(1 + random.Below(100), random.Percent(30) ? "ms" : "s");
  }
  return FreeText(length, random);
}

int64_t ObjectGenerator::NumberFor(const FieldInfo& field, bool is_int32, Random& random) const {
  if (!field.one_of.empty()) {
    int64_t number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(random.Pick(ChoicesOf(field)), &number)) << field.name;
    return number;
  }
  int64_t min = field.range.min;
  int64_t max = field.range.max;
  if (is_int32) {
    min = std::max<int64_t>(min, std::numeric_limits<int32_t>::min());
    max = std::min<int64_t>(max, std::numeric_limits<int32_t>::max());
  }
  if (random.Percent(15)) return min;
  if (random.Percent(15)) return max;
  const uint64_t span = static_cast<uint64_t>(max) - static_cast<uint64_t>(min);
  const uint64_t reach = random.Percent(70) ? std::min<uint64_t>(span, 1000) : span;
  const uint64_t above = reach == UINT64_MAX ? random.Next() : random.Next() % (reach + 1);
  return static_cast<int64_t>(static_cast<uint64_t>(min) + above);
}

size_t ObjectGenerator::CountFor(const FieldInfo& field, int depth, Way way, Random& random) const {
  const bool at_place = way != nullptr && way->empty();
  if (at_place && options_.items.has_value()) return *options_.items;
  const auto min = static_cast<size_t>(field.items.min);
  const size_t most = depth > 3 ? 2 : 4;
  size_t count = min + random.Below(most);
  if (field.items.max >= 0) count = std::min(count, static_cast<size_t>(field.items.max));
  return way != nullptr ? std::max<size_t>(count, 1) : count;
}

void ObjectGenerator::FillList(const FieldInfo& field, void* list, int depth, Way way,
                               Random& random) {
  const ValueInfo& info = *field.value;
  size_t count = CountFor(field, depth, way, random);
  const auto key_of = [&](const void* item) {
    std::string key;
    if (field.items_differ) {
      key = info.element->shape == Shape::kString
                ? std::string(*static_cast<const Text*>(item))
                : absl::StrCat(*static_cast<const int32_t*>(item));
    }
    for (const absl::string_view name : field.list_key) {
      const FieldInfo* part = info.element->struct_type().Find(name);
      const void* value = part->get(item);
      absl::StrAppend(&key, name, "=",
                      part->value->shape == Shape::kString
                          ? std::string(*static_cast<const Text*>(value))
                          : absl::StrCat(*static_cast<const int32_t*>(value)),
                      ";");
    }
    return key;
  };
  const bool has_keys = field.items_differ || !field.list_key.empty();
  std::set<std::string> keys;
  for (size_t i = 0; i < count; ++i) {
    void* item = info.list_append(list);
    for (int attempt = 0;; ++attempt) {
      FillValue(field, *info.element, item, depth, i == 0 ? way : nullptr, random);
      if (!has_keys || keys.insert(key_of(item)).second) break;
      if (attempt < 50) {
        info.element->clear(item);
        continue;
      }
      // There are no more keys to be had.
      info.clear(list);
      keys.clear();
      count = std::max<size_t>(1, i);
      i = static_cast<size_t>(-1);
      break;
    }
  }
}

void ObjectGenerator::FillMap(const FieldInfo& field, void* map, int depth, Way way,
                              Random& random) {
  const ValueInfo& info = *field.value;
  const size_t count = CountFor(field, depth, way, random);
  std::set<std::string> keys;
  while (keys.size() < count) {
    std::string key = count > 4            ? absl::StrCat("key-", keys.size())
                      : random.Percent(60) ? LabelKey(random)
                                           : FreeText(Length{}, random);
    if (!keys.insert(key).second) continue;
    FillValue(field, *info.element, info.map_append(map, key), depth, way, random);
  }
  info.map_sort(map);
}

void ObjectGenerator::FillValue(const FieldInfo& field, const ValueInfo& info, void* value,
                                int depth, Way way, Random& random) {
  switch (info.shape) {
    case Shape::kString:
      *static_cast<Text*>(value) = TextFor(field, random);
      return;
    case Shape::kPrivateString:
      *static_cast<PrivateText*>(value) =
          PrivateText(absl::StrCat("private-", random.Next(), FreeText(Length{}, random)));
      return;
    case Shape::kBase64: {
      std::string bytes = absl::StrCat("private-", random.Next());
      for (size_t i = random.Below(40); i > 0; --i) {
        bytes.push_back(static_cast<char>(random.Below(256)));
      }
      *static_cast<PrivateBytes*>(value) = PrivateBytes(std::move(bytes));
      return;
    }
    case Shape::kBool:
      *static_cast<bool*>(value) = random.Percent(50);
      return;
    case Shape::kInt32:
      *static_cast<int32_t*>(value) = static_cast<int32_t>(NumberFor(field, true, random));
      return;
    case Shape::kInt64:
      *static_cast<int64_t*>(value) = NumberFor(field, false, random);
      return;
    case Shape::kIntOrString: {
      auto& either = *static_cast<IntOrString*>(value);
      either.is_int = random.Percent(50);
      if (either.is_int) {
        either.number = static_cast<int64_t>(random.Below(200000));
      } else {
        either.text = TextFor(field, random);
      }
      return;
    }
    case Shape::kTime:
      *static_cast<absl::Time*>(value) =
          absl::FromUnixSeconds(static_cast<int64_t>(random.Below(4000000000)));
      return;
    case Shape::kStruct:
      FillStruct(info.struct_type(), value, depth + 1, way, random);
      return;
    case Shape::kList:
      FillList(field, value, depth, way, random);
      return;
    case Shape::kMap:
      FillMap(field, value, depth, way, random);
      return;
    case Shape::kAny:
      *static_cast<Value*>(value) = FreeValue(0, random);
      return;
  }
}

void ObjectGenerator::Express(const FieldInfo& field, const Gene& gene, void* object, int depth,
                              Way way) {
  const uint64_t bit = uint64_t{1} << field.index;
  field.clear(object);
  TypeInfo::GivenBits(object) &= ~bit;
  if (!gene.present) return;
  TypeInfo::GivenBits(object) |= bit;
  void* value = field.mutable_get(object);
  field.value->clear(value);
  Random random(gene.seed);
  FillValue(field, *field.value, value, depth, way, random);
}

size_t ObjectGenerator::BrokenRules(const TypeInfo& type, const void* object) const {
  FindingSink sink;
  for (const RuleInfo& rule : type.rules()) {
    if (options_.channel == Channel::kStandard ? rule.in_standard : rule.in_experimental) {
      rule.Run(object, sink);
    }
  }
  size_t broken = sink.findings().size();
  for (const FieldInfo& field : type.fields()) {
    const absl::string_view decides = field.ip_address_when.field;
    if (decides.empty() || !TypeInfo::IsPresent(field, object)) continue;
    broken +=
        *static_cast<const Text*>(type.Find(decides)->get(object)) == field.ip_address_when.value &&
        !MatchesIpAddress(*static_cast<const Text*>(field.get(object)));
  }
  return broken;
}

void ObjectGenerator::FillStruct(const TypeInfo& type, void* object, int depth, Way way,
                                 Random& random) {
  const absl::Span<const FieldInfo> fields = type.fields();
  const FieldInfo* next = way == nullptr || way->empty() ? nullptr : type.Find(way->front());
  const size_t wanted = next == nullptr ? fields.size() : static_cast<size_t>(next - fields.data());
  absl::Span<const std::string> rest;
  if (wanted < fields.size()) rest = way->subspan(1);

  const auto may_vary = [&](size_t i) {
    return i != wanted && !fields[i].required &&
           !(fields[i].experimental && options_.channel == Channel::kStandard);
  };
  const auto express = [&](size_t i, const Gene& gene) {
    Express(fields[i], gene, object, depth, i == wanted ? &rest : nullptr);
  };
  std::vector<Gene> genes(fields.size());
  const size_t chance = depth < 2 ? 60 : depth < 4 ? 35 : 25;
  for (size_t i = 0; i < fields.size(); ++i) {
    genes[i].seed = random.Next();
    genes[i].present = i == wanted || fields[i].required || (may_vary(i) && random.Percent(chance));
    express(i, genes[i]);
  }

  // Changes that make it no worse are kept.
  size_t broken = BrokenRules(type, object);
  for (int step = 0; step < 300 && broken > 0; ++step) {
    const size_t i = random.Below(fields.size());
    Gene gene = genes[i];
    gene.seed = random.Next();
    if (may_vary(i) && random.Percent(50)) {
      gene.present = !gene.present;
    } else if (!gene.present) {
      continue;
    }
    express(i, gene);
    const size_t now = BrokenRules(type, object);
    if (now <= broken) {
      broken = now;
      genes[i] = gene;
    } else {
      express(i, genes[i]);
    }
  }
}

void ObjectGenerator::FillMetadata(ObjectMeta& meta, bool namespaced) {
  const auto any = [this] { return random_.Percent(30); };
  const auto text = [this] { return FreeText(Length{1, -1}, random_); };
  meta.name = TextOfPattern("^[a-z]([-a-z0-9]*[a-z0-9])?$", random_);
  if (any()) meta.generate_name = absl::StrCat(meta.name, "-");
  if (namespaced && any()) {
    meta.ns = TextOfPattern(kNamespaceName.pattern, random_);
  }
  for (size_t i = any() ? 1 + random_.Below(3) : 0; i > 0; --i) {
    meta.labels[LabelKey(random_)] = TextOfPattern(kLabelValue.pattern, random_);
  }
  for (size_t i = any() ? 1 + random_.Below(3) : 0; i > 0; --i) {
    meta.annotations[LabelKey(random_)] = text();
  }
  if (any()) meta.uid = text();
  if (any()) meta.resource_version = absl::StrCat(random_.Below(1000000));
  if (any()) meta.generation = static_cast<int64_t>(random_.Below(100));
  if (any()) meta.creation_timestamp = absl::FromUnixSeconds(1700000000 + random_.Below(1000000));
  if (any()) {
    meta.deletion_timestamp = absl::FromUnixSeconds(1700000000 + random_.Below(1000000));
    meta.deletion_grace_period_seconds = static_cast<int64_t>(random_.Below(60));
  }
  if (any()) meta.finalizers = {"example.com/keep", "example.com/other"};
  if (any()) {
    meta.owner_references.push_back(Value::MakeObject()
                                        .Set("apiVersion", "apps/v1")
                                        .Set("kind", "Deployment")
                                        .Set("name", "owner")
                                        .Set("uid", text())
                                        .Set("controller", true));
  }
  if (any()) {
    meta.managed_fields.push_back(
        Value::MakeObject()
            .Set("manager", text())
            .Set("operation", "Apply")
            .Set("apiVersion", "v1")
            .Set("time", "2026-01-01T00:00:00Z")
            .Set("fieldsType", "FieldsV1")
            .Set("fieldsV1", Value::MakeObject().Set("f:spec", Value::MakeObject())));
  }
}

Object ObjectGenerator::Draw(const KindInfo& kind, const VersionInfo& version) {
  std::shared_ptr<KubernetesObject> value = kind.make();
  value->api_version = ApiVersionOf(kind, version);
  FillMetadata(value->metadata, kind.namespaced);
  const absl::Span<const std::string> way(options_.place);
  FillStruct(TypeOfVersion(kind, &version), static_cast<ApiStruct*>(value.get()), 0,
             way.empty() ? nullptr : &way, random_);
  return Object(kind.kind, std::move(value), nullptr);
}

Object ObjectGenerator::DrawValid(const KindInfo& kind, const VersionInfo& version, int attempts) {
  ValidateOptions options;
  options.channel = options_.channel;
  for (int i = 0; i < attempts; ++i) {
    Object object = Draw(kind, version);
    const std::vector<Finding> findings = Validate(object, options);
    const bool refused = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.level == Level::kError;
    });
    if (!refused) return object;
  }
  return Object();
}

}  // namespace gwpolicy::testing
