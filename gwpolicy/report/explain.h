#ifndef GWPOLICY_REPORT_EXPLAIN_H_
#define GWPOLICY_REPORT_EXPLAIN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "gwpolicy/base/value.h"
#include "gwpolicy/report/story.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/resolve/values.h"

// The story of one backend or one policy. Pure functions; thread-safe.
namespace gwpolicy {
namespace report {

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

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_EXPLAIN_H_
