#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

absl::string_view TlsModeName(TlsMode mode) {
  switch (mode) {
    case TlsMode::kFailClosed:
      return "FailClosed";
    case TlsMode::kTls:
      return "TLS";
    case TlsMode::kPlaintext:
      return "Plaintext";
  }
  return "FailClosed";
}

bool operator==(const BackendTls& a, const BackendTls& b) {
  const auto scalars = [](const BackendTls& x) {
    return std::tie(x.gateway, x.backend, x.port_name, x.profile, x.cluster_name, x.mode, x.code,
                    x.reason, x.message, x.cause, x.provenance, x.routes, x.parents, x.policies,
                    x.posture);
  };
  if (scalars(a) != scalars(b)) return false;
  if ((a.tls == nullptr) != (b.tls == nullptr) ||
      (a.settings == nullptr) != (b.settings == nullptr)) {
    return false;
  }
  return (a.tls == b.tls || *a.tls == *b.tls) &&
         (a.settings == b.settings || *a.settings == *b.settings);
}

}  // namespace gwpolicy
