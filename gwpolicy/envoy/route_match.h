#ifndef GWPOLICY_ENVOY_ROUTE_MATCH_H_
#define GWPOLICY_ENVOY_ROUTE_MATCH_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace envoy {
namespace config {
namespace route {
namespace v3 {
class RouteMatch;
}  // namespace v3
}  // namespace route
}  // namespace config
namespace type {
namespace matcher {
namespace v3 {
class RegexMatchAndSubstitute;
}  // namespace v3
}  // namespace matcher
}  // namespace type

// A token of RFC 9110, section 5.6.2.
bool IsHeaderName(absl::string_view name);

// Whether any request can match. Envoy refuses some matches for which that is not so.
bool CanMatch(const RequestMatch& match);

// For a match that can match.
void SetMatch(const RequestMatch& match, config::route::v3::RouteMatch* out);

// Gateway API v1 HTTPRouteMatch: exact path, longest path, method, most headers, most query
// parameters; a regular expression stands between exact and prefix. Negative when `a` goes first.
int CompareMatches(const RequestMatch& a, const RequestMatch& b);

// How Envoy is told a change of the path; at most one of the three is set.
struct PathRewrite {
  bool possible = true;      // else the change has no meaning for the match
  std::string full;          // the whole new path
  std::string prefix;        // instead of the text that the match has
  std::string strip_prefix;  // cut off with the slashes behind it, so that "/" begins the rest
};

// HTTPPathModifier: elements of the path are replaced, so that a slash at the end of either prefix
// makes no difference.
PathRewrite RewriteOf(const RequestMatch& match, const PathChange& change);

// `rewrite.full` or `rewrite.strip_prefix` as a regular expression.
void SetRegexRewrite(const PathRewrite& rewrite, type::matcher::v3::RegexMatchAndSubstitute* out);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_ROUTE_MATCH_H_
