#include "gwpolicy/manifest/plain_json.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace gwpolicy::manifest {
namespace {

// Characters of a string that stand for themselves.
constexpr std::array<bool, 256> MakeStringCharacters() {
  std::array<bool, 256> table{};
  for (size_t c = ' '; c < 0x80; ++c) table[c] = c != '"' && c != '\\';
  return table;
}
constexpr std::array<bool, 256> kStringCharacters = MakeStringCharacters();

// Reads one value by recursive descent. Functions return false for "not sure".
class Reader {
 public:
  Reader(absl::string_view text, size_t at, SourcePosition position, const ReadOptions& options,
         Tree& tree)
      : begin_(text.data()),
        at_(text.data() + at),
        end_(text.data() + text.size()),
        line_start_(at_ - position.column + 1),
        line_(position.line),
        options_(options),
        tree_(tree) {}

  bool Read() {
    Node node;
    return ReadBracket(0, node, 0);
  }

  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  SourcePosition Here() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }

 private:
  // To the next token. False at the end of the text.
  bool SkipSpace() {
    for (; at_ != end_; ++at_) {
      if (*at_ == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (*at_ != ' ' && *at_ != '\r' && *at_ != '\t') {
        return true;
      }
    }
    return false;
  }
  bool Take(char c) {
    if (!SkipSpace() || *at_ != c) return false;
    ++at_;
    return true;
  }

  NodeId Add(NodeId parent, const Node& node) {
    return tree_.size() < options_.max_nodes ? tree_.Add(parent, node) : 0;
  }

  // `node` has the key, if any.
  bool ReadValue(NodeId parent, Node& node, int depth) {
    if (!SkipSpace()) return false;
    node.position = Here();
    switch (*at_) {
      case '{':
      case '[':
        return ReadBracket(parent, node, depth);
      case '"':
        node.kind = NodeKind::kString;
        if (!ReadString(node.text)) return false;
        break;
      case 't':
      case 'f':
        node.kind = NodeKind::kBool;
        node.boolean = *at_ == 't';
        if (!ReadWord(node.boolean ? "true" : "false")) return false;
        break;
      case 'n':
        if (!ReadWord("null")) return false;
        break;
      default:
        if (!ReadInteger(node)) return false;
        break;
    }
    return Add(parent, node) != 0;
  }

  bool ReadBracket(NodeId parent, Node& node, int depth) {
    if (at_ == end_ || (*at_ != '{' && *at_ != '[') || depth >= options_.max_depth) return false;
    const bool is_object = *at_ == '{';
    node.kind = is_object ? NodeKind::kMapping : NodeKind::kSequence;
    node.position = Here();
    const NodeId id = Add(parent, node);
    if (id == 0) return false;
    if (parent == 0) tree_.root = id;
    ++at_;
    const char close = is_object ? '}' : ']';
    if (!SkipSpace()) return false;
    if (*at_ == close) {
      ++at_;
      return true;
    }
    do {
      Node child;
      if (is_object) {
        if (!SkipSpace() || *at_ != '"') return false;
        child.key_position = Here();
        if (!ReadString(child.key) || !Take(':')) return false;
      }
      if (!ReadValue(id, child, depth + 1) || !SkipSpace()) return false;
    } while (*at_++ == ',');
    if (at_[-1] != close) return false;
    if (is_object) tree_.CheckKeys(id);
    return true;
  }

  bool ReadWord(absl::string_view word) {
    if (static_cast<size_t>(end_ - at_) < word.size() ||
        std::memcmp(at_, word.data(), word.size()) != 0) {
      return false;
    }
    at_ += word.size();
    return EndsToken();
  }

  // Whether what stands here may follow a word or a number.
  bool EndsToken() const {
    return at_ != end_ && std::strchr(",]} \n\r\t", *at_) != nullptr && *at_ != 0;
  }

  bool ReadInteger(Node& node) {
    const char* const from = at_;
    const bool negative = *at_ == '-';
    if (negative) ++at_;
    const char* const digits = at_;
    constexpr std::ptrdiff_t kMaxDigits = 18;  // so many fit in any case
    int64_t number = 0;
    for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_) {
      if (at_ - digits == kMaxDigits) return false;
      number = number * 10 + (*at_ - '0');
    }
    const std::ptrdiff_t count = at_ - digits;
    if (count == 0 || (count > 1 && *digits == '0') || !EndsToken()) return false;
    if (negative && number == 0) return false;
    node.kind = NodeKind::kInt;
    node.integer = negative ? -number : number;
    node.text = absl::string_view(from, static_cast<size_t>(at_ - from));
    return true;
  }

  bool ReadString(absl::string_view& text) {
    const char* const from = ++at_;
    while (at_ != end_ && kStringCharacters[static_cast<unsigned char>(*at_)]) ++at_;
    if (at_ == end_) return false;
    if (*at_ == '"') {
      text = absl::string_view(from, static_cast<size_t>(at_++ - from));
      return true;
    }
    if (*at_ != '\\') return false;
    scratch_.assign(from, at_);
    return ReadEscaped(text);
  }

  // The rest of a string, from its first escape.
  bool ReadEscaped(absl::string_view& text) {
    while (at_ != end_ && *at_ != '"') {
      if (kStringCharacters[static_cast<unsigned char>(*at_)]) {
        scratch_.push_back(*at_++);
        continue;
      }
      if (*at_ != '\\' || end_ - at_ < 2) return false;
      constexpr absl::string_view kEscapes = "\"\\/bfnrt";
      constexpr absl::string_view kMeanings = "\"\\/\b\f\n\r\t";
      const size_t escape = kEscapes.find(at_[1]);
      if (escape == absl::string_view::npos) return false;
      scratch_.push_back(kMeanings[escape]);
      at_ += 2;
    }
    if (at_ == end_) return false;
    ++at_;
    text = tree_.Store(scratch_);
    return true;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  const char* line_start_;
  int line_;
  const ReadOptions& options_;
  Tree& tree_;
  std::string scratch_;
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
