#ifndef GWPOLICY_BASE_CODES_H_
#define GWPOLICY_BASE_CODES_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace gwpolicy {

// How bad a finding is. `kError` makes a command exit with status 1.
enum class Level : uint8_t { kError, kWarning, kInfo };

// "error", "warning" or "info".
absl::string_view LevelName(Level level);

// Every finding and every reason of a failed handshake that gwpolicy can give. The names are a
// contract: never renamed, never reused. The rows are in codes.inc, the one place that has them.
enum class Code : uint16_t {
#define GWP_CODE(id, name, level, cause, remedy) id,
#include "gwpolicy/base/codes.inc"
#undef GWP_CODE
};

struct CodeInfo {
  Code code;
  absl::string_view name;    // "Area/Name"
  Level level;               // the default; whoever adds a finding may choose another
  absl::string_view cause;   // one sentence: what it means
  absl::string_view remedy;  // what to do about it, and who
};

// All codes, sorted by name.
absl::Span<const CodeInfo> AllCodes();

const CodeInfo& InfoOf(Code code);
inline absl::string_view NameOf(Code code) { return InfoOf(code).name; }
std::optional<Code> CodeByName(absl::string_view name);

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_CODES_H_
