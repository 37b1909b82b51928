#ifndef GWPOLICY_TESTS_FUZZ_HTTP_PROPERTY_H_
#define GWPOLICY_TESTS_FUZZ_HTTP_PROPERTY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gwpolicy::testing {

// What holds for any bytes that a server answers with; gives back what does not hold, or "". The
// first byte has switches: 1 HTTP/2, else HTTP/1.1; 2 the request was HEAD; the rest of it, plus
// one, is the size of the pieces in which the answer comes the second time.
std::string HttpFault(absl::string_view input);

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_FUZZ_HTTP_PROPERTY_H_
