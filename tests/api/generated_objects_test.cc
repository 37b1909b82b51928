// Random objects of every kind, made from the tables, survive being written and read: the same
// object, the same bytes when written again, in whatever order its members came. They are valid, so
// what the tables allow is what validation allows.
//
// More of them: --test_env=GWPOLICY_GENERATED_OBJECTS=N (for each kind, version and channel), other
// ones: --test_env=GWPOLICY_SEED=N.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

using ::gwpolicy::testing::IsServed;
using ::gwpolicy::testing::ObjectGenerator;
using ::gwpolicy::testing::Random;
using ::testing::SizeIs;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// Puts members into another order.
Value::Object Shuffled(Value::Object members, Random& random) {
  for (size_t i = members.size(); i > 1; --i) {
    std::swap(members[i - 1], members[random.Below(i)]);
  }
  return members;
}

Value ShuffledFields(const TypeInfo& type, const Value& value, Random& random);

// Data without a table keeps its order: that is a part of it.
Value ShuffledValue(const ValueInfo& info, const Value& value, Random& random) {
  switch (info.shape) {
    case Shape::kStruct:
      return ShuffledFields(info.struct_type(), value, random);
    case Shape::kList: {
      Value::List items;
      for (const Value& item : *value.AsList()) {
        items.push_back(ShuffledValue(*info.element, item, random));
      }
      return items;
    }
    case Shape::kMap: {
      Value::Object members;
      for (const auto& [key, item] : *value.AsObject()) {
        members.emplace_back(key, ShuffledValue(*info.element, item, random));
      }
      return Shuffled(std::move(members), random);
    }
    case Shape::kString:
    case Shape::kPrivateString:
    case Shape::kBase64:
    case Shape::kBool:
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kIntOrString:
    case Shape::kTime:
    case Shape::kAny:
      return value;
  }
  return value;
}

Value ShuffledFields(const TypeInfo& type, const Value& value, Random& random) {
  Value::Object members;
  for (const auto& [name, member] : *value.AsObject()) {
    const FieldInfo* field = type.Find(name);
    if (name == "metadata") {
      members.emplace_back(name, ShuffledFields(TypeOf<ObjectMeta>(), member, random));
    } else {
      members.emplace_back(
          name, field == nullptr ? member : ShuffledValue(*field->value, member, random));
    }
  }
  return Shuffled(std::move(members), random);
}

struct Source {
  const KindInfo* kind;
  const VersionInfo* version;
  Channel channel;
};

void PrintTo(const Source& source, std::ostream* out) {
  *out << source.kind->name << " " << source.version->name
       << (source.channel == Channel::kStandard ? "" : ", experimental");
}

std::vector<Source> Sources() {
  std::vector<Source> sources;
  for (const KindInfo& kind : AllKinds()) {
    for (const VersionInfo& version : kind.versions) {
      for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
        if (IsServed(version, channel)) sources.push_back({&kind, &version, channel});
      }
    }
  }
  return sources;
}

class GeneratedObjectsTest : public ::testing::TestWithParam<Source> {
 protected:
  const uint64_t seed_ = FromEnvironment("GWPOLICY_SEED", 1);
  const uint64_t count_ = FromEnvironment("GWPOLICY_GENERATED_OBJECTS", 50);
};

TEST_P(GeneratedObjectsTest, SurviveBeingWrittenAndRead) {
  ObjectGenerator generator(seed_, {GetParam().channel, {}, {}});
  Random random(seed_);
  ValidateOptions options;
  options.channel = GetParam().channel;
  uint64_t drawn = 0;
  for (uint64_t i = 0; i < count_; ++i) {
    Object object;
    while (object.empty()) {
      ASSERT_LT(drawn++, 2 * count_) << "too much of what is drawn breaks a rule";
      object = generator.DrawValid(*GetParam().kind, *GetParam().version, 1);
    }
    const Value encoded = Encode(object, Secrets::kReveal);
    const std::string json = manifest::ToJson(encoded);
    const std::string yaml = manifest::ToYaml(encoded);
    const std::string shuffled =
        manifest::ToYaml(ShuffledFields(GetParam().kind->type(), encoded, random));
    for (const std::string& text : {json, manifest::ToJson(encoded, 2), yaml, shuffled}) {
      const manifest::LoadResult result = manifest::ReadText(text, "-");
      // Some of the drawn texts look like those of a chart, which is worth a warning.
      for (const Finding& finding : result.findings) {
        ASSERT_EQ(finding.code, Code::kReadTemplate) << finding.message << "\n" << text;
      }
      ASSERT_THAT(result.objects, SizeIs(1)) << text;
      const Object& back = result.objects[0];
      ASSERT_EQ(back, object) << text;
      const Value again = Encode(back, Secrets::kReveal);
      ASSERT_EQ(manifest::ToYaml(again), yaml);
      ASSERT_EQ(manifest::ToJson(again), json);
      for (const Finding& finding : Validate(back, options)) {
        ASSERT_NE(finding.level, Level::kError) << finding.message << "\n" << text;
      }
    }
  }
  RecordProperty("percent_valid", static_cast<int>(100 * count_ / drawn));
}

// What is redacted shows nothing of what was there, and everything else as it is.
TEST_P(GeneratedObjectsTest, HideOnlyWhatIsPrivate) {
  ObjectGenerator generator(seed_ + 1, {GetParam().channel, {}, {}});
  for (uint64_t i = 0; i < count_; ++i) {
    const Object object = generator.Draw(*GetParam().kind, *GetParam().version);
    Value open = Encode(object, Secrets::kReveal);
    Value closed = Encode(object, Secrets::kRedact);
    const std::string text = manifest::ToYaml(closed);
    EXPECT_FALSE(absl::StrContains(text, "private-")) << text;
    EXPECT_FALSE(absl::StrContains(text, absl::Base64Escape("private-").substr(0, 10))) << text;
    for (const FieldInfo& field : GetParam().kind->type().fields()) {
      const ValueInfo& value =
          field.value->element == nullptr ? *field.value : *field.value->element;
      if (value.shape != Shape::kBase64 && value.shape != Shape::kPrivateString) continue;
      ASSERT_EQ(open.Find(field.name) == nullptr, closed.Find(field.name) == nullptr);
      if (open.Find(field.name) == nullptr) continue;
      open.Set(field.name, Value());
      closed.Set(field.name, Value());
    }
    ASSERT_EQ(manifest::ToYaml(open), manifest::ToYaml(closed));
  }
}

INSTANTIATE_TEST_SUITE_P(All, GeneratedObjectsTest, ::testing::ValuesIn(Sources()),
                         [](const auto& info) {
                           const Source& source = info.param;
                           return absl::StrCat(
                               source.kind->name, "_", source.version->name,
                               source.channel == Channel::kStandard ? "" : "_Experimental");
                         });

TEST(ObjectGeneratorTest, GivesTheSameObjectsForTheSameSeed) {
  for (const KindInfo& kind : AllKinds()) {
    const VersionInfo& version = kind.versions.front();
    ObjectGenerator one(7, {Channel::kExperimental, {}, {}});
    ObjectGenerator same(7, {Channel::kExperimental, {}, {}});
    ObjectGenerator other(8, {Channel::kExperimental, {}, {}});
    const Object first = one.Draw(kind, version);
    EXPECT_EQ(first, same.Draw(kind, version));
    EXPECT_NE(first, other.Draw(kind, version));
    EXPECT_NE(first, one.Draw(kind, version));
  }
}

}  // namespace
}  // namespace gwpolicy
