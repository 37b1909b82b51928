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

FindingSink::Scope FindingSink::Field(absl::string_view name) {
  path_.push_back(Component{name.data() == nullptr ? absl::string_view("") : name, 0});
  return Scope(this);
}

FindingSink::Scope FindingSink::Index(size_t index) {
  path_.push_back(Component{absl::string_view(), index});
  return Scope(this);
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
  findings_.back().field_path.clear();
}

void FindingSink::AddAt(SourcePosition position, Code code, std::string message) {
  AddFinding(Path(), code, InfoOf(code).level, std::move(message));
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
  if (source_ != nullptr) {
    const SourcePosition position = source_->Find(field_path);
    finding.line = position.line;
    finding.column = position.column;
  }
  finding.field_path = std::move(field_path);
  findings_.push_back(std::move(finding));
}

void FindingSink::Append(std::vector<Finding> findings) {
  findings_.insert(findings_.end(), std::make_move_iterator(findings.begin()),
                   std::make_move_iterator(findings.end()));
}

std::vector<Finding> FindingSink::Take() { return std::exchange(findings_, {}); }

}  // namespace gwpolicy
