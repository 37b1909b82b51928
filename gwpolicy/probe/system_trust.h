#ifndef GWPOLICY_PROBE_SYSTEM_TRUST_H_
#define GWPOLICY_PROBE_SYSTEM_TRUST_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace probe {

// The CA bundle that "System" stands for, and where it was read. Reports say which.
struct SystemTrust {
  std::string path;  // of the file; of several files and folders, joined by colons
  // `path` is one file of PEM, which Envoy could read as well.
  bool is_pem_file = false;
  // What was passed over in folders, as "path: why"; at most 100.
  std::vector<std::string> skipped;
  std::shared_ptr<const tls::TrustBundle> bundle;
};

// Where systems keep their bundle, in the order of search: Debian, Ubuntu and Alpine, Red Hat,
// SUSE, the BSDs and macOS, of whose keychain /etc/ssl/cert.pem is a part.
absl::Span<const absl::string_view> SystemTrustFiles();
// Where certificates lie one a file, for systems that have no bundle.
absl::Span<const absl::string_view> SystemTrustFolders();

struct SystemTrustSearch {
  // A file, or a folder of certificates; when not empty, nothing else is looked at.
  std::string file;
  // What stands for "/" where the usual places are searched: an unpacked image, or "".
  std::string root;
};

// Reads the first that is given or exists: `search.file`; the environment's SSL_CERT_FILE and
// SSL_CERT_DIR (folders, joined by colons), both where both are set, as OpenSSL does; the first of
// SystemTrustFiles(); the first of SystemTrustFolders() that holds a certificate. Files are PEM or
// DER. Of a folder, the files in it count, in the order of their names, each certificate once; what
// cannot be read is skipped. What counts for a Gateway is the file in its proxy's container, so a
// caller should let people name it.
//
// NOT_FOUND when there is none, or when one that was named cannot be read; FAILED_PRECONDITION when
// it holds no usable certificate. Not cached here, but equal content is parsed once.
absl::StatusOr<SystemTrust> LoadSystemTrust(const SystemTrustSearch& search);

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_SYSTEM_TRUST_H_
