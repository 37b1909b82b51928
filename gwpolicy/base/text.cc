#include "gwpolicy/base/text.h"

#include <cstdlib>
#include <limits>
#include <new>

#include "absl/hash/hash.h"

namespace gwpolicy {

static_assert(sizeof(Text) == 8 && sizeof(text_internal::Block) == 8);

void Text::Allocate(absl::string_view text) {
  if (text.size() > std::numeric_limits<uint32_t>::max()) std::abort();
  void* const memory = ::operator new(sizeof(Block) + text.size());
  const auto* block = new (memory) Block{{1}, static_cast<uint32_t>(text.size())};
  std::memcpy(static_cast<char*>(memory) + sizeof(Block), text.data(), text.size());
  Point(block);
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

Text RecentTexts::Get(absl::string_view text) {
  if (text.size() < sizeof(Text)) return text;  // is kept in place
  const size_t hash = absl::HashOf(text);
  Entry& known = entries_[hash % entries_.size()];
  if (known.hash != hash) {
    known = {hash, Text()};
    return text;
  }
  if (known.text.view() != text) known.text = text;
  return known.text;
}

}  // namespace gwpolicy
