#ifndef GWPOLICY_TESTS_TESTING_BARE_PARSERS_H_
#define GWPOLICY_TESTS_TESTING_BARE_PARSERS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace gwpolicy::testing {

// What a text costs before anybody makes sense of it; the yardstick of benchmarks. Both give the
// number of what they met, 0 for a text that is broken.

// libyaml's events, one after the other.
size_t CountYamlEvents(absl::string_view text);

// Every value of JSON lines, visited once with simdjson. Strings are looked at, not copied.
size_t CountJsonValues(absl::string_view lines);

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_BARE_PARSERS_H_
