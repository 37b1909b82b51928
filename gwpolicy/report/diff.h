#ifndef GWPOLICY_REPORT_DIFF_H_
#define GWPOLICY_REPORT_DIFF_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/report/diff_rules.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/resolve/values.h"

// What changes in the protection of backends between two results: of two sets of manifests, or of
// two profiles on the same one. Pure functions; thread-safe.
namespace gwpolicy {
namespace report {

// A field as it was or as it is.
struct FieldSide {
  std::string value;  // for people; "" where there is none
  std::optional<FieldSource> from;
  std::vector<Loser> over;
};

struct FieldChange {
  std::string field;  // "mode", "sni", "trust", …
  Rule rule = Rule::kTlsToPlaintext;
  FieldSide before;
  FieldSide after;
};

// Whether requests are sent at all, from one side to the other.
enum class Availability { kUnchanged, kGained, kLost };
// "unchanged", "gained", "lost"
absl::string_view AvailabilityName(Availability availability);

// One (Gateway, backend port) that is not the same on both sides.
struct BackendChange {
  std::shared_ptr<const BackendTls> before;  // null: it appeared
  std::shared_ptr<const BackendTls> after;   // null: it disappeared
  // kLoosened where anything is, whatever else is tightened beside it.
  Effect effect = Effect::kLoosened;
  bool mixed = false;  // some of it is loosened and some tightened
  Availability availability = Availability::kUnchanged;
  // Why, in the order of the fields, each once: what loosens, then what tightens, then the rest.
  std::vector<Rule> rules;
  // The mode first, where it is another; then the fields of TLS, then what stands beside TLS.
  std::vector<FieldChange> fields;

  // The side that is there; the later where both are.
  const BackendTls& any() const { return after != nullptr ? *after : *before; }
};

struct PostureDiff {
  std::vector<BackendChange> changes;  // in ResultOrder
  size_t unchanged = 0;                // (Gateway, backend port)s
  std::vector<Finding> new_findings;   // in the order of the files
  std::vector<Finding> gone_findings;

  size_t Count(Effect effect) const;
};

// Compares two lists of results, each in ResultOrder. A backend that no route reaches on one side
// and some route on the other is told by the entries of its Gateways alone.
// O(results), and O(n log n) in the sizes of the settings that differ.
PostureDiff Diff(absl::Span<const std::shared_ptr<const BackendTls>> before,
                 absl::Span<const std::shared_ptr<const BackendTls>> after);

// Findings of `after` that `before` has not, wherever in the files they stand. In the order of the
// files, each once. O(n log n).
std::vector<Finding> FindingsBeyond(absl::Span<const Finding> before,
                                    absl::Span<const Finding> after);

// kind: PostureDiff, with
//   changes      [{"gateway","backend","change":"changed|appeared|disappeared",
//                "effect":"loosened|tightened|neutral","mixed","availability","reasons":[…],
//                "before","after","fields":[{"field","effect","reason","before","after"}]}]
//   newFindings, goneFindings   [F…]
//   summary      {"loosened","tightened","neutral","unchanged","newFindings","goneFindings"}
// "before" and "after" of a change are {"mode","protection","profile","reason","message"} or null;
// those of a field {"value","from","over"}, with "from" null where no object says it.
Value DiffDocument(const PostureDiff& diff);
// One entry of `changes`, and the `summary`.
Value ChangeValue(const BackendChange& change);
Value DiffSummary(const PostureDiff& diff);

// What a reviewer is told beside the lines: each change that loosens, at the field that makes it so
// where that is in `objects`, and the new findings. Posture/Loosened is an error.
std::vector<Finding> DiffFindings(const PostureDiff& diff, absl::Span<const Object> objects);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_DIFF_H_
