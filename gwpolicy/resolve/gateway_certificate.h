#ifndef GWPOLICY_RESOLVE_GATEWAY_CERTIFICATE_H_
#define GWPOLICY_RESOLVE_GATEWAY_CERTIFICATE_H_

#include <memory>
#include <vector>

#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/certificate_cache.h"
#include "gwpolicy/resolve/listeners.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {

// What a Gateway names as the certificate that it shows to backends; null where it names none.
const SecretObjectReference* ClientCertificateRefOf(const Object& gateway);

// What a Gateway's spec.tls.backend.clientCertificateRef comes to. GEP-3155.
struct GatewayCertificate {
  bool asked_for = false;
  std::shared_ptr<const tls::ClientCertificate> pair;  // null when asked for and not usable
  Failure failure;  // then; its reason is "InvalidClientCertificateRef" or "RefNotPermitted"
};
GatewayCertificate CertificateOf(const Cluster& cluster, const Object& gateway,
                                 CertificateCache& cache);

// The same of any reference by `holder`, a Gateway, ListenerSet or XBackend.
GatewayCertificate CertificateOfRef(const Cluster& cluster, const Object& holder,
                                    const SecretObjectReference& ref, CertificateCache& cache);

// The certificates that a listener shows to clients; those that cannot be used are left out.
std::vector<tls::ClientCertificate> CertificatesOf(const Cluster& cluster,
                                                   const ListenerOf& listener,
                                                   CertificateCache& cache);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_GATEWAY_CERTIFICATE_H_
