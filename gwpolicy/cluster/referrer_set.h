#ifndef GWPOLICY_CLUSTER_REFERRER_SET_H_
#define GWPOLICY_CLUSTER_REFERRER_SET_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/cluster/object_id.h"
#include "gwpolicy/cluster/references.h"

namespace gwpolicy {

// Who refers to one object, by which edge. Nearly all objects have a few referrers, for which this
// is a list in 16 bytes; a Gateway has as many as there are routes, so it becomes a set. Adding and
// removing take constant time on average.
class ReferrerSet {
 public:
  // Who is there by that edge already stays there once.
  void Add(Edge edge, ObjectId referrer) {
    const Item item(edge, referrer);
    if (many_ != nullptr) {
      many_->insert(item);
    } else if (std::find(few_.begin(), few_.end(), item) != few_.end()) {
      return;
    } else if (few_.size() < kFew) {
      few_.push_back(item);
    } else {
      many_ = std::make_unique<Set>(few_.begin(), few_.end());
      many_->insert(item);
      few_ = {};
    }
  }
  void Remove(Edge edge, ObjectId referrer) {
    const Item item(edge, referrer);
    if (many_ != nullptr) {
      many_->erase(item);
      if (many_->empty()) many_ = nullptr;
      return;
    }
    for (size_t i = 0; i < few_.size(); ++i) {
      if (few_[i] != item) continue;
      few_[i] = few_.back();
      few_.pop_back();
      return;
    }
  }
  bool empty() const { return many_ == nullptr && few_.empty(); }
  size_t size() const { return many_ == nullptr ? few_.size() : many_->size(); }

  // Calls `visit(edge, referrer)` for each, in no order. It must not add or remove any.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const auto& [edge, referrer] : few_) visit(edge, referrer);
    if (many_ == nullptr) return;
    for (const auto& [edge, referrer] : *many_) visit(edge, referrer);
  }

 private:
  using Item = std::pair<Edge, ObjectId>;
  using Set = absl::flat_hash_set<Item>;
  static constexpr size_t kFew = 16;

  List<Item> few_;             // empty where there are many
  std::unique_ptr<Set> many_;  // null or not empty
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_REFERRER_SET_H_
