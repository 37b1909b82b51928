#ifndef GWPOLICY_ENVOY_MESSAGES_H_
#define GWPOLICY_ENVOY_MESSAGES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/resolve/values.h"

// What every message of `proto/` needs: packing, printing, and the few messages that occur
// everywhere. For the sources of this folder; all functions are thread-safe.

namespace google {
namespace protobuf {
class Any;
class Duration;
class Message;
}  // namespace protobuf
}  // namespace google

namespace gwpolicy {
namespace envoy {
namespace config {
namespace core {
namespace v3 {
class Address;
class ConfigSource;
}  // namespace v3
}  // namespace core
}  // namespace config

// Envoy's type URL of one of our messages: without our package in front.
std::string TypeUrl(const google::protobuf::Message& message);

// Equal messages give equal bytes.
std::string Serialize(const google::protobuf::Message& message);

void Pack(const google::protobuf::Message& message, google::protobuf::Any* any);

// `bytes` of type `type_url` as JSON with Envoy's field names, each Any expanded beside its
// "@type". INVALID_ARGUMENT for a type or bytes that are not of `proto/`.
absl::StatusOr<std::string> ToJson(absl::string_view type_url, absl::string_view bytes);

// Negative durations become zero, endless ones the longest that Envoy reads.
void SetDuration(absl::Duration duration, google::protobuf::Duration* out);

void SetAddress(const Endpoint& endpoint, config::core::v3::Address* out);

// The resource comes over the one aggregated stream.
void SetAds(config::core::v3::ConfigSource* out);

// Whether Envoy takes the text as an address rather than a name to look up.
bool IsIpLiteral(const std::string& host);

// Without the bytes that Envoy refuses in a header value or host: NUL, CR and LF.
bool IsHeaderValue(absl::string_view value);

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_MESSAGES_H_
