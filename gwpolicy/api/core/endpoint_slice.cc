#include "gwpolicy/api/core/endpoint_slice.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kAddressTypes[] = {"IPv4", "IPv6", "FQDN"};
constexpr absl::string_view kProtocols[] = {"TCP", "UDP", "SCTP"};

}  // namespace

template <>
const TypeInfo& TypeOf<EndpointConditions>() {
  using T = EndpointConditions;
  static const TypeInfo* const kType =
      TypeBuilder<T>("EndpointConditions", Doc{"The state of one endpoint."})
          .Field<&T::ready>("ready", Doc{"Takes requests; absent counts as true."})
          .Field<&T::serving>("serving", Doc{"As ready, also while the endpoint terminates."})
          .Field<&T::terminating>("terminating", Doc{"Is being shut down."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<EndpointSliceEndpoint>() {
  using T = EndpointSliceEndpoint;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Endpoint", Doc{"One endpoint of a Service."})
          .Field<&T::addresses>("addresses", Required{}, Items{1, 100},
                                Doc{"Addresses that are interchangeable; the first one is used."})
          .Field<&T::conditions>("conditions", Doc{"The state of the endpoint."})
          .Field<&T::hostname>("hostname", Doc{"A DNS label of its own."})
          .Field<&T::node_name>("nodeName", Doc{"The node that it runs on."})
          .Field<&T::zone>("zone", Doc{"The zone that it runs in."})
          .Field<&T::target_ref>("targetRef", Doc{"The object behind it, usually a Pod."})
          .Field<&T::hints>("hints", Doc{"Who should use it."})
          .Field<&T::deprecated_topology>("deprecatedTopology",
                                          Deprecated{"Use nodeName and zone."},
                                          Doc{"Topology of the v1beta1 API."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<EndpointPort>() {
  using T = EndpointPort;
  static const TypeInfo* const kType =
      TypeBuilder<T>("EndpointPort", Doc{"A port that all endpoints of a slice have."})
          .Field<&T::name>("name", Doc{"The name of the Service's port."})
          .Field<&T::protocol>("protocol", Defaulted{}, OneOf{kProtocols}, Doc{"TCP, UDP or SCTP."})
          .Field<&T::port>("port", Doc{"The port number at the endpoint; absent is any."})
          .Field<&T::app_protocol>("appProtocol", Doc{"What is spoken over it."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<EndpointSlice>() {
  using T = EndpointSlice;
  static const TypeInfo* const kType =
      TypeBuilder<T>("EndpointSlice", Doc{"Some of the endpoints of a Service."})
          .Field<&T::address_type>("addressType", Required{}, OneOf{kAddressTypes},
                                   Doc{"What the addresses are."})
          .Field<&T::endpoints>("endpoints", Items{0, 1000}, Doc{"The endpoints."})
          .Field<&T::ports>("ports", Items{0, 100}, Doc{"Their ports."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
