#include "gwpolicy/validate/quote.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace {

// The character at the front of a text in UTF-8, and how many bytes it has. 0 bytes for bytes that
// are no UTF-8.
struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 0;
};
CodePoint First(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : byte(0) >= 0xC2 ? 2 : 0;
  if (bytes == 0 || bytes > text.size()) return {};
  uint32_t value = byte(0) & (0x7Fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  return {value, bytes};
}

// What Go escapes although it is no ASCII: controls, blanks other than a space, formatting,
// surrogates, private use, and what is no character. (Characters not yet assigned count as
// printable here.)
bool IsInvisible(uint32_t c) {
  return (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x600 && c <= 0x605) || c == 0x61C ||
         c == 0x6DD || c == 0x70F || c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 ||
         (c >= 0xD800 && c <= 0xF8FF) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
         (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0x10FFFF);
}

}  // namespace

std::string Quote(absl::string_view text) {
  constexpr absl::string_view kNamed = "\a\b\f\n\r\t\v\\\"";
  constexpr absl::string_view kNames = "abfnrtv\\\"";
  std::string quoted = "\"";
  while (!text.empty()) {
    const CodePoint c = First(text);
    const size_t bytes = c.bytes == 0 ? 1 : c.bytes;
    const size_t named = kNamed.find(text[0]);
    if (named != absl::string_view::npos) {
      quoted.push_back('\\');
      quoted.push_back(kNames[named]);
    } else if (c.bytes == 0 || c.value < 0x20 || c.value == 0x7F) {
      absl::StrAppend(&quoted, "\\x",
                      absl::Hex(static_cast<unsigned char>(text[0]), absl::kZeroPad2));
    } else if (!IsInvisible(c.value)) {
      quoted.append(text.data(), bytes);
    } else if (c.value < 0x10000) {
      absl::StrAppend(&quoted, "\\u", absl::Hex(c.value, absl::kZeroPad4));
    } else {
      absl::StrAppend(&quoted, "\\U", absl::Hex(c.value, absl::kZeroPad8));
    }
    text.remove_prefix(bytes);
  }
  quoted.push_back('"');
  return quoted;
}

std::string QuoteJson(absl::string_view text) {
  constexpr absl::string_view kNamed = "\b\f\n\r\t\\\"";
  constexpr absl::string_view kNames = "bfnrt\\\"";
  std::string quoted = "\"";
  while (!text.empty()) {
    const CodePoint c = First(text);
    const size_t named = kNamed.find(text[0]);
    if (named != absl::string_view::npos) {
      quoted.push_back('\\');
      quoted.push_back(kNames[named]);
    } else if (c.bytes == 0) {
      quoted.append("\\ufffd");
    } else if (c.value < 0x20 || c.value == '<' || c.value == '>' || c.value == '&' ||
               c.value == 0x2028 || c.value == 0x2029) {
      absl::StrAppend(&quoted, "\\u", absl::Hex(c.value, absl::kZeroPad4));
    } else {
      quoted.append(text.data(), c.bytes);
    }
    text.remove_prefix(c.bytes == 0 ? 1 : c.bytes);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace gwpolicy
