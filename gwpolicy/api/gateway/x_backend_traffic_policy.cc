#include "gwpolicy/api/gateway/x_backend_traffic_policy.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kTargetKey[] = {"group", "kind", "name"};

// The server computes with the interval whether or not its form was good.
template <typename Predicate>
void CheckInterval(absl::string_view interval, Predicate is_good, absl::string_view message,
                   FindingSink& sink) {
  const std::optional<absl::Duration> duration = ParseGoDuration(interval);
  if (!duration.has_value()) {
    type_info_internal::Break(absl::StrCat("\"string\": type conversion error from 'string' to "
                                           "'google.protobuf.Duration' evaluating rule: ",
                                           message),
                              sink);
  } else if (!is_good(*duration)) {
    type_info_internal::Break(message, sink);
  }
}

void BudgetIntervalIsInRange(const RetryBudget& budget, absl::string_view message,
                             FindingSink& sink) {
  CheckInterval(
      budget.interval,
      [](absl::Duration d) { return d >= absl::Seconds(1) && d <= absl::Hours(1); }, message, sink);
}

// The message does not say so, but no time at all is refused too.
void RateIntervalIsInRange(const MinRetryRate& rate, absl::string_view message, FindingSink& sink) {
  if (!rate.interval.has_value()) return;
  CheckInterval(
      *rate.interval,
      [](absl::Duration d) { return d != absl::ZeroDuration() && d <= absl::Hours(1); }, message,
      sink);
}

}  // namespace

template <>
const TypeInfo& TypeOf<RetryBudget>() {
  using T = RetryBudget;
  static const TypeInfo* const kType =
      TypeBuilder<T>("RetryBudget", Doc{"How much of the traffic may be retries."})
          .Field<&T::percent>("percent", Defaulted{}, AnyWidth{}, Range{0, 100},
                              Doc{"The largest share of the active requests."})
          .Field<&T::interval>("interval", Defaulted{}, kDuration,
                               Doc{"The time over which requests are counted."})
          .Rule<&BudgetIntervalIsInRange>(
              At{"interval"}, "interval cannot be greater than one hour or less than one second")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<MinRetryRate>() {
  using T = MinRetryRate;
  static const TypeInfo* const kType =
      TypeBuilder<T>("MinRetryRate", Doc{"Retries that are allowed whatever the budget says."})
          .Field<&T::count>("count", AnyWidth{}, Range{1, 1000000},
                            Doc{"How many of them in the interval."})
          .Field<&T::interval>("interval", kDuration, Doc{"The time in which they are counted."})
          .Rule<&RateIntervalIsInRange>(At{"interval"}, "interval cannot be greater than one hour")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<RetryConstraint>() {
  using T = RetryConstraint;
  static const TypeInfo* const kType =
      TypeBuilder<T>("RetryConstraint", Doc{"When a Gateway stops retrying against a backend."})
          .Field<&T::budget>("budget", Defaulted{}, Doc{"The share of retries that is allowed."})
          .Field<&T::min_retry_rate>("minRetryRate", Defaulted{},
                                     Doc{"The retries that are always allowed."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendTrafficPolicySpec>() {
  using T = XBackendTrafficPolicySpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendTrafficPolicySpec", Doc{"How traffic reaches a backend."})
          .Field<&T::target_refs>("targetRefs", Required{}, Items{1, 16}, ListKey{kTargetKey},
                                  Doc{"The backends; single ports of them cannot be chosen."})
          .Field<&T::retry_constraint>("retryConstraint", Doc{"A limit on retries."})
          .Field<&T::session_persistence>("sessionPersistence",
                                          Doc{"How a client stays with one endpoint."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendTrafficPolicy>() {
  using T = XBackendTrafficPolicy;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendTrafficPolicy",
                     Doc{"Limits retries and ties clients to endpoints of a backend."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

const TypeInfo& BackendLBPolicyV1Alpha2() {
  using Spec = XBackendTrafficPolicySpec;
  constexpr auto kSpec = []() -> const TypeInfo& {
    static const TypeInfo* const kType =
        TypeBuilder<Spec>(TypeOf<Spec>()).Drop("retryConstraint").Build();
    return *kType;
  };
  static const TypeInfo* const kType =
      TypeBuilder<XBackendTrafficPolicy>(TypeOf<XBackendTrafficPolicy>())
          .Change("spec", OfType{kSpec})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
