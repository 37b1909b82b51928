// The seeds of the fuzz targets, and inputs that a target once fell over, as plain tests.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/fuzz/http_property.h"
#include "tests/fuzz/manifest_property.h"
#include "tests/fuzz/tls_property.h"

namespace gwpolicy::testing {
namespace {

namespace fs = std::filesystem;

struct Seed {
  std::string name;
  std::string target;
  fs::path path;
};

void PrintTo(const Seed& seed, std::ostream* out) { *out << seed.path; }

// What must give "" for any bytes, by the name of the target and of the folder with its seeds.
const std::map<std::string, std::function<std::string(absl::string_view)>>& Targets() {
  static const auto* const kTargets =
      new std::map<std::string, std::function<std::string(absl::string_view)>>{
          {"bundle", BundleFault},
          {"http", HttpFault},
          {"json", [](absl::string_view text) { return ManifestFault(text, "input.json"); }},
          {"names", NamesFault},
          {"session", SessionFault},
          {"yaml", [](absl::string_view text) { return ManifestFault(text, "input.yaml"); }},
      };
  return *kTargets;
}

std::vector<Seed> Seeds() {
  std::vector<Seed> seeds;
  for (const auto& [target, fault] : Targets()) {
    for (const fs::directory_entry& entry :
         fs::directory_iterator(fs::path("tests/fuzz") / target)) {
      std::string name = target + "_" + entry.path().stem().string();
      for (char& c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
      }
      seeds.push_back({name, target, entry.path()});
    }
  }
  std::sort(seeds.begin(), seeds.end(),
            [](const Seed& a, const Seed& b) { return a.path < b.path; });
  return seeds;
}

class SeedTest : public ::testing::TestWithParam<Seed> {};

TEST_P(SeedTest, KeepsWhatHoldsForAnyText) {
  std::ifstream file(GetParam().path, std::ios::binary);
  ASSERT_TRUE(file.good());
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(Targets().at(GetParam().target)(text), "");
}

INSTANTIATE_TEST_SUITE_P(AllSeeds, SeedTest, ::testing::ValuesIn(Seeds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace gwpolicy::testing
