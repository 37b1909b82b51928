#ifndef GWPOLICY_TESTS_TESTING_PATTERN_TEXT_H_
#define GWPOLICY_TESTS_TESTING_PATTERN_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tests/testing/random.h"

namespace gwpolicy::testing {

// A random text that a regular expression matches: ASCII without control characters, mostly short.
// Knows what the published patterns use: groups, alternatives, classes, repetition, anchors (which
// must stand where they mean what they say) and escapes. Fails the test on anything else.
std::string TextOfPattern(absl::string_view pattern, Random& random);

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_PATTERN_TEXT_H_
