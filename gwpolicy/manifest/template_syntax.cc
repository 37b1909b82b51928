#include "gwpolicy/manifest/template_syntax.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/separator.h"

namespace gwpolicy::manifest {
namespace {

constexpr absl::string_view kOpen = "{{";
constexpr absl::string_view kClose = "}}";
// What stands between the braces of charts, and hardly in any other template language.
constexpr absl::string_view kHelmWords[] = {".Values",   ".Release", ".Chart",   ".Capabilities",
                                            ".Template", ".Files",   "include ", "template "};

bool IsTemplate(absl::string_view text, bool of_any_language) {
  const size_t open = text.find(kOpen);
  if (open == absl::string_view::npos || absl::StrContains(text, '\n')) return false;
  const size_t close = text.find(kClose, open);
  if (close == absl::string_view::npos) return false;
  const absl::string_view inside = text.substr(open, close - open);
  return of_any_language ||
         std::any_of(std::begin(kHelmWords), std::end(kHelmWords),
                     [inside](absl::string_view word) { return absl::StrContains(inside, word); });
}

absl::string_view TextUnder(const Tree& tree, NodeId mapping, absl::string_view key) {
  const NodeId child = tree.Find(mapping, key);
  return child != 0 && tree.at(child).kind == NodeKind::kString ? tree.at(child).text
                                                                : absl::string_view();
}

bool IsPayload(absl::string_view kind, absl::string_view key) {
  return (kind == "ConfigMap" || kind == "Secret") &&
         (key == "data" || key == "stringData" || key == "binaryData");
}

// `is_modelled` is of the object that `node` is in.
NodeId FindBelow(const Tree& tree, NodeId node, bool is_modelled) {
  absl::string_view kind;
  if (tree.at(node).kind == NodeKind::kMapping) {
    kind = TextUnder(tree, node, "kind");
    const absl::string_view api_version = TextUnder(tree, node, "apiVersion");
    if (!kind.empty() && !api_version.empty()) {
      is_modelled = FindKind(SplitApiVersion(api_version).first, kind) != nullptr;
    }
  }
  for (NodeId id = tree.at(node).first_child; id != 0; id = tree.at(id).next_sibling) {
    const Node& child = tree.at(id);
    if (IsTemplate(child.key, is_modelled)) return id;
    if (child.kind == NodeKind::kString) {
      if (IsTemplate(child.text, is_modelled)) return id;
    } else if (child.key != "annotations" && !IsPayload(kind, child.key)) {
      const NodeId found = FindBelow(tree, id, is_modelled);
      if (found != 0) return found;
    }
  }
  return 0;
}

// Whether a block scalar follows: the line ends in | or >, perhaps with indicators.
bool BeginsBlock(absl::string_view line) {
  const size_t end = line.find_last_not_of(" \t\r");
  if (end == absl::string_view::npos) return false;
  line = line.substr(0, end + 1);
  while (!line.empty() && std::strchr("+-0123456789", line.back()) != nullptr) {
    line.remove_suffix(1);
  }
  if (line.empty() || (line.back() != '|' && line.back() != '>')) return false;
  return line.size() == 1 || line[line.size() - 2] == ' ';
}

// The first braces of a line that are neither quoted nor in a comment.
size_t BareBraces(absl::string_view line) {
  if (!absl::StrContains(line, kOpen)) return absl::string_view::npos;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char before = i == 0 ? ' ' : line[i - 1];
    if (quote != 0) {
      if (c == quote && (quote == '\'' || before != '\\')) quote = 0;
    } else if (c == '#' && before == ' ') {
      break;
    } else if ((c == '"' || c == '\'') && std::strchr(" \t:,[{-", before) != nullptr) {
      quote = c;  // elsewhere it is a letter like any other
    } else if (absl::StartsWith(line.substr(i), kOpen)) {
      return i;
    }
  }
  return absl::string_view::npos;
}

int CodePoints(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The offset of so many code points.
size_t OffsetOf(absl::string_view text, int code_points) {
  size_t offset = 0;
  while (offset < text.size() && code_points > 0) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) {
      ++offset;
    }
    --code_points;
  }
  return offset;
}

}  // namespace

NodeId FindTemplate(const Tree& tree) { return FindBelow(tree, tree.root, false); }

TemplateFinder::TemplateFinder(absl::string_view text) : text_(text) {}

bool TemplateFinder::any() {
  if (!any_.has_value()) {
    any_ =
        !text_.empty() && memmem(text_.data(), text_.size(), kOpen.data(), kOpen.size()) != nullptr;
  }
  return *any_;
}

absl::string_view TemplateFinder::TextAt(const Line& line) const {
  return text_.substr(line.offset, text_.find('\n', line.offset) - line.offset);
}

bool TemplateFinder::Next(Line& line) const {
  const size_t end = text_.find('\n', line.offset);
  if (end == absl::string_view::npos || end + 1 >= text_.size()) return false;
  line = {end + 1, line.number + 1};
  return true;
}

std::optional<SourcePosition> TemplateFinder::FindInDocument(int line) {
  if (!any()) return std::nullopt;
  if (line < reached_.number) document_ = reached_ = Line();
  // A problem at a separator is one of the document above it: something there has no end.
  while (reached_.number < line) {
    if (IsSeparator(TextAt(reached_))) document_ = reached_;
    if (!Next(reached_)) break;
  }
  if (searched_ != document_.number) {
    searched_ = document_.number;
    braces_ = SearchDocument();
  }
  return braces_;
}

std::optional<SourcePosition> TemplateFinder::SearchDocument() const {
  int block_indent = -1;  // of the line above a block scalar
  Line at = document_;
  do {
    const absl::string_view text = TextAt(at);
    if (at.number > document_.number && IsSeparator(text)) break;
    const size_t indent = text.find_first_not_of(' ');
    if (indent == absl::string_view::npos || text[indent] == '\r') continue;
    if (block_indent >= 0 && static_cast<int>(indent) > block_indent) continue;
    block_indent = -1;
    const size_t open = BareBraces(text);
    if (open != absl::string_view::npos) {
      return SourcePosition{at.number, CodePoints(text.substr(0, open)) + 1};
    }
    if (BeginsBlock(text)) block_indent = static_cast<int>(indent);
  } while (Next(at));
  return std::nullopt;
}

SourcePosition TemplateFinder::FindBehind(SourcePosition position) {
  if (position.line < line_.number) line_ = Line();
  while (line_.number < position.line) {
    if (!Next(line_)) return position;
  }
  const absl::string_view text = TextAt(line_);
  const size_t open = text.find(kOpen, OffsetOf(text, position.column - 1));
  if (open == absl::string_view::npos) return position;
  return {position.line, CodePoints(text.substr(0, open)) + 1};
}

}  // namespace gwpolicy::manifest
