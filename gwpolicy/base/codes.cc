#include "gwpolicy/base/codes.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace gwpolicy {
namespace {

constexpr CodeInfo kCodes[] = {
#define GWP_CODE(id, name, level, cause, remedy) {Code::id, name, Level::level, cause, remedy},
#include "gwpolicy/base/codes.inc"
#undef GWP_CODE
};

}  // namespace

absl::string_view LevelName(Level level) {
  switch (level) {
    case Level::kError:
      return "error";
    case Level::kWarning:
      return "warning";
    case Level::kInfo:
      return "info";
  }
  return "error";
}

absl::Span<const CodeInfo> AllCodes() { return kCodes; }

const CodeInfo& InfoOf(Code code) { return kCodes[static_cast<size_t>(code)]; }

std::optional<Code> CodeByName(absl::string_view name) {
  const auto* end = std::end(kCodes);
  const auto* at = std::lower_bound(
      std::begin(kCodes), end, name,
      [](const CodeInfo& info, absl::string_view wanted) { return info.name < wanted; });
  if (at == end || at->name != name) return std::nullopt;
  return at->code;
}

}  // namespace gwpolicy
