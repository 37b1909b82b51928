#ifndef GWPOLICY_BASE_TEXT_SORT_H_
#define GWPOLICY_BASE_TEXT_SORT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace gwpolicy {

// The first 16 bytes of a text as two numbers: where those of two texts differ, they are in the
// order of the texts.
inline std::pair<uint64_t, uint64_t> TextPrefix(absl::string_view text) {
  uint8_t bytes[16] = {};
  std::copy_n(text.data(), std::min(text.size(), sizeof(bytes)), bytes);
  const auto number = [](const uint8_t* from) {
    uint64_t out = 0;
    for (int i = 0; i < 8; ++i) out = out << 8 | from[i];
    return out;
  };
  return {number(bytes), number(bytes + 8)};
}

// Sorts named things of which many share a group, such as a namespace. The place of each, which is
// its group, of any type with an order and a hash, and its name, is taken down while it is at hand:
// looking at items again, at each comparison, is what takes the time where they lie about in
// memory.
template <typename Group>
class PlaceSorter {
 public:
  // Of the next item. Views in a group live until Sort.
  void Add(const Group& group, absl::string_view name) {
    if (keys_.empty() || group != last_group_) {  // they come in runs
      last_group_ = group;
      last_number_ = numbers_.emplace(group, static_cast<uint32_t>(numbers_.size())).first->second;
    }
    keys_.push_back({last_number_, TextPrefix(name), keys_.size()});
  }
  // Brings the items, one for each Add, into the order of `less`, which agrees with that of the
  // places. Not stable. Has no places afterwards.
  template <typename Item, typename Less>
  void Sort(std::vector<Item>& items, Less less) {
    std::vector<std::pair<Group, uint32_t>> sorted(numbers_.begin(), numbers_.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<uint32_t> ranks(sorted.size());
    for (size_t i = 0; i < sorted.size(); ++i) ranks[sorted[i].second] = static_cast<uint32_t>(i);
    for (Key& key : keys_) key.group = ranks[key.group];
    std::sort(keys_.begin(), keys_.end(), [&](const Key& a, const Key& b) {
      if (a.group != b.group) return a.group < b.group;
      return a.name != b.name ? a.name < b.name : less(items[a.at], items[b.at]);
    });
    std::vector<Item> out;
    out.reserve(items.size());
    for (const Key& key : keys_) out.push_back(std::move(items[key.at]));
    items = std::move(out);
    keys_.clear();
    numbers_.clear();
  }

 private:
  struct Key {
    uint32_t group;  // its number, then its rank
    std::pair<uint64_t, uint64_t> name;
    size_t at;
  };
  Group last_group_ = Group();
  uint32_t last_number_ = 0;
  std::vector<Key> keys_;
  absl::flat_hash_map<Group, uint32_t> numbers_;  // as they come
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_TEXT_SORT_H_
