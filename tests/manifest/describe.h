#ifndef GWPOLICY_TESTS_MANIFEST_DESCRIBE_H_
#define GWPOLICY_TESTS_MANIFEST_DESCRIBE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/read_options.h"

namespace gwpolicy::manifest {

// A text that a short way through it takes, or leaves to others.
struct TextCase {
  std::string name;
  std::string text;
};

using ParseFn = void (*)(absl::string_view, const ReadOptions&, DocumentFn, ProblemFn, ParseWay);

// All documents and problems of a text as a parser hands them out, to the last position.
std::string Describe(absl::string_view text, ParseFn parse, ParseWay way,
                     const ReadOptions& options);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_TESTS_MANIFEST_DESCRIBE_H_
