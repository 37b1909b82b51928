#ifndef GWPOLICY_API_KGATEWAY_RESILIENCE_H_
#define GWPOLICY_API_KGATEWAY_RESILIENCE_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/text.h"

// The parts of a BackendConfigPolicy that are about endpoints in trouble, kgateway
// api/v1alpha1/kgateway/backend_config_policy_types.go. Durations are texts such as "1m30s".
namespace gwpolicy {

struct HealthCheckHttp : ApiStruct {
  std::optional<Text> host;
  Text path;
  std::optional<Text> method;
};

struct HealthCheckGrpc : ApiStruct {
  std::optional<Text> service_name;
  std::optional<Text> authority;
};

// Exactly one of `http` and `grpc` is set.
struct HealthCheck : ApiStruct {
  Text timeout;
  Text interval;
  int32_t unhealthy_threshold = 0;
  int32_t healthy_threshold = 0;
  Box<HealthCheckHttp> http;
  Box<HealthCheckGrpc> grpc;
};

struct OutlierDetection : ApiStruct {
  int32_t consecutive_5xx = 5;
  std::optional<int32_t> enforcing_consecutive_5xx;  // percent
  std::optional<bool> split_external_local_origin_errors;
  std::optional<int32_t> consecutive_local_origin_failure;
  std::optional<int32_t> enforcing_consecutive_local_origin_failure;  // percent
  Text interval = "10s";
  Text base_ejection_time = "30s";
  int32_t max_ejection_percent = 10;
};

// At least one of the four limits is set.
struct CircuitBreakers : ApiStruct {
  std::optional<int32_t> max_connections;
  std::optional<int32_t> max_pending_requests;
  std::optional<int32_t> max_requests;
  std::optional<int32_t> max_retries;
  std::optional<bool> track_remaining;
};

template <>
const TypeInfo& TypeOf<HealthCheckHttp>();
template <>
const TypeInfo& TypeOf<HealthCheckGrpc>();
template <>
const TypeInfo& TypeOf<HealthCheck>();
template <>
const TypeInfo& TypeOf<OutlierDetection>();
template <>
const TypeInfo& TypeOf<CircuitBreakers>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_RESILIENCE_H_
