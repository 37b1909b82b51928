#ifndef GWPOLICY_API_TEXT_MAP_H_
#define GWPOLICY_API_TEXT_MAP_H_

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// A map of an object whose keys are texts, such as its labels: used as std::map is and in the order
// of the keys, in 8 bytes. Looking up takes O(log n), inserting O(n); `Append` and `Sort` are for
// many at once.
template <typename T>
class TextMap {
 public:
  using key_type = Text;
  using mapped_type = T;
  using value_type = std::pair<Text, T>;  // the key is not to be changed
  using reference = value_type&;
  using const_reference = const value_type&;
  using iterator = value_type*;
  using const_iterator = const value_type*;
  using size_type = size_t;
  using difference_type = ptrdiff_t;

  TextMap() = default;
  TextMap(std::initializer_list<value_type> entries) : entries_(entries) { Sort(); }

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  iterator begin() { return entries_.begin(); }
  iterator end() { return entries_.end(); }
  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }

  const_iterator find(absl::string_view key) const {
    const const_iterator at = LowerBound(key);
    return at != end() && at->first == key ? at : end();
  }
  iterator find(absl::string_view key) {
    return begin() + (std::as_const(*this).find(key) - begin());
  }
  size_t count(absl::string_view key) const { return find(key) == end() ? 0 : 1; }
  // Inserts a new T where there is none.
  T& operator[](absl::string_view key) { return emplace(key, T()).first->second; }
  // Leaves what is there. Whether it inserted.
  std::pair<iterator, bool> emplace(absl::string_view key, T value) {
    const iterator at = begin() + (LowerBound(key) - begin());
    if (at != end() && at->first == key) return {at, false};
    return {entries_.insert(at, value_type(key, std::move(value))), true};
  }
  size_t erase(absl::string_view key) {
    const const_iterator at = find(key);
    if (at == end()) return 0;
    entries_.erase(at);
    return 1;
  }
  void clear() { entries_.clear(); }

  void reserve(size_t size) { entries_.reserve(size); }
  // Adds an entry behind the last one, in whatever order; nothing is found before `Sort`.
  T& Append(Text key) { return entries_.emplace_back(std::move(key), T()).second; }
  // Brings the entries into order. Of equal keys the one that came last stays.
  void Sort() {
    const auto follows = [](const value_type& a, const value_type& b) {
      return b.first.view() <= a.first.view();
    };
    if (std::adjacent_find(begin(), end(), follows) == end()) return;
    std::stable_sort(begin(), end(), [](const value_type& a, const value_type& b) {
      return a.first.view() < b.first.view();
    });
    iterator kept = begin();
    for (iterator at = begin(); at != end(); ++at) {
      if (at + 1 != end() && at->first == at[1].first) continue;
      if (kept != at) *kept = std::move(*at);
      ++kept;
    }
    entries_.erase(kept, end());
  }

  friend bool operator==(const TextMap& a, const TextMap& b) { return a.entries_ == b.entries_; }
  friend bool operator!=(const TextMap& a, const TextMap& b) { return !(a == b); }

 private:
  const_iterator LowerBound(absl::string_view key) const {
    return std::lower_bound(begin(), end(), key,
                            [](const value_type& entry, absl::string_view wanted) {
                              return entry.first.view() < wanted;
                            });
  }

  List<value_type> entries_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_API_TEXT_MAP_H_
