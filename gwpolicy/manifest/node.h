#ifndef GWPOLICY_MANIFEST_NODE_H_
#define GWPOLICY_MANIFEST_NODE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/name_id.h"
#include "gwpolicy/base/source_position.h"

// One document of a manifest as a tree of nodes with positions, whatever syntax it was written in.
// This is what lies between the parsers of YAML and JSON and the decoder.
namespace gwpolicy::manifest {

// An index into the tree's nodes. 0 is no node.
using NodeId = uint32_t;

enum class NodeKind : uint8_t { kNull, kBool, kInt, kFloat, kString, kSequence, kMapping };

// Types are those that Kubernetes sees: YAML 1.1 as its clients read it (`yes` is a boolean, `010`
// is 8), or JSON.
struct Node {
  NodeKind kind = NodeKind::kNull;
  bool boolean = false;
  gwpolicy::NameId name_id = 0;  // of the key, once the decoder has found it in a table
  NodeId parent = 0;
  NodeId first_child = 0;  // of a sequence or mapping, in document order
  NodeId last_child = 0;
  NodeId next_sibling = 0;
  uint32_t size = 0;  // number of children
  SourcePosition position;
  SourcePosition key_position;  // of the key, where the parent is a mapping
  absl::string_view key;
  absl::string_view text;  // of a scalar; without quotes and escapes
  union {
    int64_t integer = 0;
    double number;
  };
};

// The tree of one document. Texts live as long as the tree and until `Clear`, or are parts of the
// text that is being parsed. Not thread-safe.
class Tree {
 public:
  Tree() { Clear(); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // Forgets the document but keeps the memory for the next one.
  void Clear();

  NodeId Add(NodeId parent, Node node);
  // Copies a subtree below `parent`, under `key`. Returns 0 when that would make more than `budget`
  // nodes, which it counts down, or nest more than `max_depth` deep.
  NodeId Copy(NodeId from, NodeId parent, absl::string_view key, SourcePosition key_position,
              int max_depth, size_t& budget);
  void Unlink(NodeId child);
  // Adds copies of those children of `from` whose keys `mapping` does not have. False as for
  // `Copy`.
  bool Merge(NodeId mapping, NodeId from, int max_depth, size_t& budget);
  // Finds repeated keys of a finished mapping: the last one stays, the second is remembered.
  void CheckKeys(NodeId mapping);

  // A scalar as a key: it becomes text as it does on the way to JSON.
  absl::string_view KeyText(const Node& scalar);

  // Copies a text into the tree's memory.
  absl::string_view Store(absl::string_view text);

  Node& at(NodeId id) { return nodes_[id]; }
  const Node& at(NodeId id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size() - 1; }
  // The child of a mapping under `key`; 0 when there is none.
  NodeId Find(NodeId mapping, absl::string_view key) const;
  // "spec.rules[0].name" of `node` below `root`.
  std::string PathOf(NodeId node, NodeId root) const;

  NodeId root = 0;
  // Second occurrences of a key. Where a third one came, the node is no longer in the tree, but its
  // path and position can be asked for all the same. Ascending in a document that is handed out.
  std::vector<NodeId> repeated_keys;

 private:
  std::vector<Node> nodes_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t chunk_ = 0;  // the one in use
  size_t used_ = 0;   // bytes of it
  std::vector<std::unique_ptr<char[]>> large_;
};

// Gives a YAML scalar without quotes or tag its kind and value. `node.text` is the text.
void ResolvePlainScalar(Node& node);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_NODE_H_
