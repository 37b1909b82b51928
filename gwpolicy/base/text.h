#ifndef GWPOLICY_BASE_TEXT_H_
#define GWPOLICY_BASE_TEXT_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/base/config.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace gwpolicy {

namespace text_internal {

// What stands before the characters of a text that is too long to be kept in place.
struct Block {
  // Blocks that are never freed, and those with more owners than can be counted.
  static constexpr uint32_t kImmortal = uint32_t{1} << 31;

  const char* chars() const { return reinterpret_cast<const char*>(this + 1); }

  mutable std::atomic<uint32_t> owners;
  uint32_t size;
};

}  // namespace text_internal

// A text of static storage, from which a `Text` can be made without memory of its own:
//
//   inline constexpr TextLiteral kClusterIp("ClusterIP");
template <size_t N>
class TextLiteral {
 public:
  constexpr explicit TextLiteral(const char (&chars)[N])
      : block_{{text_internal::Block::kImmortal}, N - 1}, chars_() {
    for (size_t i = 0; i < N; ++i) chars_[i] = chars[i];
  }

  constexpr absl::string_view view() const { return absl::string_view(chars_, N - 1); }

 private:
  friend class Text;
  alignas(8) text_internal::Block block_;
  char chars_[N];
};

// A text of an object: what std::string is for, in the 8 bytes that an object with many unset
// fields can afford. Its characters never change, they are only replaced: up to 7 of them are kept
// in place, longer texts are shared by all copies. At most 4 GiB.
//
// As with std::string, a view of a text is good until the text is assigned to, moved or gone.
// Copying and reading from several threads is safe.
class Text {
  // What can be compared with a text as a view.
  template <typename S>
  using EnableIfView = std::enable_if_t<
      std::is_convertible_v<const S&, absl::string_view> && !std::is_same_v<S, Text>, int>;

 public:
  // For templates that look at containers of characters.
  using value_type = char;
  using const_iterator = const char*;

  constexpr Text() = default;
  Text(absl::string_view text) {  // NOLINT(google-explicit-constructor)
    text.size() <= kInPlace ? Keep(text) : Allocate(text);
  }
  Text(const char* text) : Text(absl::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  Text(const std::string& text)                              // NOLINT(google-explicit-constructor)
      : Text(absl::string_view(text)) {}
  template <size_t N>
  Text(const TextLiteral<N>& literal) {  // NOLINT(google-explicit-constructor)
    N - 1 <= kInPlace ? Keep(literal.view()) : Point(&literal.block_);
  }
  // One after the other, without a string in between.
  static Text Join(absl::Span<const absl::string_view> pieces);

  Text(const Text& other) : word_(other.word_) {
    if (IsShared()) AddOwner();
  }
  Text(Text&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  Text& operator=(Text other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~Text() {
    if (IsShared()) DropOwner();
  }

  bool empty() const { return word_ == 0; }
  size_t size() const { return IsShared() ? block()->size : (word_ & 0xFF) >> 1; }
  const char* data() const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return IsShared() ? block()->chars() : in_place();
  }
  const char* begin() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return data(); }
  const char* end() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return data() + size(); }
  absl::string_view view() const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return absl::string_view(data(), size());
  }
  operator absl::string_view() const  // NOLINT(google-explicit-constructor)
      ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return view();
  }
  operator std::string() const { return std::string(view()); }  // NOLINT
  // For absl::StrCat.
  operator absl::AlphaNum() const { return absl::AlphaNum(view()); }  // NOLINT
  void clear() { *this = Text(); }

  // Texts that are kept in place are equal only where all 8 bytes are.
  friend bool operator==(const Text& a, const Text& b) {
    return a.word_ == b.word_ || (a.IsShared() && b.IsShared() && a.view() == b.view());
  }
  friend bool operator!=(const Text& a, const Text& b) { return !(a == b); }
  friend bool operator<(const Text& a, const Text& b) { return a.view() < b.view(); }
  template <typename S, EnableIfView<S> = 0>
  friend bool operator==(const Text& a, const S& b) {
    return a.view() == absl::string_view(b);
  }
  template <typename S, EnableIfView<S> = 0>
  friend bool operator==(const S& a, const Text& b) {
    return b == a;
  }
  template <typename S, EnableIfView<S> = 0>
  friend bool operator!=(const Text& a, const S& b) {
    return !(a == b);
  }
  template <typename S, EnableIfView<S> = 0>
  friend bool operator!=(const S& a, const Text& b) {
    return !(b == a);
  }

  template <typename H>
  friend H AbslHashValue(H h, const Text& text) {
    return H::combine(std::move(h), text.view());
  }
  friend std::ostream& operator<<(std::ostream& out, const Text& text) {
    return out << text.view();
  }

 private:
  using Block = text_internal::Block;
  static constexpr size_t kInPlace = 7;

  // The byte of the size comes first in memory or last, the one whose bits are lowest in `word_`.
  const char* in_place() const {
#ifdef ABSL_IS_LITTLE_ENDIAN
    return reinterpret_cast<const char*>(&word_) + 1;
#else
    return reinterpret_cast<const char*>(&word_);
#endif
  }
  void Keep(absl::string_view text) {
    if (text.empty()) return;
    std::memcpy(KeepRoom(text.size()), text.data(), text.size());
  }
  // For the characters of a text that is kept in place.
  char* KeepRoom(size_t size) {
    word_ = size << 1 | 1;
    return const_cast<char*>(in_place());
  }
  // For those of a longer one.
  char* AllocateRoom(size_t size);
  void Point(const Block* block) { word_ = reinterpret_cast<uintptr_t>(block); }
  void Allocate(absl::string_view text);

  bool IsShared() const { return (word_ & 1) == 0 && word_ != 0; }
  const Block* block() const {
    return reinterpret_cast<const Block*>(static_cast<uintptr_t>(word_));
  }
  void AddOwner() const {
    if (block()->owners.load(std::memory_order_relaxed) >= Block::kImmortal) return;
    block()->owners.fetch_add(1, std::memory_order_relaxed);
  }
  void DropOwner();

  // 0: empty. Odd: the text itself, the lowest byte holds twice its size and 1. Else its Block.
  uint64_t word_ = 0;
};

// Makes equal texts share their characters where they come soon after each other, as those of the
// objects of one fleet do. Not thread-safe.
class RecentTexts {
 public:
  Text Get(absl::string_view text);

 private:
  struct Entry {
    uint64_t hash = 0;  // of the text that came last
    Text text;          // that one, once it has come again: most texts never do
  };
  std::array<Entry, 256> entries_;  // by hash
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_TEXT_H_
