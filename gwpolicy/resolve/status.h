#ifndef GWPOLICY_RESOLVE_STATUS_H_
#define GWPOLICY_RESOLVE_STATUS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/target_notes.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// What became of one policy on one backend port as seen by one Gateway. Borrowed.
struct PolicyFate {
  const Profile* profile = nullptr;
  const BackendTls* result = nullptr;
  const PolicyOutcome* outcome = nullptr;  // of `result`

  Fate fate() const { return outcome->fate; }
};

using PolicyFates = absl::InlinedVector<PolicyFate, 8>;

// A policy's own layer under some profiles. Borrowed.
using ProfileLayers = absl::InlinedVector<std::pair<const Profile*, const PolicyTls*>, 2>;

struct StatusInput {
  const Object& policy;
  const PolicyFates& fates;  // of this policy alone, in the order of results
  // The policy's own layer under each profile that `fates` name; under the default profile when
  // they name none and there are notes.
  const ProfileLayers& layers;
  // The profile that speaks for targets that do not exist.
  const Profile& default_profile;
  std::vector<std::string> missing_targets;  // "Service ns/name"
  absl::Time now;
  const std::vector<TargetNote>& notes;
  // The profiles whose controllers write status here, by name; entries of any other controller are
  // foreign.
  const std::vector<const Profile*>& acting;
};

// The statuses of policies that have been accepted wherever they have an entry: most policies of a
// cluster, and there are about as many of them as there are Gateways. Good for one time.
class StatusCache {
 public:
  // What makes such a status.
  struct Key {
    struct Entry {
      const Profile* profile;  // that accepts it
      Text kind;               // of the ancestor, a Gateway or ListenerSet
      Text ns;
      Text name;

      friend bool operator==(const Entry& a, const Entry& b) {
        return std::tie(a.profile, a.name, a.ns, a.kind) ==
               std::tie(b.profile, b.name, b.ns, b.kind);
      }
      template <typename H>
      friend H AbslHashValue(H h, const Entry& entry) {
        return H::combine(std::move(h), entry.profile, entry.ns, entry.name);
      }
    };
    int64_t generation = 0;
    absl::InlinedVector<Entry, 2> entries;

    friend bool operator==(const Key& a, const Key& b) {
      return a.generation == b.generation && a.entries == b.entries;
    }
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.generation, key.entries);
    }
  };

  // Empty where it has not been made.
  Shared<PolicyStatus> Find(const Key& key) const {
    const auto at = known_.find(key);
    return at == known_.end() ? Shared<PolicyStatus>() : at->second;
  }
  void Add(Key key, Shared<PolicyStatus> status) {
    constexpr size_t kMost = 4096;  // forgotten then, so that it does not grow with what has been
    if (known_.size() == kMost) Clear();
    known_.emplace(std::move(key), std::move(status));
  }
  void Clear() { known_.clear(); }

 private:
  absl::flat_hash_map<Key, Shared<PolicyStatus>> known_;
};

struct StatusResult {
  Shared<PolicyStatus> status;
  std::vector<Finding> findings;  // about the policy: targets and entries that status cannot hold
};

// The status that the controllers would write, one after another: entries of other controllers stay
// as they are, own ones are replaced as a whole, at most 16 in all. Of several backends that share
// an entry the worst counts: an error of the policy, then of a target, then a conflict. GEP-713.
// O(fates + entries).
StatusResult MakeStatus(const StatusInput& input, StatusCache& cache);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_STATUS_H_
