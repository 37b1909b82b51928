#ifndef GWPOLICY_BASE_DISTINCT_LIST_H_
#define GWPOLICY_BASE_DISTINCT_LIST_H_

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"

namespace gwpolicy {

// Items in the order of their addition, each once. Made for a few, which are gone through; of many
// a hash table is kept, so that adding n takes O(n).
template <typename T, size_t kInPlace = 4>
class DistinctList {
 public:
  using Items = absl::InlinedVector<T, kInPlace>;

  // False: it is there already.
  bool Add(T item) {
    if (items_.size() < kFew) {
      if (std::find(items_.begin(), items_.end(), item) != items_.end()) return false;
    } else {
      if (known_.empty()) known_.insert(items_.begin(), items_.end());
      if (!known_.insert(item).second) return false;
    }
    items_.push_back(std::move(item));
    return true;
  }

  const Items& items() const& { return items_; }
  Items items() && { return std::move(items_); }

 private:
  static constexpr size_t kFew = 16;

  Items items_;
  absl::flat_hash_set<T> known_;  // empty while there are few
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_DISTINCT_LIST_H_
