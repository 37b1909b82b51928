#ifndef GWPOLICY_REPORT_BACKENDS_H_
#define GWPOLICY_REPORT_BACKENDS_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

// Effective TLS as documents. Private keys never appear: of a client certificate only what the
// certificate itself says. Pure functions; thread-safe.
namespace gwpolicy {
namespace report {

// RFC 3339 in UTC with whole seconds; null for an infinite time.
Value TimeValue(absl::Time time);

// {"namespace","name"}, or null where no Gateway reaches the backend.
Value GatewayValue(const GatewayId& gateway);
// {"group","kind","namespace","name","port"}
Value BackendIdValue(const BackendPortId& backend);
// {"kind","namespace","name","fieldPath"}
Value SourceValue(const FieldSource& source);
// {"subject","issuer","serial","sha256","notBefore","notAfter","isCa","selfSigned","key",
// "signatureAlgorithm","subjectAltNames"}
Value CertificateValue(const tls::CertificateSummary& certificate);
// What one handshake offers and accepts, see backends.cc; "minVersion" and "maxVersion" are the
// effective ones, Envoy's defaults included.
Value ClientTlsValue(const tls::ClientTls& tls);

// A list of {"kind","namespace","name","fieldPath","rule"}.
Value LoserList(absl::Span<const Loser> losers);
// A list of {"field","value","from","over"}: where each field comes from, see resolve/story.h.
Value ProvenanceList(const BackendTls& backend);

// One entry of the document below.
Value BackendValue(const BackendTls& backend);

// kind: Backends, with `backends` in the order given.
Value BackendsDocument(absl::Span<const std::shared_ptr<const BackendTls>> backends);

// "Service default/nginx:8443"
std::string BackendText(const BackendPortId& backend);
// "kgateway-system/http", or "no Gateway"
std::string GatewayText(const GatewayId& gateway);
// "HTTP/1.1", "HTTP/2", "WebSocket"
absl::string_view ProtocolName(HttpProtocol protocol);
// "none", "V1", "V2"
absl::string_view ProxyProtocolName(ProxyProtocol version);
// "TLSv1.2"; kDefault is what Envoy's client does, TLS 1.2.
absl::string_view TlsVersionText(tls::TlsVersion version);
// "bundle", "system", "unverified", "nobody"
absl::string_view TrustSourceName(tls::TrustSource source);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_BACKENDS_H_
