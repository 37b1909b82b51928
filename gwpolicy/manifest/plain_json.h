#ifndef GWPOLICY_MANIFEST_PLAIN_JSON_H_
#define GWPOLICY_MANIFEST_PLAIN_JSON_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/read_options.h"

// A short way through the JSON that machines write, as plain_yaml.h is one through YAML: ASCII, no
// escapes but the short ones, numbers that are integers. It never judges: whatever it is not sure
// of is left to simdjson, and what it does read is what simdjson would have read.
namespace gwpolicy::manifest {

// Reads the object or list that begins at `at` into `tree`, which is empty, and moves `at` and
// `position` behind it. False for "not sure": the tree is unusable, and the two are as they were.
// Texts of the tree may point into `text`. Linear in what is read.
bool ReadPlainJson(absl::string_view text, const ReadOptions& options, Tree& tree, size_t& at,
                   SourcePosition& position);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_PLAIN_JSON_H_
