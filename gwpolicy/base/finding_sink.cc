#include "gwpolicy/base/finding_sink.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gwpolicy {

void FindingSink::SetObject(ObjectRef object, const SourceMap* source) {
  object_ = std::move(object);
  source_ = source;
  file_ = source == nullptr ? std::string() : source->file();
}

void FindingSink::SetFile(std::string file) {
  object_ = ObjectRef();
  source_ = nullptr;
  file_ = std::move(file);
}

void FindingSink::BeginObject() {
  object_ = ObjectRef();
  source_ = nullptr;
  file_.clear();
  begin_ = findings_.size();
  places_.clear();
}

void FindingSink::EndObject(const ObjectRef& object, const SourceMap& source) {
  auto place = places_.begin();
  for (size_t i = begin_; i < findings_.size(); ++i) {
    Finding& finding = findings_[i];
    finding.object = object;
    finding.file = source.file();
    const bool has_place = place != places_.end() && place->first == i;
    PlaceFinding(source, has_place ? place->second : finding.field_path, finding);
    if (has_place) ++place;
  }
  begin_ = findings_.size();
  places_.clear();
}

void PlaceFinding(const SourceMap& source, absl::string_view field_path, Finding& finding) {
  const bool is_name = finding.code == Code::kSchemaUnknownField ||
                       finding.code == Code::kCrdUnknownField ||
                       finding.code == Code::kReadDuplicateKey;
  const SourcePosition position = is_name ? source.FindName(field_path) : source.Find(field_path);
  finding.line = position.line;
  finding.column = position.column;
}

std::string FindingSink::Path() const {
  std::string path;
  for (const Component& component : path_) {
    if (component.name.data() == nullptr) {
      absl::StrAppend(&path, "[", component.index, "]");
    } else {
      absl::StrAppend(&path, path.empty() ? "" : ".", component.name);
    }
  }
  return path;
}

void FindingSink::Add(Code code, std::string message) {
  AddFinding(Path(), code, InfoOf(code).level, std::move(message));
}

void FindingSink::Add(Code code, Level level, std::string message) {
  AddFinding(Path(), code, level, std::move(message));
}

void FindingSink::AddAt(std::string field_path, Code code, std::string message) {
  AddFinding(std::move(field_path), code, InfoOf(code).level, std::move(message));
}

void FindingSink::AddAt(std::string field_path, Code code, Level level, std::string message) {
  AddFinding(std::move(field_path), code, level, std::move(message));
}

void FindingSink::AddToObject(Code code, std::string message) {
  Add(code, std::move(message));
  std::string& field_path = findings_.back().field_path;
  if (source_ == nullptr) places_.emplace_back(findings_.size() - 1, std::move(field_path));
  field_path.clear();
}

void FindingSink::AddAt(SourcePosition position, Code code, std::string message) {
  AddAt(position, code, InfoOf(code).level, std::move(message));
}

void FindingSink::AddAt(SourcePosition position, Code code, Level level, std::string message) {
  AddFinding(Path(), code, level, std::move(message));
  findings_.back().line = position.line;
  findings_.back().column = position.column;
}

void FindingSink::AddFinding(std::string field_path, Code code, Level level, std::string message) {
  Finding finding;
  finding.code = code;
  finding.level = level;
  finding.message = std::move(message);
  finding.remedy = std::string(InfoOf(code).remedy);
  finding.object = object_;
  finding.file = file_;
  if (source_ != nullptr) PlaceFinding(*source_, field_path, finding);
  finding.field_path = std::move(field_path);
  findings_.push_back(std::move(finding));
}

void FindingSink::Append(std::vector<Finding> findings) {
  findings_.insert(findings_.end(), std::make_move_iterator(findings.begin()),
                   std::make_move_iterator(findings.end()));
}

std::vector<Finding> FindingSink::Take() {
  begin_ = 0;
  places_.clear();
  return std::exchange(findings_, {});
}

}  // namespace gwpolicy
