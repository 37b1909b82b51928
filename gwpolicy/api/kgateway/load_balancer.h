#ifndef GWPOLICY_API_KGATEWAY_LOAD_BALANCER_H_
#define GWPOLICY_API_KGATEWAY_LOAD_BALANCER_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

// BackendConfigPolicy's spec.loadBalancer, kgateway
// api/v1alpha1/kgateway/backend_config_policy_types.go. Exactly one algorithm is set.
namespace gwpolicy {

struct SlowStart : ApiStruct {
  std::optional<Text> window;      // duration
  std::optional<Text> aggression;  // a number above 0
  std::optional<int32_t> min_weight_percent;
};

struct LeastRequestBalancer : ApiStruct {
  int32_t choice_count = 2;
  Box<SlowStart> slow_start;
};

struct RoundRobinBalancer : ApiStruct {
  Box<SlowStart> slow_start;
};

struct HashHeader : ApiStruct {
  Text name;
};

struct HashCookie : ApiStruct {
  Text name;
  std::optional<Text> path;
  std::optional<Text> ttl;  // duration; zero: as long as the session
  std::optional<bool> secure;
  std::optional<bool> http_only;
  std::optional<Text> same_site;  // Strict, Lax, None
};

struct HashSourceIp : ApiStruct {};

// One of the three sources, and whether those that follow matter if it yields a key.
struct HashPolicy : ApiStruct {
  Box<HashHeader> header;
  Box<HashCookie> cookie;
  Box<HashSourceIp> source_ip;  // "sourceIP"
  std::optional<bool> terminal;
};

struct RingHashBalancer : ApiStruct {
  std::optional<int64_t> minimum_ring_size;
  std::optional<int64_t> maximum_ring_size;
  std::optional<bool> use_hostname_for_hashing;
  List<HashPolicy> hash_policies;
};

struct MaglevBalancer : ApiStruct {
  std::optional<bool> use_hostname_for_hashing;
  List<HashPolicy> hash_policies;
};

struct RandomBalancer : ApiStruct {};

struct ZoneAwareForce : ApiStruct {
  int32_t min_endpoints_in_zone_threshold = 1;
};

struct ZoneAwarePreferLocal : ApiStruct {
  Box<ZoneAwareForce> force;
  int64_t min_endpoints_threshold = 6;
  int32_t routing_enabled = 100;  // percent
};

struct ZoneAware : ApiStruct {
  Box<ZoneAwarePreferLocal> prefer_local;
};

struct LoadBalancer : ApiStruct {
  std::optional<int32_t> healthy_panic_threshold;  // percent
  std::optional<Text> update_merge_window;         // duration
  Box<LeastRequestBalancer> least_request;
  Box<RoundRobinBalancer> round_robin;
  Box<RingHashBalancer> ring_hash;
  Box<MaglevBalancer> maglev;
  Box<RandomBalancer> random;
  std::optional<Text> locality_type;  // WeightedLb
  Box<ZoneAware> zone_aware;
  std::optional<bool> close_connections_on_host_set_change;
};

template <>
const TypeInfo& TypeOf<SlowStart>();
template <>
const TypeInfo& TypeOf<LeastRequestBalancer>();
template <>
const TypeInfo& TypeOf<RoundRobinBalancer>();
template <>
const TypeInfo& TypeOf<HashHeader>();
template <>
const TypeInfo& TypeOf<HashCookie>();
template <>
const TypeInfo& TypeOf<HashSourceIp>();
template <>
const TypeInfo& TypeOf<HashPolicy>();
template <>
const TypeInfo& TypeOf<RingHashBalancer>();
template <>
const TypeInfo& TypeOf<MaglevBalancer>();
template <>
const TypeInfo& TypeOf<RandomBalancer>();
template <>
const TypeInfo& TypeOf<ZoneAwareForce>();
template <>
const TypeInfo& TypeOf<ZoneAwarePreferLocal>();
template <>
const TypeInfo& TypeOf<ZoneAware>();
template <>
const TypeInfo& TypeOf<LoadBalancer>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_LOAD_BALANCER_H_
