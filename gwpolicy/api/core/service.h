#ifndef GWPOLICY_API_CORE_SERVICE_H_
#define GWPOLICY_API_CORE_SERVICE_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// Service, core/v1.
struct ServicePort : ApiStruct {
  Text name;
  Text protocol = "TCP";  // TCP, UDP, SCTP
  Text app_protocol;
  int32_t port = 0;
  std::optional<IntOrString> target_port;
  std::optional<int32_t> node_port;
};

inline constexpr TextLiteral kClusterIp("ClusterIP");

struct ServiceSpec : ApiStruct {
  List<ServicePort> ports;  // first, so that it is near what tells that this is a Service
  Text type = kClusterIp;   // ClusterIP, NodePort, LoadBalancer, ExternalName
  Text cluster_ip;          // "clusterIP"; "None" is headless
  Text external_name;
  TextMap<Text> selector;
  List<Text> cluster_ips;  // "clusterIPs"
  List<Text> external_ips;
  List<Text> ip_families;
  Text ip_family_policy;
  Text session_affinity;
  Box<Value> session_affinity_config;
  Text internal_traffic_policy;
  Text external_traffic_policy;
  Text traffic_distribution;
  std::optional<int32_t> health_check_node_port;
  std::optional<bool> publish_not_ready_addresses;
  std::optional<bool> allocate_load_balancer_node_ports;
  Text load_balancer_class;
  Text load_balancer_ip;  // "loadBalancerIP"
  List<Text> load_balancer_source_ranges;
};

struct Service : KubernetesObject {
  static constexpr Kind kKind = Kind::kService;
  ServiceSpec spec;
  Box<Value> status;
};

template <>
const TypeInfo& TypeOf<ServicePort>();
template <>
const TypeInfo& TypeOf<ServiceSpec>();
template <>
const TypeInfo& TypeOf<Service>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_SERVICE_H_
