#include "gwpolicy/manifest/text_writer.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "tests/testing/matchers.h"

namespace gwpolicy::manifest {
namespace {

using ::gwpolicy::testing::NameOfCase;
using ::testing::SizeIs;
using ::testing::ValuesIn;

Value Example() {
  Value value = Value::MakeObject();
  value.Set("text", "a \"b\"\n").Set("number", 5).Set("fraction", 0.1).Set("yes", true);
  value.Set("nothing", Value()).Set("empty", Value::MakeList()).Set("none", Value::MakeObject());
  value.Set("list", Value(Value::List{1, Value::MakeObject().Set("a", "b")}));
  return value;
}

TEST(ToJsonTest, IsCompactWithoutIndent) {
  EXPECT_EQ(ToJson(Example()),
            R"({"text":"a \"b\"\n","number":5,"fraction":0.1,"yes":true,"nothing":null,)"
            R"("empty":[],"none":{},"list":[1,{"a":"b"}]})");
}

TEST(ToJsonTest, PutsMembersOnLinesWithIndent) {
  EXPECT_EQ(ToJson(Value::MakeObject().Set("a", Value(Value::List{1, 2})).Set("b", "c"), 2),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": \"c\"\n}");
}

TEST(ToJsonTest, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(ToJson(std::string("\x01\x7F\t\\\xC3\xA9\xFF")),
            "\"\\u0001\\u007f\\t\\\\\xC3\xA9\xEF\xBF\xBD\"");
  EXPECT_EQ(ToJson(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(ToJson(int64_t{std::numeric_limits<int64_t>::min()}), "-9223372036854775808");
}

struct NumberCase {
  std::string name;
  double number;
  std::string text;
};

class NumberTest : public ::testing::TestWithParam<NumberCase> {};

TEST_P(NumberTest, IsWrittenAsByGo) { EXPECT_EQ(ToJson(GetParam().number), GetParam().text); }

INSTANTIATE_TEST_SUITE_P(Numbers, NumberTest,
                         ValuesIn<NumberCase>({
                             {"Zero", 0, "0"},
                             {"Fraction", 0.1, "0.1"},
                             {"Negative", -2.5, "-2.5"},
                             {"Whole", 80, "80"},
                             {"Large", 1e20, "100000000000000000000"},
                             {"LargeWithDigits", 1.25e20, "125000000000000000000"},
                             {"VeryLarge", 1e21, "1e+21"},
                             {"VeryLargeNegative", -1.5e300, "-1.5e+300"},
                             {"Small", 1.5e-6, "0.0000015"},
                             {"VerySmall", 1.5e-7, "1.5e-7"},
                             {"Digits", 1234.5678, "1234.5678"},
                             {"Third", 1.0 / 3, "0.3333333333333333"},
                         }),
                         NameOfCase<NumberCase>);

TEST(ToYamlTest, IsWhatPeopleWrite) {
  Value value = Value::MakeObject();
  value.Set("name", "web").Set("version", "1.2").Set("text", "one\ntwo\n").Set("flag", "yes");
  value.Set("list", Value(Value::List{Value::MakeObject().Set("a", 1).Set("b", "c"), "d"}));
  EXPECT_EQ(ToYaml(value),
            "name: web\nversion: \"1.2\"\ntext: |\n  one\n  two\nflag: \"yes\"\nlist:\n- a: 1\n"
            "  b: c\n- d\n");
}

// Texts that have to come back as texts.
struct TextCase {
  std::string name;
  std::string text;
};

class RoundTripTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(RoundTripTest, TextStaysText) {
  Value object = Value::MakeObject();
  object.Set("apiVersion", "example.com/v1").Set("kind", "Widget");
  object.Set("metadata", Value::MakeObject().Set("name", "w"));
  const Value spec = Value::MakeObject().Set(GetParam().text, GetParam().text);
  object.Set("spec", spec);
  for (const std::string& text : {ToYaml(object), ToJson(object), ToJson(object, 2)}) {
    const LoadResult result = ReadText(text, "-");
    ASSERT_THAT(result.objects, SizeIs(1)) << text;
    EXPECT_EQ(*result.objects[0].As<UntypedObject>()->body.Find("spec"), spec) << text;
  }
}

std::vector<TextCase> Texts() {
  const std::vector<std::string> texts = {
      "",      "null",       "~",    "true",  "y",       "no",
      "On",    "5",          "010",  "0x1F",  "1e3",     "1_000",
      "-.inf", ".nan",       "1:30", "0o17",  "<<",      "=",
      "- a",   "a: b",       "#c",   "a #b",  "[a]",     "{a}",
      "*a",    "&a",         "!a",   "|",     ">",       "%a",
      "@a",    "`a",         "'a'",  "\"a\"", " a",      "a ",
      "\ta",   "a\n",        "\na",  "a\nb",  "a\n\n",   "a \nb",
      "a\rb",  "a\tb",       "---",  "...",   "a\\nb",   "\xC3\xA9",
      "\x7F",  "2026-01-01", "?",    "-",     "1.2.3.4", "http://a.b:1/c?d=e#f"};
  std::vector<TextCase> cases;
  for (size_t i = 0; i < texts.size(); ++i) cases.push_back({absl::StrCat("Text", i), texts[i]});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Awkward, RoundTripTest, ValuesIn(Texts()), NameOfCase<TextCase>);

}  // namespace
}  // namespace gwpolicy::manifest
