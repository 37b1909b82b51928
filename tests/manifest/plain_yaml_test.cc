// Holds the short way through YAML to libyaml: whatever it reads, it reads as libyaml does, to the
// last position, and what it is not sure of it leaves alone.
#include "gwpolicy/manifest/plain_yaml.h"

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
  return Describe(text, &ParseYaml, way, options);
}

bool IsTaken(absl::string_view document) {
  Tree tree;
  size_t line = 0;
  return ReadPlainYaml(document, line, ReadOptions(), tree) != PlainYaml::kNo;
}

class TakenTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(TakenTest, IsReadAsByLibyaml) {
  EXPECT_TRUE(IsTaken(GetParam().text));
  EXPECT_EQ(Read(GetParam().text, ParseWay::kShort), Read(GetParam().text, ParseWay::kLibrary));
}

INSTANTIATE_TEST_SUITE_P(
    Plain, TakenTest,
    ValuesIn<TextCase>({
        {"Mapping", "a: 1\nb: two\nc: true\nd: ~\ne:\nf: 1.5\n"},
        {"Nested", "a:\n  b:\n    c: d\n  e: f\ng: h\n"},
        {"DeepIndentation", "a:\n        b: c\n        d: e\nf: g\n"},
        {"SequenceBelowItsKey", "a:\n- b\n- c\nd: e\n"},
        {"SequenceFurtherIn", "a:\n  - b\n  - c\nd: e\n"},
        {"SequenceOfMappings", "a:\n- b: 1\n  c: 2\n-   d: 3\n    e: 4\n"},
        {"SequenceOfSequences", "- - a\n  - b\n-\n  - c\n- d\n"},
        {"EmptyItems", "a:\n-\n- b\n-\nc:\n"},
        {"ItemsWithASequenceBelowTheirKey", "- a:\n  - b\n  c: d\n- e\n"},
        {"KeysWithASpaceBeforeTheColon", "a : b\n\"c\" : d\n"},
        {"QuotedTexts", "a: \"x y\"\nb: 'it''s'\n\"c d\": e\n'f': \"\"\ng: ''\n"},
        {"Escapes", "a: \"tab\\t newline\\n quote\\\" back\\\\slash\\/\"\n"},
        {"Comments", "# one\na: b # two\n# three\nc: # four\n  # five\n  d: e\n  #six\nf: g#h\n"},
        {"ColonsAndHashesInTexts", "a: http://b.c:8080/d#e\nb: x:y\n"},
        {"Dashes", "a: -1\nb: --\nc: -x\nd: a - b\n"},
        {"Marker", "---\na: b\n"},
        {"MarkerWithComment", "--- # first\na: b\n"},
        {"NothingAtAll", "\n# nothing\n"},
        {"NoLastLineBreak", "a:\n  b: c"},
        {"NothingAsTheLastValue", "a:"},
        {"TrailingSpaces", "a: b   \nc:   \n  d: e \n   \n"},
        {"EmptyLines", "\n\na: b\n\n\nc: d\n\n"},
        {"RepeatedKeys", "a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n"},
        {"KeysThatAreNoText", "true: a\n1: b\n~: c\n010: d\nyes: e\n"},
        {"FlowCollections", "a: []\nb: {}\nc: [x, 1, \"y z\"]\nd: {e: f, g: [h, {i: j}]}\n"},
        {"FlowSpaces", "a: [ x , y ]\nb: { c: d }\n"},
        {"FlowItems", "- [a, b]\n- {c: d}\n- []\n"},
        {"LiteralBlock", "a: |\n  one\n   two\n\n  three\nb: c\n"},
        {"LiteralBlockAtTheEnd", "a: |\n  one\n  two\n\n\n"},
        {"LiteralBlockThatIsStripped", "a: |-\n  one\n\n\nb: c\n"},
        {"LiteralBlockThatIsKept", "a: |+\n  one\n\n\nb: c\n"},
        {"LiteralBlockInASequence", "a:\n- |\n  one\n- b: |\n    two\n    # no comment\n  c: d\n"},
        {"LiteralBlockWithSpaces", "a: |\n  one  \n     \n  \ntwo: x\n"},
        {"LiteralBlockWithComment", "a: | # why\n  one\n# out\nb: c\n"},
        {"PlainTextsWithBrackets", "a: b[0]\nc: d{e}\nf: g,h\n"},
    }),
    NameOfCase<TextCase>);

class LeftTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(LeftTest, IsLeftToLibyaml) {
  EXPECT_FALSE(IsTaken(GetParam().text));
  EXPECT_EQ(Read(GetParam().text, ParseWay::kShort), Read(GetParam().text, ParseWay::kLibrary));
}

INSTANTIATE_TEST_SUITE_P(NotSure, LeftTest,
                         ValuesIn<TextCase>({
                             {"Tabs", "a:\tb\n"},
                             {"CarriageReturns", "a: b\r\nc: d\r\n"},
                             {"OtherThanAscii", "a: \xC3\xA9\n"},
                             {"Control", std::string("a: \x01\n")},
                             {"Anchor", "a: &x b\nc: *x\n"},
                             {"MergeKey", "a:\n  <<: {b: c}\n"},
                             {"Tag", "a: !!str 1\n"},
                             {"ExplicitKey", "? a\n: b\n"},
                             {"TextOverLines", "a: b\n  c\n"},
                             {"QuotedTextOverLines", "a: \"b\n  c\"\n"},
                             {"TextBelowItsKey", "a:\n  b\n"},
                             {"FoldedBlock", "a: >\n  b\n"},
                             {"IndentedLiteral", "a: |2\n   b\n"},
                             {"EmptyLiteral", "a: |\nb: c\n"},
                             {"LiteralWithoutLastLineBreak", "a: |\n  b"},
                             {"Directive", "%YAML 1.1\n"},
                             {"NothingBehindTheMarker", "---\n# nothing\n\n"},
                             {"EndOfDocument", "a: b\n...\n"},
                             {"ValueWithColon", "a: b: c\n"},
                             {"DashBehindKey", "a: - b\n"},
                             {"TooFarIn", "a: b\n  c: d\n"},
                             {"BetweenLevels", "a:\n    b: c\n  d: e\n"},
                             {"NoKey", "a: b\nc\n"},
                             {"Scalar", "abc\n"},
                             {"FlowOverLines", "a: [b,\n  c]\n"},
                             {"FlowWithoutSpaces", "a: {b:c}\n"},
                             {"CommaAtTheEnd", "a: [b,]\n"},
                             {"CommentWithoutSpace", "a: \"b\"#c\n"},
                             {"UnknownEscape", "a: \"\\x41\"\n"},
                             {"Infinity", "a: .inf\n"},
                             {"NoNumber", "a: [.nan]\n"},
                             {"LongKey", std::string(2000, 'k') + ": v\n"},
                         }),
                         NameOfCase<TextCase>);

TEST(PlainYamlTest, LimitsAreToldInTheSameWords) {
  ReadOptions options;
  options.max_depth = 3;
  const std::string deep = "a:\n  b:\n    c:\n      d: e\n---\nf: g\n";
  EXPECT_EQ(Read(deep, ParseWay::kShort, options), Read(deep, ParseWay::kLibrary, options));
  options = ReadOptions();
  options.max_nodes = 3;
  const std::string wide = "a: 1\nb: 2\nc: 3\nd: 4\n---\nf: g\n";
  EXPECT_EQ(Read(wide, ParseWay::kShort, options), Read(wide, ParseWay::kLibrary, options));
  options = ReadOptions();
  options.max_documents = 2;
  const std::string many = "a: 1\n---\nb: 2\n---\nc: 3\n---\nd: 4\n";
  EXPECT_EQ(Read(many, ParseWay::kShort, options), Read(many, ParseWay::kLibrary, options));
}

// Lines as manifests have them, put together with no regard for sense.
std::string AnyText(Random& random) {
  static const std::vector<std::string> kBegins = {"",  "",   "",   "- ",    "- - ", "-   ",
                                                   "-", "# ", "? ", "a: - ", "-\n",  "- # c\n"};
  static const std::vector<std::string> kKeys = {
      "a:",   "b:",    "name: ", "\"q k\": ", "'s': ",
      "k : ", "1: ",   "yes: ",  "x: ",       "long-key-name.io/x: ",
      "<<: ", "a:b: ", "",       "",          "? ",
      "c:#d "};
  static const std::vector<std::string> kValues = {"",
                                                   "v",
                                                   " v",
                                                   "80",
                                                   "0x1F",
                                                   "\"text\"",
                                                   "'it''s'",
                                                   "\"\\n\\\"\"",
                                                   "|",
                                                   "|-",
                                                   "|+",
                                                   ">",
                                                   "[]",
                                                   "{}",
                                                   "[a, b]",
                                                   "{a: b, c: 1}",
                                                   "true",
                                                   "~",
                                                   "v # c",
                                                   " # c",
                                                   "v#c",
                                                   "a b  c",
                                                   "a: b",
                                                   "http://x:80/y",
                                                   "-1",
                                                   "- x",
                                                   "&a v",
                                                   "*a",
                                                   "!!str 1",
                                                   "\"open",
                                                   "{a: b",
                                                   "[a,]",
                                                   "'a' b",
                                                   "\"a\": b",
                                                   "[[a], {b: [c]}]",
                                                   "{\"a\": \"b\"}",
                                                   "%x",
                                                   "@y",
                                                   "1.5e3",
                                                   ".inf",
                                                   "x:"};
  std::string text;
  int indent = 0;
  const size_t lines = 1 + random.Below(9);
  for (size_t i = 0; i < lines; ++i) {
    const size_t sort = random.Below(30);
    if (sort == 0) {
      text += random.Below(2) == 0 ? "---\n" : "...\n";
      continue;
    }
    if (sort == 1) {
      text += random.Below(2) == 0 ? "\n" : std::string(random.Below(6), ' ') + "\n";
      continue;
    }
    // Mostly the same indentation or one of the usual steps from it.
    const size_t step = random.Below(8);
    if (step < 3) indent += 2;
    if (step == 3 && indent >= 2) indent -= 2;
    if (step == 4) indent = 0;
    if (step == 5 && random.Below(4) == 0) indent = static_cast<int>(random.Below(7));
    text += std::string(static_cast<size_t>(indent), ' ') + random.Pick(kBegins) +
            random.Pick(kKeys) + random.Pick(kValues) + (random.Below(12) == 0 ? "  " : "");
    if (i + 1 < lines || random.Below(4) > 0) text += "\n";
  }
  return text;
}

// A manifest with a few characters changed.
std::string Damaged(std::string text, Random& random) {
  static constexpr absl::string_view kCharacters = " \n:-#'\"|>[]{},&*!%?a1.\\";
  for (size_t damages = random.Below(4); damages > 0; --damages) {
    const size_t at = random.Below(text.size());
    const char c = kCharacters[random.Below(kCharacters.size())];
    switch (random.Below(3)) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        text.erase(at, 1);
        break;
      default:
        text[at] = c;
        break;
    }
  }
  return text;
}

constexpr absl::string_view kManifest = R"(---
# A policy
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata:
  name: web
  labels: {app: web, "tier": front}
spec:
  targetRefs:
  - group: ""
    kind: Service
    name: web        # the port is 8443
    sectionName: https
  validation:
    hostname: 'web.example.com'
    caCertificateRefs:
      - {group: "", kind: ConfigMap, name: ca}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ca}
data:
  ca.crt: |
    -----BEGIN CERTIFICATE-----
    AAAA
    -----END CERTIFICATE-----
  other: |-
    x

     y
  list: "a\tb"
)";

TEST(PlainYamlTest, TheManifestOfThePropertyTestIsPlain) {
  const size_t second = kManifest.find("---\n", 1);
  EXPECT_TRUE(IsTaken(kManifest.substr(0, second)));
  EXPECT_TRUE(IsTaken(kManifest.substr(second)));
}

TEST(PlainYamlTest, RandomTextsAreReadAsByLibyaml) {
  constexpr int kTexts = 20000;
  int taken = 0;
  for (uint64_t seed = 1; seed <= kTexts; ++seed) {
    Random random(seed);
    const std::string text =
        random.Below(2) == 0 ? AnyText(random) : Damaged(std::string(kManifest), random);
    taken += IsTaken(text) ? 1 : 0;
    ASSERT_EQ(Read(text, ParseWay::kShort), Read(text, ParseWay::kLibrary))
        << "seed " << seed << ":\n"
        << text;
  }
  // Most of the random lines are no YAML at all, and a manifest here is two documents.
  EXPECT_GT(taken, kTexts / 50);
}

}  // namespace
}  // namespace gwpolicy::manifest
