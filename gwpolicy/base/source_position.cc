#include "gwpolicy/base/source_position.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

// The first byte of a node: bits 0-1 what it is, bit 2 whether something is below it, bits 3-4
// where its value is, the rest the first bits of its NameId. Never 0, which ends the children of a
// node.
enum NodeSort : uint8_t { kEnd, kKnownName, kOwnName, kItem };
constexpr unsigned kHasChildren = 4;
// Values stand where their names do; behind a colon and a space, as in YAML; behind a name in
// quotes and a colon, as in JSON that was not written for people; or a number says where.
enum ValuePlace : uint8_t { kAtName, kBehindColon, kBehindQuotes, kElsewhere };
constexpr int kPlaceShift = 3;
constexpr int kNameShift = 5;
constexpr int kFirstNameBits = 3;
static_assert(kMaxNameId < 1 << (kFirstNameBits + 8));

// Where a value is expected: columns behind the end of its name.
constexpr int Gap(ValuePlace place) { return place == kBehindQuotes ? 3 : 2; }

// Reads the stream.
class Cursor {
 public:
  Cursor(const char* at, SourcePosition root) : at_(at), before_(root) {}

  struct Node {
    NodeSort sort = kEnd;
    bool has_children = false;
    absl::string_view name;
    SourcePosition position;
    SourcePosition value;
  };

  Node Next() {
    Node node;
    const unsigned first = Byte();
    node.sort = static_cast<NodeSort>(first & 3);
    if (node.sort == kEnd) return node;
    node.has_children = (first & kHasChildren) != 0;
    if (node.sort == kKnownName) {
      node.name = NameOf(static_cast<NameId>(Byte() << kFirstNameBits | first >> kNameShift));
    } else if (node.sort == kOwnName) {
      const auto size = static_cast<size_t>(Number());
      node.name = absl::string_view(at_, size);
      at_ += size;
    }
    const int lines = static_cast<int>(SignedNumber());
    const int column = static_cast<int>(Number());
    before_ = {before_.line + lines, lines == 0 ? before_.column + column : column};
    node.position = before_;
    node.value = before_;
    const auto place = static_cast<ValuePlace>((first >> kPlaceShift) & 3);
    if (place != kAtName) node.value.column += static_cast<int>(node.name.size()) + Gap(place);
    if (place == kElsewhere) node.value.column += static_cast<int>(SignedNumber());
    return node;
  }

  // From the first child of a node behind its last.
  void SkipChildren() {
    for (int depth = 1; depth > 0;) {
      const Node node = Next();
      if (node.sort == kEnd) {
        --depth;
      } else if (node.has_children) {
        ++depth;
      }
    }
  }

 private:
  unsigned Byte() { return static_cast<uint8_t>(*at_++); }
  uint64_t Number() {
    uint64_t number = 0;
    int shift = 0;
    unsigned byte = 0;
    do {
      byte = Byte();
      number |= static_cast<uint64_t>(byte & 0x7F) << shift;
      shift += 7;
    } while ((byte & 0x80) != 0);
    return number;
  }
  int64_t SignedNumber() {
    const uint64_t number = Number();
    return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
  }

  const char* at_;
  SourcePosition before_;  // of the node before
};

// A number of 64 bits takes no more.
constexpr size_t kMaxNumberBytes = 10;

// These write a number and give the place behind it.
inline char* Put(uint64_t number, char* at) {
  for (; number >= 0x80; number >>= 7) *at++ = static_cast<char>(number | 0x80);
  *at++ = static_cast<char>(number);
  return at;
}
char* PutSigned(int64_t number, char* at) {
  return Put(static_cast<uint64_t>(number) << 1 ^ static_cast<uint64_t>(number >> 63), at);
}

// How much of `field_path` a node is, of a field or an item; 0 when it is not on the path.
size_t PartOf(const Cursor::Node& node, size_t index, absl::string_view field_path) {
  if (node.sort == kItem) {
    const size_t close = field_path.find(']');
    uint32_t wanted = 0;
    const bool is_it = field_path.front() == '[' && close != absl::string_view::npos &&
                       absl::SimpleAtoi(field_path.substr(1, close - 1), &wanted) &&
                       wanted == index;
    return is_it ? close + 1 : 0;
  }
  const size_t dot = field_path.front() == '.' ? 1 : 0;
  const absl::string_view path = field_path.substr(dot);
  if (path.substr(0, node.name.size()) != node.name) return 0;
  const bool ends = path.size() == node.name.size() || path[node.name.size()] == '.' ||
                    path[node.name.size()] == '[';
  return ends ? node.name.size() + dot : 0;
}

}  // namespace

struct SourceMap::Place {
  SourcePosition name;
  SourcePosition value;
};

SourceMap::SourceMap(OnlyForBuilder, Text file, SourcePosition root, Text nodes)
    : file_(std::move(file)), root_(root), nodes_(std::move(nodes)) {}

SourceMap::Place SourceMap::Lookup(absl::string_view field_path) const {
  Place place{root_, root_};
  Cursor cursor(nodes_.data(), root_);
  bool has_children = true;
  while (!field_path.empty() && has_children) {
    // A key of a map may hold dots ("data.ca.crt"), so the longest matching child wins.
    size_t used = 0;
    Cursor below = cursor;
    size_t index = 0;
    for (Cursor::Node node = cursor.Next(); node.sort != kEnd; node = cursor.Next(), ++index) {
      const size_t part = PartOf(node, index, field_path);
      if (part > used) {
        used = part;
        place = {node.position, node.value};
        has_children = node.has_children;
        below = cursor;
      }
      if (node.has_children) cursor.SkipChildren();
    }
    if (used == 0) break;
    field_path.remove_prefix(used);
    cursor = below;
  }
  return place;
}

SourcePosition SourceMap::Find(absl::string_view field_path) const {
  return Lookup(field_path).value;
}

SourcePosition SourceMap::FindName(absl::string_view field_path) const {
  return Lookup(field_path).name;
}

void SourceMap::Builder::Begin(SourcePosition root) {
  size_ = 0;
  root_ = root;
  before_ = root;
}

void SourceMap::Builder::Add(const Field& field) { WriteField(field, Below::kNothing); }
void SourceMap::Builder::Open(const Field& field) { WriteField(field, Below::kChildren); }
void SourceMap::Builder::AddItem(SourcePosition position) { WriteItem(position, Below::kNothing); }
void SourceMap::Builder::OpenItem(SourcePosition position) {
  WriteItem(position, Below::kChildren);
}
void SourceMap::Builder::Close() {
  *Room(1) = 0;
  ++size_;
}

void SourceMap::Builder::Grow(size_t size) {
  nodes_.resize(std::max(2 * nodes_.size(), size_ + size));
}

inline char* SourceMap::Builder::WritePosition(SourcePosition position, char* at) {
  const int lines = position.line - before_.line;
  const int column = lines == 0 ? position.column - before_.column : position.column;
  before_ = position;
  // Nearly always both are this small.
  if (static_cast<unsigned>(lines) < 64 && static_cast<unsigned>(column) < 128) {
    at[0] = static_cast<char>(lines << 1);
    at[1] = static_cast<char>(column);
    return at + 2;
  }
  return Put(static_cast<uint64_t>(column), PutSigned(lines, at));
}

void SourceMap::Builder::WriteField(const Field& field, Below below) {
  unsigned first = below == Below::kChildren ? kHasChildren : 0;
  const int gap = field.value.column - field.position.column - static_cast<int>(field.name.size());
  bool is_elsewhere = false;
  if (field.value.line == field.position.line && field.value.column != field.position.column) {
    const ValuePlace place = gap == Gap(kBehindColon)    ? kBehindColon
                             : gap == Gap(kBehindQuotes) ? kBehindQuotes
                                                         : kElsewhere;
    first |= static_cast<unsigned>(place) << kPlaceShift;
    is_elsewhere = place == kElsewhere;
  }
  char* at = nullptr;
  if (field.id != 0) {
    at = Room(2 + 3 * kMaxNumberBytes);
    at[0] = static_cast<char>(first | kKnownName | static_cast<unsigned>(field.id) << kNameShift);
    at[1] = static_cast<char>(field.id >> kFirstNameBits);
    at += 2;
  } else {
    at = Room(1 + 4 * kMaxNumberBytes + field.name.size());
    *at++ = static_cast<char>(first | kOwnName);
    at = Put(field.name.size(), at);
    at = std::copy(field.name.begin(), field.name.end(), at);
  }
  at = WritePosition(field.position, at);
  if (is_elsewhere) at = PutSigned(gap - Gap(kElsewhere), at);
  size_ = static_cast<size_t>(at - nodes_.data());
}

void SourceMap::Builder::WriteItem(SourcePosition position, Below below) {
  char* at = Room(1 + 2 * kMaxNumberBytes);
  *at++ = static_cast<char>(kItem | (below == Below::kChildren ? kHasChildren : 0));
  size_ = static_cast<size_t>(WritePosition(position, at) - nodes_.data());
}

std::shared_ptr<const SourceMap> SourceMap::Builder::Build(Text file) {
  Close();
  return std::make_shared<const SourceMap>(OnlyForBuilder(), std::move(file), root_,
                                           recent_.Get(absl::string_view(nodes_.data(), size_)));
}

}  // namespace gwpolicy
