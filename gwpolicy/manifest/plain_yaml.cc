#include "gwpolicy/manifest/plain_yaml.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

namespace gwpolicy::manifest {
namespace {

// libyaml takes no longer text for a key without a question mark.
constexpr size_t kMaxKey = 1000;

// Whether all bytes are printable ASCII or ends of lines.
bool IsPlainText(absl::string_view text) {
  constexpr uint64_t kHighs = 0x8080808080808080;
  constexpr uint64_t kOnes = 0x0101010101010101;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 8; at += 8) {  // eight at once; the high bit of each byte says what it is
    uint64_t eight;
    std::memcpy(&eight, at, 8);
    const uint64_t low = eight & ~kHighs;
    const uint64_t from_space = low + kOnes * (0x80 - ' ');
    const uint64_t delete_or_not_ascii = (low + kOnes) | eight;
    const uint64_t is_no_newline = (low ^ kOnes * '\n') + kOnes * 0x7F;
    if (((delete_or_not_ascii | (~from_space & is_no_newline)) & kHighs) != 0) return false;
  }
  return std::all_of(at, end, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7F); });
}

// Characters that stand for something other than a plain scalar where a value begins.
constexpr std::array<bool, 256> MakeIndicators() {
  std::array<bool, 256> table{};
  for (const char c : {',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@',
                       '`', '?', ':'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kIndicators = MakeIndicators();

// Reads one document by recursive descent. Functions that return a bool return false for "not
// sure".
class Reader {
 public:
  Reader(absl::string_view text, size_t lines_above, const ReadOptions& options, Tree& tree)
      : at_(text.data()),
        end_(text.data() + text.size()),
        line_start_(text.data()),
        line_(static_cast<int>(lines_above) + 1),
        options_(options),
        tree_(tree) {}

  size_t line() const { return static_cast<size_t>(line_) - 1; }

  PlainYaml Read() {
    bool has_marker = false;
    if (Remaining() >= 3 && std::memcmp(at_, "---", 3) == 0) {
      has_marker = true;
      at_ += 3;
      if (!EndLine()) return PlainYaml::kNo;
    }
    // A marker alone makes a document, of nothing.
    if (!NextContent()) return has_marker ? PlainYaml::kNo : PlainYaml::kNothing;
    const NodeId root = ReadBlock(0, Key(), 0);
    if (root == 0 || at_ != end_) return PlainYaml::kNo;
    tree_.root = root;
    return PlainYaml::kDocument;
  }

 private:
  struct Key {
    absl::string_view text;
    SourcePosition position;
  };

  size_t Remaining() const { return static_cast<size_t>(end_ - at_); }
  int Column() const { return static_cast<int>(at_ - line_start_); }
  SourcePosition Here() const { return {line_, Column() + 1}; }
  bool AtLineEnd() const { return at_ == end_ || *at_ == '\n'; }
  bool AtDash() const {
    return at_ != end_ && *at_ == '-' && (at_ + 1 == end_ || at_[1] == ' ' || at_[1] == '\n');
  }
  void SkipSpaces() {
    while (at_ != end_ && *at_ == ' ') ++at_;
  }
  const char* LineEnd(const char* from) const {
    const void* found = std::memchr(from, '\n', static_cast<size_t>(end_ - from));
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  // Goes over spaces and a comment, which needs a space before it, to the start of the next line.
  bool EndLine() {
    const char* const from = at_;
    SkipSpaces();
    if (at_ != end_ && *at_ == '#' && at_ != from) at_ = LineEnd(at_);
    if (!AtLineEnd()) return false;
    NextLine();
    return true;
  }
  void NextLine() {
    if (at_ == end_) return;
    ++at_;
    line_start_ = at_;
    ++line_;
  }

  // From the start of a line to the first thing that is neither empty nor a comment. False at the
  // end of the text.
  bool NextContent() {
    while (at_ != end_) {
      SkipSpaces();
      if (at_ == end_) return false;
      if (*at_ == '#') at_ = LineEnd(at_);
      if (!AtLineEnd()) return true;
      NextLine();
    }
    return false;
  }

  NodeId Add(NodeId parent, const Key& key, Node& node) {
    if (tree_.size() >= options_.max_nodes) return 0;
    node.key = key.text;
    node.key_position = key.position;
    return tree_.Add(parent, node);
  }

  // The mapping or sequence that begins here, at whatever column that is. Leaves off at the first
  // content that does not belong to it, or at the end.
  NodeId ReadBlock(NodeId parent, const Key& key, int depth) {
    if (depth >= options_.max_depth) return 0;
    Node node;
    node.position = Here();
    node.kind = AtDash() ? NodeKind::kSequence : NodeKind::kMapping;
    const NodeId id = Add(parent, key, node);
    if (id == 0) return 0;
    if (node.kind == NodeKind::kSequence) return ReadSequence(id, depth) ? id : 0;
    if (!ReadMapping(id, depth)) return 0;
    tree_.CheckKeys(id);
    return id;
  }

  bool ReadMapping(NodeId id, int depth) {
    const int column = Column();
    do {
      Key key;
      if (!ReadKey(key) || !ReadValue(id, key, column, depth, true)) return false;
    } while (at_ != end_ && Column() == column && !AtDash());
    return at_ == end_ || Column() < column;
  }

  bool ReadSequence(NodeId id, int depth) {
    const int column = Column();
    do {
      ++at_;  // the dash
      if (!ReadValue(id, Key(), column, depth, false)) return false;
    } while (at_ != end_ && Column() == column && AtDash());
    return at_ == end_ || Column() <= column;
  }

  // A key with the colon behind it.
  bool ReadKey(Key& key) {
    key.position = Here();
    Node node;
    node.kind = NodeKind::kString;
    const char* const from = at_;
    if (*at_ == '"' || *at_ == '\'') {
      if (!ReadQuoted(node)) return false;
      SkipSpaces();
    } else {
      if (AtMarker() || !ReadPlain(node)) return false;
      if (node.text == "<<") return false;
      ResolvePlainScalar(node);
    }
    if (at_ == end_ || *at_ != ':' || static_cast<size_t>(at_ - from) > kMaxKey) return false;
    ++at_;
    if (at_ != end_ && *at_ != ' ' && *at_ != '\n') return false;
    key.text = tree_.KeyText(node);
    return true;
  }

  // "..." ends a document, and what follows is another matter.
  bool AtMarker() const {
    return Column() == 0 && Remaining() >= 3 && std::memcmp(at_, "...", 3) == 0;
  }

  // The value behind a colon or dash, of a mapping or sequence at `column`.
  bool ReadValue(NodeId parent, const Key& key, int column, int depth, bool in_mapping) {
    const SourcePosition nothing_here = Here();
    const char* const behind = at_;
    SkipSpaces();
    if (AtLineEnd() || *at_ == '#') {
      at_ = behind;
      if (!EndLine()) return false;
      const bool is_inside =
          NextContent() && (Column() > column || (in_mapping && Column() == column && AtDash()));
      if (is_inside) return ReadBlockOrScalar(parent, key, depth);
      Node nothing;
      nothing.position = nothing_here;
      return Add(parent, key, nothing) != 0;
    }
    if (!in_mapping) {
      // "- - a" and "- key: value": a block that begins behind the dash.
      if (AtDash() || LooksLikeKey()) return ReadBlock(parent, key, depth + 1) != 0;
    } else if (AtDash()) {
      return false;
    }
    return ReadScalar(parent, key, column, depth);
  }

  bool ReadBlockOrScalar(NodeId parent, const Key& key, int depth) {
    // A scalar on a line of its own is rare enough to leave it.
    if (!AtDash() && !LooksLikeKey()) return false;
    return ReadBlock(parent, key, depth + 1) != 0;
  }

  // Whether a key with its colon stands here. Only looks.
  bool LooksLikeKey() {
    const char* const from = at_;
    Node node;
    const bool read = *at_ == '"' || *at_ == '\'' ? ReadQuoted(node) : ReadPlain(node);
    if (read) SkipSpaces();
    const bool is_key =
        read && at_ != end_ && *at_ == ':' && (at_ + 1 == end_ || at_[1] == ' ' || at_[1] == '\n');
    at_ = from;
    return is_key;
  }

  // A value that is neither a block mapping nor a block sequence, to the end of its line and on to
  // the next content.
  bool ReadScalar(NodeId parent, const Key& key, int column, int depth) {
    Node node;
    node.position = Here();
    node.kind = NodeKind::kString;
    switch (*at_) {
      case '|':
        return ReadLiteral(parent, key, node, column);
      case '[':
      case '{':
        if (ReadFlow(parent, key, depth + 1) == 0) return false;
        break;
      case '"':
      case '\'':
        if (!ReadQuoted(node) || Add(parent, key, node) == 0) return false;
        break;
      default:
        if (!ReadPlain(node)) return false;
        ResolvePlainScalar(node);
        if (IsNoNumber(node) || Add(parent, key, node) == 0) return false;
        break;
    }
    // What is indented further on the next lines would be a part of it.
    return EndLine() && (!NextContent() || Column() <= column);
  }

  // JSON has no infinity.
  static bool IsNoNumber(const Node& node) {
    return node.kind == NodeKind::kFloat && !std::isfinite(node.number);
  }

  // A scalar without quotes, in block context, as far as it goes on this line.
  bool ReadPlain(Node& node) {
    const char* const from = at_;
    if (kIndicators[static_cast<unsigned char>(*at_)] || AtDash()) return false;
    const char* last = at_;  // behind the last character that is no space
    for (; !AtLineEnd(); ++at_) {
      const char c = *at_;
      if (c == ' ') continue;
      if (c == ':' && (at_ + 1 == end_ || at_[1] == ' ' || at_[1] == '\n')) break;
      if (c == '#' && at_[-1] == ' ') break;
      last = at_ + 1;
    }
    node.text = absl::string_view(from, static_cast<size_t>(last - from));
    // A comment wants its space: leave off before it.
    if (!AtLineEnd() && *at_ == '#') at_ = last;
    return true;
  }

  // A quoted scalar on one line.
  bool ReadQuoted(Node& node) {
    const char quote = *at_++;
    const char* const from = at_;
    bool has_escapes = false;
    for (;; ++at_) {
      if (AtLineEnd()) return false;
      if (*at_ == quote) {
        if (quote == '"' || at_ + 1 == end_ || at_[1] != '\'') break;
        has_escapes = true;
        ++at_;
      } else if (*at_ == '\\' && quote == '"') {
        has_escapes = true;
        ++at_;
        if (AtLineEnd()) return false;
      }
    }
    node.kind = NodeKind::kString;
    node.text = absl::string_view(from, static_cast<size_t>(at_ - from));
    ++at_;
    return !has_escapes || Unescape(quote, node);
  }

  bool Unescape(char quote, Node& node) {
    scratch_.clear();
    for (size_t i = 0; i < node.text.size(); ++i) {
      char c = node.text[i];
      if (c == quote) {  // of two single ones
        ++i;
      } else if (c == '\\' && quote == '"') {
        switch (node.text[++i]) {
          case 'n':
            c = '\n';
            break;
          case 't':
            c = '\t';
            break;
          case 'r':
            c = '\r';
            break;
          case '"':
          case '\\':
          case '/':
            c = node.text[i];
            break;
          default:
            return false;
        }
      }
      scratch_.push_back(c);
    }
    node.text = tree_.Store(scratch_);
    return true;
  }

  // A literal block, of a mapping or sequence at `column`.
  bool ReadLiteral(NodeId parent, const Key& key, Node& node, int column) {
    ++at_;
    char chomp = 0;
    if (at_ != end_ && (*at_ == '-' || *at_ == '+')) chomp = *at_++;
    if (!EndLine()) return false;
    // The first line that is not empty gives the indentation.
    const char* probe = at_;
    int indent = -1;
    int deepest = 0;
    while (probe != end_) {
      const char* const from = probe;
      while (probe != end_ && *probe == ' ') ++probe;
      indent = static_cast<int>(probe - from);
      if (probe == end_ || *probe != '\n') break;
      deepest = std::max(deepest, indent);
      ++probe;
    }
    if (probe == end_ || indent <= column || deepest > indent) return false;
    scratch_.clear();
    size_t content = 0;  // of scratch_, without the ends of trailing empty lines
    while (at_ != end_) {
      const char* line_end = LineEnd(at_);
      if (line_end == end_) return false;  // the last line break is missing, which tells
      const auto size = static_cast<int>(line_end - at_);
      int spaces = 0;
      while (spaces < size && spaces < indent && at_[spaces] == ' ') ++spaces;
      if (spaces < indent && spaces < size) break;  // text that is indented less
      if (size > indent) {
        scratch_.append(at_ + indent, static_cast<size_t>(size - indent));
        content = scratch_.size();
      }
      scratch_.push_back('\n');
      at_ = line_end;
      NextLine();
    }
    if (chomp == '-') {
      scratch_.resize(content);
    } else if (chomp == 0) {
      scratch_.resize(content + 1);
    }
    node.text = tree_.Store(scratch_);
    if (Add(parent, key, node) == 0) return false;
    return !NextContent() || Column() <= column;
  }

  // A list or mapping in brackets, on one line.
  NodeId ReadFlow(NodeId parent, const Key& key, int depth) {
    if (depth >= options_.max_depth) return 0;
    Node node;
    node.position = Here();
    const bool is_mapping = *at_ == '{';
    node.kind = is_mapping ? NodeKind::kMapping : NodeKind::kSequence;
    const NodeId id = Add(parent, key, node);
    if (id == 0) return 0;
    const char close = is_mapping ? '}' : ']';
    ++at_;
    SkipSpaces();
    bool wants_item = false;  // behind a comma
    while (at_ != end_ && *at_ != close) {
      Key item;
      if (is_mapping && !ReadFlowKey(item)) return 0;
      if (!ReadFlowValue(id, item, depth)) return 0;
      SkipSpaces();
      wants_item = at_ != end_ && *at_ == ',';
      if (!wants_item) break;
      ++at_;
      SkipSpaces();
    }
    if (at_ == end_ || *at_ != close || wants_item) return 0;
    ++at_;
    if (is_mapping) tree_.CheckKeys(id);
    return id;
  }

  bool ReadFlowKey(Key& key) {
    key.position = Here();
    Node node;
    if (!ReadFlowScalar(node) || node.text == "<<") return false;
    key.text = tree_.KeyText(node);
    if (at_ == end_ || *at_ != ':' || key.text.size() > kMaxKey) return false;
    ++at_;
    if (at_ == end_ || *at_ != ' ') return false;
    SkipSpaces();
    return true;
  }

  bool ReadFlowValue(NodeId parent, const Key& key, int depth) {
    if (at_ == end_) return false;
    if (*at_ == '[' || *at_ == '{') return ReadFlow(parent, key, depth + 1) != 0;
    Node node;
    node.position = Here();
    if (!ReadFlowScalar(node)) return false;
    const char* const behind = at_;
    SkipSpaces();
    const bool ends = at_ != end_ && (*at_ == ',' || *at_ == ']' || *at_ == '}');
    at_ = behind;
    return ends && Add(parent, key, node) != 0;
  }

  // In brackets only the simplest of plain scalars are sure to be what they look like.
  bool ReadFlowScalar(Node& node) {
    if (at_ == end_) return false;
    node.kind = NodeKind::kString;
    if (*at_ == '"' || *at_ == '\'') return ReadQuoted(node);
    const char* const from = at_;
    const auto is_letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '.' || c == '/' || c == '-';
    };
    if (*at_ == '-') return false;
    while (at_ != end_ && is_letter(*at_)) ++at_;
    if (at_ == from) return false;
    node.text = absl::string_view(from, static_cast<size_t>(at_ - from));
    ResolvePlainScalar(node);
    return !IsNoNumber(node);
  }

  const char* at_;
  const char* const end_;
  const char* line_start_;
  int line_;
  const ReadOptions& options_;
  Tree& tree_;
  std::string scratch_;
};

}  // namespace

PlainYaml ReadPlainYaml(absl::string_view text, size_t& line, const ReadOptions& options,
                        Tree& tree) {
  if (!IsPlainText(text)) return PlainYaml::kNo;
  Reader reader(text, line, options, tree);
  const PlainYaml result = reader.Read();
  if (result != PlainYaml::kNo) line = reader.line();
  return result;
}

}  // namespace gwpolicy::manifest
