#ifndef GWPOLICY_BASE_TEXT_ORDER_H_
#define GWPOLICY_BASE_TEXT_ORDER_H_

#include "gwpolicy/base/text.h"

namespace gwpolicy {

// Whether the first pair of texts that differ is in order: TextsLess(a.ns, b.ns, a.name, b.name).
// What std::tie(a.ns, a.name) < std::tie(b.ns, b.name) says, but quicker where the first texts are
// mostly the same ones, as they are in sorted lists of objects.
inline bool TextsLess(const Text& a, const Text& b) { return a != b && a < b; }
template <typename... Rest>
bool TextsLess(const Text& a, const Text& b, const Rest&... rest) {
  return a != b ? a < b : TextsLess(rest...);
}

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_TEXT_ORDER_H_
