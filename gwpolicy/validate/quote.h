#ifndef GWPOLICY_VALIDATE_QUOTE_H_
#define GWPOLICY_VALIDATE_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gwpolicy {

// A text in quotes as the API server prints bad values.
std::string Quote(absl::string_view text);

}  // namespace gwpolicy

#endif  // GWPOLICY_VALIDATE_QUOTE_H_
