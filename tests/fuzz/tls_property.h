#ifndef GWPOLICY_TESTS_FUZZ_TLS_PROPERTY_H_
#define GWPOLICY_TESTS_FUZZ_TLS_PROPERTY_H_

#include <string>

#include "absl/strings/string_view.h"

// What holds for any bytes that reach tls/. Each gives back what does not hold, or "".
namespace gwpolicy::testing {

// What a server sends. The first byte has switches: 1 TLS 1.3, else 1.2 at most; 2 the client has a
// certificate; 4 strict mode; 8 renegotiation is allowed; 16 the server is a real one and the rest
// says how its bytes are changed on their way, four bytes a change: place (two bytes, big-endian),
// what to do (0 change, 1 insert, 2 remove, 3 repeat) and a byte for it. Without 16 the rest is all
// that the server sends.
std::string SessionFault(absl::string_view input);

// A CA bundle.
std::string BundleFault(absl::string_view text);

// Names: a line that a policy expects, and the lines after it that a certificate has.
std::string NamesFault(absl::string_view text);

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_FUZZ_TLS_PROPERTY_H_
