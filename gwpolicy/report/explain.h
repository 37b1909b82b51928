#ifndef GWPOLICY_REPORT_EXPLAIN_H_
#define GWPOLICY_REPORT_EXPLAIN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/values.h"

// The story of one backend or one policy. Pure functions; thread-safe.
namespace gwpolicy {
namespace report {

// What somebody asks about.
struct Subject {
  std::string kind;  // as given
  std::string ns;    // "" for any
  std::string name;
  int32_t port = 0;  // 0 for all
};

// Reads "KIND/NAME" or "KIND/NAME:PORT". The kind is matched without regard to case and may be the
// plural ("services"). INVALID_ARGUMENT when it has another form.
absl::StatusOr<Subject> ParseSubject(absl::string_view text, absl::string_view ns);

// What there is to tell.
struct Story {
  // The policy when the subject is one, else null.
  std::shared_ptr<const PolicyResult> policy;
  // The backend that the subject names, once for each Gateway and port; or those of which the
  // policy decides a field, or would if it had not lost. In the order of the results.
  std::vector<std::shared_ptr<const BackendTls>> backends;

  bool empty() const { return policy == nullptr && backends.empty(); }
};

// Empty when nothing has that name. Of several policies of that name, in any namespace, the first.
Story FindStory(const Subject& subject,
                absl::Span<const std::shared_ptr<const BackendTls>> backends,
                absl::Span<const std::shared_ptr<const PolicyResult>> policies);

// kind: Explanation, with `policy` (null, or the policy with its status) and `backends` as in the
// document of `resolve`, each with `steps`: [{"about","text"}].
Value ExplainDocument(const Story& story);

// The same as a person would tell it, in lines of at most 96 columns unless one word is longer,
// without escapes for terminals, with a line break at the end.
std::string ExplainText(const Story& story);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_EXPLAIN_H_
