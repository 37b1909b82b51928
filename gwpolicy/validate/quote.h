#ifndef GWPOLICY_VALIDATE_QUOTE_H_
#define GWPOLICY_VALIDATE_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gwpolicy {

// A text in quotes as the API server prints bad values.
std::string Quote(absl::string_view text);

// The same for a text inside of a value that it prints as JSON, in Go's manner: as may stand in
// HTML.
std::string QuoteJson(absl::string_view text);

}  // namespace gwpolicy

#endif  // GWPOLICY_VALIDATE_QUOTE_H_
