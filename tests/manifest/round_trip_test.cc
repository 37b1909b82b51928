// For each kind: an object with every field set, written as text and read back, is the same object.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "tests/testing/matchers.h"

namespace gwpolicy::manifest {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Gives every member a value that differs from its initial one and from its neighbours'.
class Filler {
 public:
  void FillStruct(const TypeInfo& type, void* object) {
    for (const FieldInfo& field : type.fields()) {
      void* value = field.mutable_get(object);
      field.value->clear(value);
      Fill(*field.value, value);
      // A type without fields says all by being there.
      if (field.value->shape == Shape::kStruct && field.value->struct_type().fields().empty()) {
        EXPECT_TRUE(field.is_optional) << type.name() << "." << field.name;
        continue;
      }
      EXPECT_FALSE(field.value->is_zero(value)) << type.name() << "." << field.name;
    }
  }

 private:
  void Fill(const ValueInfo& info, void* value) {
    ++count_;
    switch (info.shape) {
      case Shape::kString:
        *static_cast<Text*>(value) = absl::StrCat("text-", count_);
        return;
      case Shape::kPrivateString:
        *static_cast<PrivateText*>(value) = PrivateText(absl::StrCat("private-", count_));
        return;
      case Shape::kBase64:
        *static_cast<PrivateBytes*>(value) =
            PrivateBytes(std::string("\0\xFF", 2) + absl::StrCat(count_));
        return;
      case Shape::kBool:
        *static_cast<bool*>(value) = true;
        return;
      case Shape::kInt32:
        *static_cast<int32_t*>(value) = count_;
        return;
      case Shape::kInt64:
        *static_cast<int64_t*>(value) = (int64_t{1} << 40) + count_;
        return;
      case Shape::kIntOrString:
        static_cast<IntOrString*>(value)->text = absl::StrCat("port-", count_);
        return;
      case Shape::kTime:
        *static_cast<absl::Time*>(value) = absl::FromUnixSeconds(1700000000 + count_);
        return;
      case Shape::kStruct:
        FillStruct(info.struct_type(), value);
        return;
      case Shape::kList:
        Fill(*info.element, info.list_append(value));
        Fill(*info.element, info.list_append(value));
        return;
      case Shape::kMap:
        Fill(*info.element, info.map_append(value, absl::StrCat("key.", count_)));
        Fill(*info.element, info.map_append(value, absl::StrCat("key/", count_)));
        info.map_sort(value);
        return;
      case Shape::kAny:
        *static_cast<Value*>(value) =
            Value::MakeObject().Set("free", Value(Value::List{count_, "x", true, 0.5}));
        return;
    }
  }

  int count_ = 0;
};

class RoundTripTest : public ::testing::TestWithParam<const KindInfo*> {};

TEST_P(RoundTripTest, EveryFieldSurvivesJsonAndYaml) {
  const KindInfo& kind = *GetParam();
  for (const VersionInfo& version : kind.versions) {
    std::shared_ptr<KubernetesObject> value = kind.make();
    value->api_version = ApiVersionOf(kind, version);
    Filler filler;
    filler.FillStruct(TypeOf<ObjectMeta>(), static_cast<ApiStruct*>(&value->metadata));
    filler.FillStruct(TypeOfVersion(kind, &version), static_cast<ApiStruct*>(value.get()));
    const Object object(kind.kind, std::move(value), nullptr);

    const Value encoded = Encode(object, Secrets::kReveal);
    for (const std::string& text : {ToJson(encoded), ToJson(encoded, 2), ToYaml(encoded)}) {
      const LoadResult result = ReadText(text, "-");
      for (const Finding& finding : result.findings) {
        EXPECT_EQ(finding.code, Code::kReadConverted) << finding.message << "\n" << text;
      }
      ASSERT_THAT(result.objects, SizeIs(1)) << text;
      EXPECT_EQ(result.objects[0], object) << text;
      EXPECT_EQ(Encode(result.objects[0], Secrets::kReveal), encoded);
    }
  }
}

TEST_P(RoundTripTest, AnObjectWithNothingSetSurvivesToo) {
  const KindInfo& kind = *GetParam();
  std::shared_ptr<KubernetesObject> value = kind.make();
  value->metadata.name = "only-a-name";
  const Object object(kind.kind, std::move(value), nullptr);
  const LoadResult result = ReadText(ToYaml(Encode(object, Secrets::kReveal)), "-");
  EXPECT_THAT(result.findings, IsEmpty());
  ASSERT_THAT(result.objects, SizeIs(1));
  EXPECT_EQ(result.objects[0], object);
}

// Kinds that are known by name alone keep what no table describes.
class UntypedRoundTripTest : public ::testing::TestWithParam<const char*> {};

TEST_P(UntypedRoundTripTest, AllThatTheTextSaysSurvives) {
  const std::string text =
      absl::StrCat("apiVersion: gateway.kgateway.dev/v1alpha1\nkind: ", GetParam(), R"(
metadata:
  name: a
  labels:
    b: "1"
spec:
  targetRefs:
  - group: gateway.networking.k8s.io
    kind: HTTPRoute
    name: r
  rateLimit:
    local:
      tokenBucket:
        maxTokens: 1
        share: 0.5
  empty: {}
  list: []
  nothing: null
  octal: "010"
  text: '{{ request_header("x") }}'
  "yes": true
status:
  ancestors: []
more: kept
)");
  ReadOptions options;
  options.default_namespace = "ns";
  const LoadResult result = ReadText(text, "-", options);
  EXPECT_THAT(result.findings, IsEmpty());
  ASSERT_THAT(result.objects, SizeIs(1));
  EXPECT_EQ(result.objects[0].meta().ns, "ns");
  EXPECT_EQ(result.objects[0].kind_name(), GetParam());

  const LoadResult as_written = ReadText(text, "-");
  ASSERT_THAT(as_written.objects, SizeIs(1));
  const Object& object = as_written.objects[0];
  const Value encoded = Encode(object, Secrets::kReveal);
  EXPECT_EQ(ToYaml(encoded), text);
  for (const std::string& written : {ToJson(encoded), ToYaml(encoded)}) {
    const LoadResult again = ReadText(written, "-");
    EXPECT_THAT(again.findings, IsEmpty());
    ASSERT_THAT(again.objects, SizeIs(1));
    EXPECT_EQ(again.objects[0], object);
    EXPECT_EQ(Encode(again.objects[0], Secrets::kReveal), encoded);
  }
}

INSTANTIATE_TEST_SUITE_P(Kgateway, UntypedRoundTripTest,
                         ::testing::Values("DirectResponse", "GatewayExtension",
                                           "GatewayParameters", "HTTPListenerPolicy",
                                           "ListenerPolicy", "TrafficPolicy"),
                         [](const auto& info) { return std::string(info.param); });

std::vector<const KindInfo*> Kinds() {
  std::vector<const KindInfo*> kinds;
  for (const KindInfo& info : AllKinds()) kinds.push_back(&info);
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(AllKinds, RoundTripTest, ::testing::ValuesIn(Kinds()),
                         [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace gwpolicy::manifest
