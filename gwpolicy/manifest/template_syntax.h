#ifndef GWPOLICY_MANIFEST_TEMPLATE_SYNTAX_H_
#define GWPOLICY_MANIFEST_TEMPLATE_SYNTAX_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/manifest/node.h"

// What a template engine should have replaced before the text is a manifest: the "{{ ... }}" of
// Helm's charts.
namespace gwpolicy::manifest {

// The first key or value of a document that holds template syntax where none belongs; 0 when there
// is none. Annotations, the data of ConfigMaps and Secrets, and text of several lines may hold what
// is a template to somebody else; so may kinds that are not modelled, where only Helm's own words
// count.
NodeId FindTemplate(const Tree& tree);

// Finds the braces in the text itself. Cheap where lines are asked for in ascending order. Not
// thread-safe; `text` has to outlive it.
class TemplateFinder {
 public:
  explicit TemplateFinder(absl::string_view text);

  // Whether the text has two opening braces in a row at all. Looks for them at the first call.
  bool any();

  // The first braces of the document that a problem at `line` belongs to: those that break it, so
  // neither quoted nor in a comment or block scalar.
  std::optional<SourcePosition> FindInDocument(int line);

  // The first braces behind `position` on its line; `position` when there are none.
  SourcePosition FindBehind(SourcePosition position);

 private:
  struct Line {
    size_t offset = 0;
    int number = 1;
  };

  absl::string_view TextAt(const Line& line) const;  // without the line break
  // Goes on to the next line; false at the end of the text.
  bool Next(Line& line) const;
  std::optional<SourcePosition> SearchDocument() const;

  absl::string_view text_;
  std::optional<bool> any_;
  Line document_;                         // the first line of the document that was asked for last
  Line reached_;                          // as far as separators were looked for
  int searched_ = 0;                      // the first line of the document that has `braces_`
  std::optional<SourcePosition> braces_;  // its first ones
  Line line_;                             // the line that was asked for last
};

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_TEMPLATE_SYNTAX_H_
