#ifndef GWPOLICY_MANIFEST_PLAIN_JSON_SCANNER_H_
#define GWPOLICY_MANIFEST_PLAIN_JSON_SCANNER_H_

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/numeric/bits.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/source_position.h"

namespace gwpolicy::manifest {

namespace plain_json_internal {

// Characters of a string that stand for themselves, but for the brace, which is looked at.
constexpr std::array<bool, 256> MakeStringCharacters() {
  std::array<bool, 256> table{};
  for (size_t c = ' '; c < 0x80; ++c) table[c] = c != '"' && c != '\\' && c != '{';
  return table;
}
inline constexpr std::array<bool, 256> kStringCharacters = MakeStringCharacters();

#ifdef __SSE2__
// Bits of those of the next 16 characters that do not stand for themselves.
inline unsigned OddCharacters(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const auto is = [bytes](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  // As signed numbers, what is not ASCII is below a space too.
  const __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
  const __m128i odd = _mm_or_si128(_mm_or_si128(is('"'), is('\\')), _mm_or_si128(is('{'), below));
  return static_cast<unsigned>(_mm_movemask_epi8(odd));
}
#endif

}  // namespace plain_json_internal

// The tokens of plain JSON: ASCII, no escapes but the short ones, numbers that are integers.
// Functions return false for "not sure". Not thread-safe.
class PlainJsonScanner {
 public:
  // `position` is that of `at`.
  PlainJsonScanner(absl::string_view text, size_t at, SourcePosition position)
      : begin_(text.data()),
        at_(text.data() + at),
        end_(text.data() + text.size()),
        line_start_(at_ - position.column + 1),
        line_(position.line) {}

  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  SourcePosition Here() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }
  // The character that comes next, after `SkipSpace` has found one.
  char Next() const { return *at_; }

  // To the next token. False at the end of the text.
  bool SkipSpace() {
    for (; at_ != end_; ++at_) {
      if (*at_ > ' ') return true;
      if (*at_ == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (*at_ != ' ' && *at_ != '\r' && *at_ != '\t') {
        return true;  // what no token begins with
      }
    }
    return false;
  }
  bool Take(char c) {
    if (!SkipSpace() || *at_ != c) return false;
    ++at_;
    return true;
  }
  // Goes behind the bracket that stands here, and behind `close` too where nothing is between.
  bool TakeOpening(char close, bool& is_empty) {
    ++at_;
    if (!SkipSpace()) return false;
    is_empty = *at_ == close;
    if (is_empty) ++at_;
    return true;
  }
  // Whether nothing is in the bracket that stands here.
  bool IsEmptyBracket() const {
    const char* next = at_ + 1;
    while (next != end_ && (*next == ' ' || *next == '\n' || *next == '\r' || *next == '\t'))
      ++next;
    return next != end_ && (*next == '}' || *next == ']');
  }
  // Goes behind the comma or the bracket that follows an item.
  bool TakeEnd(char close, bool& is_end) {
    if (!SkipSpace()) return false;
    is_end = *at_ == close;
    return *at_++ == ',' || is_end;
  }

  bool ReadWord(absl::string_view word) {
    if (static_cast<size_t>(end_ - at_) < word.size() ||
        std::memcmp(at_, word.data(), word.size()) != 0) {
      return false;
    }
    at_ += word.size();
    return EndsToken();
  }

  // `written` is the number as it stands there.
  bool ReadInteger(int64_t& number, absl::string_view& written) {
    const char* const from = at_;
    const bool negative = *at_ == '-';
    if (negative) ++at_;
    const char* const digits = at_;
    constexpr std::ptrdiff_t kMaxDigits = 18;  // so many fit in any case
    number = 0;
    for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_) {
      if (at_ - digits == kMaxDigits) return false;
      number = number * 10 + (*at_ - '0');
    }
    const std::ptrdiff_t count = at_ - digits;
    if (count == 0 || (count > 1 && *digits == '0') || !EndsToken()) return false;
    if (negative && number == 0) return false;
    if (negative) number = -number;
    written = absl::string_view(from, static_cast<size_t>(at_ - from));
    return true;
  }

  // From its quote. The text is a part of what is read, or good until the next call.
  bool ReadString(absl::string_view& text) {
    const char* const from = ++at_;
    SkipCharacters();
    if (at_ == end_) return false;
    if (*at_ == '"') {
      text = absl::string_view(from, static_cast<size_t>(at_++ - from));
      return true;
    }
    if (*at_ != '\\') return false;
    scratch_.assign(from, at_);
    return ReadEscaped(text);
  }

  // Whether a string had two opening braces in a row.
  bool has_braces() const { return has_braces_; }
  // Whether the last `ReadString` gave a text of its own.
  bool IsScratch(absl::string_view text) const { return text.data() == scratch_.data(); }

 private:
  // To the next character that may not stand for itself.
  void SkipToOdd() {
#ifdef __SSE2__
    while (end_ - at_ >= 16) {
      const unsigned odd = plain_json_internal::OddCharacters(at_);
      if (odd != 0) {
        at_ += absl::countr_zero(odd);
        return;
      }
      at_ += 16;
    }
#endif
    using plain_json_internal::kStringCharacters;
    while (at_ != end_ && kStringCharacters[static_cast<unsigned char>(*at_)]) ++at_;
  }

  void SkipCharacters() {
    for (;; ++at_) {
      SkipToOdd();
      if (at_ == end_ || *at_ != '{') return;
      has_braces_ = has_braces_ || (end_ - at_ > 1 && at_[1] == '{');
    }
  }

  // Whether what stands here may follow a word or a number.
  bool EndsToken() const {
    if (at_ == end_) return false;
    switch (*at_) {
      case ',':
      case ']':
      case '}':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        return true;
      default:
        return false;
    }
  }

  // The rest of a string, from its first escape.
  bool ReadEscaped(absl::string_view& text) {
    while (at_ != end_ && *at_ != '"') {
      const char* const from = at_;
      SkipCharacters();
      scratch_.append(from, at_);
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      if (*at_ != '\\' || end_ - at_ < 2) return false;
      constexpr absl::string_view kEscapes = "\"\\/bfnrt";
      constexpr absl::string_view kMeanings = "\"\\/\b\f\n\r\t";
      const size_t escape = kEscapes.find(at_[1]);
      if (escape == absl::string_view::npos) return false;
      scratch_.push_back(kMeanings[escape]);
      at_ += 2;
    }
    if (at_ == end_) return false;
    ++at_;
    text = scratch_;
    return true;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  const char* line_start_;
  int line_;
  std::string scratch_;
  bool has_braces_ = false;
};

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_PLAIN_JSON_SCANNER_H_
