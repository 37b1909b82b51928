#ifndef GWPOLICY_TESTS_TESTING_OBJECTS_H_
#define GWPOLICY_TESTS_TESTING_OBJECTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "tests/testing/matchers.h"

namespace gwpolicy::testing {

// The objects of a manifest that has to be good: anything worse than an information fails the test.
inline std::vector<Object> ParseObjects(absl::string_view yaml) {
  manifest::LoadResult result = manifest::ReadText(yaml, "test.yaml");
  for (const Finding& finding : result.findings) {
    if (finding.level == Level::kInfo) continue;
    ADD_FAILURE() << "the test's own manifest is bad: " << ::testing::PrintToString(finding);
  }
  return std::move(result.objects);
}

// The one object of a manifest.
inline Object ParseObject(absl::string_view yaml) {
  std::vector<Object> objects = ParseObjects(yaml);
  if (objects.size() != 1) {
    ADD_FAILURE() << "expected one object, got " << objects.size();
    return Object();
  }
  return std::move(objects.front());
}

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_OBJECTS_H_
