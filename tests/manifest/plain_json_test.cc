// Holds the short way through JSON to simdjson: whatever it reads, it reads as simdjson does, to
// the last position, and what it is not sure of it leaves alone.
#include "gwpolicy/manifest/plain_json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/read_options.h"
#include "tests/manifest/describe.h"
#include "tests/testing/matchers.h"
#include "tests/testing/random.h"

namespace gwpolicy::manifest {
namespace {

using ::gwpolicy::testing::NameOfCase;
using ::gwpolicy::testing::Random;
using ::testing::ValuesIn;

std::string Read(absl::string_view text, ParseWay way, const ReadOptions& options = ReadOptions()) {
  const auto parse = [](absl::string_view all, const ReadOptions& limits, DocumentFn on_document,
                        ProblemFn on_problem,
                        ParseWay by) { ParseJson(all, limits, on_document, on_problem, by); };
  return Describe(text, parse, way, options);
}

bool IsTaken(absl::string_view text) {
  Tree tree;
  size_t at = 0;
  SourcePosition position{1, 1};
  return ReadPlainJson(text, ReadOptions(), tree, at, position);
}

class TakenJsonTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(TakenJsonTest, IsReadAsBySimdjson) {
  EXPECT_TRUE(IsTaken(GetParam().text));
  EXPECT_EQ(Read(GetParam().text, ParseWay::kShort), Read(GetParam().text, ParseWay::kLibrary));
}

INSTANTIATE_TEST_SUITE_P(
    Plain, TakenJsonTest,
    ValuesIn<TextCase>({
        {"Empty", "{}"},
        {"EmptyList", "[ ]"},
        {"Scalars", R"({"a": 1, "b": -20, "c": "x", "d": true, "e": false, "f": null, "g": 0})"},
        {"Nested", R"({"a": {"b": [1, [2, {"c": []}], {}]}})"},
        {"Lines", "{\n  \"a\": [\n    1,\r\n\t2\n  ]\n}\n"},
        {"Escapes", R"({"a\"b": "\\ \/ \b \f \n \r \t \" end"})"},
        {"RepeatedKeys", R"({"a": 1, "b": 2, "a": 3})"},
        {"SeveralValues", "{\"a\": 1}\n{\"b\": 2} {\"c\": 3}\n---\n[4]\n"},
        {"LongNumbers", R"({"a": 123456789012345678, "b": -999999999999999999})"},
        {"BadValueBehind", "{\"a\": 1}\n{\"b\": }\n{\"c\": 3}"},
    }),
    NameOfCase<TextCase>);

class LeftJsonTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(LeftJsonTest, IsLeftToSimdjson) {
  EXPECT_FALSE(IsTaken(GetParam().text));
  EXPECT_EQ(Read(GetParam().text, ParseWay::kShort), Read(GetParam().text, ParseWay::kLibrary));
}

INSTANTIATE_TEST_SUITE_P(NotSure, LeftJsonTest,
                         ValuesIn<TextCase>({
                             {"Fractions", R"({"a": 1.0})"},
                             {"Exponents", R"({"a": 1e3})"},
                             {"LargeNumbers", R"({"a": 12345678901234567890})"},
                             {"MinusZero", R"({"a": -0})"},
                             {"LeadingZero", R"({"a": 01})"},
                             {"UnicodeEscape", R"({"a": "\u0041"})"},
                             {"OtherThanAscii", "{\"a\": \"\xC3\xA9\"}"},
                             {"ControlInText", "{\"a\": \"b\tc\"}"},
                             {"NoValue", R"({"a": })"},
                             {"NoColon", R"({"a" 1})"},
                             {"CommaAtTheEnd", R"({"a": 1,})"},
                             {"CommaAtTheEndOfAList", R"({"a": [1,]})"},
                             {"KeyWithoutQuotes", R"({a: 1})"},
                             {"Unclosed", R"({"a": [1})"},
                             {"Cut", R"({"a": "b)"},
                             {"WordsThatGoOn", R"({"a": trueish})"},
                             {"NumberThatGoesOn", R"({"a": 1x})"},
                             {"Scalar", "12"},
                             {"Comment", "{\"a\": 1 /* x */}"},
                         }),
                         NameOfCase<TextCase>);

TEST(PlainJsonTest, LimitsAreToldInTheSameWords) {
  ReadOptions options;
  options.max_depth = 2;
  const std::string deep = R"({"a": {"b": {"c": 1}}} {"d": 1})";
  EXPECT_EQ(Read(deep, ParseWay::kShort, options), Read(deep, ParseWay::kLibrary, options));
  options = ReadOptions();
  options.max_nodes = 3;
  const std::string wide = R"({"a": 1, "b": 2, "c": 3} {"d": 1})";
  EXPECT_EQ(Read(wide, ParseWay::kShort, options), Read(wide, ParseWay::kLibrary, options));
  options = ReadOptions();
  options.max_documents = 2;
  const std::string many = "{} {} {} {}";
  EXPECT_EQ(Read(many, ParseWay::kShort, options), Read(many, ParseWay::kLibrary, options));
}

std::string AnyValue(Random& random, int depth) {
  static const std::vector<std::string> kScalars = {
      "1",    "-7",  "0",   "true",    "false",       "null",         "\"text\"",
      "\"\"", "1.5", "2e3", "\"\\n\"", "\"\\u00e9\"", "\"\xC3\xA9\"", "99999999999999999999",
      "01",   "nul"};
  static const std::vector<std::string> kSpaces = {"", "", "", " ", "\n", "\r\n  ", "\t"};
  const auto space = [&] { return random.Pick(kSpaces); };
  if (depth == 0 || random.Below(3) == 0) return random.Pick(kScalars);
  const bool is_object = random.Below(2) == 0;
  std::string text = is_object ? "{" : "[";
  for (size_t i = random.Below(4); i > 0; --i) {
    text += space();
    if (is_object)
      text += "\"" + std::string(1, static_cast<char>('a' + random.Below(4))) + "\"" + space() +
              ":" + space();
    text += AnyValue(random, depth - 1) + space() + (i > 1 ? "," : "");
  }
  return text + space() + (is_object ? "}" : "]");
}

TEST(PlainJsonTest, RandomTextsAreReadAsBySimdjson) {
  constexpr absl::string_view kCharacters = " \n{}[]\",:0-1aet.\\";
  constexpr int kTexts = 20000;
  int taken = 0;
  for (uint64_t seed = 1; seed <= kTexts; ++seed) {
    Random random(seed);
    std::string text = "{\"a\": " + AnyValue(random, 4) + "}";
    if (random.Below(3) == 0)
      text += (random.Below(2) == 0 ? "\n" : "\n---\n") + AnyValue(random, 3);
    for (size_t damages = random.Below(3); damages > 0; --damages) {
      text[random.Below(text.size())] = kCharacters[random.Below(kCharacters.size())];
    }
    taken += IsTaken(text) ? 1 : 0;
    ASSERT_EQ(Read(text, ParseWay::kShort), Read(text, ParseWay::kLibrary))
        << "seed " << seed << ":\n"
        << text;
  }
  EXPECT_GT(taken, kTexts / 10);
}

}  // namespace
}  // namespace gwpolicy::manifest
