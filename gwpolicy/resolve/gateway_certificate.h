#ifndef GWPOLICY_RESOLVE_GATEWAY_CERTIFICATE_H_
#define GWPOLICY_RESOLVE_GATEWAY_CERTIFICATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/listeners.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {

// Where a Gateway names the certificate that it shows to backends.
inline constexpr absl::string_view kClientCertificatePath = "spec.tls.backend.clientCertificateRef";

// What a Gateway's spec.tls.backend.clientCertificateRef comes to. GEP-3155.
struct GatewayCertificate {
  bool asked_for = false;
  std::optional<tls::ClientCertificate> pair;  // unset when asked for and not usable
  std::string reason;                          // "InvalidClientCertificateRef", "RefNotPermitted"
  std::string message;
  Code code = Code::kClientCertNotFound;
};
GatewayCertificate CertificateOf(const Cluster& cluster, const Object& gateway);

// The certificates that a listener shows to clients; those that cannot be used are left out.
std::vector<tls::ClientCertificate> CertificatesOf(const Cluster& cluster,
                                                   const ListenerOf& listener);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_GATEWAY_CERTIFICATE_H_
