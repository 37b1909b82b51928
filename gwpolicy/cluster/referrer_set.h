#ifndef GWPOLICY_CLUSTER_REFERRER_SET_H_
#define GWPOLICY_CLUSTER_REFERRER_SET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "gwpolicy/cluster/object_id.h"
#include "gwpolicy/cluster/references.h"

namespace gwpolicy {

// Who refers to one object, by which edge, in 8 bytes. Nearly all objects have a few referrers, for
// which this is a list of 4 bytes each; a Gateway has as many as there are routes, so it becomes a
// set. Adding and removing take constant time on average.
class ReferrerSet {
 public:
  ReferrerSet() = default;
  ReferrerSet(ReferrerSet&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  ReferrerSet& operator=(ReferrerSet other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~ReferrerSet() {
    delete many();
    ::operator delete(few());
  }

  // Who is there by that edge already stays there once.
  void Add(Edge edge, ObjectId referrer) {
    const Item item = Pack(edge, referrer);
    if (many() != nullptr) {
      many()->insert(item);
      return;
    }
    const size_t size = this->size();
    if (size > 0 && std::find(begin(), begin() + size, item) != begin() + size) return;
    if (size == kFew) {
      auto set = std::make_unique<Set>(begin(), begin() + size);
      set->insert(item);
      *this = ReferrerSet();
      word_ = reinterpret_cast<uintptr_t>(set.release()) | kIsMany;
      return;
    }
    if (size == 0 || size == few()->capacity) Grow();
    begin()[few()->size++] = item;
  }
  void Remove(Edge edge, ObjectId referrer) {
    const Item item = Pack(edge, referrer);
    if (many() != nullptr) {
      many()->erase(item);
      if (many()->empty()) *this = ReferrerSet();
      return;
    }
    for (size_t i = 0; i < size(); ++i) {
      if (begin()[i] != item) continue;
      begin()[i] = begin()[--few()->size];
      break;
    }
    if (few() != nullptr && few()->size == 0) *this = ReferrerSet();
  }
  bool empty() const { return word_ == 0; }
  size_t size() const {
    return many() != nullptr ? many()->size() : few() != nullptr ? few()->size : 0;
  }

  // Where a list of few begins, for who asks for its memory; null where there is none.
  const void* list() const { return few(); }

  // Calls `visit(edge, referrer)` for each, in no order. It must not add or remove any.
  template <typename Visit>
  void ForEach(Visit visit) const {
    const auto unpack = [&visit](Item item) {
      visit(static_cast<Edge>(item % kEdges), item / kEdges);
    };
    if (many() != nullptr) {
      std::for_each(many()->begin(), many()->end(), unpack);
    } else if (few() != nullptr) {
      std::for_each(begin(), begin() + few()->size, unpack);
    }
  }

 private:
  using Item = uint32_t;
  using Set = absl::flat_hash_set<Item>;
  static constexpr uint32_t kEdges = uint32_t{1} << (32 - kObjectIdBits);
  static constexpr size_t kFew = 16;
  static constexpr uintptr_t kIsMany = 1;

  // What stands before the items of a list.
  struct Few {
    uint32_t size;
    uint32_t capacity;
  };

  static Item Pack(Edge edge, ObjectId referrer) {
    return referrer * kEdges + static_cast<uint32_t>(edge);
  }
  Set* many() const {
    return (word_ & kIsMany) != 0 ? reinterpret_cast<Set*>(word_ - kIsMany) : nullptr;
  }
  Few* few() const { return (word_ & kIsMany) != 0 ? nullptr : reinterpret_cast<Few*>(word_); }
  static Item* ItemsOf(Few* list) { return reinterpret_cast<Item*>(list + 1); }
  Item* begin() const { return ItemsOf(few()); }  // of a list
  void Grow() {
    // With its head a list fills pieces of memory of 16 bytes, less the allocator's 8.
    constexpr uint32_t kStep = 4;
    Few* const before = few();
    const uint32_t size = before == nullptr ? 0 : before->size;
    void* const memory = ::operator new(sizeof(Few) + (size + kStep) * sizeof(Item));
    auto* const grown = new (memory) Few{size, size + kStep};
    for (uint32_t i = 0; i < size; ++i) ItemsOf(grown)[i] = ItemsOf(before)[i];
    ::operator delete(before);
    word_ = reinterpret_cast<uintptr_t>(grown);
  }

  uintptr_t word_ = 0;  // 0: empty. Odd: a Set. Else a Few.
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_REFERRER_SET_H_
