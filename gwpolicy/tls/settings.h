#ifndef GWPOLICY_TLS_SETTINGS_H_
#define GWPOLICY_TLS_SETTINGS_H_

#include <vector>

#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace tls {

// What Envoy 1.40 refuses of `tls` when it loads the configuration: names of ciphers, groups and
// signature algorithms that BoringSSL does not know, ALPN entries, SNI and certificate hashes of
// the wrong form. One such cluster makes Envoy reject a whole static configuration, or refuse an
// update of a dynamic one again and again. Empty when it loads. Thread-safe; microseconds.
std::vector<Failure> RefusedSettings(const ClientTls& tls);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_SETTINGS_H_
