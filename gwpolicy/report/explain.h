#ifndef GWPOLICY_REPORT_EXPLAIN_H_
#define GWPOLICY_REPORT_EXPLAIN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/background.h"
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
  // What each of these was decided from, in the same order.
  std::vector<Background> backgrounds;
  // About the policy, or about the backend and the policies that aim at it. In the order of the
  // files, without those that the posture of a backend says already.
  std::vector<Finding> findings;
};

// The story as of the engine's last Resolve(). Of several policies of that name, in any namespace,
// the first. NOT_FOUND when nothing has that name, with the nearest names in the message.
// O(results) for the look-up, and what Engine::BackgroundOf costs.
absl::StatusOr<Story> FindStory(const Subject& subject, const Engine& engine);

// What there is to say of a policy, in order. `about` is "target" (what it aims at), "effect"
// (where it is in effect and what it gives), "loser" (where it is not, to whom it lost and by which
// rule), "status" (what its controller writes) or "finding". Empty when the subject is a backend.
std::vector<Step> PolicySteps(const Story& story);

// kind: Explanation, with
//   policy    null, or the policy with its status
//   steps     of the policy: [{"about","text"}]
//   backends  as in the document of `resolve`, each with "steps", "routes" (["HTTPRoute ns/name"])
//             and "policies": [{"policy","fieldPath","sectionName",
//             "fate":"won|lost|shadowed|merged|elsewhere|notRead","winner","rule"}]
//   findings  [F…]
Value ExplainDocument(const Story& story);

// The same as a person would tell it, in lines of at most `columns` unless one word is longer,
// without escapes for terminals, with a line break at the end. Of a policy's backends the first few
// are told in full.
std::string ExplainText(const Story& story, size_t columns);

// A drawing for Graphviz: routes, backend ports, and the policies that aim at them; the winner is
// bold, who lost is dashed.
std::string ExplainDot(const Story& story);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_EXPLAIN_H_
