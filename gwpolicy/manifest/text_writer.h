#ifndef GWPOLICY_MANIFEST_TEXT_WRITER_H_
#define GWPOLICY_MANIFEST_TEXT_WRITER_H_

#include <string>

#include "gwpolicy/base/value.h"

// Values to text. Members keep their order, so that the same value always gives the same bytes.
// What either function writes, `ReadText` reads back to the same value.
namespace gwpolicy::manifest {

// JSON in UTF-8 with `indent` spaces a level, each member and item on a line of its own; all on one
// line for 0. No newline at the end. Numbers that JSON cannot hold become null; bytes that are no
// UTF-8 become U+FFFD.
std::string ToJson(const Value& value, int indent = 0);

// YAML as one document without a marker, in the block style that people write, with a newline at
// the end. Texts that YAML 1.1 or 1.2 would take for something else are quoted; texts of several
// lines are literal blocks.
std::string ToYaml(const Value& value);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_TEXT_WRITER_H_
