#include "gwpolicy/api/kgateway/resilience.h"

#include "absl/time/time.h"
#include "gwpolicy/api/kgateway/rules.h"

namespace gwpolicy {
namespace {

constexpr Length kDurationLength{0, 32};
constexpr Range kPercent{0, 100};
constexpr Range kNotNegative{0, INT64_MAX};
constexpr Range kPositive{1, INT64_MAX};
constexpr absl::string_view kMethods[] = {"GET",    "HEAD",    "POST",  "PUT",
                                          "DELETE", "OPTIONS", "TRACE", "PATCH"};

void OneWayToAsk(const HealthCheck& check, FindingSink& sink) {
  if (check.http.has_value() == check.grpc.has_value()) {
    BreakRule(sink, "exactly one of http or grpc must be set");
  }
}

void HealthCheckDurations(const HealthCheck& check, FindingSink& sink) {
  CheckDuration("timeout", check.timeout, sink);
  CheckDuration("interval", check.interval, sink);
}

void OutlierDurations(const OutlierDetection& detection, FindingSink& sink) {
  CheckDuration("interval", detection.interval, absl::Milliseconds(1),
                "interval must be at least 1ms", sink);
  CheckDuration("baseEjectionTime", detection.base_ejection_time, absl::Milliseconds(1),
                "baseEjectionTime must be at least 1ms", sink);
}

void OneLimitAtLeast(const CircuitBreakers& limits, FindingSink& sink) {
  if (!limits.max_connections.has_value() && !limits.max_pending_requests.has_value() &&
      !limits.max_requests.has_value() && !limits.max_retries.has_value()) {
    BreakRule(sink,
              "at least one of the fields in [maxConnections maxPendingRequests maxRequests "
              "maxRetries] must be set");
  }
}

}  // namespace

template <>
const TypeInfo& TypeOf<HealthCheckHttp>() {
  using T = HealthCheckHttp;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HealthCheckHttp", Doc{"A request whose answer tells the health."})
          .Field<&T::host>("host", Doc{"Its Host header; absent: the cluster's name."})
          .Field<&T::path>("path", Required{}, Doc{"Its path."})
          .Field<&T::method>("method", OneOf{kMethods}, Doc{"Its method; absent: GET."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HealthCheckGrpc>() {
  using T = HealthCheckGrpc;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HealthCheckGrpc", Doc{"A call of gRPC's health service."})
          .Field<&T::service_name>("serviceName", Doc{"The service that is asked about."})
          .Field<&T::authority>("authority", Doc{"Its authority; absent: the cluster's name."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HealthCheck>() {
  using T = HealthCheck;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HealthCheck", Doc{"How endpoints are asked for health."})
          .Field<&T::timeout>("timeout", Required{}, kDurationLength,
                              Doc{"Time without an answer that counts as a failure."})
          .Field<&T::interval>("interval", Required{}, kDurationLength,
                               Doc{"Time between two checks."})
          .Field<&T::unhealthy_threshold>("unhealthyThreshold", Required{}, kNotNegative,
                                          Doc{"Failures in a row that take an endpoint out."})
          .Field<&T::healthy_threshold>("healthyThreshold", Required{}, kNotNegative,
                                        Doc{"Successes in a row that bring it back."})
          .Field<&T::http>("http", Doc{"By a request."})
          .Field<&T::grpc>("grpc", Doc{"By a call of gRPC's health service."})
          .Rule<&OneWayToAsk>()
          .Rule<&HealthCheckDurations>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<OutlierDetection>() {
  using T = OutlierDetection;
  static const TypeInfo* const kType =
      TypeBuilder<T>("OutlierDetection", Doc{"When an endpoint is put aside for a while."})
          .Field<&T::consecutive_5xx>("consecutive5xx", Defaulted{}, kNotNegative,
                                      Doc{"Errors in a row that do it; 0: never."})
          .Field<&T::enforcing_consecutive_5xx>("enforcingConsecutive5xx", kPercent,
                                                Doc{"How likely they do it, in percent."})
          .Field<&T::split_external_local_origin_errors>(
              "splitExternalLocalOriginErrors",
              Doc{"True: errors of the proxy's own side count apart."})
          .Field<&T::consecutive_local_origin_failure>("consecutiveLocalOriginFailure",
                                                       kNotNegative,
                                                       Doc{"Such errors in a row that do it."})
          .Field<&T::enforcing_consecutive_local_origin_failure>(
              "enforcingConsecutiveLocalOriginFailure", kPercent,
              Doc{"How likely those do it, in percent."})
          .Field<&T::interval>("interval", Defaulted{}, kDurationLength,
                               Doc{"Time between two looks at the counts."})
          .Field<&T::base_ejection_time>("baseEjectionTime", Defaulted{}, kDurationLength,
                                         Doc{"How long, times how often it happened before."})
          .Field<&T::max_ejection_percent>("maxEjectionPercent", Defaulted{}, kPercent,
                                           Doc{"The percentage that may be put aside at a time."})
          .Rule<&OutlierDurations>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<CircuitBreakers>() {
  using T = CircuitBreakers;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CircuitBreakers", Doc{"Limits of what is in flight."})
          .Field<&T::max_connections>("maxConnections", kPositive,
                                      Doc{"Connections; Envoy's own is 1024."})
          .Field<&T::max_pending_requests>("maxPendingRequests", kPositive,
                                           Doc{"Requests that wait; Envoy's own is 1024."})
          .Field<&T::max_requests>("maxRequests", kPositive,
                                   Doc{"Requests at a time; Envoy's own is 1024."})
          .Field<&T::max_retries>("maxRetries", kNotNegative,
                                  Doc{"Retries at a time; Envoy's own is 3."})
          .Field<&T::track_remaining>("trackRemaining",
                                      Doc{"True: the proxy's statistics say what is left."})
          .Rule<&OneLimitAtLeast>()
          .Build();
  return *kType;
}

}  // namespace gwpolicy
