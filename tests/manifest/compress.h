#ifndef GWPOLICY_TESTS_MANIFEST_COMPRESS_H_
#define GWPOLICY_TESTS_MANIFEST_COMPRESS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gwpolicy::manifest {

// As gzip(1) does.
std::string Gzip(absl::string_view text);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_TESTS_MANIFEST_COMPRESS_H_
