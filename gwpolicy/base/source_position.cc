#include "gwpolicy/base/source_position.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

// The first number of a node: bits 0-1 what it is, bit 2 whether something is below it, bits 3-4
// where its value is, the rest a NameId or a length. Never 0, which ends the children of a node.
enum NodeSort : uint8_t { kEnd, kKnownName, kOwnName, kItem };
constexpr uint64_t kHasChildren = 4;
// Values stand where their names do, or behind a colon and a space, or a number says where.
enum ValuePlace : uint8_t { kAtName, kBehindColon, kElsewhere };
constexpr int kPlaceShift = 3;
constexpr int kNameShift = 5;

// Reads the stream.
class Cursor {
 public:
  Cursor(const char* at, int root_line) : at_(at), line_(root_line) {}

  struct Node {
    NodeSort sort = kEnd;
    bool has_children = false;
    absl::string_view name;
    SourcePosition position;
    SourcePosition value;
  };

  Node Next() {
    Node node;
    const uint64_t first = Number();
    node.sort = static_cast<NodeSort>(first & 3);
    if (node.sort == kEnd) return node;
    node.has_children = (first & kHasChildren) != 0;
    if (node.sort == kKnownName) {
      node.name = NameOf(static_cast<NameId>(first >> kNameShift));
    } else if (node.sort == kOwnName) {
      node.name = absl::string_view(at_, static_cast<size_t>(first >> kNameShift));
      at_ += node.name.size();
    }
    line_ += static_cast<int>(SignedNumber());
    node.position = {line_, static_cast<int>(Number())};
    node.value = node.position;
    const auto place = static_cast<ValuePlace>((first >> kPlaceShift) & 3);
    if (place != kAtName) node.value.column += static_cast<int>(node.name.size()) + 2;
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
  uint64_t Number() {
    uint64_t number = 0;
    int shift = 0;
    uint8_t byte = 0;
    do {
      byte = static_cast<uint8_t>(*at_++);
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
  int line_;  // of the node before
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
  Cursor cursor(nodes_.data(), root_.line);
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
  line_ = root.line;
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

void SourceMap::Builder::WriteField(const Field& field, Below below) {
  const int expected = field.position.column + static_cast<int>(field.name.size()) + 2;
  ValuePlace place = kAtName;
  if (field.value.line == field.position.line && field.value.column != field.position.column) {
    place = field.value.column == expected ? kBehindColon : kElsewhere;
  }
  char* at = Room(4 * kMaxNumberBytes + field.name.size());
  const uint64_t name = field.id != 0 ? field.id : field.name.size();
  at =
      Put((field.id != 0 ? kKnownName : kOwnName) | (below == Below::kChildren ? kHasChildren : 0) |
              static_cast<uint64_t>(place) << kPlaceShift | name << kNameShift,
          at);
  if (field.id == 0) at = std::copy(field.name.begin(), field.name.end(), at);
  at = PutSigned(field.position.line - line_, at);
  line_ = field.position.line;
  at = Put(static_cast<uint64_t>(field.position.column), at);
  if (place == kElsewhere) at = PutSigned(field.value.column - expected, at);
  size_ = static_cast<size_t>(at - nodes_.data());
}

void SourceMap::Builder::WriteItem(SourcePosition position, Below below) {
  char* at = Room(3 * kMaxNumberBytes);
  at = Put(kItem | (below == Below::kChildren ? kHasChildren : 0), at);
  at = PutSigned(position.line - line_, at);
  line_ = position.line;
  at = Put(static_cast<uint64_t>(position.column), at);
  size_ = static_cast<size_t>(at - nodes_.data());
}

std::shared_ptr<const SourceMap> SourceMap::Builder::Build(Text file) {
  Close();
  return std::make_shared<const SourceMap>(OnlyForBuilder(), std::move(file), root_,
                                           recent_.Get(absl::string_view(nodes_.data(), size_)));
}

}  // namespace gwpolicy
