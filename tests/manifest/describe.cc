#include "tests/manifest/describe.h"

#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/manifest/node.h"

namespace gwpolicy::manifest {
namespace {

void Dump(const Tree& tree, NodeId id, int depth, std::string& out) {
  const Node& node = tree.at(id);
  absl::StrAppend(&out, std::string(static_cast<size_t>(depth) * 2, ' '), "'", node.key, "'@",
                  node.key_position.line, ":", node.key_position.column, " kind ",
                  static_cast<int>(node.kind), "@", node.position.line, ":", node.position.column);
  switch (node.kind) {
    case NodeKind::kNull:
    case NodeKind::kSequence:
    case NodeKind::kMapping:
      break;
    case NodeKind::kBool:
      absl::StrAppend(&out, " ", node.boolean ? "true" : "false");
      break;
    case NodeKind::kInt:
      absl::StrAppend(&out, " ", node.integer);
      break;
    case NodeKind::kFloat:
      absl::StrAppend(&out, " ", node.number);
      break;
    case NodeKind::kString:
      absl::StrAppend(&out, " \"", node.text, "\"");
      break;
  }
  absl::StrAppend(&out, "\n");
  for (NodeId child = node.first_child; child != 0; child = tree.at(child).next_sibling) {
    Dump(tree, child, depth + 1, out);
  }
}

}  // namespace

std::string Describe(absl::string_view text, ParseFn parse, ParseWay way,
                     const ReadOptions& options) {
  std::string out;
  parse(
      text, options,
      [&out](Tree& tree) {
        out += "document\n";
        Dump(tree, tree.root, 0, out);
        for (const NodeId repeated : tree.repeated_keys) {
          absl::StrAppend(&out, "repeated ", tree.PathOf(repeated, tree.root), "\n");
        }
      },
      [&out](const Problem& problem) {
        absl::StrAppend(&out, "problem ", InfoOf(problem.code).name, " ", problem.position.line,
                        ":", problem.position.column, " ", problem.message, "\n");
      },
      way);
  return out;
}

}  // namespace gwpolicy::manifest
