#ifndef GWPOLICY_BASE_NAME_ID_H_
#define GWPOLICY_BASE_NAME_ID_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace gwpolicy {

// A small number for a name that is written in the source, such as that of a field in a table, for
// what would otherwise keep the same few hundred names for each object. 0 is no name.
using NameId = uint16_t;
inline constexpr NameId kMaxNameId = 2047;

// The number of `name`, which is borrowed for ever; the same name always has the same one within a
// process. 0 where too many names have numbers already, so callers keep a way for that.
// Thread-safe.
NameId InternName(absl::string_view name);

// The name of a number that `InternName` gave; "" for 0. Thread-safe, takes no lock.
absl::string_view NameOf(NameId id);

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_NAME_ID_H_
