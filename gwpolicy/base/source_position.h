#ifndef GWPOLICY_BASE_SOURCE_POSITION_H_
#define GWPOLICY_BASE_SOURCE_POSITION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gwpolicy {

// A place in a text. Lines and columns count from 1; 0 means unknown.
struct SourcePosition {
  int line = 0;
  int column = 0;
};

// Where each field of one object stands in the file that it came from: a tree of field names and
// list indices in document order, each with its line and column. Made by `manifest/`, looked up by
// whoever reports a problem of that object.
//
// Immutable once built and shared by `shared_ptr<const SourceMap>`; reading is thread-safe.
// Costs about 24 bytes a field; a lookup walks the siblings on its path.
class SourceMap {
 public:
  using NodeId = uint32_t;
  static constexpr NodeId kRoot = 0;

  // `file` is the name as the user gave it, "-" for standard input, "" when there was none.
  explicit SourceMap(std::string file, SourcePosition root);

  // Adds a child below `parent` and returns it. `name` is copied.
  NodeId AddField(NodeId parent, absl::string_view name, SourcePosition position);
  NodeId AddItem(NodeId parent, size_t index, SourcePosition position);

  // The position of `field_path` ("spec.targetRefs[0].name"), or of its nearest ancestor that is in
  // the text: a missing required field is reported at the object that lacks it. "" is the root.
  SourcePosition Find(absl::string_view field_path) const;

  const std::string& file() const { return file_; }
  size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    NodeId next_sibling = 0;  // 0: none, since the root is nobody's sibling
    NodeId first_child = 0;
    NodeId last_child = 0;
    uint32_t name_offset = 0;  // into names_; or the index of a list item
    uint32_t name_size = 0;    // kItem for a list item
    SourcePosition position;
  };
  static constexpr uint32_t kItem = UINT32_MAX;

  NodeId Add(NodeId parent, Node node);

  std::string file_;
  std::string names_;
  std::vector<Node> nodes_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_SOURCE_POSITION_H_
