#ifndef GWPOLICY_ENVOY_BOOTSTRAP_H_
#define GWPOLICY_ENVOY_BOOTSTRAP_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace envoy {

enum class BootstrapFormat {
  kJson,   // indented, Envoy's field names; for `envoy -c x.json`, and valid YAML
  kBinary  // the serialized message, for `envoy -c x.pb`
};

struct BootstrapOptions {
  // Listener name to the address that its Envoy listener has instead of its port on all addresses.
  // The host is an IP address; port 0 is any free one. Listeners of one port that are given
  // different addresses become several Envoy listeners.
  std::map<std::string, Endpoint> listen;
  // "NAMESPACE/NAME:PORT" of a Service port or of a host of a Backend to what is connected to in
  // its place. TLS stays as it is: only where the bytes go changes.
  std::map<std::string, std::vector<Endpoint>> endpoints;
  std::optional<Endpoint> admin;  // none: no admin interface
  // What "System" is, as a path where Envoy runs. Read by Envoy, not here.
  std::string system_ca_file = "/etc/ssl/certs/ca-certificates.crt";
  std::string node_id;  // "": NAME.NAMESPACE of the Gateway
  // One line a request on standard output: %RESPONSE_CODE% %RESPONSE_FLAGS%
  // %UPSTREAM_TRANSPORT_FAILURE_REASON%.
  bool access_log = false;
  // Envoy 1.39 and later tell clients why a handshake failed only when asked to.
  bool show_failure_reason = false;
};

// A whole configuration that Envoy runs without control plane: the Gateway's listeners and routes,
// and an Envoy cluster for each of those `backends` that are the Gateway's own and that its routes
// reach. translate.h says what holds for backends that fail closed.
//
// The text holds the private keys of client and listener certificates.
//
// INVALID_ARGUMENT: a Gateway without name, a port or address that is none, a `listen` name that is
// no listener of the Gateway, an `endpoints` key that is no port of any of `backends`, no
// `system_ca_file` when it is needed. The message never quotes key material. Thread-safe; equal
// arguments give equal text.
absl::StatusOr<std::string> StaticBootstrap(
    const RoutedGateway& gateway, absl::Span<const std::shared_ptr<const BackendTls>> backends,
    const BootstrapOptions& options, BootstrapFormat format = BootstrapFormat::kJson);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_BOOTSTRAP_H_
