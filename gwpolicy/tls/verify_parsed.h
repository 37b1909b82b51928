#ifndef GWPOLICY_TLS_VERIFY_PARSED_H_
#define GWPOLICY_TLS_VERIFY_PARSED_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"

struct stack_st_X509;
struct x509_st;  // X509

namespace gwpolicy {
namespace tls {

// VerifyChain over certificates that are parsed already, leaf first. Private to this layer. `chain`
// is not changed, except that BoringSSL fills its caches; it must not be used by two threads.
VerifyResult VerifyParsed(stack_st_X509* chain, const TrustBundle& trust, const PeerNames& names,
                          absl::Time time, VerifyMode mode);

// What Envoy reports for the entries of this thread's error queue, which is left as it is:
// "|<code>:<library>:OPENSSL_internal:<reason>" for each.
std::string EnvoyErrorQueueText();

// The whole of Envoy's reason for a certificate that it refuses: `queue` as above, from before.
std::string EnvoyVerifyReason(absl::string_view queue, absl::string_view detail);

// The failure of a leaf whose hash (SHA-256, lower-case hexadecimal) is none of the pinned ones, as
// Envoy reports it. Its alert is SSL_AD_BAD_CERTIFICATE_HASH_VALUE.
Failure PinMismatch(const x509_st* leaf, absl::string_view hash);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_VERIFY_PARSED_H_
