#ifndef GWPOLICY_REPORT_EXPLAIN_DOT_H_
#define GWPOLICY_REPORT_EXPLAIN_DOT_H_

#include <string>

#include "gwpolicy/report/story.h"

namespace gwpolicy {
namespace report {

// A drawing for Graphviz: routes, backend ports, and the policies that aim at them; the winner is
// bold, who lost is dashed and says by which rule. Pure; thread-safe.
std::string ExplainDot(const Story& story);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_EXPLAIN_DOT_H_
