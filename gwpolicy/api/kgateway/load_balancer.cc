#include "gwpolicy/api/kgateway/load_balancer.h"

#include "absl/strings/numbers.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/kgateway/rules.h"

namespace gwpolicy {
namespace {

constexpr Length kDurationLength{0, 32};
constexpr Range kPercent{0, 100};
constexpr absl::string_view kSameSite[] = {"Strict", "Lax", "None"};
constexpr absl::string_view kLocalityTypes[] = {"WeightedLb"};

void OneAlgorithm(const LoadBalancer& balancer, FindingSink& sink) {
  if (CountSet({balancer.least_request.has_value(), balancer.round_robin.has_value(),
                balancer.ring_hash.has_value(), balancer.maglev.has_value(),
                balancer.random.has_value()}) != 1) {
    BreakRule(
        sink,
        "exactly one of the fields in [leastRequest roundRobin ringHash maglev random] must be "
        "set");
  }
}

void OneWayWithZones(const LoadBalancer& balancer, FindingSink& sink) {
  if (!balancer.zone_aware.has_value()) return;
  if (balancer.locality_type.has_value()) {
    BreakRule(sink, "localityType and zoneAware are mutually exclusive");
  }
  if (balancer.ring_hash.has_value() || balancer.maglev.has_value()) {
    BreakRule(sink, "zoneAware is not supported with ringHash or maglev load balancers");
  }
}

void MergeWindow(const LoadBalancer& balancer, FindingSink& sink) {
  CheckDuration("updateMergeWindow", balancer.update_merge_window, sink);
}

void SlowStartIsSensible(const SlowStart& slow_start, FindingSink& sink) {
  CheckDuration("window", slow_start.window, sink);
  if (!slow_start.aggression.has_value()) return;
  double aggression = 0;
  if (MatchesDecimal(*slow_start.aggression) &&
      absl::SimpleAtod(*slow_start.aggression, &aggression) && aggression > 0) {
    return;
  }
  auto field = sink.Field("aggression");
  BreakRule(sink,
            "Aggression, if specified, must be a string representing a number greater than 0.0");
}

void OneHashSource(const HashPolicy& policy, FindingSink& sink) {
  if (CountSet({policy.header.has_value(), policy.cookie.has_value(),
                policy.source_ip.has_value()}) != 1) {
    BreakRule(sink, "exactly one of the fields in [header cookie sourceIP] must be set");
  }
}

void CookieLife(const HashCookie& cookie, FindingSink& sink) {
  CheckDuration("ttl", cookie.ttl, sink);
}

void ZonesArePreferred(const ZoneAware& zones, FindingSink& sink) {
  if (!zones.prefer_local.has_value()) {
    BreakRule(sink, "at least one of the fields in [preferLocal] must be set");
  }
}

}  // namespace

template <>
const TypeInfo& TypeOf<SlowStart>() {
  using T = SlowStart;
  static const TypeInfo* const kType =
      TypeBuilder<T>("SlowStart", Doc{"Spares an endpoint that has just come."})
          .Field<&T::window>("window", kDurationLength, Doc{"How long an endpoint is spared."})
          .Field<&T::aggression>("aggression", Doc{"How fast it gets its share; 1.0 is linear."})
          .Field<&T::min_weight_percent>("minWeightPercent", kPercent,
                                         Doc{"The share that it has from the start."})
          .Rule<&SlowStartIsSensible>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LeastRequestBalancer>() {
  using T = LeastRequestBalancer;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LoadBalancerLeastRequestConfig",
                     Doc{"The endpoint with the fewest requests of some chosen at random."})
          .Field<&T::choice_count>("choiceCount", Defaulted{}, Doc{"How many are compared."})
          .Field<&T::slow_start>("slowStart", Doc{"Spares an endpoint that has just come."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<RoundRobinBalancer>() {
  using T = RoundRobinBalancer;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LoadBalancerRoundRobinConfig", Doc{"Each endpoint in its turn."})
          .Field<&T::slow_start>("slowStart", Doc{"Spares an endpoint that has just come."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HashHeader>() {
  using T = HashHeader;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Header", Doc{"A header whose value is hashed."})
          .Field<&T::name>("name", Required{}, Length{1, -1}, Doc{"Its name."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HashCookie>() {
  using T = HashCookie;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Cookie", Doc{"A cookie whose value is hashed."})
          .Field<&T::name>("name", Required{}, Length{1, -1}, Doc{"Its name."})
          .Field<&T::path>("path", Doc{"Path of a cookie that the proxy makes."})
          .Field<&T::ttl>("ttl", kDurationLength,
                          Doc{"Makes the cookie where there is none; 0s: for the session."})
          .Field<&T::secure>("secure", Doc{"Whether a made cookie is for HTTPS only."})
          .Field<&T::http_only>("httpOnly", Doc{"Whether it is hidden from scripts."})
          .Field<&T::same_site>("sameSite", OneOf{kSameSite},
                                Doc{"Whether other sites may cause it to be sent."})
          .Rule<&CookieLife>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HashSourceIp>() {
  static const TypeInfo* const kType =
      TypeBuilder<HashSourceIp>("SourceIP", Doc{"The client's address is hashed."}).Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HashPolicy>() {
  using T = HashPolicy;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HashPolicy", Doc{"A part of a request that goes into its hash."})
          .Field<&T::header>("header", Doc{"A header."})
          .Field<&T::cookie>("cookie", Doc{"A cookie."})
          .Field<&T::source_ip>("sourceIP", Doc{"The client's address."})
          .Field<&T::terminal>("terminal", Doc{"True: where this yields a key, stop here."})
          .Rule<&OneHashSource>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<RingHashBalancer>() {
  using T = RingHashBalancer;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LoadBalancerRingHashConfig", Doc{"Consistent hashing on a ring."})
          .Field<&T::minimum_ring_size>("minimumRingSize", Range{0, INT64_MAX},
                                        Doc{"The fewest points of the ring."})
          .Field<&T::maximum_ring_size>("maximumRingSize", Range{0, INT64_MAX},
                                        Doc{"The most points of the ring."})
          .Field<&T::use_hostname_for_hashing>("useHostnameForHashing",
                                               Doc{"True: by the host's name; DNS only."})
          .Field<&T::hash_policies>("hashPolicies", Items{1, 16},
                                    Doc{"What of a request is hashed."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<MaglevBalancer>() {
  using T = MaglevBalancer;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LoadBalancerMaglevConfig", Doc{"Consistent hashing in a Maglev table."})
          .Field<&T::use_hostname_for_hashing>("useHostnameForHashing",
                                               Doc{"True: by the host's name; DNS only."})
          .Field<&T::hash_policies>("hashPolicies", Items{1, 16},
                                    Doc{"What of a request is hashed."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<RandomBalancer>() {
  static const TypeInfo* const kType =
      TypeBuilder<RandomBalancer>("LoadBalancerRandomConfig", Doc{"Any endpoint."}).Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ZoneAwareForce>() {
  using T = ZoneAwareForce;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ZoneAwareForce", Doc{"Keeps requests in the zone while it can."})
          .Field<&T::min_endpoints_in_zone_threshold>(
              "minEndpointsInZoneThreshold", Defaulted{}, Range{1, INT64_MAX},
              Doc{"Endpoints that the zone must have for that."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ZoneAwarePreferLocal>() {
  using T = ZoneAwarePreferLocal;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ZoneAwarePreferLocal", Doc{"Prefers endpoints of the proxy's zone."})
          .Field<&T::force>("force", Doc{"Keeps requests in the zone while it can."})
          .Field<&T::min_endpoints_threshold>("minEndpointsThreshold", Defaulted{},
                                              Range{1, INT64_MAX},
                                              Doc{"Endpoints in all zones from which it counts."})
          .Field<&T::routing_enabled>("routingEnabled", Defaulted{}, kPercent,
                                      Doc{"The percentage of requests it is applied to."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ZoneAware>() {
  using T = ZoneAware;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ZoneAwareLoadBalancer", Doc{"What zones mean for the choice."})
          .Field<&T::prefer_local>("preferLocal", Doc{"Prefers endpoints of the proxy's zone."})
          .Rule<&ZonesArePreferred>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LoadBalancer>() {
  using T = LoadBalancer;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LoadBalancer", Doc{"How an endpoint is chosen."})
          .Field<&T::healthy_panic_threshold>(
              "healthyPanicThreshold", kPercent,
              Doc{"Percentage of healthy endpoints below which health is ignored."})
          .Field<&T::update_merge_window>("updateMergeWindow", kDurationLength,
                                          Doc{"Changes of endpoints within it are one."})
          .Field<&T::least_request>("leastRequest", Doc{"The least busy one of some."})
          .Field<&T::round_robin>("roundRobin", Doc{"Each in its turn."})
          .Field<&T::ring_hash>("ringHash", Doc{"Consistent hashing on a ring."})
          .Field<&T::maglev>("maglev", Doc{"Consistent hashing in a Maglev table."})
          .Field<&T::random>("random", Doc{"Any endpoint."})
          .Field<&T::locality_type>("localityType", OneOf{kLocalityTypes},
                                    Doc{"WeightedLb: localities have weights."})
          .Field<&T::zone_aware>("zoneAware", Doc{"What zones mean for the choice."})
          .Field<&T::close_connections_on_host_set_change>(
              "closeConnectionsOnHostSetChange",
              Doc{"True: connections drain when the endpoints change."})
          .Rule<&OneAlgorithm>()
          .Rule<&OneWayWithZones>()
          .Rule<&MergeWindow>()
          .Build();
  return *kType;
}

}  // namespace gwpolicy
