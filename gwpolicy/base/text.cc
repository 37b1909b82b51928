#include "gwpolicy/base/text.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

#include "absl/hash/hash.h"
#include "absl/numeric/int128.h"

namespace gwpolicy {

static_assert(sizeof(Text) == 8 && sizeof(text_internal::Block) == 8);

char* Text::AllocateRoom(size_t size) {
  if (size > std::numeric_limits<uint32_t>::max()) std::abort();
  void* const memory = ::operator new(sizeof(Block) + size);
  Point(new (memory) Block{{1}, static_cast<uint32_t>(size)});
  return static_cast<char*>(memory) + sizeof(Block);
}

void Text::Allocate(absl::string_view text) {
  std::memcpy(AllocateRoom(text.size()), text.data(), text.size());
}

Text Text::Join(absl::Span<const absl::string_view> pieces) {
  size_t size = 0;
  for (absl::string_view piece : pieces) size += piece.size();
  Text text;
  if (size == 0) return text;
  char* to = size <= kInPlace ? text.KeepRoom(size) : text.AllocateRoom(size);
  for (absl::string_view piece : pieces) to = std::copy(piece.begin(), piece.end(), to);
  return text;
}

void Text::DropOwner() {
  const Block* const own = block();
  const uint32_t owners = own->owners.load(std::memory_order_acquire);
  if (owners >= Block::kImmortal) return;
  // The only owner need not tell anybody.
  if (owners == 1 || own->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    ::operator delete(const_cast<Block*>(own));
  }
}

namespace {

// A hash of a text of 8 bytes or more. The ends of a short one are enough: texts that differ only
// between them take each other's place, no more.
uint64_t QuickHash(absl::string_view text) {
  constexpr size_t kShort = 48;
  if (text.size() > kShort) return absl::HashOf(text);
  uint64_t first = 0;
  uint64_t last = 0;
  std::memcpy(&first, text.data(), sizeof(first));
  std::memcpy(&last, text.data() + text.size() - sizeof(last), sizeof(last));
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
  const absl::uint128 product = absl::uint128(first ^ kOdd) * (last + text.size() * kOdd);
  return absl::Uint128High64(product) ^ absl::Uint128Low64(product);
}

}  // namespace

Text RecentTexts::Get(absl::string_view text) {
  if (text.size() < sizeof(Text)) return text;  // is kept in place
  const uint64_t hash = QuickHash(text);
  Entry& known = entries_[(hash >> 32) % entries_.size()];  // bits that all characters changed
  if (known.hash != hash) {
    known = {hash, Text()};
    return text;
  }
  if (known.text.view() != text) known.text = text;
  return known.text;
}

}  // namespace gwpolicy
