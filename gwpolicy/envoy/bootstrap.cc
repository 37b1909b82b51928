#include "gwpolicy/envoy/bootstrap.h"

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "gwpolicy/base/status_macros.h"
#include "gwpolicy/envoy/cluster.h"
#include "gwpolicy/envoy/listener.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/bootstrap.pb.h"
#include "gwpolicy/envoy/proto/cluster.pb.h"
#include "gwpolicy/envoy/proto/core.pb.h"
#include "gwpolicy/envoy/proto/listener.pb.h"
#include "gwpolicy/envoy/proto/route.pb.h"
#include "gwpolicy/envoy/proto/tls.pb.h"
#include "gwpolicy/envoy/tls_context.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {
namespace envoy {
namespace {

using config::bootstrap::v3::Bootstrap;
using Backends = absl::Span<const std::shared_ptr<const BackendTls>>;
using Overrides = std::map<std::string, std::vector<Endpoint>>;

std::string OverrideKey(const BackendPortId& backend, int32_t port) {
  return absl::StrCat(backend.ns, "/", backend.name, ":", port);
}

bool HasStaticHosts(const BackendTls& backend) {
  return backend.port->settings->origin == EndpointOrigin::kStaticHosts;
}

// A Service port is overridden as a whole, a Backend host by host.
std::vector<Endpoint> EndpointsOf(const BackendTls& backend, const Overrides& overrides) {
  const SharedList<Endpoint> own = backend.port->Endpoints();
  if (!HasStaticHosts(backend)) {
    const auto found =
        overrides.find(OverrideKey(backend.port->backend, backend.port->backend.port));
    if (found != overrides.end()) return found->second;
    return std::vector<Endpoint>(own.begin(), own.end());
  }
  std::vector<Endpoint> endpoints;
  std::set<int32_t> replaced;  // hosts of one port are replaced together, once
  for (const Endpoint& host : own) {
    const auto found = overrides.find(OverrideKey(backend.port->backend, host.port));
    if (found == overrides.end()) {
      endpoints.push_back(host);
    } else if (replaced.insert(host.port).second) {
      endpoints.insert(endpoints.end(), found->second.begin(), found->second.end());
    }
  }
  return endpoints;
}

absl::Status CheckOverrides(Backends backends, const Overrides& overrides) {
  std::set<std::string> known;
  for (const std::shared_ptr<const BackendTls>& backend : backends) {
    if (backend == nullptr) continue;
    if (!HasStaticHosts(*backend)) {
      known.insert(OverrideKey(backend->port->backend, backend->port->backend.port));
      continue;
    }
    for (const Endpoint& host : backend->port->Endpoints()) {
      known.insert(OverrideKey(backend->port->backend, host.port));
    }
  }
  for (const auto& [key, endpoints] : overrides) {
    if (known.count(key) == 0) {
      return absl::InvalidArgumentError(absl::StrCat("no backend port ", key));
    }
    for (const Endpoint& endpoint : endpoints) {
      if (endpoint.host.empty() || endpoint.port < 1 || endpoint.port > 65535) {
        return absl::InvalidArgumentError(absl::StrCat("endpoint of ", key, ": ", endpoint.host,
                                                       ":", endpoint.port, " is no host and port"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status SetAdmin(const BootstrapOptions& options, Bootstrap* out) {
  if (!options.admin.has_value()) return absl::OkStatus();
  const Endpoint& admin = *options.admin;
  if (!IsIpLiteral(admin.host) || admin.port < 0 || admin.port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("admin: ", admin.host, ":", admin.port, " is no IP address and port"));
  }
  SetAddress(admin, out->mutable_admin()->mutable_address());
  return absl::OkStatus();
}

void ShowFailureReason(Bootstrap* out) {
  auto* layer = out->mutable_layered_runtime()->add_layers();
  layer->set_name("gwpolicy");
  (*layer->mutable_static_layer()->mutable_fields())
      ["envoy.reloadable_features.hide_transport_failure_reason_in_response_body"]
          .set_bool_value(false);
}

bool TrustsSystem(const BackendTls& backend) {
  return backend.port->mode == TlsMode::kTls &&
         backend.port->tls->trust.source == tls::TrustSource::kSystem;
}

absl::Status AddClusters(const RoutedGateway& gateway, Backends backends,
                         const std::set<std::string>& reached, const BootstrapOptions& options,
                         Bootstrap::StaticResources* out) {
  bool needs_system_ca = false;
  for (const auto& [name, backend] : ChooseClusters(gateway.id, backends, reached).emitted) {
    SetCluster(*backend, EndpointSource::kStatic, EndpointsOf(*backend, options.endpoints),
               out->add_clusters());
    needs_system_ca = needs_system_ca || TrustsSystem(*backend);
  }
  if (!needs_system_ca) return absl::OkStatus();
  if (options.system_ca_file.empty()) {
    return absl::InvalidArgumentError("a backend trusts the system and system_ca_file is empty");
  }
  auto* secret = out->add_secrets();
  secret->set_name(std::string(kSystemCaSecret));
  secret->mutable_validation_context()->mutable_trusted_ca()->set_filename(options.system_ca_file);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> StaticBootstrap(const RoutedGateway& gateway, Backends backends,
                                            const BootstrapOptions& options,
                                            BootstrapFormat format) {
  if (gateway.id.empty()) return absl::InvalidArgumentError("the Gateway has no name");
  GWP_RETURN_IF_ERROR(CheckOverrides(backends, options.endpoints));
  GWP_ASSIGN_OR_RETURN(const std::vector<ListenerGroup> groups,
                       GroupListeners(gateway, options.listen));

  Bootstrap bootstrap;
  bootstrap.mutable_node()->set_id(options.node_id.empty()
                                       ? absl::StrCat(gateway.id.name, ".", gateway.id.ns)
                                       : options.node_id);
  bootstrap.mutable_node()->set_cluster(absl::StrCat(gateway.id.name, ".", gateway.id.ns));
  GWP_RETURN_IF_ERROR(SetAdmin(options, &bootstrap));
  if (options.show_failure_reason) ShowFailureReason(&bootstrap);

  const std::set<std::string> web_sockets = WebSocketClusters(gateway.id, backends);
  ListenerSettings settings;
  settings.inline_routes = true;
  settings.access_log = options.access_log;
  std::set<std::string> reached;
  for (const ListenerGroup& group : groups) {
    SetListener(group, settings, ChainRoutes(group, web_sockets, &reached),
                bootstrap.mutable_static_resources()->add_listeners());
  }
  GWP_RETURN_IF_ERROR(
      AddClusters(gateway, backends, reached, options, bootstrap.mutable_static_resources()));

  std::string bytes = Serialize(bootstrap);
  switch (format) {
    case BootstrapFormat::kJson:
      return ToJson(TypeUrl(bootstrap), bytes);
    case BootstrapFormat::kBinary:
      return bytes;
  }
  return absl::InvalidArgumentError("no such format");
}

}  // namespace envoy
}  // namespace gwpolicy
