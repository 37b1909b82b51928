#ifndef GWPOLICY_TLS_SSL_SETTINGS_H_
#define GWPOLICY_TLS_SSL_SETTINGS_H_

#include <vector>

#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"

// Private to tls/: the settings of a client, given to BoringSSL as Envoy gives them.

struct ssl_ctx_st;  // SSL_CTX

namespace gwpolicy {
namespace tls {

// Sets ciphers, groups, signature algorithms and ALPN, with Envoy's defaults for what is not set,
// and returns what Envoy would refuse at load, also of SNI and pins. Leaves the error queue empty.
std::vector<Failure> ApplySettings(ssl_ctx_st* ctx, const ClientTls& tls);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_SSL_SETTINGS_H_
