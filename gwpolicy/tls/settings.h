#ifndef GWPOLICY_TLS_SETTINGS_H_
#define GWPOLICY_TLS_SETTINGS_H_

#include <string>
#include <vector>

#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace tls {

// What Envoy 1.40 refuses of `tls` when it loads the configuration: names of ciphers, groups and
// signature algorithms that BoringSSL does not know, ALPN entries, SNI and pins of the
// wrong form. One such cluster makes Envoy reject a whole static configuration, or refuse an
// update of a dynamic one again and again. Empty when it loads. Thread-safe; microseconds.
std::vector<Failure> RefusedSettings(const ClientTls& tls);

// What the client offers of each, in its order: what is set, else Envoy's own list. Cipher suites
// are those below TLS 1.3, one by one, without the brackets of equal preference. Thread-safe.
std::vector<std::string> OfferedCipherSuites(const ClientTls& tls);
std::vector<std::string> OfferedGroups(const ClientTls& tls);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_SETTINGS_H_
