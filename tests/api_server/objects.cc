// Writes random objects of the Gateway API, most of them damaged, one JSON object a line, and what
// gwpolicy says to each: the same form in which main.go gives the API server's answers.
//
//   objects FOLDER CHANNEL COUNT [SEED]     writes FOLDER/objects.jsonl and FOLDER/ours.jsonl
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/object_generator.h"
#include "tests/testing/random.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::IsServed;
using ::gwpolicy::testing::ObjectGenerator;
using ::gwpolicy::testing::Random;

// Who managed which field is the server's own affair.
void ForgetManagers(Value& object) {
  for (Value::Member& member : *object.AsObject()) {
    if (member.first != "metadata") continue;
    Value::Object& fields = *member.second.AsObject();
    fields.erase(
        std::remove_if(fields.begin(), fields.end(),
                       [](const Value::Member& field) { return field.first == "managedFields"; }),
        fields.end());
  }
}

// Every value of an object below its metadata, for one to be picked.
void Collect(Value& value, std::vector<Value*>& all) {
  all.push_back(&value);
  if (Value::List* list = value.AsList()) {
    for (Value& item : *list) Collect(item, all);
  } else if (Value::Object* members = value.AsObject()) {
    for (Value::Member& member : *members) Collect(member.second, all);
  }
}

Value AnyScalar(Random& random) {
  static const std::vector<Value> kScalars = {
      Value(),
      Value(true),
      Value(0),
      Value(-1),
      Value(1),
      Value(65536),
      Value(int64_t{3000000000}),
      Value(int64_t{-3000000000}),
      Value(1.5),
      Value(1e20),
      Value(""),
      Value("x"),
      Value("-"),
      Value("*.a.com"),
      Value("1.2.3.4"),
      Value("A_B/c d"),
      Value("a\nb"),
      Value("\xC3\xA9"),
      Value("5s"),
      Value("HTTP"),
      Value("Terminate"),
      Value("Exact"),
      Value(std::string(64, 'a')),
      Value(std::string(254, 'a')),
      Value(std::string(5000, 'b')),
      Value::MakeList(),
      Value::MakeObject(),
  };
  return random.Pick(kScalars);
}

// One change of the sort that people and templates make.
void Damage(Value& object, Random& random) {
  Value::Object& members = *object.AsObject();
  std::vector<Value*> all;
  for (Value::Member& member : members) {
    if (member.first != "apiVersion" && member.first != "kind" && member.first != "metadata") {
      Collect(member.second, all);
    }
  }
  if (all.empty()) return;
  Value& place = *all[random.Below(all.size())];
  const size_t sort = random.Below(10);
  Value::List* list = place.AsList();
  Value::Object* fields = place.AsObject();
  if (list != nullptr && !list->empty() && sort < 6) {
    const size_t item = random.Below(list->size());
    if (sort < 3) {
      Value copy = (*list)[item];
      list->push_back(std::move(copy));
    } else if (sort < 5) {
      list->erase(list->begin() + static_cast<std::ptrdiff_t>(item));
    } else {
      const Value copy = (*list)[item];
      for (int i = 0; i < 20; ++i) list->push_back(copy);
    }
  } else if (fields != nullptr && !fields->empty() && sort < 7) {
    const size_t field = random.Below(fields->size());
    if (sort < 4) {
      fields->erase(fields->begin() + static_cast<std::ptrdiff_t>(field));
    } else if (sort < 6) {
      // The value of one field under another one's name.
      (*fields)[field].second = (*fields)[random.Below(fields->size())].second;
    } else {
      place.Set("surely", AnyScalar(random));
    }
  } else {
    place = AnyScalar(random);
  }
}

Value Answer(size_t index, const std::string& text, Channel channel) {
  Value causes = Value::MakeList();
  const auto add = [&causes](const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      if (finding.level != Level::kError) continue;
      Value cause = Value::MakeObject();
      cause.Set("field", finding.field_path.empty() ? "<nil>" : finding.field_path);
      cause.Set("message", finding.message);
      causes.Append(std::move(cause));
    }
  };
  const manifest::LoadResult result = manifest::ReadText(text, "-");
  add(result.findings);
  ValidateOptions options;
  options.channel = channel;
  for (const Object& object : result.objects) add(Validate(object, options));
  Value answer = Value::MakeObject();
  answer.Set("index", static_cast<int64_t>(index));
  answer.Set("causes", std::move(causes));
  return answer;
}

int Write(const std::string& folder, Channel channel, int count, uint64_t seed) {
  std::ofstream objects(folder + "/objects.jsonl");
  std::ofstream ours(folder + "/ours.jsonl");
  std::vector<const KindInfo*> kinds;
  for (const KindInfo& kind : AllKinds()) {
    if (absl::StrContains(kind.group, "networking")) kinds.push_back(&kind);
  }
  Random random(seed);
  size_t index = 0;
  while (index < static_cast<size_t>(count)) {
    const KindInfo& kind = *random.Pick(kinds);
    const VersionInfo& version = random.Pick(kind.versions);
    if (!IsServed(version, channel)) continue;
    ObjectGenerator::Options options;
    options.channel = channel;
    const Object object = ObjectGenerator(random.Next(), options).Draw(kind, version);
    if (object.empty()) continue;
    Value root = Encode(object, Secrets::kReveal);
    ForgetManagers(root);
    for (size_t damages = random.Below(4); damages > 0; --damages) Damage(root, random);
    const std::string text = manifest::ToJson(root);
    objects << text << "\n";
    ours << manifest::ToJson(Answer(index++, text, channel)) << "\n";
  }
  return objects.flush() && ours.flush() ? 0 : 1;
}

int Main(const std::vector<std::string>& arguments) {
  int count = 0;
  uint64_t seed = 1;
  const bool good = (arguments.size() == 3 || arguments.size() == 4) &&
                    absl::SimpleAtoi(arguments[2], &count) &&
                    (arguments.size() == 3 || absl::SimpleAtoi(arguments[3], &seed));
  if (!good) {
    std::cerr << "usage: objects FOLDER standard|experimental COUNT [SEED]\n";
    return 2;
  }
  const Channel channel =
      arguments[1] == "experimental" ? Channel::kExperimental : Channel::kStandard;
  return Write(arguments[0], channel, count, seed);
}

}  // namespace
}  // namespace gwpolicy

int main(int argc, char** argv) {
  return gwpolicy::Main(std::vector<std::string>(argv + 1, argv + argc));
}
