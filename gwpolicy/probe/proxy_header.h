#ifndef GWPOLICY_PROBE_PROXY_HEADER_H_
#define GWPOLICY_PROBE_PROXY_HEADER_H_

#include <sys/socket.h>

#include <cstdint>
#include <vector>

namespace gwpolicy {
namespace probe {

// The header in front of TLS (the PROXY protocol specification of HAProxy), with the addresses of
// the probe's own connection.
enum class ProxyProtocol { kNone, kV1, kV2 };

// The header for a connection from `source` to `destination`. Empty for kNone.
std::vector<uint8_t> ProxyHeader(ProxyProtocol version, const sockaddr_storage& source,
                                 const sockaddr_storage& destination);

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_PROXY_HEADER_H_
