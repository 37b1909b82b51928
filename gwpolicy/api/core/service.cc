#include "gwpolicy/api/core/service.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kProtocols[] = {"TCP", "UDP", "SCTP"};
constexpr absl::string_view kTypes[] = {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"};
constexpr absl::string_view kPortKeys[] = {"port", "protocol"};

// ValidateService of Kubernetes' core validation: names are needed to tell ports apart, and differ.
void PortsHaveDistinctNames(const ServiceSpec& spec, FindingSink& sink) {
  if (spec.ports.size() < 2) return;
  std::set<absl::string_view> seen;
  auto ports = sink.Field("ports");
  for (size_t i = 0; i < spec.ports.size(); ++i) {
    auto item = sink.Index(i);
    auto name = sink.Field("name");
    if (spec.ports[i].name.empty()) {
      sink.Add(Code::kSchemaRequired, "Required value");
    } else if (!seen.insert(spec.ports[i].name).second) {
      sink.Add(Code::kSchemaDuplicate,
               absl::StrCat("Duplicate value: \"", spec.ports[i].name, "\""));
    }
  }
}

}  // namespace

template <>
const TypeInfo& TypeOf<ServicePort>() {
  using T = ServicePort;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ServicePort", Doc{"A port of a Service."})
          .Field<&T::name>("name", Length{0, 63},
                           Doc{"What sectionName of a policy refers to; needed with two ports."})
          .Field<&T::protocol>("protocol", Defaulted{}, OneOf{kProtocols}, Doc{"TCP, UDP or SCTP."})
          .Field<&T::app_protocol>("appProtocol", Doc{"What is spoken over it; never starts TLS."})
          .Field<&T::port>("port", Required{}, Range{1, 65535}, Doc{"What backendRefs name."})
          .Field<&T::target_port>("targetPort",
                                  Doc{"Number or name of the port at the endpoints; as port."})
          .Field<&T::node_port>("nodePort", Range{0, 65535}, Doc{"The port on every node."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ServiceSpec>() {
  using T = ServiceSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ServiceSpec", Doc{"How a Service is reached, and what is behind it."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kTypes}, Doc{"From where it is reached."})
          .Field<&T::cluster_ip>("clusterIP", Doc{"Its address; None for a headless Service."})
          .Field<&T::external_name>("externalName",
                                    Doc{"A DNS name outside; for type ExternalName alone."})
          .Field<&T::selector>("selector", Doc{"Labels of the Pods behind it."})
          .Field<&T::ports>("ports", ListKey{kPortKeys}, Doc{"Its ports."})
          .Field<&T::cluster_ips>("clusterIPs", Doc{"Its addresses, one an IP family."})
          .Field<&T::external_ips>("externalIPs", Doc{"Further addresses that nodes accept."})
          .Field<&T::ip_families>("ipFamilies", Doc{"IPv4, IPv6 or both, in order."})
          .Field<&T::ip_family_policy>("ipFamilyPolicy", Doc{"One family or both."})
          .Field<&T::session_affinity>("sessionAffinity", Doc{"None or ClientIP."})
          .Field<&T::session_affinity_config>("sessionAffinityConfig",
                                              Doc{"How long ClientIP affinity lasts."})
          .Field<&T::internal_traffic_policy>("internalTrafficPolicy",
                                              Doc{"Cluster, or Local to the node."})
          .Field<&T::external_traffic_policy>("externalTrafficPolicy",
                                              Doc{"Cluster, or Local to the node."})
          .Field<&T::traffic_distribution>("trafficDistribution",
                                           Doc{"Which endpoints are preferred."})
          .Field<&T::health_check_node_port>("healthCheckNodePort",
                                             Doc{"Where a load balancer asks for health."})
          .Field<&T::publish_not_ready_addresses>("publishNotReadyAddresses",
                                                  Doc{"Endpoints count before they are ready."})
          .Field<&T::allocate_load_balancer_node_ports>(
              "allocateLoadBalancerNodePorts", Doc{"Whether a load balancer needs node ports."})
          .Field<&T::load_balancer_class>("loadBalancerClass",
                                          Doc{"Which load balancer serves it."})
          .Field<&T::load_balancer_ip>("loadBalancerIP",
                                       Deprecated{"Ask the load balancer by annotation."},
                                       Doc{"The address wanted from the load balancer."})
          .Field<&T::load_balancer_source_ranges>("loadBalancerSourceRanges",
                                                  Doc{"Clients that the load balancer lets in."})
          .Rule<&PortsHaveDistinctNames>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Service>() {
  using T = Service;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Service", Doc{"A name for a set of endpoints."})
          .Field<&T::spec>("spec", Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"Set by controllers: addresses of a load balancer."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
