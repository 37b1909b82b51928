#ifndef GWPOLICY_API_CORE_ENDPOINT_SLICE_H_
#define GWPOLICY_API_CORE_ENDPOINT_SLICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// EndpointSlice, discovery.k8s.io/v1.
struct EndpointConditions : ApiStruct {
  std::optional<bool> ready;
  std::optional<bool> serving;
  std::optional<bool> terminating;
};

struct EndpointSliceEndpoint : ApiStruct {
  std::vector<std::string> addresses;
  EndpointConditions conditions;
  std::string hostname;
  std::string node_name;
  std::string zone;
  Value target_ref;
  Value hints;
  Value deprecated_topology;
};

struct EndpointPort : ApiStruct {
  std::string name;
  std::string protocol = "TCP";
  std::optional<int32_t> port;
  std::string app_protocol;
};

// The Service that a slice belongs to is the value of the label `kubernetes.io/service-name`.
struct EndpointSlice : KubernetesObject {
  static constexpr Kind kKind = Kind::kEndpointSlice;
  std::string address_type;  // IPv4, IPv6, FQDN
  std::vector<EndpointSliceEndpoint> endpoints;
  std::vector<EndpointPort> ports;
};

template <>
const TypeInfo& TypeOf<EndpointConditions>();
template <>
const TypeInfo& TypeOf<EndpointSliceEndpoint>();
template <>
const TypeInfo& TypeOf<EndpointPort>();
template <>
const TypeInfo& TypeOf<EndpointSlice>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_ENDPOINT_SLICE_H_
