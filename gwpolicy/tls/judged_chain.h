#ifndef GWPOLICY_TLS_JUDGED_CHAIN_H_
#define GWPOLICY_TLS_JUDGED_CHAIN_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/verify_chain.h"

// Private to tls/: a server's chain and what came of it.

struct stack_st_CRYPTO_BUFFER;

namespace gwpolicy {
namespace tls {

// At most so many certificates of a chain are shown.
inline constexpr size_t kMaxShownCertificates = 100;

// All that depends on nothing but the bytes of a chain, the time, and settings that do not change.
struct JudgedChain {
  absl::Time now;
  std::vector<std::string> der;           // all of it as sent, leaf first
  std::vector<CertificateSummary> shown;  // at most kMaxShownCertificates
  VerifyResult verified;                  // empty where the settings verify nobody
};

// The chain that sessions of one context met last. The endpoints of a backend mostly send the same
// one, and judging it once is a quarter of the work of a handshake. That the server has its key is
// proven in each handshake all the same. Thread-safe.
class LastChain {
 public:
  // Null where the last chain or its time was another.
  std::shared_ptr<const JudgedChain> Find(const stack_st_CRYPTO_BUFFER* sent, absl::Time now) const;
  // A chain of more than 16 KiB is not kept.
  void Keep(std::shared_ptr<const JudgedChain> judged);

 private:
  // std::mutex for the reason that trust_bundle.cc has.
  mutable std::mutex mutex_;
  std::shared_ptr<const JudgedChain> last_;
};

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_JUDGED_CHAIN_H_
