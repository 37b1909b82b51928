#ifndef GWPOLICY_BASE_PREFETCH_H_
#define GWPOLICY_BASE_PREFETCH_H_

#include <cstddef>
#include <cstdint>

namespace gwpolicy {

// Asks for memory that will be read soon, all lines of it. Any address will do.
inline void Prefetch(const void* address, size_t bytes) {
#if defined(__GNUC__)
  constexpr size_t kLine = 64;
  const auto first = reinterpret_cast<uintptr_t>(address);
  for (size_t at = 0; at < bytes; at += kLine) {
    __builtin_prefetch(reinterpret_cast<const void*>(first + at));
  }
  // GCC drops calls of a function that does nothing but ask for memory: it takes it for one that
  // does nothing.
  asm volatile("");
#else
  static_cast<void>(address);
  static_cast<void>(bytes);
#endif
}

// Calls `use(item)` for each item in turn. While an item is some places ahead, calls
// `ask(item, step)` for it, for each step from 0 on: each asks for the memory that the next one
// looks at, and the last for what `use` does. The first few items are not asked for. For items that
// lie about in memory, of which no cache holds all.
template <typename Items, typename Ask, typename Use>
void ForEachAhead(const Items& items, size_t steps, Ask ask, Use use) {
  constexpr size_t kApart = 2;  // items between one step and the next
  for (size_t i = 0; i < items.size(); ++i) {
    for (size_t step = 0; step < steps; ++step) {
      const size_t at = i + kApart * (steps - step);
      if (at < items.size()) ask(items[at], step);
    }
    use(items[i]);
  }
}

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_PREFETCH_H_
