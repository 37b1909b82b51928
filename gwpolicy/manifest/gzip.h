#ifndef GWPOLICY_MANIFEST_GZIP_H_
#define GWPOLICY_MANIFEST_GZIP_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gwpolicy::manifest {

// Whether a text is compressed, by its first two bytes (RFC 1952). No text of YAML or JSON begins
// so.
bool IsGzip(absl::string_view bytes);

// What was compressed; several streams in a row are one text. kResourceExhausted where it has more
// than `max_bytes`, which is noticed before they are there; kInvalidArgument where it is damaged or
// cut.
absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t max_bytes);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_GZIP_H_
