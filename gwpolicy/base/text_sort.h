#ifndef GWPOLICY_BASE_TEXT_SORT_H_
#define GWPOLICY_BASE_TEXT_SORT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
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

// Sorts named things of which many share a group, such as a namespace. `place_of(item)` is the pair
// of its group, of any type with an order and a hash, and its name; views in them live as long as
// the items. `less` is the whole order, which agrees with that of the places. Each item is looked
// at once, instead of at each comparison, which is what takes the time where the items lie about in
// memory. Not stable.
template <typename Item, typename PlaceOf, typename Less>
void SortByPlace(std::vector<Item>& items, PlaceOf place_of, Less less) {
  using Group = std::decay_t<decltype(place_of(items.front()).first)>;
  struct Key {
    uint32_t group;  // its rank
    std::pair<uint64_t, uint64_t> name;
    size_t at;
  };
  std::vector<Key> keys;
  keys.reserve(items.size());
  absl::flat_hash_map<Group, uint32_t> numbers;  // as they come
  for (size_t i = 0; i < items.size(); ++i) {
    const std::pair<Group, absl::string_view> place = place_of(items[i]);
    const auto number = numbers.emplace(place.first, static_cast<uint32_t>(numbers.size())).first;
    keys.push_back({number->second, TextPrefix(place.second), i});
  }
  std::vector<std::pair<Group, uint32_t>> sorted(numbers.begin(), numbers.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<uint32_t> ranks(sorted.size());
  for (size_t i = 0; i < sorted.size(); ++i) ranks[sorted[i].second] = static_cast<uint32_t>(i);
  for (Key& key : keys) key.group = ranks[key.group];
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.group != b.group) return a.group < b.group;
    return a.name != b.name ? a.name < b.name : less(items[a.at], items[b.at]);
  });
  std::vector<Item> out;
  out.reserve(items.size());
  for (const Key& key : keys) out.push_back(std::move(items[key.at]));
  items = std::move(out);
}

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_TEXT_SORT_H_
