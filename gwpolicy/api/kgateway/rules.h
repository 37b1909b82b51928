#ifndef GWPOLICY_API_KGATEWAY_RULES_H_
#define GWPOLICY_API_KGATEWAY_RULES_H_

#include <initializer_list>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/text.h"

// Rules that several of kgateway's types have. Each adds to the sink what the API server says.
namespace gwpolicy {

// A rule that does not hold, at the present path.
void BreakRule(FindingSink& sink, absl::string_view message);

// A rule that cannot be computed. `schema_type` is the type of the node that carries it: "string",
// "object", or "" for an int-or-string.
void FailRule(FindingSink& sink, absl::string_view schema_type, absl::string_view error,
              absl::string_view message);

// The error of a rule that reads a text as a duration.
constexpr absl::string_view kDurationError =
    "type conversion error from 'string' to 'google.protobuf.Duration'";

// The field `name` holds a duration of the Gateway API's form.
void CheckDuration(absl::string_view name, const Text& text, FindingSink& sink);
void CheckDuration(absl::string_view name, const std::optional<Text>& text, FindingSink& sink);

// The same, and it is not below `floor`; `message` is what the server says otherwise.
void CheckDuration(absl::string_view name, const Text& text, absl::Duration floor,
                   absl::string_view message, FindingSink& sink);
void CheckDuration(absl::string_view name, const std::optional<Text>& text, absl::Duration floor,
                   absl::string_view message, FindingSink& sink);

// How many of the members are set, for "exactly one of".
inline int CountSet(std::initializer_list<bool> members) {
  int count = 0;
  for (const bool is_set : members) count += is_set ? 1 : 0;
  return count;
}

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_RULES_H_
