// The manifests that the Gateway API publishes, its examples and those of its conformance suite,
// are read and validated whole. All that is said of them is listed here, with why.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/matchers.h"

namespace gwpolicy {
namespace {

namespace fs = std::filesystem;

struct Folder {
  const char* name;
  const char* path;
  Channel channel;
  size_t least_files;
  size_t least_objects;
};

void PrintTo(const Folder& folder, std::ostream* out) { *out << folder.path; }

constexpr Folder kFolders[] = {
    {"StandardExamples", "examples/standard", Channel::kStandard, 80, 100},
    {"StandardExamplesInExperimentalChannel", "examples/standard", Channel::kExperimental, 80, 100},
    {"ExperimentalExamples", "examples/experimental", Channel::kExperimental, 8, 8},
    {"Conformance", "conformance", Channel::kExperimental, 140, 400},
};

// Many of them are written for versions that the newest release has deprecated.
bool IsNotWorthTelling(const Finding& finding) {
  return finding.level == Level::kInfo || finding.code == Code::kLintDeprecatedVersion;
}

// As the conformance suite does before it applies a manifest.
std::string WithoutPlaceholders(const std::string& text) {
  return absl::StrReplaceAll(text, {{"{GATEWAY_CLASS_NAME}", "example"},
                                    {"{GATEWAY_CONTROLLER_NAME}", "example.com/controller"},
                                    {"PLACEHOLDER_USABLE_ADDRS", "10.0.0.1"},
                                    {"PLACEHOLDER_UNUSABLE_ADDRS", "10.0.0.2"}});
}

class PublishedManifestsTest : public ::testing::TestWithParam<Folder> {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("GWPOLICY_SHARED");
    root_ =
        absl::StrCat(shared == nullptr ? "" : shared, "/testdata/gateway-api/", GetParam().path);
    if (shared == nullptr || !fs::is_directory(root_)) {
      GTEST_SKIP() << "no published manifests at $GWPOLICY_SHARED";
    }
  }

  std::vector<Finding> Read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const manifest::LoadResult result =
        manifest::ReadText(WithoutPlaceholders(text), fs::relative(file, root_).string());
    ++files_;
    objects_ += result.objects.size();
    ValidateOptions options;
    options.channel = GetParam().channel;
    std::vector<Finding> findings = result.findings;
    for (const Object& object : result.objects) {
      for (Finding& finding : Validate(object, options)) findings.push_back(std::move(finding));
    }
    findings.erase(std::remove_if(findings.begin(), findings.end(), IsNotWorthTelling),
                   findings.end());
    return findings;
  }

  std::string root_;
  size_t files_ = 0;
  size_t objects_ = 0;
};

TEST_P(PublishedManifestsTest, LoadAndValidateAsTheirOriginExpects) {
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    if (entry.path().extension() != ".yaml") continue;
    for (const Finding& finding : Read(entry.path())) {
      ADD_FAILURE() << ::testing::PrintToString(finding);
    }
  }
  EXPECT_GE(files_, GetParam().least_files);
  EXPECT_GE(objects_, GetParam().least_objects);
}

INSTANTIATE_TEST_SUITE_P(GatewayApi, PublishedManifestsTest, ::testing::ValuesIn(kFolders),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace gwpolicy
