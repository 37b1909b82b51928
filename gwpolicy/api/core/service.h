#ifndef GWPOLICY_API_CORE_SERVICE_H_
#define GWPOLICY_API_CORE_SERVICE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// Service, core/v1.
struct ServicePort : ApiStruct {
  std::string name;
  std::string protocol = "TCP";  // TCP, UDP, SCTP
  std::string app_protocol;
  int32_t port = 0;
  std::optional<IntOrString> target_port;
  std::optional<int32_t> node_port;
};

struct ServiceSpec : ApiStruct {
  std::string type = "ClusterIP";  // ClusterIP, NodePort, LoadBalancer, ExternalName
  std::string cluster_ip;          // "clusterIP"; "None" is headless
  std::string external_name;
  std::map<std::string, std::string> selector;
  std::vector<ServicePort> ports;
  std::vector<std::string> cluster_ips;  // "clusterIPs"
  std::vector<std::string> external_ips;
  std::vector<std::string> ip_families;
  std::string ip_family_policy;
  std::string session_affinity;
  Value session_affinity_config;
  std::string internal_traffic_policy;
  std::string external_traffic_policy;
  std::string traffic_distribution;
  std::optional<int32_t> health_check_node_port;
  std::optional<bool> publish_not_ready_addresses;
  std::optional<bool> allocate_load_balancer_node_ports;
  std::string load_balancer_class;
  std::string load_balancer_ip;  // "loadBalancerIP"
  std::vector<std::string> load_balancer_source_ranges;
};

struct Service : KubernetesObject {
  static constexpr Kind kKind = Kind::kService;
  ServiceSpec spec;
  Value status;
};

template <>
const TypeInfo& TypeOf<ServicePort>();
template <>
const TypeInfo& TypeOf<ServiceSpec>();
template <>
const TypeInfo& TypeOf<Service>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_SERVICE_H_
