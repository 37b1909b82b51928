#include "gwpolicy/base/source_position.h"

#include <utility>

#include "absl/strings/numbers.h"

namespace gwpolicy {

SourceMap::SourceMap(std::string file, SourcePosition root) : file_(std::move(file)) {
  Node node;
  node.position = root;
  nodes_.push_back(node);
}

SourceMap::NodeId SourceMap::Add(NodeId parent, Node node) {
  const NodeId id = static_cast<NodeId>(nodes_.size());
  nodes_.push_back(node);
  Node& above = nodes_[parent];
  if (above.first_child == 0) {
    above.first_child = id;
  } else {
    nodes_[above.last_child].next_sibling = id;
  }
  above.last_child = id;
  return id;
}

SourceMap::NodeId SourceMap::AddField(NodeId parent, absl::string_view name,
                                      SourcePosition position) {
  Node node;
  node.name_offset = static_cast<uint32_t>(names_.size());
  node.name_size = static_cast<uint32_t>(name.size());
  node.position = position;
  names_.append(name.data(), name.size());
  return Add(parent, node);
}

SourceMap::NodeId SourceMap::AddItem(NodeId parent, size_t index, SourcePosition position) {
  Node node;
  node.name_offset = static_cast<uint32_t>(index);
  node.name_size = kItem;
  node.position = position;
  return Add(parent, node);
}

SourcePosition SourceMap::Find(absl::string_view field_path) const {
  NodeId at = kRoot;
  while (!field_path.empty()) {
    NodeId next = 0;
    size_t used = 0;
    if (field_path.front() == '[') {
      const size_t close = field_path.find(']');
      uint32_t index = 0;
      if (close == absl::string_view::npos ||
          !absl::SimpleAtoi(field_path.substr(1, close - 1), &index)) {
        break;
      }
      used = close + 1;
      for (NodeId child = nodes_[at].first_child; child != 0; child = nodes_[child].next_sibling) {
        if (nodes_[child].name_size == kItem && nodes_[child].name_offset == index) next = child;
      }
    } else {
      if (field_path.front() == '.') field_path.remove_prefix(1);
      // A key of a map may hold dots ("data.ca.crt"), so the longest matching child wins.
      for (NodeId child = nodes_[at].first_child; child != 0; child = nodes_[child].next_sibling) {
        const Node& node = nodes_[child];
        if (node.name_size == kItem) continue;
        const absl::string_view name =
            absl::string_view(names_).substr(node.name_offset, node.name_size);
        if (name.size() < used || field_path.substr(0, name.size()) != name) continue;
        if (name.size() < field_path.size() && field_path[name.size()] != '.' &&
            field_path[name.size()] != '[') {
          continue;
        }
        next = child;
        used = name.size();
      }
    }
    if (next == 0) break;
    at = next;
    field_path.remove_prefix(used);
  }
  return nodes_[at].position;
}

}  // namespace gwpolicy
