#ifndef GWPOLICY_RESOLVE_STORY_H_
#define GWPOLICY_RESOLVE_STORY_H_

#include <string>
#include <tuple>
#include <vector>

#include "gwpolicy/base/text.h"
#include "gwpolicy/resolve/values.h"

// How a result came about, made from what it holds when somebody asks. Thread-safe.
namespace gwpolicy {

// A source that did not count, and the rule by which it lost.
struct Loser {
  FieldSource source;
  Text rule;

  friend bool operator==(const Loser& a, const Loser& b) {
    return a.source == b.source && a.rule == b.rule;
  }
};

// Why one effective field has its value.
struct Provenance {
  Text field;
  Text value;
  FieldSource from;
  std::vector<Loser> over;

  friend bool operator==(const Provenance& a, const Provenance& b) {
    return std::tie(a.field, a.value, a.from, a.over) == std::tie(b.field, b.value, b.from, b.over);
  }
};

// A row for each field that a policy or the Gateway sets: TLS first, then other settings. Empty
// for what fails closed, where no field is in effect. O(fields * policies).
std::vector<Provenance> ProvenanceOf(const BackendTls& result);

// One sentence of the story that `explain` tells, in order.
struct Step {
  std::string about;  // "route", "target", "winner", "loser", "field", "posture"
  std::string text;

  friend bool operator==(const Step& a, const Step& b) {
    return a.about == b.about && a.text == b.text;
  }
};

// Step by step: routes that lead there, policies that aim at it, who won by which rule, what each
// field became and why.
std::vector<Step> StepsOf(const BackendTls& result);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_STORY_H_
