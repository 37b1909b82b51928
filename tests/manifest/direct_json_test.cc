// Holds the shortest way from JSON to objects to the long one: whatever it reads, it reads as the
// parser and the decoder do, to the last position, and what it is not sure of it leaves alone.
#include "gwpolicy/manifest/direct_json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/manifest/decode.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/read_options.h"
#include "gwpolicy/manifest/text_writer.h"
#include "tests/manifest/describe.h"
#include "tests/testing/matchers.h"
#include "tests/testing/object_generator.h"
#include "tests/testing/random.h"

namespace gwpolicy::manifest {
namespace {

using ::gwpolicy::testing::NameOfCase;
using ::gwpolicy::testing::ObjectGenerator;
using ::gwpolicy::testing::Random;
using ::testing::ValuesIn;

std::string PlaceText(const SourcePosition& position) {
  return absl::StrCat(position.line, ":", position.column);
}

// Everything that can be asked of an object, and its places under `paths`.
std::string DescribeObject(const Object& object, const std::vector<std::string>& paths) {
  std::string out = absl::StrCat(object.kind_name(), " of ", object.source()->file(), " ",
                                 ToJson(Encode(object, Secrets::kReveal)), "\n");
  for (const std::string& path : paths) {
    absl::StrAppend(&out, path, " ", PlaceText(object.source()->Find(path)), " ",
                    PlaceText(object.source()->FindName(path)), "\n");
  }
  return out;
}

// The long way. Sets the paths; "" where anything is wrong with the text.
std::string ReadByTree(absl::string_view text, const ReadOptions& options,
                       std::vector<std::string>& paths) {
  std::string out;
  bool is_good = true;
  ParseJson(
      text, options,
      [&](Tree& tree) {
        ObjectPlaces places;
        places.file = "a.json";
        FindingSink sink;
        const Object object =
            DecodeObject(tree, tree.root, {"", "", options.default_namespace}, places, sink);
        is_good = is_good && !object.empty() && sink.findings().empty() && paths.empty();
        for (NodeId node = 1; node <= tree.size(); ++node) {
          paths.push_back(tree.PathOf(node, tree.root));
        }
        if (is_good) out = DescribeObject(object, paths);
      },
      [&](const Problem&) { is_good = false; }, ParseWay::kLibrary);
  return is_good ? out : "";
}

bool IsTaken(absl::string_view text, const ReadOptions& options, Object& object) {
  ObjectPlaces places;
  places.file = "a.json";
  size_t at = 0;
  SourcePosition position{1, 1};
  const bool taken = ReadJsonDirectly(text, options, places, at, position, object);
  EXPECT_TRUE(taken || (at == 0 && object.empty()));
  return taken;
}

// Whether the short way takes it; it has to be read as by the long one then.
bool TakesAsTheTree(absl::string_view text, const ReadOptions& options = ReadOptions()) {
  Object object;
  if (!IsTaken(text, options, object)) return false;
  std::vector<std::string> paths;
  const std::string expected = ReadByTree(text, options, paths);
  EXPECT_EQ(DescribeObject(object, paths), expected) << text;
  return true;
}

class TakenTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(TakenTest, IsReadAsByTheDecoder) { EXPECT_TRUE(TakesAsTheTree(GetParam().text)); }

INSTANTIATE_TEST_SUITE_P(
    Objects, TakenTest,
    ValuesIn<TextCase>({
        {"Small", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})"},
        {"KindFirst", R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"a"}})"},
        {"Spaces",
         "{ \"apiVersion\" : \"v1\" ,\n  \"kind\":\r\n\"Namespace\",\n\n\"metadata\":\t{\n"
         "    \"name\": \"a\"\n  }\n}\n"},
        {"EmptyValues",
         R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a","labels":{ }},)"
         R"("spec":{"ports":[ ],"selector":{}},"status":{}})"},
        {"Nulls",
         R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a","creationTimestamp":)"
         R"(null},"spec":{"ports":null},"status":{"loadBalancer":null,"a":[null,{"b":1}]}})"},
        {"Escapes", R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},)"
                    R"("data":{"a":"one\ntwo\t\"three\" {four}\\"}})"},
        {"Secret", R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},)"
                   R"("data":{"a":"YWJj"},"stringData":{"b":"c"}})"},
        {"IntOrString",
         R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":)"
         R"({"ports":[{"port":80,"targetPort":8080},{"port":81,"targetPort":"x"}]}})"},
        {"Times", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a",)"
                  R"("creationTimestamp":"2024-02-29T23:59:59Z",)"
                  R"("deletionTimestamp":"2024-02-29T23:59:59.5+01:00"}})"},
        {"ManagedFields", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a",)"
                          R"("managedFields":[{"manager":"x","fieldsV1":{"f:a":{".":{}}}}]}})"},
        {"Status",
         R"({"apiVersion":"gateway.networking.k8s.io/v1","kind":"GatewayClass",)"
         R"("metadata":{"name":"a"},"spec":{"controllerName":"a.b/c"},"status":)"
         R"({"conditions":[{"type":"Accepted","status":"True","observedGeneration":3}]}})"},
    }),
    NameOfCase<TextCase>);

class LeftTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(LeftTest, IsLeftToTheDecoder) {
  Object object;
  EXPECT_FALSE(IsTaken(GetParam().text, ReadOptions(), object));
}

INSTANTIATE_TEST_SUITE_P(
    NotSure, LeftTest,
    ValuesIn<TextCase>({
        {"NoObject", R"([1])"},
        {"Empty", R"({})"},
        {"Cut", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"})"},
        {"MetadataFirst", R"({"metadata":{"name":"a"},"apiVersion":"v1","kind":"Namespace"})"},
        {"UnknownKind", R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}})"},
        {"UnknownVersion", R"({"apiVersion":"v2","kind":"Service","metadata":{"name":"a"}})"},
        {"ConvertedVersion", R"({"apiVersion":"gateway.networking.k8s.io/v1alpha2",)"
                             R"("kind":"BackendTLSPolicy","metadata":{"name":"a"}})"},
        {"FormerName", R"({"apiVersion":"gateway.networking.x-k8s.io/v1alpha1",)"
                       R"("kind":"XListenerSet","metadata":{"name":"a"}})"},
        {"List", R"({"apiVersion":"v1","kind":"List","items":[]})"},
        {"NoName", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"labels":{"a":"b"}}})"},
        {"NoMetadata", R"({"apiVersion":"v1","kind":"Namespace","spec":{}})"},
        {"NothingButWhatItIs", R"({"apiVersion":"v1","kind":"Namespace"})"},
        {"UnknownField", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","x":1}})"},
        {"RepeatedKind", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"},)"
                         R"("kind":"Namespace"})"},
        {"RepeatedMetadata", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"},)"
                             R"("metadata":{"name":"a"}})"},
        {"RepeatedField", R"({"apiVersion":"v1","kind":"Namespace","metadata":)"
                          R"({"name":null,"name":"a"}})"},
        {"RepeatedLabel", R"({"apiVersion":"v1","kind":"Namespace","metadata":)"
                          R"({"name":"a","labels":{"b":"c","a":"","b":"c"}}})"},
        {"RepeatedFreeKey", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"},)"
                            R"("spec":{"a":1,"b":2,"a":1}})"},
        {"NullLabel", R"({"apiVersion":"v1","kind":"Namespace","metadata":)"
                      R"({"name":"a","labels":{"b":null}}})"},
        {"NumberForText", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":1}})"},
        {"TextForNumber", R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},)"
                          R"("spec":{"ports":[{"port":"80"}]}})"},
        {"NumberTooLarge", R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},)"
                           R"("spec":{"ports":[{"port":2147483648}]}})"},
        {"Fraction", R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},)"
                     R"("spec":{"ports":[{"port":80.0}]}})"},
        {"NoTime", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a",)"
                   R"("creationTimestamp":"2023-02-29T00:00:00Z"}})"},
        {"NoBase64", R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},)"
                     R"("data":{"a":"!"}})"},
        {"Template", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{ .x }}"}})"},
        {"TemplateBehindAnEscape", R"({"apiVersion":"v1","kind":"Namespace","metadata":)"
                                   R"({"name":"\\{{ .x }}"}})"},
        {"TemplateInAKey", R"({"apiVersion":"v1","kind":"Namespace","metadata":)"
                           R"({"name":"a","labels":{"{{x}}":"b"}}})"},
        {"OtherThanAscii",
         "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":"
         "\"\xC3\xA9\"}}"},
        {"CommaAtTheEnd", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"},})"},
        {"WrongBracket", R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},)"
                         R"("spec":{"ports":[}]}})"},
    }),
    NameOfCase<TextCase>);

TEST(DirectJsonTest, LimitsAreLeftToTheParser) {
  const std::string text =
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labels":{"b":"c"}}})";
  ReadOptions options;
  options.max_depth = 3;
  EXPECT_TRUE(TakesAsTheTree(text, options));
  options.max_depth = 2;
  EXPECT_FALSE(TakesAsTheTree(text, options));
  options = ReadOptions();
  options.max_nodes = 7;
  EXPECT_TRUE(TakesAsTheTree(text, options));
  options.max_nodes = 6;
  EXPECT_FALSE(TakesAsTheTree(text, options));
}

TEST(DirectJsonTest, ObjectsGetTheDefaultNamespaceWhereTheirKindHasNamespaces) {
  ReadOptions options;
  options.default_namespace = "team";
  EXPECT_TRUE(
      TakesAsTheTree(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}})", options));
  EXPECT_TRUE(TakesAsTheTree(
      R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"b"}})", options));
  EXPECT_TRUE(
      TakesAsTheTree(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})", options));
}

TEST(DirectJsonTest, GoesBehindTheObjectAndCountsLines) {
  const std::string text =
      "\n {\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\n\"metadata\":{\"name\":\"a\"}\n  } []";
  ObjectPlaces places;
  size_t at = 2;
  SourcePosition position{2, 2};
  Object object;
  ASSERT_TRUE(ReadJsonDirectly(text, ReadOptions(), places, at, position, object));
  EXPECT_EQ(text.substr(at), " []");
  EXPECT_EQ(PlaceText(position), "4:4");
  EXPECT_EQ(PlaceText(object.source()->Find("")), "2:2");
  EXPECT_EQ(PlaceText(object.source()->Find("metadata.name")), "3:20");
}

// Every kind and field; and the same with a few characters changed, which most often breaks it.
TEST(DirectJsonTest, RandomObjectsAreReadAsByTheDecoder) {
  constexpr absl::string_view kCharacters = " \n{}[]\",:0-1aet.\\{n";
  constexpr int kRounds = 40;
  size_t drawn = 0;
  size_t taken = 0;
  size_t damaged_taken = 0;
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    Random random(seed);
    ObjectGenerator generator(seed, {Channel::kExperimental, {}, {}});
    for (const KindInfo& kind : AllKinds()) {
      if (kind.type == nullptr) continue;
      for (const VersionInfo& version : kind.versions) {
        const Object object = generator.Draw(kind, version);
        const std::string text = ToJson(Encode(object, Secrets::kReveal));
        ++drawn;
        taken += TakesAsTheTree(text) ? 1 : 0;
        for (int i = 0; i < 10; ++i) {
          std::string damaged = text;
          for (size_t n = random.Below(3) + 1; n > 0; --n) {
            damaged[random.Below(damaged.size())] = kCharacters[random.Below(kCharacters.size())];
          }
          damaged_taken += TakesAsTheTree(damaged) ? 1 : 0;
          if (::testing::Test::HasFailure()) return;
        }
      }
    }
  }
  EXPECT_GT(taken, drawn / 3);
  EXPECT_GT(damaged_taken, drawn / 10);
}

}  // namespace
}  // namespace gwpolicy::manifest
