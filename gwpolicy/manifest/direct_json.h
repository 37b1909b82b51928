#ifndef GWPOLICY_MANIFEST_DIRECT_JSON_H_
#define GWPOLICY_MANIFEST_DIRECT_JSON_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/manifest/decode.h"
#include "gwpolicy/manifest/read_options.h"

// The shortest way from JSON to an object, without a tree between them: for plain JSON
// (plain_json_scanner.h) that says first what it is, of a kind that has a table, and that has
// nothing wrong with it. It never judges: whatever it is not sure of is left to the parsers and the
// decoder, and what it does read is what they would have read.
namespace gwpolicy::manifest {

// Reads the object that begins at `at`, and moves `at` and `position` behind it. False for "not
// sure", and then none of them has changed. Linear in what is read.
bool ReadJsonDirectly(absl::string_view text, const ReadOptions& options, ObjectPlaces& places,
                      size_t& at, SourcePosition& position, Object& object);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_DIRECT_JSON_H_
