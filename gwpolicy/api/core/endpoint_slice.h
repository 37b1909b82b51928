#ifndef GWPOLICY_API_CORE_ENDPOINT_SLICE_H_
#define GWPOLICY_API_CORE_ENDPOINT_SLICE_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// EndpointSlice, discovery.k8s.io/v1.
struct EndpointConditions : ApiStruct {
  std::optional<bool> ready;
  std::optional<bool> serving;
  std::optional<bool> terminating;
};

struct EndpointSliceEndpoint : ApiStruct {
  List<Text> addresses;
  EndpointConditions conditions;
  Text hostname;
  Text node_name;
  Text zone;
  Box<Value> target_ref;
  Box<Value> hints;
  Box<Value> deprecated_topology;
};

struct EndpointPort : ApiStruct {
  Text name;
  Text protocol = "TCP";
  std::optional<int32_t> port;
  Text app_protocol;
};

// The Service that a slice belongs to is the value of the label `kubernetes.io/service-name`.
struct EndpointSlice : KubernetesObject {
  static constexpr Kind kKind = Kind::kEndpointSlice;
  Text address_type;  // IPv4, IPv6, FQDN
  List<EndpointSliceEndpoint> endpoints;
  List<EndpointPort> ports;
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
