#ifndef GWPOLICY_ENVOY_TLS_CONTEXT_H_
#define GWPOLICY_ENVOY_TLS_CONTEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {
namespace envoy {
namespace config {
namespace core {
namespace v3 {
class TransportSocket;
}  // namespace v3
}  // namespace core
}  // namespace config

// The Envoy secret with the roots of the system, as kgateway names it. It stands in the bootstrap:
// what the system trusts is known where Envoy runs.
inline constexpr absl::string_view kSystemCaSecret = "SYSTEM_CA_CERT";

// Why Envoy cannot be told `tls` without trusting more than it says, or would refuse the message;
// one sentence, "" when nothing is in the way. Never with key material.
std::string ObstacleToTls(const tls::ClientTls& tls);

// The socket of `tls`, for which there is no obstacle.
void SetUpstreamTls(const tls::ClientTls& tls, config::core::v3::TransportSocket* out);

// Whether one of the pairs is complete. Without any, Envoy refuses the listener.
bool HasServerCertificate(const std::vector<tls::ClientCertificate>& certificates);

// Presents the complete pairs to clients, and offers HTTP/2.
void SetDownstreamTls(const std::vector<tls::ClientCertificate>& certificates,
                      config::core::v3::TransportSocket* out);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_TLS_CONTEXT_H_
