#ifndef GWPOLICY_RESOLVE_CERTIFICATE_CACHE_H_
#define GWPOLICY_RESOLVE_CERTIFICATE_CACHE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {

// The keys of ConfigMaps and Secrets that certificates stand under.
inline constexpr absl::string_view kCaKey = "ca.crt";
inline constexpr absl::string_view kCertificateKey = "tls.crt";
inline constexpr absl::string_view kPrivateKeyKey = "tls.key";

// What ConfigMaps and Secrets hold, parsed once for each object, however many policies refer to
// it. Answers are good until the next Sweep or SetTime. Thread-compatible.
class CertificateCache {
 public:
  // `soon`: certificates that expire within this time get a warning.
  CertificateCache(absl::Time now, absl::Duration soon) : now_(now), soon_(soon) {}

  struct CaBundle {
    std::shared_ptr<const tls::TrustBundle> bundle;  // null: there is no ca.crt, or an empty one
    SharedList<Finding> findings;                    // about the holder
    Text label;                                      // "ConfigMap ns/name"
    Text summary;                                    // "2 CA of ConfigMap ns/name"
  };
  // The ca.crt of a ConfigMap or Secret.
  const CaBundle& BundleOf(const Object& holder,
                           tls::PemReader reader) ABSL_ATTRIBUTE_LIFETIME_BOUND;

  struct Pair {
    std::shared_ptr<const tls::ClientCertificate> pair;  // null: there are problems
    std::vector<tls::TrustNote> problems;                // see tls::CheckClientCertificate
  };
  // The tls.crt and tls.key of a Secret that has both.
  const Pair& PairOf(const Object& secret) ABSL_ATTRIBUTE_LIFETIME_BOUND;

  void SetTime(absl::Time now);
  // Lets go of objects that `cluster` has no more. Takes constant time on average.
  void Sweep(const Cluster& cluster);

 private:
  template <typename Parsed>
  struct Entry {
    Object holder;  // keeps its address from being used again
    std::unique_ptr<const Parsed> parsed;
  };
  // Objects never change, so their addresses stand for their contents.
  using Address = const void*;

  // Of many holders of one text, the bundle is looked for among all others by its hash once.
  std::shared_ptr<const tls::TrustBundle> Parsed(absl::string_view pem, tls::PemReader reader);

  absl::Time now_;
  absl::Duration soon_;
  absl::flat_hash_map<std::pair<Address, tls::PemReader>, Entry<CaBundle>> bundles_;
  // The texts are those of holders in `bundles_`.
  absl::flat_hash_map<std::pair<absl::string_view, tls::PemReader>,
                      std::shared_ptr<const tls::TrustBundle>>
      by_text_;
  absl::flat_hash_map<Address, Entry<Pair>> pairs_;
  size_t swept_size_ = 0;
};

// What CAs there are, for people: "2 CA of ConfigMap ns/name".
std::string CaSummary(size_t certificates, absl::string_view labels);

// The text under ca.crt of a ConfigMap or Secret; "" where there is none. Borrowed.
absl::string_view CaTextOf(const Object& holder);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_CERTIFICATE_CACHE_H_
