#ifndef GWPOLICY_MANIFEST_SEPARATOR_H_
#define GWPOLICY_MANIFEST_SEPARATOR_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace gwpolicy::manifest {

// Whether the line that begins at `line_start` separates documents of YAML: "---", and perhaps more
// behind white space.
inline bool IsSeparator(absl::string_view text, size_t line_start = 0) {
  constexpr absl::string_view kDashes = "---";
  if (text.substr(line_start, kDashes.size()) != kDashes) return false;
  const size_t behind = line_start + kDashes.size();
  return behind >= text.size() ||
         absl::string_view(" \t\r\n").find(text[behind]) != absl::string_view::npos;
}

// Where the first such line below the one at `from` begins; the size when there is none.
inline size_t FindSeparator(absl::string_view text, size_t from) {
  while ((from = text.find('\n', from)) != absl::string_view::npos) {
    if (IsSeparator(text, ++from)) return from;
  }
  return text.size();
}

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_SEPARATOR_H_
