#ifndef GWPOLICY_CLUSTER_ID_MAP_H_
#define GWPOLICY_CLUSTER_ID_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/numeric/bits.h"
#include "gwpolicy/cluster/object_id.h"

namespace gwpolicy {

// A map by ObjectId. Ids are small numbers, so finding a value takes three steps and no hash, and a
// place costs 2 bytes for each id in the neighbourhood of one that has a value. Values never move
// while they are there.
template <typename T>
class IdMap {
 public:
  const T* Find(ObjectId id) const ABSL_ATTRIBUTE_LIFETIME_BOUND { return At(id); }
  T* Find(ObjectId id) ABSL_ATTRIBUTE_LIFETIME_BOUND { return At(id); }
  // Adds T() where there is none.
  T& operator[](ObjectId id) ABSL_ATTRIBUTE_LIFETIME_BOUND {
    T* const known = At(id);
    return known != nullptr ? *known : Add(id);
  }
  // False where there is none.
  bool Erase(ObjectId id) {
    T* const value = At(id);
    if (value == nullptr) return false;
    std::destroy_at(value);
    Page& page = *pages_[id / kPage];
    const size_t at = std::exchange(page.places[id % kPage], kNone) - size_t{1};
    uint16_t& used = page.used[at / kChunk];
    used = static_cast<uint16_t>(used & ~(1 << at % kChunk));
    if (used == 0) Keep(std::move(page.chunks[at / kChunk]), spare_);
    --size_;
    return true;
  }
  // O(values that there have been since the last time). Memory for a few stays, so that one small
  // change after another asks for none.
  void Clear() {
    for (const size_t at : in_use_) {
      Page& page = *pages_[at];
      page.DestroyValues();
      for (std::unique_ptr<Chunk>& chunk : page.chunks) Keep(std::move(chunk), spare_);
      page.used = {};
      Keep(std::move(pages_[at]), spare_pages_);
    }
    if (in_use_.size() > kFew) in_use_ = std::vector<uint32_t>();
    in_use_.clear();
    size_ = 0;
  }
  size_t size() const { return size_; }
  bool empty() const { return size() == 0; }

  // Calls `visit(id, value)` for each, in no order. It must not add or erase any.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const size_t at : in_use_) {
      for (size_t i = 0; i < kPage; ++i) {
        const auto id = static_cast<ObjectId>(at * kPage + i);
        const T* const value = At(id);
        if (value != nullptr) visit(id, *value);
      }
    }
  }

 private:
  static constexpr size_t kPage = 128;  // ids
  static constexpr size_t kChunk = 16;  // values
  static constexpr size_t kFew = 4;     // pieces of memory that are kept for the next time
  static constexpr uint8_t kNone = 0;   // places count from 1

  using Chunk = std::array<std::aligned_storage_t<sizeof(T), alignof(T)>, kChunk>;
  struct Page {
    Page() = default;
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;
    ~Page() { DestroyValues(); }
    void DestroyValues() {
      for (uint8_t& place : places) {
        if (place != kNone) std::destroy_at(At(std::exchange(place, kNone)));
      }
    }
    T* At(uint8_t place) const {
      const size_t at = place - size_t{1};
      return reinterpret_cast<T*>(&(*chunks[at / kChunk])[at % kChunk]);
    }

    std::array<uint8_t, kPage> places = {};  // by id
    std::array<std::unique_ptr<Chunk>, kPage / kChunk> chunks;
    std::array<uint16_t, kPage / kChunk> used = {};  // a bit for each value
  };

  T* At(ObjectId id) const {
    const size_t at = id / kPage;
    if (at >= pages_.size() || pages_[at] == nullptr) return nullptr;
    const uint8_t place = pages_[at]->places[id % kPage];
    return place == kNone ? nullptr : pages_[at]->At(place);
  }
  T& Add(ObjectId id) {
    const size_t at = id / kPage;
    if (at >= pages_.size()) pages_.resize(at + 1);
    if (pages_[at] == nullptr) {
      pages_[at] = Taken(spare_pages_);
      in_use_.push_back(static_cast<uint32_t>(at));
    }
    Page& page = *pages_[at];
    size_t chunk = 0;
    while (page.used[chunk] == 0xFFFF) ++chunk;
    if (page.chunks[chunk] == nullptr) page.chunks[chunk] = Taken(spare_);
    const int bit = absl::countr_one(page.used[chunk]);
    page.used[chunk] = static_cast<uint16_t>(page.used[chunk] | 1 << bit);
    const auto place = static_cast<uint8_t>(chunk * kChunk + static_cast<size_t>(bit) + 1);
    page.places[id % kPage] = place;
    ++size_;
    return *new (page.At(place)) T();
  }
  // Pieces of memory that are empty.
  template <typename Piece>
  static void Keep(std::unique_ptr<Piece> piece, std::vector<std::unique_ptr<Piece>>& spare) {
    if (piece != nullptr && spare.size() < kFew) spare.push_back(std::move(piece));
  }
  template <typename Piece>
  static std::unique_ptr<Piece> Taken(std::vector<std::unique_ptr<Piece>>& spare) {
    if (spare.empty()) return std::unique_ptr<Piece>(new Piece);
    std::unique_ptr<Piece> piece = std::move(spare.back());
    spare.pop_back();
    return piece;
  }

  std::vector<std::unique_ptr<Page>> pages_;  // null where none has been needed
  std::vector<uint32_t> in_use_;              // the others
  std::vector<std::unique_ptr<Page>> spare_pages_;
  std::vector<std::unique_ptr<Chunk>> spare_;
  size_t size_ = 0;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_ID_MAP_H_
