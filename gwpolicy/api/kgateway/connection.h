#ifndef GWPOLICY_API_KGATEWAY_CONNECTION_H_
#define GWPOLICY_API_KGATEWAY_CONNECTION_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/text.h"

// The parts of a BackendConfigPolicy that are about connections, names and HTTP, kgateway
// api/v1alpha1/kgateway/backend_config_policy_types.go. Durations are texts such as "1m30s".
namespace gwpolicy {

struct BackendDns : ApiStruct {
  std::optional<Text> refresh_rate;
  std::optional<Text> jitter;
  std::optional<bool> respect_ttl;  // "respectTTL"
};

struct TcpKeepalive : ApiStruct {
  std::optional<int32_t> keep_alive_probes;
  std::optional<Text> keep_alive_time;
  std::optional<Text> keep_alive_interval;
};

struct CommonHttpProtocolOptions : ApiStruct {
  std::optional<Text> idle_timeout;
  std::optional<Text> max_connection_duration;
  std::optional<int32_t> max_headers_count;
  std::optional<Text> max_stream_duration;
  std::optional<int32_t> max_requests_per_connection;
};

struct Http1ProtocolOptions : ApiStruct {
  std::optional<bool> enable_trailers;
  std::optional<bool> preserve_http1_header_case;
  std::optional<bool> override_stream_error_on_invalid_http_message;
};

struct ConnectionKeepalive : ApiStruct {
  Text timeout;
  std::optional<Text> interval;
  std::optional<Text> connection_idle_interval;
};

struct Http2ProtocolOptions : ApiStruct {
  std::optional<IntOrString> initial_stream_window_size;      // quantity, bytes
  std::optional<IntOrString> initial_connection_window_size;  // quantity, bytes
  std::optional<int32_t> max_concurrent_streams;
  std::optional<bool> override_stream_error_on_invalid_http_message;
  Box<ConnectionKeepalive> connection_keepalive;
};

template <>
const TypeInfo& TypeOf<BackendDns>();
template <>
const TypeInfo& TypeOf<TcpKeepalive>();
template <>
const TypeInfo& TypeOf<CommonHttpProtocolOptions>();
template <>
const TypeInfo& TypeOf<Http1ProtocolOptions>();
template <>
const TypeInfo& TypeOf<ConnectionKeepalive>();
template <>
const TypeInfo& TypeOf<Http2ProtocolOptions>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_CONNECTION_H_
