#include "gwpolicy/api/kgateway/connection.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/kgateway/rules.h"

namespace gwpolicy {
namespace {

constexpr Length kDurationLength{0, 32};
constexpr int64_t kMinWindow = 65535;       // RFC 9113, 6.9.2
constexpr int64_t kMaxWindow = 2147483647;  // RFC 9113, 6.9.1

void JitterIsWithinRefreshRate(const BackendDns& dns, FindingSink& sink) {
  if (!dns.refresh_rate.has_value() || !dns.jitter.has_value()) return;
  constexpr absl::string_view kMessage = "jitter must be less than or equal to refreshRate";
  const std::optional<absl::Duration> rate = ParseGoDuration(*dns.refresh_rate);
  const std::optional<absl::Duration> jitter = ParseGoDuration(*dns.jitter);
  if (!rate.has_value() || !jitter.has_value()) {
    FailRule(sink, "object", kDurationError, kMessage);
  } else if (*jitter > *rate) {
    BreakRule(sink, kMessage);
  }
}

void DnsDurations(const BackendDns& dns, FindingSink& sink) {
  CheckDuration("refreshRate", dns.refresh_rate, absl::Milliseconds(1),
                "refreshRate must be at least 1ms", sink);
  CheckDuration("jitter", dns.jitter, sink);
}

void TcpDurations(const TcpKeepalive& keepalive, FindingSink& sink) {
  CheckDuration("keepAliveTime", keepalive.keep_alive_time, absl::Seconds(1),
                "keepAliveTime must be at least 1 second", sink);
  CheckDuration("keepAliveInterval", keepalive.keep_alive_interval, absl::Seconds(1),
                "keepAliveInterval must be at least 1 second", sink);
}

void HttpDurations(const CommonHttpProtocolOptions& options, FindingSink& sink) {
  CheckDuration("idleTimeout", options.idle_timeout, sink);
  CheckDuration("maxConnectionDuration", options.max_connection_duration, sink);
  CheckDuration("maxStreamDuration", options.max_stream_duration, sink);
}

void PingDurations(const ConnectionKeepalive& ping, FindingSink& sink) {
  CheckDuration("timeout", ping.timeout, absl::Milliseconds(1), "timeout must be at least 1ms",
                sink);
  CheckDuration("interval", ping.interval, absl::Milliseconds(1), "interval must be at least 1ms",
                sink);
  CheckDuration("connectionIdleInterval", ping.connection_idle_interval, absl::Milliseconds(1),
                "connectionIdleInterval must be at least 1ms", sink);
}

void CheckWindow(absl::string_view name, absl::string_view title,
                 const std::optional<IntOrString>& size, FindingSink& sink) {
  if (!size.has_value()) return;
  const std::optional<int64_t> bytes = QuantityValue(*size);
  if (bytes.has_value() && *bytes >= kMinWindow && *bytes <= kMaxWindow) return;
  const std::string message =
      absl::StrCat(title, " must be between 65535 and 2147483647 bytes (inclusive)");
  auto field = sink.Field(name);
  if (bytes.has_value()) {
    BreakRule(sink, message);
  } else {
    FailRule(sink, "",
             "quantities must match the regular expression "
             "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
             message);
  }
}

void WindowsAreInRange(const Http2ProtocolOptions& options, FindingSink& sink) {
  CheckWindow("initialStreamWindowSize", "InitialStreamWindowSize",
              options.initial_stream_window_size, sink);
  CheckWindow("initialConnectionWindowSize", "InitialConnectionWindowSize",
              options.initial_connection_window_size, sink);
}

}  // namespace

template <>
const TypeInfo& TypeOf<BackendDns>() {
  using T = BackendDns;
  static const TypeInfo* const kType =
      TypeBuilder<T>("DNS", Doc{"How the names of hosts are resolved."})
          .Field<&T::refresh_rate>("refreshRate", kDurationLength,
                                   Doc{"How often a name is looked up; Envoy's own is 5s."})
          .Field<&T::jitter>("jitter", kDurationLength,
                             Doc{"Up to this much is added before each look-up."})
          .Field<&T::respect_ttl>("respectTTL", Doc{"True: look up when a record runs out."})
          .Rule<&JitterIsWithinRefreshRate>()
          .Rule<&DnsDurations>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<TcpKeepalive>() {
  using T = TcpKeepalive;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TCPKeepalive", Doc{"TCP keep-alive of the proxy's system."})
          .Field<&T::keep_alive_probes>("keepAliveProbes", Range{0, INT64_MAX},
                                        Doc{"Probes without answer that end a connection."})
          .Field<&T::keep_alive_time>("keepAliveTime", kDurationLength,
                                      Doc{"Idle time before the first probe; whole seconds."})
          .Field<&T::keep_alive_interval>("keepAliveInterval", kDurationLength,
                                          Doc{"Time between probes; whole seconds."})
          .Rule<&TcpDurations>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<CommonHttpProtocolOptions>() {
  using T = CommonHttpProtocolOptions;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CommonHttpProtocolOptions", Doc{"Limits of connections and streams."})
          .Field<&T::idle_timeout>("idleTimeout", kDurationLength,
                                   Doc{"Idle time that ends a connection; Envoy's own is 1h."})
          .Field<&T::max_connection_duration>("maxConnectionDuration", kDurationLength,
                                              Doc{"The longest life of a connection."})
          .Field<&T::max_headers_count>("maxHeadersCount", Range{0, INT64_MAX},
                                        Doc{"Headers that a response may have; Envoy's own: 100."})
          .Field<&T::max_stream_duration>("maxStreamDuration", kDurationLength,
                                          Doc{"The longest life of a request and its response."})
          .Field<&T::max_requests_per_connection>("maxRequestsPerConnection", Range{0, INT64_MAX},
                                                  Doc{"Requests over one connection; 0: any."})
          .Rule<&HttpDurations>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Http1ProtocolOptions>() {
  using T = Http1ProtocolOptions;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Http1ProtocolOptions", Doc{"HTTP/1.1 to the backend."})
          .Field<&T::enable_trailers>("enableTrailers", Doc{"True: trailers are passed on."})
          .Field<&T::preserve_http1_header_case>("preserveHttp1HeaderCase",
                                                 Doc{"True: names of headers keep their case."})
          .Field<&T::override_stream_error_on_invalid_http_message>(
              "overrideStreamErrorOnInvalidHttpMessage",
              Doc{"True: an invalid message does not end the connection."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<ConnectionKeepalive>() {
  using T = ConnectionKeepalive;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ConnectionKeepalive", Doc{"PING frames that find dead connections."})
          .Field<&T::timeout>("timeout", Required{}, kDurationLength,
                              Doc{"Time without an answer that ends the connection."})
          .Field<&T::interval>("interval", kDurationLength, Doc{"Time between PINGs."})
          .Field<&T::connection_idle_interval>(
              "connectionIdleInterval", kDurationLength,
              Doc{"Idle time after which a new stream waits for a PING."})
          .Rule<&PingDurations>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Http2ProtocolOptions>() {
  using T = Http2ProtocolOptions;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Http2ProtocolOptions", Doc{"HTTP/2 to the backend."})
          .Field<&T::initial_stream_window_size>("initialStreamWindowSize", kQuantity,
                                                 Doc{"Flow control of a stream, bytes."})
          .Field<&T::initial_connection_window_size>("initialConnectionWindowSize", kQuantity,
                                                     Doc{"Flow control of a connection, bytes."})
          .Field<&T::max_concurrent_streams>("maxConcurrentStreams", Range{1, 2147483647},
                                             Doc{"Streams at a time; Envoy's own is 1024."})
          .Field<&T::override_stream_error_on_invalid_http_message>(
              "overrideStreamErrorOnInvalidHttpMessage",
              Doc{"True: an invalid message ends its stream, not the connection."})
          .Field<&T::connection_keepalive>("connectionKeepalive",
                                           Doc{"PING frames that find dead connections."})
          .Rule<&WindowsAreInRange>()
          .Build();
  return *kType;
}

}  // namespace gwpolicy
