#ifndef GWPOLICY_BASE_SOURCE_POSITION_H_
#define GWPOLICY_BASE_SOURCE_POSITION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/name_id.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// A place in a text. Lines and columns count from 1; 0 means unknown.
struct SourcePosition {
  int line = 0;
  int column = 0;
};

// Where each field of one object stands in the file that it came from. Made by `manifest/`, looked
// up by whoever reports a problem of that object.
//
// Immutable and shared by `shared_ptr<const SourceMap>`; reading is thread-safe. There is one for
// each object of a fleet, so it is kept as a stream of bytes: about 5 bytes a field, which objects
// of the same layout share, and a lookup reads the stream from its start.
class SourceMap {
  struct OnlyForBuilder {};

 public:
  class Builder;
  SourceMap(OnlyForBuilder, Text file, SourcePosition root, Text nodes);

  // The position of the value at `field_path` ("spec.targetRefs[0].name"): of a scalar, its first
  // character; of a list or mapping, the field's name, or the item's first character. Where the
  // path is not in the text, that of its nearest ancestor: a missing field is reported at the
  // object that lacks it. "" is the root.
  SourcePosition Find(absl::string_view field_path) const;
  // The same for the name of the field.
  SourcePosition FindName(absl::string_view field_path) const;

  // As the user named the file, "-" for standard input, "" when there was none.
  absl::string_view file() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return file_; }

 private:
  struct Place;

  Place Lookup(absl::string_view field_path) const;

  Text file_;
  SourcePosition root_;
  // Nodes in document order, those below a node right behind it and ended by a 0:
  //   a byte or two: what is in it, and the NameId (see the bits in source_position.cc)
  //   number and bytes: length and text of the name, unless it has a NameId
  //   numbers: lines since the node before (the first: since the root), column of the name (on the
  //   same line: columns since the node before), columns from where a value is expected
  // Numbers are base 128, lowest digit first; those that may be negative alternate: 0, -1, 1, -2.
  Text nodes_;
};

// Writes the maps of the objects of a text, one after the other.
class SourceMap::Builder {
 public:
  Builder() = default;
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  struct Field {
    NameId id = 0;           // 0: see `name`
    absl::string_view name;  // as the text has it
    SourcePosition position;
    SourcePosition value;  // equal to `position` for what is no scalar
  };
  // Begins a map; `root` is the object's own position.
  void Begin(SourcePosition root);
  // Nodes in document order. With `Open` what follows is below the node, until `Close`.
  void Add(const Field& field);
  void Open(const Field& field);
  void AddItem(SourcePosition position);
  void OpenItem(SourcePosition position);
  void Close();

  std::shared_ptr<const SourceMap> Build(Text file);

 private:
  enum class Below : uint8_t { kNothing, kChildren };
  void WriteField(const Field& field, Below below);
  void WriteItem(SourcePosition position, Below below);
  char* WritePosition(SourcePosition position, char* at);
  // Makes room for as many bytes behind what is written; gives their place.
  char* Room(size_t size) {
    if (nodes_.size() - size_ < size) Grow(size);
    return nodes_.data() + size_;
  }
  void Grow(size_t size);

  SourcePosition root_;
  std::vector<char> nodes_;  // `size_` of them are written
  size_t size_ = 0;
  SourcePosition before_;  // of the node before
  RecentTexts recent_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_SOURCE_POSITION_H_
