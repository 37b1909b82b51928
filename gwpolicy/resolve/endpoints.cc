#include "gwpolicy/resolve/endpoints.h"

#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/endpoint_slice.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/kgateway/backend.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

using EndpointItems = absl::InlinedVector<Endpoint, 8>;

void AddSlice(const EndpointSlice& slice, const Text& port_name, EndpointItems& out) {
  for (const EndpointPort& port : slice.ports) {
    if (port.name != port_name || !port.port.has_value() || port.protocol != "TCP") continue;
    for (const EndpointSliceEndpoint& endpoint : slice.endpoints) {
      // Absent means ready: discovery/v1 EndpointConditions.
      if (!endpoint.conditions.ready.value_or(true)) continue;
      for (const Text& address : endpoint.addresses) out.push_back({address, *port.port});
    }
  }
}

Text HostOf(const Service& service) {
  if (service.spec.type == "ExternalName" && !service.spec.external_name.empty()) {
    return service.spec.external_name;
  }
  return Text(absl::StrCat(service.metadata.name, ".", service.metadata.ns, ".svc.cluster.local"));
}

// From the objects that have them: the EndpointSlices of a Service, or the backend alone.
SharedList<Endpoint> ReadEndpoints(const SharedList<Object>& objects, const Text& port_name,
                                   int32_t port) {
  EndpointItems out;
  for (const Object& object : objects) {
    if (const auto* slice = object.As<EndpointSlice>()) {
      AddSlice(*slice, port_name, out);
    } else if (const auto* service = object.As<Service>()) {
      out.push_back({HostOf(*service), port});
    } else if (const auto* backend = object.As<Backend>()) {
      if (!backend->spec.static_backend.has_value()) continue;
      for (const BackendHost& host : backend->spec.static_backend->hosts) {
        out.push_back({host.host, host.port});
      }
    } else if (const auto* x_backend = object.As<XBackend>()) {
      if (!x_backend->spec.external_hostname.has_value()) continue;
      out.push_back({x_backend->spec.external_hostname->hostname, port});
    }
  }
  return SharedList<Endpoint>(std::move(out));
}

}  // namespace

BackendEndpoints EndpointsOf(const Object& backend, SharedList<Object> slices) {
  BackendEndpoints out;
  out.origin = backend.kind() != Kind::kService ? EndpointOrigin::kStaticHosts
               : slices.empty()                 ? EndpointOrigin::kClusterDns
                                                : EndpointOrigin::kEndpointSlices;
  const bool by_slices = out.origin == EndpointOrigin::kEndpointSlices;
  out.reader = EndpointReader::Of<ReadEndpoints>(by_slices ? std::move(slices)
                                                           : SharedList<Object>{backend});
  return out;
}

}  // namespace gwpolicy
