#ifndef GWPOLICY_MANIFEST_PLAIN_YAML_H_
#define GWPOLICY_MANIFEST_PLAIN_YAML_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/read_options.h"

// A short way through the part of YAML that nearly all manifests keep to: block mappings and
// sequences, scalars on one line, literal blocks, flow collections on one line, comments; ASCII
// without tabs and carriage returns. It never judges: whatever it is not sure of, broken text
// included, it leaves to libyaml, and what it does read is what libyaml would have read
// (tests/manifest/plain_yaml_test.cc holds it to that). Several times faster than libyaml's events.
namespace gwpolicy::manifest {

enum class PlainYaml {
  kNo,       // not sure; the tree is unusable
  kNothing,  // no document: comments and empty lines
  kDocument,
};

// Reads `text`, which is one document with the "---" above it, if any, into `tree`, which is empty.
// `line` is the number of lines above it, and, unless the answer is `kNo`, that of those above its
// end afterwards. Texts of the tree may point into `text`. Linear in the text.
PlainYaml ReadPlainYaml(absl::string_view text, size_t& line, const ReadOptions& options,
                        Tree& tree);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_PLAIN_YAML_H_
