#ifndef GWPOLICY_TESTS_FUZZ_MANIFEST_PROPERTY_H_
#define GWPOLICY_TESTS_FUZZ_MANIFEST_PROPERTY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gwpolicy::testing {

// What holds for any text whatever, as the fuzz targets and the tests of their seeds see it:
// reading, validating and writing it ends, gives the same answer twice, keeps to the limits that
// are set, and every object that was read is the same object once it was written, as YAML and as
// JSON, and read again; where the text was without fault, with the same findings in each channel.
//
// Returns what does not hold, for people; "" when all does. `file_name` says how `text` is read.
std::string ManifestFault(absl::string_view text, const std::string& file_name);

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_FUZZ_MANIFEST_PROPERTY_H_
