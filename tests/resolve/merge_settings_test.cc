#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/values.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

// Settings of policies with these specs, in order of precedence.
TrafficSettings Merge(const std::vector<absl::string_view>& specs) {
  std::vector<Object> objects;
  for (const absl::string_view spec : specs) {
    objects.push_back(testing::ParseObject(
        absl::StrCat("apiVersion: gateway.kgateway.dev/v1alpha1\nkind: BackendConfigPolicy\n"
                     "metadata: {name: p, namespace: shop}\nspec: ",
                     spec, "\n")));
  }
  std::vector<const Object*> policies;
  for (const Object& object : objects) policies.push_back(&object);
  return MergeSettings(policies);
}

TEST(MergeSettingsTest, NothingIsSetByAnEmptySpec) {
  EXPECT_TRUE(Merge({"{}", "{}"}) == TrafficSettings());
}

TEST(MergeSettingsTest, KeepaliveIsCutToWholeSeconds) {
  const TrafficSettings settings =
      Merge({"{tcpKeepalive: {keepAliveProbes: 3, keepAliveTime: 1s999ms}}"});
  ASSERT_TRUE(settings.keepalive.has_value());
  EXPECT_EQ(settings.keepalive->probes, 3);
  EXPECT_EQ(settings.keepalive->time, absl::Seconds(1));
  EXPECT_EQ(settings.keepalive->interval, std::nullopt);
}

TEST(MergeSettingsTest, OutlierDetectionHasTheServersDefaults) {
  const TrafficSettings settings = Merge({"{outlierDetection: {}}"});
  ASSERT_TRUE(settings.outliers.has_value());
  EXPECT_EQ(settings.outliers->consecutive_5xx, 5);
  EXPECT_EQ(settings.outliers->interval, absl::Seconds(10));
  EXPECT_EQ(settings.outliers->base_ejection_time, absl::Seconds(30));
  EXPECT_EQ(settings.outliers->max_ejection_percent, 10);
  EXPECT_EQ(settings.outliers->enforcing_consecutive_5xx, std::nullopt);
}

TEST(MergeSettingsTest, OutlierDetectionIsTakenInFull) {
  const TrafficSettings settings =
      Merge({"{outlierDetection: {consecutive5xx: 0, enforcingConsecutive5xx: 1, "
             "splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 2, "
             "enforcingConsecutiveLocalOriginFailure: 3, interval: 1m, baseEjectionTime: 5ms, "
             "maxEjectionPercent: 4}}"});
  ASSERT_TRUE(settings.outliers.has_value());
  EXPECT_EQ(settings.outliers->consecutive_5xx, 0);
  EXPECT_EQ(settings.outliers->enforcing_consecutive_5xx, 1);
  EXPECT_TRUE(settings.outliers->split_local_origin_errors);
  EXPECT_EQ(settings.outliers->consecutive_local_origin_failure, 2);
  EXPECT_EQ(settings.outliers->enforcing_consecutive_local_origin_failure, 3);
  EXPECT_EQ(settings.outliers->interval, absl::Minutes(1));
  EXPECT_EQ(settings.outliers->base_ejection_time, absl::Milliseconds(5));
  EXPECT_EQ(settings.outliers->max_ejection_percent, 4);
}

TEST(MergeSettingsTest, TheFirstPolicyThatHasABlockGivesAllOfIt) {
  const TrafficSettings settings =
      Merge({"{circuitBreakers: {maxRetries: 0}}",
             "{circuitBreakers: {maxConnections: 9, maxRetries: 9, trackRemaining: true}, "
             "tcpKeepalive: {keepAliveProbes: 1}}",
             "{tcpKeepalive: {keepAliveProbes: 2, keepAliveTime: 5s}, "
             "outlierDetection: {consecutive5xx: 1}}"});
  ASSERT_TRUE(settings.circuit.has_value());
  EXPECT_EQ(settings.circuit->retries, 0);
  EXPECT_EQ(settings.circuit->connections, std::nullopt);
  EXPECT_FALSE(settings.circuit->track_remaining);
  ASSERT_TRUE(settings.keepalive.has_value());
  EXPECT_EQ(settings.keepalive->probes, 1);
  EXPECT_EQ(settings.keepalive->time, std::nullopt);
  ASSERT_TRUE(settings.outliers.has_value());
  EXPECT_EQ(settings.outliers->consecutive_5xx, 1);
}

}  // namespace
}  // namespace gwpolicy
