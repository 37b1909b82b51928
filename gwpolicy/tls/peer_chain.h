#ifndef GWPOLICY_TLS_PEER_CHAIN_H_
#define GWPOLICY_TLS_PEER_CHAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verify_chain.h"

// A server's chain as a file or a recording has it, judged as a handshake would judge it. All
// functions are pure and thread-safe.
namespace gwpolicy {
namespace tls {

// The certificates of a file, in its order, as DER: PEM (blocks of other labels are passed over) or
// DER, one certificate or several one right after another. A block that is damaged stays as it is,
// so that a verification calls it malformed and nothing is lost without a word.
std::vector<std::string> ReadChain(absl::string_view bytes);

// One PEM block.
std::string CertificatePem(absl::string_view der);

// What a certificate says about itself; nothing when it does not parse.
std::optional<CertificateSummary> SummarizeCertificate(absl::string_view der);

// The verdict that a handshake with the settings `tls` would give on `chain_der`: trust source,
// names and pins. See VerifyChain for the rest.
//
// system_trust  what TrustSource::kSystem stands for; null: Trust/SystemMissing
VerifyResult VerifyPeer(absl::Span<const std::string> chain_der, const ClientTls& tls,
                        const TrustBundle* system_trust, absl::Time time, VerifyMode mode);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_PEER_CHAIN_H_
