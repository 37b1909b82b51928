#ifndef GWPOLICY_PROBE_SYSTEM_TRUST_H_
#define GWPOLICY_PROBE_SYSTEM_TRUST_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace probe {

// The CA bundle that "System" stands for, and the file that it was read from. Reports say which.
struct SystemTrust {
  std::string path;
  std::string pem;  // the file's content
  std::shared_ptr<const tls::TrustBundle> bundle;
};

// Where systems keep their bundle, in the order of search.
absl::Span<const absl::string_view> SystemTrustFiles();

// Reads the first that is given or exists: `explicit_file` when not empty, the environment's
// SSL_CERT_FILE, SystemTrustFiles(). What counts for a Gateway is the file in its proxy's
// container, so a caller should let people name it.
//
// NOT_FOUND when there is none, or when the one that was named cannot be read;
// FAILED_PRECONDITION when the file holds no usable certificate. Not cached here, but equal content
// is parsed once.
absl::StatusOr<SystemTrust> LoadSystemTrust(absl::string_view explicit_file);

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_SYSTEM_TRUST_H_
