#ifndef GWPOLICY_TLS_VERIFY_CHAIN_H_
#define GWPOLICY_TLS_VERIFY_CHAIN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace tls {

enum class VerifyMode {
  kEnvoy,  // Envoy's verdict, including what it does not check
  // Also refuses what RFC 5280, RFC 9525 and the Baseline Requirements of the CA/Browser Forum
  // refuse: docs/strict-verification.md.
  kStrict,
};

// One certificate of the chain that was built, leaf first.
struct ChainLink {
  bool trusted = false;  // from the bundle, else from the peer
  size_t index = 0;      // into TrustBundle::certificates(), or into the chain as the peer sent it
  std::string subject;   // RFC 2253
  absl::Time not_after;
};

struct VerifyResult {
  static constexpr size_t kMaxFailures = 64;

  Verdict verdict = Verdict::kFail;
  // Empty exactly when the verdict is kPass. By depth, leaf first; those without a depth at the
  // end.
  std::vector<Failure> failures;
  // What does not change the verdict: in mode kEnvoy the failures of mode kStrict, and anchors of
  // which only the order in the bundle decides which one counts (Trust/Unstable).
  std::vector<Failure> warnings;
  std::vector<ChainLink> built_chain;  // as far as it could be built
  std::string matched_pin;             // that the leaf fits, as it is written; "" without
  int alert = 0;                       // TLS alert that Envoy sends to the server; 0 on kPass
  // The other mode gives the other verdict; `warnings` then begin with Chain/ModesDiffer. On a pass
  // in mode kEnvoy: mode kStrict refuses, and the other warnings say why. On a failure there: the
  // chain is in its last second, which counts in mode kStrict alone.
  bool modes_differ = false;
};

// Decides whether `chain_der` proves one of `names` under `trust` at `time`.
//
// chain_der  DER, leaf first, as the peer sent it; extra and unordered certificates are allowed, at
//            most 100 KiB, as for Envoy. Empty: Chain/Empty. One that does not parse:
//            Cert/Malformed.
// trust      an unusable bundle trusts nobody: Trust/Invalid.
// names      an empty list matches nothing. PeerNames::Any() leaves names unchecked.
// time       whole seconds. In mode kEnvoy the end of a validity is exclusive, as BoringSSL has it;
//            in mode kStrict both ends are inclusive (RFC 5280 4.1.2.5).
// mode       see VerifyMode.
//
// Returns every failure found, at most 64; does not stop at the first. One is `primary`: what Envoy
// 1.40 reports (envoyproxy/envoy default_validator.cc), with its text in `envoy_reason`. Every
// certificate of the bundle is an anchor. Revocation is checked exactly when the bundle holds CRLs.
//
// Where several anchors of one name could have issued a certificate, and they lead to different
// verdicts, bundles of up to 16 certificates get what Envoy does (the first in the text counts) and
// a warning Trust/Unstable; in larger ones Envoy's order is not defined, and the verdict is kFail.
//
// Not checked: transparency logs, OCSP. Thread-safe. Cost: one signature check a certificate of the
// path, again when something is wrong, and once for each ambiguous anchor.
VerifyResult VerifyChain(absl::Span<const std::string> chain_der, const TrustBundle& trust,
                         const PeerNames& names, absl::Time time, VerifyMode mode);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_VERIFY_CHAIN_H_
