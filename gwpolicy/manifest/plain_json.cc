#include "gwpolicy/manifest/plain_json.h"

#include "gwpolicy/manifest/plain_json_scanner.h"

namespace gwpolicy::manifest {
namespace {

// Reads one value by recursive descent. Functions return false for "not sure".
class Reader : private PlainJsonScanner {
 public:
  Reader(absl::string_view text, size_t at, SourcePosition position, const ReadOptions& options,
         Tree& tree)
      : PlainJsonScanner(text, at, position), options_(options), tree_(tree) {}

  bool Read() {
    if (!SkipSpace() || (Next() != '{' && Next() != '[')) return false;
    Node node;
    return ReadBracket(0, node, 0);
  }

  using PlainJsonScanner::Here;
  using PlainJsonScanner::offset;

 private:
  NodeId Add(NodeId parent, const Node& node) {
    return tree_.size() < options_.max_nodes ? tree_.Add(parent, node) : 0;
  }

  bool ReadText(absl::string_view& text) {
    if (!ReadString(text)) return false;
    if (IsScratch(text)) text = tree_.Store(text);
    return true;
  }

  // `node` has the key, if any.
  bool ReadValue(NodeId parent, Node& node, int depth) {
    if (!SkipSpace()) return false;
    node.position = Here();
    switch (Next()) {
      case '{':
      case '[':
        return ReadBracket(parent, node, depth);
      case '"':
        node.kind = NodeKind::kString;
        if (!ReadText(node.text)) return false;
        break;
      case 't':
      case 'f':
        node.kind = NodeKind::kBool;
        node.boolean = Next() == 't';
        if (!ReadWord(node.boolean ? "true" : "false")) return false;
        break;
      case 'n':
        if (!ReadWord("null")) return false;
        break;
      default:
        node.kind = NodeKind::kInt;
        if (!ReadInteger(node.integer, node.text)) return false;
        break;
    }
    return Add(parent, node) != 0;
  }

  bool ReadBracket(NodeId parent, Node& node, int depth) {
    if (depth >= options_.max_depth) return false;
    const bool is_object = Next() == '{';
    node.kind = is_object ? NodeKind::kMapping : NodeKind::kSequence;
    node.position = Here();
    const NodeId id = Add(parent, node);
    if (id == 0) return false;
    if (parent == 0) tree_.root = id;
    bool is_end = false;
    if (!TakeOpening(is_object ? '}' : ']', is_end)) return false;
    while (!is_end) {
      Node child;
      if (is_object) {
        if (!SkipSpace() || Next() != '"') return false;
        child.key_position = Here();
        if (!ReadText(child.key) || !Take(':')) return false;
      }
      if (!ReadValue(id, child, depth + 1) || !TakeEnd(is_object ? '}' : ']', is_end)) return false;
    }
    if (is_object) tree_.CheckKeys(id);
    return true;
  }

  const ReadOptions& options_;
  Tree& tree_;
};

}  // namespace

bool ReadPlainJson(absl::string_view text, const ReadOptions& options, Tree& tree, size_t& at,
                   SourcePosition& position) {
  Reader reader(text, at, position, options, tree);
  if (!reader.Read()) return false;
  at = reader.offset();
  position = reader.Here();
  return true;
}

}  // namespace gwpolicy::manifest
