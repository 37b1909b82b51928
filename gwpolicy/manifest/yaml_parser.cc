#include <yaml.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/plain_yaml.h"
#include "gwpolicy/manifest/separator.h"

namespace gwpolicy::manifest {
namespace {

constexpr absl::string_view kTagPrefix = "tag:yaml.org,2002:";

// Owns the state of libyaml's parser.
class EventSource {
 public:
  explicit EventSource(absl::string_view text) : ok_(yaml_parser_initialize(&parser_) != 0) {
    if (!ok_) return;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~EventSource() {
    if (has_event_) yaml_event_delete(&event_);
    if (ok_) yaml_parser_delete(&parser_);
  }
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  // False when the text is broken.
  bool Next() {
    if (has_event_) yaml_event_delete(&event_);
    has_event_ = ok_ && yaml_parser_parse(&parser_, &event_) != 0;
    return has_event_;
  }
  const yaml_event_t& event() const { return event_; }
  const yaml_parser_t& parser() const { return parser_; }

 private:
  yaml_parser_t parser_;
  yaml_event_t event_;
  bool ok_;
  bool has_event_ = false;
};

absl::string_view TextOf(const yaml_char_t* text) {
  return text == nullptr ? absl::string_view()
                         : absl::string_view(reinterpret_cast<const char*>(text));
}

absl::string_view ScalarText(const yaml_event_t& event) {
  return absl::string_view(reinterpret_cast<const char*>(event.data.scalar.value),
                           event.data.scalar.length);
}

// The offset of the line that is `lines` below the one at `from`; the size when there is none.
size_t SkipLines(absl::string_view text, size_t from, size_t lines) {
  while (lines > 0 && from < text.size()) {
    const size_t end = text.find('\n', from);
    if (end == absl::string_view::npos) return text.size();
    from = end + 1;
    --lines;
  }
  return from;
}

bool HasDirective(absl::string_view text) {
  return text[0] == '%' || absl::StrContains(text, "\n%");
}

class YamlReader {
 public:
  YamlReader(absl::string_view text, ParseWay way, const ReadOptions& options,
             DocumentFn on_document, ProblemFn on_problem)
      : whole_(text),
        way_(way),
        options_(options),
        on_document_(on_document),
        on_problem_(on_problem) {}

  // Lines of "---" cut the text into pieces that can be read one by one, but for directives, which
  // belong to the piece below.
  void Read() {
    while (offset_ < whole_.size() && !stopped_) {
      size_t end = FindSeparator(whole_, offset_);
      if (way_ == ParseWay::kShort && ReadPlainPiece(whole_.substr(offset_, end - offset_))) {
        offset_ = end;
        continue;
      }
      if (HasDirective(whole_.substr(offset_, end - offset_)) && end < whole_.size()) {
        end = FindSeparator(whole_, end);
      }
      const absl::string_view piece = whole_.substr(offset_, end - offset_);
      const size_t line = line_;
      text_ = whole_.substr(0, end);
      while (offset_ < end && !stopped_ && ReadChunk()) {
      }
      offset_ = end;
      line_ = line + static_cast<size_t>(std::count(piece.begin(), piece.end(), '\n'));
    }
  }

 private:
  struct Frame {
    NodeId node;
    bool is_mapping;
    bool has_key = false;
    bool key_is_merge = false;
    absl::string_view key;
    SourcePosition key_position;
    std::vector<NodeId> merges;
  };

  enum class Step { kGoOn, kBadDocument };

  SourcePosition At(const yaml_mark_t& mark) const {
    return {static_cast<int>(line_ + mark.line + 1), static_cast<int>(mark.column + 1)};
  }

  // The short way. False where the piece has to be read by libyaml.
  bool ReadPlainPiece(absl::string_view piece) {
    const SourcePosition start{static_cast<int>(line_) + 1, 1};
    tree_.Clear();
    switch (ReadPlainYaml(piece, line_, options_, tree_)) {
      case PlainYaml::kNo:
        return false;
      case PlainYaml::kNothing:
        return true;
      case PlainYaml::kDocument:
        break;
    }
    if (CountDocument(start)) FinishDocument();
    return true;
  }

  // False where there are too many.
  bool CountDocument(SourcePosition position) {
    if (++documents_ <= options_.max_documents) return true;
    on_problem_({Code::kReadTooLarge, position,
                 absl::StrCat("more than ", options_.max_documents, " documents")});
    stopped_ = true;
    return false;
  }

  void FinishDocument() {
    std::sort(tree_.repeated_keys.begin(), tree_.repeated_keys.end());
    if (tree_.root != 0) on_document_(tree_);
  }

  // Reads from offset_ to the end of the piece, or to the next document behind a broken one. False
  // at the end.
  bool ReadChunk() {
    EventSource source(text_.substr(offset_));
    size_t document_line = 0;  // within the chunk
    bool in_document = false;
    bool had_document = false;
    while (true) {
      if (!source.Next()) {
        // The parser looks ahead and may stumble over the next document before it has announced it;
        // that document is met again, and reported then.
        const Separator next = NextSeparator(document_line);
        const bool will_be_met = !in_document && had_document && next.offset < text_.size() &&
                                 source.parser().problem_mark.line >= next.line;
        if (!will_be_met) ReportSyntax(source.parser());
        return Resume(next);
      }
      const yaml_event_t& event = source.event();
      switch (event.type) {
        case YAML_STREAM_END_EVENT:
          offset_ = text_.size();
          return false;
        case YAML_DOCUMENT_START_EVENT:
          if (!CountDocument(At(event.start_mark))) return false;
          in_document = true;
          document_line = event.start_mark.line;
          StartDocument();
          break;
        case YAML_DOCUMENT_END_EVENT:
          in_document = false;
          had_document = true;
          FinishDocument();
          break;
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
          break;
        case YAML_ALIAS_EVENT:
        case YAML_SCALAR_EVENT:
        case YAML_SEQUENCE_START_EVENT:
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_START_EVENT:
        case YAML_MAPPING_END_EVENT:
          if (Take(event) == Step::kBadDocument) return Resume(NextSeparator(document_line));
          break;
      }
    }
  }

  struct Separator {
    size_t offset;  // the size of the text when there is none
    size_t line;    // within the chunk
  };

  // The next separator below `line` of the present chunk.
  Separator NextSeparator(size_t line) const {
    Separator next{SkipLines(text_, offset_, line + 1), line + 1};
    while (next.offset < text_.size() && !IsSeparator(text_, next.offset)) {
      next.offset = SkipLines(text_, next.offset, 1);
      ++next.line;
    }
    return next;
  }

  // Goes on there. False at the end of the text.
  bool Resume(const Separator& separator) {
    if (separator.offset >= text_.size()) return false;
    offset_ = separator.offset;
    line_ += separator.line;
    return true;
  }

  void ReportSyntax(const yaml_parser_t& parser) {
    Problem problem;
    const bool is_reader = parser.error == YAML_READER_ERROR;
    problem.code = is_reader ? Code::kReadBinary : Code::kReadSyntax;
    problem.position = At(is_reader ? parser.mark : parser.problem_mark);
    problem.message = parser.problem == nullptr ? "the text cannot be read" : parser.problem;
    if (parser.context != nullptr) absl::StrAppend(&problem.message, " (", parser.context, ")");
    const size_t line = SkipLines(text_, offset_, parser.problem_mark.line);
    if (!is_reader && line < text_.size() &&
        text_.substr(line, parser.problem_mark.column + 1).find('\t') != absl::string_view::npos) {
      absl::StrAppend(&problem.message, "; YAML is indented with spaces, not with tabs");
    }
    on_problem_(std::move(problem));
  }

  Step Reject(const yaml_event_t& event, Code code, std::string message) {
    on_problem_({code, At(event.start_mark), std::move(message)});
    return Step::kBadDocument;
  }

  void StartDocument() {
    tree_.Clear();
    frames_.clear();
    anchors_.clear();
    alias_budget_ = options_.max_alias_nodes;
  }

  Step Take(const yaml_event_t& event) {
    if (tree_.size() >= options_.max_nodes) {
      return Reject(event, Code::kReadTooLarge,
                    absl::StrCat("the document has more than ", options_.max_nodes, " values"));
    }
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        return TakeScalar(event);
      case YAML_ALIAS_EVENT:
        return TakeAlias(event);
      case YAML_SEQUENCE_START_EVENT:
        return Open(event, NodeKind::kSequence, TextOf(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT:
        return Open(event, NodeKind::kMapping, TextOf(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
        frames_.pop_back();
        return Step::kGoOn;
      case YAML_MAPPING_END_EVENT:
        return CloseMapping(event);
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_START_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return Step::kGoOn;
  }

  // Whether a scalar or alias that comes now is a key.
  bool ExpectsKey() const {
    return !frames_.empty() && frames_.back().is_mapping && !frames_.back().has_key;
  }

  NodeId Place(Node node) {
    if (frames_.empty()) return tree_.root = tree_.Add(0, node);
    Frame& frame = frames_.back();
    node.key = frame.key;
    node.key_position = frame.key_position;
    const NodeId id = tree_.Add(frame.node, node);
    FinishValue(id);
    return id;
  }

  void FinishValue(NodeId id) {
    Frame& frame = frames_.back();
    if (frame.key_is_merge) frame.merges.push_back(id);
    frame.has_key = false;
    frame.key_is_merge = false;
    frame.key = absl::string_view();
  }

  void SetAnchor(absl::string_view anchor, NodeId id) {
    if (!anchor.empty()) anchors_[std::string(anchor)] = id;
  }

  void SetKey(const Node& scalar, SourcePosition position, bool is_merge) {
    Frame& frame = frames_.back();
    frame.has_key = true;
    frame.key_is_merge = is_merge;
    frame.key_position = position;
    frame.key = tree_.KeyText(scalar);
  }

  Step TakeScalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    Node node;
    node.position = At(event.start_mark);
    node.text = tree_.Store(ScalarText(event));
    node.kind = NodeKind::kString;
    const absl::string_view tag = TextOf(scalar.tag);
    if (tag.empty()) {
      if (scalar.style == YAML_PLAIN_SCALAR_STYLE) ResolvePlainScalar(node);
    } else if (tag.substr(0, kTagPrefix.size()) == kTagPrefix) {
      const absl::string_view type = tag.substr(kTagPrefix.size());
      if (type == "binary") {
        std::string bytes;
        if (!absl::Base64Unescape(node.text, &bytes)) {
          return Reject(event, Code::kReadSyntax, "!!binary value contains invalid base64 data");
        }
        node.text = tree_.Store(bytes);
      } else if (type == "int" || type == "float" || type == "bool" || type == "null") {
        ResolvePlainScalar(node);
      }
    }
    // JSON has no infinity. As a key it is text.
    if (node.kind == NodeKind::kFloat && !std::isfinite(node.number) && !ExpectsKey()) {
      return Reject(event, Code::kReadSyntax,
                    absl::StrCat("json: unsupported value: ", std::isnan(node.number) ? "NaN"
                                                              : node.number > 0       ? "+Inf"
                                                                                      : "-Inf"));
    }
    const bool is_merge = node.text == "<<" && scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                          (tag.empty() || tag == "tag:yaml.org,2002:merge");
    if (!ExpectsKey()) {
      SetAnchor(TextOf(scalar.anchor), Place(node));
      return Step::kGoOn;
    }
    SetKey(node, node.position, is_merge);
    // An anchored key is kept beside the tree, so that an alias can refer to it.
    if (scalar.anchor != nullptr) SetAnchor(TextOf(scalar.anchor), tree_.Add(0, node));
    return Step::kGoOn;
  }

  Step TakeAlias(const yaml_event_t& event) {
    const absl::string_view name = TextOf(event.data.alias.anchor);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      return Reject(event, Code::kReadSyntax, absl::StrCat("unknown anchor '", name, "'"));
    }
    const NodeId target = found->second;
    for (const Frame& frame : frames_) {
      if (frame.node == target) {
        return Reject(event, Code::kReadSyntax,
                      absl::StrCat("anchor '", name, "' value contains itself"));
      }
    }
    if (ExpectsKey()) {
      const Node& key = tree_.at(target);
      if (key.kind == NodeKind::kSequence || key.kind == NodeKind::kMapping) {
        return Reject(event, Code::kReadSyntax, "a key must be text");
      }
      SetKey(key, At(event.start_mark), false);
      return Step::kGoOn;
    }
    const Frame* frame = frames_.empty() ? nullptr : &frames_.back();
    const NodeId copy =
        tree_.Copy(target, frame == nullptr ? 0 : frame->node,
                   frame == nullptr ? absl::string_view() : frame->key,
                   frame == nullptr ? SourcePosition() : frame->key_position,
                   options_.max_depth - static_cast<int>(frames_.size()), alias_budget_);
    if (copy == 0) return RejectCopy(event);
    if (frame != nullptr) FinishValue(copy);
    return Step::kGoOn;
  }

  Step RejectCopy(const yaml_event_t& event) {
    if (alias_budget_ == 0) {
      return Reject(event, Code::kReadAliasBomb,
                    absl::StrCat("the document's aliases make more than ", options_.max_alias_nodes,
                                 " values"));
    }
    return RejectDepth(event);
  }

  Step RejectDepth(const yaml_event_t& event) {
    return Reject(
        event, Code::kReadTooDeep,
        absl::StrCat("the document is nested more than ", options_.max_depth, " levels deep"));
  }

  Step Open(const yaml_event_t& event, NodeKind kind, absl::string_view anchor) {
    if (ExpectsKey()) return Reject(event, Code::kReadSyntax, "a key must be text");
    if (static_cast<int>(frames_.size()) >= options_.max_depth) return RejectDepth(event);
    Node node;
    node.kind = kind;
    node.position = At(event.start_mark);
    const NodeId id = Place(node);
    SetAnchor(anchor, id);
    frames_.push_back(Frame{id, kind == NodeKind::kMapping, false, false, {}, {}, {}});
    return Step::kGoOn;
  }

  Step CloseMapping(const yaml_event_t& event) {
    const NodeId mapping = frames_.back().node;
    const std::vector<NodeId> merges = std::move(frames_.back().merges);
    const int max_depth = options_.max_depth - static_cast<int>(frames_.size());
    frames_.pop_back();
    for (const NodeId merge : merges) tree_.Unlink(merge);
    tree_.CheckKeys(mapping);
    for (const NodeId merge : merges) {
      const Node& node = tree_.at(merge);
      if (node.kind == NodeKind::kMapping) {
        if (!tree_.Merge(mapping, merge, max_depth, alias_budget_)) return RejectCopy(event);
        continue;
      }
      if (node.kind != NodeKind::kSequence) {
        return Reject(event, Code::kReadSyntax,
                      "map merge requires map or sequence of maps as the value");
      }
      for (NodeId item = node.first_child; item != 0; item = tree_.at(item).next_sibling) {
        if (tree_.at(item).kind != NodeKind::kMapping) {
          return Reject(event, Code::kReadSyntax,
                        "map merge requires map or sequence of maps as the value");
        }
        if (!tree_.Merge(mapping, item, max_depth, alias_budget_)) return RejectCopy(event);
      }
    }
    return Step::kGoOn;
  }

  const absl::string_view whole_;
  const ParseWay way_;
  absl::string_view text_;  // the whole up to the end of the present piece
  const ReadOptions& options_;
  DocumentFn on_document_;
  ProblemFn on_problem_;

  size_t offset_ = 0;  // where the present chunk begins
  size_t line_ = 0;    // the same as lines above it
  size_t documents_ = 0;
  bool stopped_ = false;

  Tree tree_;
  std::vector<Frame> frames_;
  absl::flat_hash_map<std::string, NodeId> anchors_;
  size_t alias_budget_ = 0;
};

}  // namespace

void ParseYaml(absl::string_view text, const ReadOptions& options, DocumentFn on_document,
               ProblemFn on_problem, ParseWay way) {
  YamlReader(text, way, options, on_document, on_problem).Read();
}

}  // namespace gwpolicy::manifest
