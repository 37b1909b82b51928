#ifndef GWPOLICY_API_KGATEWAY_CONNECTION_H_
#define GWPOLICY_API_KGATEWAY_CONNECTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/type_info.h"

// The parts of a BackendConfigPolicy that are about connections, names and HTTP, kgateway
// api/v1alpha1/kgateway/backend_config_policy_types.go. Durations are texts such as "1m30s".
namespace gwpolicy {

struct BackendDns : ApiStruct {
  std::optional<std::string> refresh_rate;
  std::optional<std::string> jitter;
  std::optional<bool> respect_ttl;  // "respectTTL"
};

struct TcpKeepalive : ApiStruct {
  std::optional<int32_t> keep_alive_probes;
  std::optional<std::string> keep_alive_time;
  std::optional<std::string> keep_alive_interval;
};

struct CommonHttpProtocolOptions : ApiStruct {
  std::optional<std::string> idle_timeout;
  std::optional<std::string> max_connection_duration;
  std::optional<int32_t> max_headers_count;
  std::optional<std::string> max_stream_duration;
  std::optional<int32_t> max_requests_per_connection;
};

struct Http1ProtocolOptions : ApiStruct {
  std::optional<bool> enable_trailers;
  std::optional<bool> preserve_http1_header_case;
  std::optional<bool> override_stream_error_on_invalid_http_message;
};

struct ConnectionKeepalive : ApiStruct {
  std::string timeout;
  std::optional<std::string> interval;
  std::optional<std::string> connection_idle_interval;
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
