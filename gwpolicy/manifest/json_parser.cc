#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/plain_json.h"

namespace gwpolicy::manifest {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Turns ascending offsets into lines and columns, in one pass over the text.
class PositionCounter {
 public:
  explicit PositionCounter(absl::string_view text) : text_(text) {}

  SourcePosition At(size_t offset) {
    if (offset < offset_) Restart();
    for (; offset_ < offset && offset_ < text_.size(); ++offset_) {
      const char c = text_[offset_];
      if (c == '\n') {
        ++position_.line;
        position_.column = 1;
      } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {  // one for a code point
        ++position_.column;
      }
    }
    return position_;
  }

  // For a caller who has counted by himself.
  void Jump(size_t offset, SourcePosition position) {
    offset_ = offset;
    position_ = position;
  }

 private:
  void Restart() {
    offset_ = 0;
    position_ = {1, 1};
  }

  absl::string_view text_;
  size_t offset_ = 0;
  SourcePosition position_{1, 1};
};

class JsonReader {
 public:
  JsonReader(absl::string_view text, ParseWay way, const ReadOptions& options,
             DocumentFn on_document, ProblemFn on_problem, DirectFn read_directly)
      : way_(way),
        text_(text),
        positions_(text_),
        options_(options),
        on_document_(on_document),
        on_problem_(on_problem),
        read_directly_(read_directly) {}

  void Read() {
    size_t at = 0;
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at = 3;
    for (size_t documents = 1; SkipBetween(at); ++documents) {
      if (documents > options_.max_documents) {
        on_problem_({Code::kReadTooLarge, positions_.At(at),
                     absl::StrCat("more than ", options_.max_documents, " documents")});
        return;
      }
      if (way_ == ParseWay::kShort && (ReadDirectly(at) || ReadPlain(at))) continue;
      const size_t end = EndOfValue(at);
      begin_ = at;
      tree_.Clear();
      broken_ = false;
      ReadValue(text_.substr(at, end - at));
      std::sort(tree_.repeated_keys.begin(), tree_.repeated_keys.end());
      if (!broken_ && tree_.root != 0) on_document_(tree_);
      at = end;
    }
  }

 private:
  bool ReadDirectly(size_t& at) {
    SourcePosition position = positions_.At(at);
    if (!read_directly_(text_, at, position)) return false;
    positions_.Jump(at, position);
    return true;
  }

  // The short way: hands over the document at `at` and goes behind it. False where simdjson has to
  // read it.
  bool ReadPlain(size_t& at) {
    tree_.Clear();
    SourcePosition position = positions_.At(at);
    if (!ReadPlainJson(text_, options_, tree_, at, position)) return false;
    positions_.Jump(at, position);
    std::sort(tree_.repeated_keys.begin(), tree_.repeated_keys.end());
    on_document_(tree_);
    return true;
  }

  // Goes over white space and separator lines. False at the end of the text.
  bool SkipBetween(size_t& at) const {
    while (at < text_.size()) {
      if (IsJsonSpace(text_[at])) {
        ++at;
      } else if (text_.substr(at, 3) == "---" && (at == 0 || text_[at - 1] == '\n')) {
        at += 3;
      } else {
        return true;
      }
    }
    return false;
  }

  // Where the object or list that begins at `at` ends, as far as its brackets say; whether it is
  // well-formed is the parser's business. Texts of another sort end with their line.
  size_t EndOfValue(size_t at) const {
    if (text_[at] != '{' && text_[at] != '[') {
      const size_t end = text_.find('\n', at);
      return end == absl::string_view::npos ? text_.size() : end;
    }
    size_t depth = 0;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (--depth == 0) return at + 1;
      } else if (c == '"') {
        at = EndOfString(at);
      }
    }
    return text_.size();
  }

  // The offset of the quote that ends the string at `at`.
  size_t EndOfString(size_t at) const {
    for (++at; at < text_.size() && text_[at] != '"'; ++at) {
      if (text_[at] == '\\') ++at;
    }
    return at;
  }

  void ReadValue(absl::string_view value) {
    last_ = begin_;
    if (value.front() != '{' && value.front() != '[') {
      return Break(Code::kReadSyntax, "expected an object");
    }
    padded_.assign(value.data(), value.size());
    padded_.append(simdjson::SIMDJSON_PADDING, ' ');
    ondemand::document document;
    ondemand::value root;
    error_code error =
        parser_.iterate(simdjson::padded_string_view(padded_.data(), value.size(), padded_.size()))
            .get(document);
    if (error == simdjson::SUCCESS) error = document.get_value().get(root);
    if (error != simdjson::SUCCESS) return BreakBy(error);
    tree_.root = Convert(root, 0, absl::string_view(), SourcePosition(), 0);
  }

  void Break(Code code, std::string message) {
    if (broken_) return;
    broken_ = true;
    on_problem_({code, positions_.At(last_), std::move(message)});
  }

  void BreakBy(error_code error) {
    const bool is_text = error != simdjson::UTF8_ERROR;
    Break(is_text ? Code::kReadSyntax : Code::kReadBinary,
          absl::StrCat("not valid JSON: ", simdjson::error_message(error)));
  }

  SourcePosition Note(const char* at) {
    last_ = begin_ + static_cast<size_t>(at - padded_.data());
    return positions_.At(last_);
  }

  NodeId Convert(ondemand::value value, NodeId parent, absl::string_view key,
                 SourcePosition key_position, int depth) {
    Node node;
    node.key = key;
    node.key_position = key_position;
    const std::string_view token = value.raw_json_token();
    node.position = Note(token.data());
    if (tree_.size() >= options_.max_nodes) {
      Break(Code::kReadTooLarge,
            absl::StrCat("the document has more than ", options_.max_nodes, " values"));
      return 0;
    }
    ondemand::json_type type;
    error_code error = value.type().get(type);
    if (error == simdjson::SUCCESS) {
      switch (type) {
        case ondemand::json_type::object:
          node.kind = NodeKind::kMapping;
          return ConvertObject(value, tree_.Add(parent, node), depth);
        case ondemand::json_type::array:
          node.kind = NodeKind::kSequence;
          return ConvertArray(value, tree_.Add(parent, node), depth);
        case ondemand::json_type::string: {
          std::string_view text;
          error = value.get_string().get(text);
          node.kind = NodeKind::kString;
          if (error == simdjson::SUCCESS) {
            node.text = tree_.Store(absl::string_view(text.data(), text.size()));
          }
          break;
        }
        case ondemand::json_type::boolean:
          node.kind = NodeKind::kBool;
          error = value.get_bool().get(node.boolean);
          break;
        case ondemand::json_type::null: {
          bool is_null = false;
          error = value.is_null().get(is_null);
          if (error == simdjson::SUCCESS && !is_null) error = simdjson::N_ATOM_ERROR;
          break;
        }
        case ondemand::json_type::number:
          error = ConvertNumber(value, token, node);
          break;
      }
    }
    if (error != simdjson::SUCCESS) {
      BreakBy(error);
      return 0;
    }
    return tree_.Add(parent, node);
  }

  // An integer beyond 64 bits becomes a float, as in the server.
  error_code ConvertNumber(ondemand::value& value, std::string_view token, Node& node) {
    const absl::string_view text =
        absl::StripAsciiWhitespace(absl::string_view(token.data(), token.size()));
    node.text = tree_.Store(text);
    double number = 0;
    const error_code error = value.get_double().get(number);
    node.kind = NodeKind::kInt;
    if (text.find_first_of(".eE") != absl::string_view::npos ||
        !absl::SimpleAtoi(text, &node.integer)) {
      node.kind = NodeKind::kFloat;
      node.number = number;
    }
    return error;
  }

  bool IsTooDeep(int depth) {
    if (depth < options_.max_depth) return false;
    Break(Code::kReadTooDeep,
          absl::StrCat("the document is nested more than ", options_.max_depth, " levels deep"));
    return true;
  }

  NodeId ConvertObject(ondemand::value& value, NodeId id, int depth) {
    if (IsTooDeep(depth)) return 0;
    ondemand::object object;
    error_code error = value.get_object().get(object);
    if (error == simdjson::SUCCESS) {
      for (auto item : object) {
        ondemand::field field;
        if ((error = std::move(item).get(field)) != simdjson::SUCCESS) break;
        const SourcePosition position = Note(field.key().raw() - 1);
        std::string_view key;
        if ((error = field.unescaped_key().get(key)) != simdjson::SUCCESS) break;
        const absl::string_view stored = tree_.Store(absl::string_view(key.data(), key.size()));
        if (Convert(field.value(), id, stored, position, depth + 1) == 0) return 0;
      }
    }
    if (error != simdjson::SUCCESS) {
      BreakBy(error);
      return 0;
    }
    tree_.CheckKeys(id);
    return id;
  }

  NodeId ConvertArray(ondemand::value& value, NodeId id, int depth) {
    if (IsTooDeep(depth)) return 0;
    ondemand::array array;
    error_code error = value.get_array().get(array);
    if (error == simdjson::SUCCESS) {
      for (auto item : array) {
        ondemand::value element;
        if ((error = std::move(item).get(element)) != simdjson::SUCCESS) break;
        if (Convert(element, id, absl::string_view(), SourcePosition(), depth + 1) == 0) return 0;
      }
    }
    if (error != simdjson::SUCCESS) {
      BreakBy(error);
      return 0;
    }
    return id;
  }

  const ParseWay way_;
  const absl::string_view text_;
  PositionCounter positions_;
  const ReadOptions& options_;
  DocumentFn on_document_;
  ProblemFn on_problem_;
  DirectFn read_directly_;

  std::string padded_;  // the value that simdjson reads
  ondemand::parser parser_;
  Tree tree_;
  size_t begin_ = 0;
  size_t last_ = 0;  // the offset of what was read last
  bool broken_ = false;
};

}  // namespace

void ParseJson(absl::string_view text, const ReadOptions& options, DocumentFn on_document,
               ProblemFn on_problem, ParseWay way, DirectFn read_directly) {
  JsonReader(text, way, options, on_document, on_problem, read_directly).Read();
}

}  // namespace gwpolicy::manifest
