#ifndef GWPOLICY_REPORT_STORY_H_
#define GWPOLICY_REPORT_STORY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/values.h"

// What there is to tell of one backend or one policy, found by its name. How it is told is in
// explain.h and explain_dot.h.
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
// plural ("services") or the short name that kubectl takes ("svc", "btlspolicy", "be").
// INVALID_ARGUMENT when it has another form.
absl::StatusOr<Subject> ParseSubject(absl::string_view text, absl::string_view ns);

// What there is to tell.
struct Story {
  // The policy when the subject is one, else null.
  std::shared_ptr<const PolicyResult> policy;
  // The backend that the subject names, once for each Gateway and port; or those that the policy
  // aims at. In the order of the results.
  std::vector<std::shared_ptr<const BackendTls>> backends;
  // About the policy, or about the backend and the policies that aim at it. In the order of the
  // files, without those that the posture of a backend says already.
  std::vector<Finding> findings;
};

// The story as of the engine's last Resolve(). Of several policies of that name, in any namespace,
// the first. NOT_FOUND when nothing has that name, with the nearest names in the message.
// O(results).
absl::StatusOr<Story> FindStory(const Subject& subject, const Engine& engine);

// The fields of `backend` that `policy` decides.
std::vector<std::string> FieldsFrom(const BackendTls& backend, const ObjectKey& policy);

// The winner and the rule of the first field that `policy` has and that another decides.
struct Defeat {
  FieldSource winner;
  std::string rule;
};
std::optional<Defeat> DefeatOf(const BackendTls& backend, const ObjectKey& policy);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_STORY_H_
