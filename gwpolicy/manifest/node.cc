#include "gwpolicy/manifest/node.h"

#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy::manifest {
namespace {

constexpr size_t kChunkSize = size_t{64} << 10;
// Up to this many keys are compared with each other, more are hashed.
constexpr uint32_t kFewKeys = 12;

}  // namespace

void Tree::Clear() {
  nodes_.resize(1);  // nobody's node
  root = 0;
  repeated_keys.clear();
  chunk_ = 0;
  used_ = 0;
  large_.clear();
}

absl::string_view Tree::KeyText(const Node& scalar) {
  if (scalar.kind == NodeKind::kBool) return scalar.boolean ? "true" : "false";
  if (scalar.kind == NodeKind::kInt) return Store(absl::StrCat(scalar.integer));
  return scalar.text;
}

absl::string_view Tree::Store(absl::string_view text) {
  if (text.empty()) return absl::string_view("");
  if (text.size() > kChunkSize / 4) {
    large_.push_back(std::make_unique<char[]>(text.size()));
    std::memcpy(large_.back().get(), text.data(), text.size());
    return absl::string_view(large_.back().get(), text.size());
  }
  if (chunks_.empty() || used_ + text.size() > kChunkSize) {
    if (!chunks_.empty()) ++chunk_;
    if (chunk_ == chunks_.size()) chunks_.push_back(std::make_unique<char[]>(kChunkSize));
    used_ = 0;
  }
  char* at = chunks_[chunk_].get() + used_;
  std::memcpy(at, text.data(), text.size());
  used_ += text.size();
  return absl::string_view(at, text.size());
}

NodeId Tree::Add(NodeId parent, Node node) {
  const NodeId id = static_cast<NodeId>(nodes_.size());
  node.parent = parent;
  nodes_.push_back(node);
  if (parent != 0) {
    Node& above = nodes_[parent];
    if (above.first_child == 0) {
      above.first_child = id;
    } else {
      nodes_[above.last_child].next_sibling = id;
    }
    above.last_child = id;
    ++above.size;
  }
  return id;
}

NodeId Tree::Copy(NodeId from, NodeId parent, absl::string_view key, SourcePosition key_position,
                  int max_depth, size_t& budget) {
  if (budget == 0 || max_depth < 0) return 0;
  --budget;
  Node node = nodes_[from];
  const NodeId first_child = node.first_child;
  node.first_child = node.last_child = node.next_sibling = 0;
  node.size = 0;
  node.key = key;
  node.key_position = key_position;
  const NodeId copy = Add(parent, node);
  for (NodeId child = first_child; child != 0; child = nodes_[child].next_sibling) {
    if (Copy(child, copy, nodes_[child].key, nodes_[child].key_position, max_depth - 1, budget) ==
        0) {
      return 0;
    }
  }
  return copy;
}

void Tree::Unlink(NodeId child) {
  Node& above = nodes_[nodes_[child].parent];
  NodeId before = 0;
  for (NodeId at = above.first_child; at != child; at = nodes_[at].next_sibling) before = at;
  (before == 0 ? above.first_child : nodes_[before].next_sibling) = nodes_[child].next_sibling;
  if (above.last_child == child) above.last_child = before;
  --above.size;
}

void Tree::CheckKeys(NodeId mapping) {
  if (nodes_[mapping].size <= kFewKeys) {
    bool repeats = false;
    for (NodeId a = nodes_[mapping].first_child; a != 0; a = nodes_[a].next_sibling) {
      for (NodeId b = nodes_[a].next_sibling; b != 0; b = nodes_[b].next_sibling) {
        repeats = repeats || nodes_[a].key == nodes_[b].key;
      }
    }
    if (!repeats) return;
  }
  struct Occurrences {
    NodeId last = 0;
    size_t count = 0;
  };
  absl::flat_hash_map<absl::string_view, Occurrences> seen;
  seen.reserve(nodes_[mapping].size);
  for (NodeId child = nodes_[mapping].first_child; child != 0; child = nodes_[child].next_sibling) {
    Occurrences& occurrences = seen[nodes_[child].key];
    occurrences.last = child;
    if (++occurrences.count == 2) repeated_keys.push_back(child);
  }
  if (seen.size() == nodes_[mapping].size) return;
  NodeId before = 0;
  for (NodeId child = nodes_[mapping].first_child; child != 0; child = nodes_[child].next_sibling) {
    if (seen[nodes_[child].key].last != child) continue;
    (before == 0 ? nodes_[mapping].first_child : nodes_[before].next_sibling) = child;
    before = child;
  }
  nodes_[before].next_sibling = 0;
  nodes_[mapping].last_child = before;
  nodes_[mapping].size = static_cast<uint32_t>(seen.size());
}

bool Tree::Merge(NodeId mapping, NodeId from, int max_depth, size_t& budget) {
  absl::flat_hash_set<absl::string_view> own;
  for (NodeId child = nodes_[mapping].first_child; child != 0; child = nodes_[child].next_sibling) {
    own.insert(nodes_[child].key);
  }
  for (NodeId child = nodes_[from].first_child; child != 0; child = nodes_[child].next_sibling) {
    if (!own.insert(nodes_[child].key).second) continue;
    if (Copy(child, mapping, nodes_[child].key, nodes_[child].key_position, max_depth, budget) ==
        0) {
      return false;
    }
  }
  return true;
}

NodeId Tree::Find(NodeId mapping, absl::string_view key) const {
  if (nodes_[mapping].kind != NodeKind::kMapping) return 0;
  for (NodeId child = nodes_[mapping].first_child; child != 0; child = nodes_[child].next_sibling) {
    if (nodes_[child].key == key) return child;
  }
  return 0;
}

std::string Tree::PathOf(NodeId node, NodeId root) const {
  std::vector<NodeId> path;
  for (NodeId at = node; at != root && at != 0; at = nodes_[at].parent) path.push_back(at);
  std::string text;
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    const Node& above = nodes_[nodes_[*at].parent];
    if (above.kind == NodeKind::kMapping) {
      absl::StrAppend(&text, text.empty() ? "" : ".", nodes_[*at].key);
    } else {
      size_t index = 0;
      for (NodeId item = above.first_child; item != *at; item = nodes_[item].next_sibling) ++index;
      absl::StrAppend(&text, "[", index, "]");
    }
  }
  return text;
}

}  // namespace gwpolicy::manifest
