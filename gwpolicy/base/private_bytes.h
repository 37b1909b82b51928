#ifndef GWPOLICY_BASE_PRIVATE_BYTES_H_
#define GWPOLICY_BASE_PRIVATE_BYTES_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace gwpolicy {

// Bytes that must not be shown: private keys and the data of Secrets. Prints as "[redacted]", and
// is not convertible to a string by accident; `Reveal` is the one way out, easy to search for.
class PrivateBytes {
 public:
  PrivateBytes() = default;
  explicit PrivateBytes(std::string bytes) : bytes_(std::move(bytes)) {}

  const std::string& Reveal() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

  friend bool operator==(const PrivateBytes& a, const PrivateBytes& b) {
    return a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const PrivateBytes& a, const PrivateBytes& b) { return !(a == b); }
  template <typename H>
  friend H AbslHashValue(H h, const PrivateBytes& b) {
    return H::combine(std::move(h), b.bytes_);
  }
  friend std::ostream& operator<<(std::ostream& out, const PrivateBytes& b) {
    return out << (b.empty() ? "" : "[redacted]");
  }

 private:
  std::string bytes_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_PRIVATE_BYTES_H_
