#include "gwpolicy/resolve/backends.h"

#include <utility>

#include "absl/strings/match.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/kgateway/backend.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kXBackendKind = "XBackend";

// The port shared by all hosts of a static Backend; 0 where they differ.
int32_t SharedPort(const Backend& backend) {
  if (!backend.spec.static_backend.has_value()) return 0;
  const auto& hosts = backend.spec.static_backend->hosts;
  for (const BackendHost& host : hosts) {
    if (host.port != hosts.front().port) return 0;
  }
  return hosts.empty() ? 0 : hosts.front().port;
}

const ServicePort* FindServicePort(const Object& backend, int32_t number,
                                   absl::string_view protocol) {
  const Service* service = backend.As<Service>();
  if (service == nullptr) return nullptr;
  for (const ServicePort& port : service->spec.ports) {
    if (port.port == number && port.protocol == protocol) return &port;
  }
  return nullptr;
}

}  // namespace

bool CanBeTarget(const KeyView& key) {
  return (key.group == kCoreGroup && key.kind == "Service") ||
         (key.group == kKgatewayGroup && key.kind == "Backend");
}

bool CanBeBackend(const KeyView& key) {
  return CanBeTarget(key) || (key.kind == kXBackendKind && key.group == kGatewayXGroup);
}

bool ReadsBackend(const Profile& profile, absl::string_view kind) {
  return profile.reads_x_backend || kind != kXBackendKind;
}

HttpProtocol ProtocolOf(absl::string_view app_protocol) {
  static constexpr absl::string_view kHttp2Names[] = {"http2", "grpc", "grpc-web",
                                                      "kubernetes.io/h2c"};
  for (absl::string_view name : kHttp2Names) {
    if (absl::EqualsIgnoreCase(app_protocol, name)) return HttpProtocol::kHttp2;
  }
  return absl::EqualsIgnoreCase(app_protocol, "kubernetes.io/ws") ? HttpProtocol::kWebSocket
                                                                  : HttpProtocol::kHttp1;
}

BackendPortId PortIdOf(const KeyView& backend, int32_t port) {
  return {backend.group, backend.kind, backend.ns, backend.name, port};
}

BackendPorts PortsOf(const KeyView& key, const Object& backend) {
  BackendPorts ports;
  if (const Service* service = backend.As<Service>()) {
    for (const ServicePort& port : service->spec.ports) {
      if (port.protocol != kTcp) continue;
      ports.push_back({PortIdOf(key, port.port), port.name,
                       port.app_protocol.empty() ? port.name : port.app_protocol});
    }
  } else if (const Backend* spec = backend.As<Backend>()) {
    const bool is_static = spec->spec.static_backend.has_value();
    ports.push_back({PortIdOf(key, SharedPort(*spec)), "",
                     is_static ? spec->spec.static_backend->app_protocol : ""});
  } else if (const XBackend* x_backend = backend.As<XBackend>()) {
    const XBackendPort& port = x_backend->spec.port;
    const Text& protocol = x_backend->spec.protocol;
    ports.push_back(
        {PortIdOf(key, port.port), port.name, protocol == "H2C" ? Text("HTTP2") : protocol});
  }
  return ports;
}

std::optional<int32_t> FindPort(const Object& backend, std::optional<int32_t> ref_port,
                                absl::string_view protocol) {
  if (const Backend* spec = backend.As<Backend>()) {
    if (protocol != kTcp) return std::nullopt;
    return SharedPort(*spec);
  }
  if (const XBackend* x_backend = backend.As<XBackend>()) {
    const int32_t port = x_backend->spec.port.port;
    if (protocol != kTcp || ref_port.value_or(port) != port) return std::nullopt;
    return port;
  }
  if (!ref_port.has_value() || FindServicePort(backend, *ref_port, protocol) == nullptr) {
    return std::nullopt;
  }
  return ref_port;
}

const ServicePort* FindTcpPort(const Object& backend, int32_t port) {
  return FindServicePort(backend, port, kTcp);
}

}  // namespace gwpolicy
