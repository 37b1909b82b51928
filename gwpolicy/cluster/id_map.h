#ifndef GWPOLICY_CLUSTER_ID_MAP_H_
#define GWPOLICY_CLUSTER_ID_MAP_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/attributes.h"
#include "gwpolicy/cluster/object_id.h"

namespace gwpolicy {

// A map by ObjectId. Ids are small numbers, so finding a value takes two steps and no hash, and a
// place costs 4 bytes for each id in the neighbourhood of one that has a value. Values never move
// while they are there. T() is what an erased value becomes.
template <typename T>
class IdMap {
 public:
  const T* Find(ObjectId id) const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    const uint32_t place = PlaceOf(id);
    return place == kNone ? nullptr : &SlotAt(place).value;
  }
  T* Find(ObjectId id) ABSL_ATTRIBUTE_LIFETIME_BOUND {
    const uint32_t place = PlaceOf(id);
    return place == kNone ? nullptr : &SlotAt(place).value;
  }
  // Adds T() where there is none.
  T& operator[](ObjectId id) ABSL_ATTRIBUTE_LIFETIME_BOUND {
    const size_t page = id / kPage;
    if (pages_.size() <= page) pages_.resize(page + 1);
    if (pages_[page] == nullptr) pages_[page] = std::make_unique<Page>();
    uint32_t& place = (*pages_[page])[id % kPage];
    if (place == kNone) place = NewPlace();
    Slot& slot = SlotAt(place);
    slot.id = id;
    return slot.value;
  }
  // False where there is none.
  bool Erase(ObjectId id) {
    const uint32_t place = PlaceOf(id);
    if (place == kNone) return false;
    (*pages_[id / kPage])[id % kPage] = kNone;
    SlotAt(place) = Slot();
    free_.push_back(place);
    return true;
  }
  // O(values that there have been since the last time). Memory for a few stays.
  void Clear() {
    if (size() < pages_.size()) {
      ForEach([this](ObjectId id, const T&) { (*pages_[id / kPage])[id % kPage] = kNone; });
    } else {
      pages_.clear();
    }
    if (chunks_.size() > 1) chunks_.resize(1);
    for (uint32_t place = 1; place <= std::min<uint32_t>(places_, kChunk); ++place) {
      SlotAt(place) = Slot();
    }
    free_.clear();
    places_ = 0;
  }
  size_t size() const { return places_ - free_.size(); }
  bool empty() const { return size() == 0; }

  // Calls `visit(id, value)` for each, in no order. It must not add or erase any.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (uint32_t place = 1; place <= places_; ++place) {
      const Slot& slot = SlotAt(place);
      if (slot.id != kNoId) visit(slot.id, slot.value);
    }
  }

 private:
  static constexpr size_t kPage = 1024;  // ids
  static constexpr size_t kChunk = 64;   // values
  static constexpr uint32_t kNone = 0;   // places count from 1
  static constexpr ObjectId kNoId = 0xFFFFFFFF;
  using Page = std::array<uint32_t, kPage>;
  struct Slot {
    T value = T();
    ObjectId id = kNoId;
  };

  uint32_t PlaceOf(ObjectId id) const {
    const size_t page = id / kPage;
    if (page >= pages_.size() || pages_[page] == nullptr) return kNone;
    return (*pages_[page])[id % kPage];
  }
  uint32_t NewPlace() {
    if (!free_.empty()) {
      const uint32_t place = free_.back();
      free_.pop_back();
      return place;
    }
    if (places_ == chunks_.size() * kChunk) chunks_.push_back(std::make_unique<Slot[]>(kChunk));
    return ++places_;
  }
  Slot& SlotAt(uint32_t place) { return chunks_[(place - 1) / kChunk][(place - 1) % kChunk]; }
  const Slot& SlotAt(uint32_t place) const {
    return chunks_[(place - 1) / kChunk][(place - 1) % kChunk];
  }

  std::vector<std::unique_ptr<Page>> pages_;  // places by id; null where none has been needed
  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::vector<uint32_t> free_;
  uint32_t places_ = 0;  // that have been given out, free ones too
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_ID_MAP_H_
