#ifndef GWPOLICY_ENVOY_CONTENT_HASH_H_
#define GWPOLICY_ENVOY_CONTENT_HASH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gwpolicy {
namespace envoy {

// SHA-256 (FIPS 180-4), lower-case hexadecimal: 64 digits. Equal in every process and release, so
// that it can be an xDS version, and free of known collisions, so that no crafted object hides a
// change. Written here because BoringSSL belongs to `tls/`; nothing secret depends on its timing.
std::string ContentHash(absl::string_view bytes);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_CONTENT_HASH_H_
