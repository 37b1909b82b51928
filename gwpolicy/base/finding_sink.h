#ifndef GWPOLICY_BASE_FINDING_SINK_H_
#define GWPOLICY_BASE_FINDING_SINK_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/source_position.h"

namespace gwpolicy {

// Collects findings about one object at a time, each with the path of the field that is being
// looked at. Nothing is allocated while there is nothing to report: the path is a stack of borrowed
// names and numbers. Findings keep the order in which they were added. Not thread-safe.
class FindingSink {
 public:
  // Holds a path component; removes it when destroyed.
  class ABSL_MUST_USE_RESULT Scope {
   public:
    ~Scope() { sink_->path_.pop_back(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class FindingSink;
    explicit Scope(FindingSink* sink) : sink_(sink) {}
    FindingSink* sink_;
  };

  FindingSink() = default;
  FindingSink(const FindingSink&) = delete;
  FindingSink& operator=(const FindingSink&) = delete;

  // What the findings that follow are about. Both are copied or borrowed until the next call:
  // `source` may be null and must outlive the sink's use of it.
  void SetObject(ObjectRef object, const SourceMap* source);
  // The same for text that is not an object yet: findings carry the file alone.
  void SetFile(std::string file);
  // The same for an object that is still being read: findings carry nothing until it is known.
  // `EndObject` gives them object, file and position.
  void BeginObject();
  bool HasFoundSinceBegin() const { return findings_.size() > begin_; }
  void EndObject(const ObjectRef& object, const SourceMap& source);

  // Goes down into a field or a list item. `name` is borrowed for the life of the scope.
  Scope Field(absl::string_view name) {
    path_.push_back(Component{name.data() == nullptr ? absl::string_view("") : name, 0});
    return Scope(this);
  }
  Scope Index(size_t index) {
    path_.push_back(Component{absl::string_view(), index});
    return Scope(this);
  }

  // Adds a finding at the present path, at the level and with the remedy of its code.
  void Add(Code code, std::string message);
  void Add(Code code, Level level, std::string message);
  // Adds one at `field_path` of the present object, whatever scopes are open.
  void AddAt(std::string field_path, Code code, std::string message);
  void AddAt(std::string field_path, Code code, Level level, std::string message);
  // Adds one about the object as a whole, as the server tells some, at the position of the field
  // that is being looked at.
  void AddToObject(Code code, std::string message);
  // Adds one at a position in the present file.
  void AddAt(SourcePosition position, Code code, std::string message);
  void AddAt(SourcePosition position, Code code, Level level, std::string message);
  // Takes over findings that are complete already.
  void Append(std::vector<Finding> findings);

  std::string Path() const;
  const std::vector<Finding>& findings() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return findings_; }
  // Hands the findings over and leaves the sink empty.
  std::vector<Finding> Take();

 private:
  struct Component {
    absl::string_view name;  // data() is null for an index
    size_t index = 0;
  };

  void AddFinding(std::string field_path, Code code, Level level, std::string message);

  ObjectRef object_;
  const SourceMap* source_ = nullptr;
  std::string file_;
  absl::InlinedVector<Component, 16> path_;
  std::vector<Finding> findings_;
  size_t begin_ = 0;  // the first finding of the object that is being read
  // Findings about an object as a whole whose position is that of a field.
  std::vector<std::pair<size_t, std::string>> places_;
};

// Gives a finding the position of `field_path`: of the name where it is about a name, such as an
// unknown field, else of the value.
void PlaceFinding(const SourceMap& source, absl::string_view field_path, Finding& finding);

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_FINDING_SINK_H_
