#ifndef GWPOLICY_TLS_VERIFY_PARSED_H_
#define GWPOLICY_TLS_VERIFY_PARSED_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/tls/values.h"
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

// What pins say of a leaf.
struct PinCheck {
  std::string matched;             // the pin that fits, as it is written; "" without
  std::optional<Failure> failure;  // of pins of which none fits, as Envoy reports it
};

// The alert of a failure is SSL_AD_BAD_CERTIFICATE_HASH_VALUE.
PinCheck CheckPins(const x509_st* leaf, const Pins& pins);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_VERIFY_PARSED_H_
