#ifndef GWPOLICY_RESOLVE_BACKENDS_H_
#define GWPOLICY_RESOLVE_BACKENDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

// One port of a Service, or a whole Backend or XBackend.
struct BackendPort {
  BackendPortId id;
  Text port_name;
  Text app_protocol;  // appProtocol, else the port's name
};

// Whether policies can be attached to objects of the key's kind: core Services and kgateway's
// Backends.
bool CanBeTarget(const KeyView& key);
// Whether routes can lead to them: those, and XBackends where the profile reads them.
bool CanBeBackend(const KeyView& key);
// Whether the profile reads backends of that kind.
bool ReadsBackend(const Profile& profile, absl::string_view kind);

// Protocols of Service ports. UDP and SCTP carry no TLS of ours.
inline constexpr absl::string_view kTcp = "TCP";
inline constexpr absl::string_view kUdp = "UDP";

// The ports of a backend that TCP reaches, in the order of the object.
using BackendPorts = absl::InlinedVector<BackendPort, 4>;
BackendPorts PortsOf(const KeyView& key, const Object& backend);

// The port that a backendRef means; nullopt when the backend has no such port of the protocol.
// `ref_port` is absent for a Backend or XBackend, which have ports of their own.
std::optional<int32_t> FindPort(const Object& backend, std::optional<int32_t> ref_port,
                                absl::string_view protocol);

// The TCP port of a Service; null where it has none of that number, or is no Service.
const ServicePort* FindTcpPort(const Object& backend ABSL_ATTRIBUTE_LIFETIME_BOUND, int32_t port);

BackendPortId PortIdOf(const KeyView& backend, int32_t port);

// By BackendPort::app_protocol.
HttpProtocol ProtocolOf(absl::string_view app_protocol);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_BACKENDS_H_
