#ifndef GWPOLICY_RESOLVE_VALUES_H_
#define GWPOLICY_RESOLVE_VALUES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/text_order.h"
#include "gwpolicy/tls/values.h"

// What `resolve/` finds out: the effective TLS of each (Gateway, backend port), with what became of
// each policy, and where each Gateway sends requests. Plain values that know neither Kubernetes
// manifests nor Envoy; shared as `shared_ptr<const T>` and never changed, so that readers on other
// threads keep what they hold.
namespace gwpolicy {

// The zero value is the safe one: requests are answered with 5xx.
enum class TlsMode : uint8_t { kFailClosed, kTls, kPlaintext };

// "FailClosed", "TLS", "Plaintext".
absl::string_view TlsModeName(TlsMode mode);

struct GatewayId {
  Text ns;
  Text name;  // empty: no Gateway, for a backend that no route reaches

  bool empty() const { return name.empty(); }
  friend bool operator==(const GatewayId& a, const GatewayId& b) {
    return a.name == b.name && a.ns == b.ns;
  }
  friend bool operator!=(const GatewayId& a, const GatewayId& b) { return !(a == b); }
  friend bool operator<(const GatewayId& a, const GatewayId& b) {
    return TextsLess(a.ns, b.ns, a.name, b.name);
  }
  template <typename H>
  friend H AbslHashValue(H h, const GatewayId& id) {
    return H::combine(std::move(h), id.ns, id.name);
  }
};

// A Gateway, and the profile by which its controller reads policies.
struct ReadingGateway : GatewayId {
  Text profile;  // "kgateway"

  friend bool operator==(const ReadingGateway& a, const ReadingGateway& b) {
    return a.profile == b.profile && a.name == b.name && a.ns == b.ns;
  }
};

// A Service or Backend, and one port of it. A Backend has one entry for all its hosts; its `port`
// is the one that they share, or 0 where they differ.
struct BackendPortId {
  Text group;
  Text kind;
  Text ns;
  Text name;
  int32_t port = 0;

  bool SameObject(const BackendPortId& other) const {
    return std::tie(name, ns, kind, group) ==
           std::tie(other.name, other.ns, other.kind, other.group);
  }
  friend bool operator==(const BackendPortId& a, const BackendPortId& b) {
    return a.port == b.port && a.SameObject(b);
  }
  friend bool operator!=(const BackendPortId& a, const BackendPortId& b) { return !(a == b); }
  friend bool operator<(const BackendPortId& a, const BackendPortId& b) {
    if (a.SameObject(b)) return a.port < b.port;
    return TextsLess(a.ns, b.ns, a.name, b.name, a.kind, b.kind, a.group, b.group);
  }
  template <typename H>
  friend H AbslHashValue(H h, const BackendPortId& id) {
    return H::combine(std::move(h), id.group, id.kind, id.ns, id.name, id.port);
  }
};

// The field of an object that a value came from.
struct FieldSource {
  Text kind;
  Text ns;
  Text name;
  Text field_path;  // "" for the object as a whole

  friend bool operator==(const FieldSource& a, const FieldSource& b) {
    return std::tie(a.kind, a.ns, a.name, a.field_path) ==
           std::tie(b.kind, b.ns, b.name, b.field_path);
  }
};

// "HTTPRoute ns/name", of the object alone.
std::string LabelOf(const FieldSource& source);

// What became of one policy on one backend port.
enum class Fate : uint8_t {
  kWon,        // gives the port its TLS
  kLost,       // another policy of its kind came first
  kShadowed,   // a policy for this very port owns it
  kMerged,     // a BackendConfigPolicy that contributes fields; its TLS may still have lost
  kElsewhere,  // aims at another port of the backend
  kNotRead,    // the controller does not read the kind
};

// A field that a policy sets.
struct PolicyField {
  Text field;  // "sni", "trust", "names", "clientCertificate", "minVersion", …
  Text value;  // for people; never a private key
  Text path;   // "spec.tls.sni"

  friend bool operator==(const PolicyField& a, const PolicyField& b) {
    return std::tie(a.field, a.value, a.path) == std::tie(b.field, b.value, b.path);
  }
};

// What a policy says under a profile, wherever it is attached. Shared by all results.
struct PolicyFields {
  FieldSource policy;  // as a whole
  SharedList<PolicyField> tls;
  SharedList<PolicyField> settings;  // besides TLS
  Text error;                        // why the policy cannot be used; "" when it can

  friend bool operator==(const PolicyFields& a, const PolicyFields& b) {
    return std::tie(a.policy, a.tls, a.settings, a.error) ==
           std::tie(b.policy, b.tls, b.settings, b.error);
  }
};

// Why one of two policies comes first.
enum class OrderRule : uint8_t { kNone, kOlder, kFirstByName, kOwnsPort };
// As a phrase, "it is older"; "" for kNone.
absl::string_view RuleText(OrderRule rule);

// A policy that aims at a backend port, and what became of it there.
struct PolicyOutcome {
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  // The field by which it aims: an item of targetRefs or targetSelectors, or an XBackend's own TLS.
  enum class Aim : uint8_t { kTargetRef, kTargetSelector, kOwnTls };

  // Which policy it is, and what it says. Of one that is not read, nothing but which it is.
  Shared<PolicyFields> fields;
  Text section_name;        // of that targetRef
  uint32_t winner = kNone;  // the policy that it lost to, of PortTls::policies
  uint16_t aim_index = 0;   // the item; the API allows 16, and this is as far as it counts
  Fate fate = Fate::kElsewhere;
  Aim aim : 2;
  OrderRule rule : 2;  // by which it lost
  bool gives_tls : 1;  // a BackendConfigPolicy whose spec.tls is in force

  PolicyOutcome() : aim(Aim::kTargetRef), rule(OrderRule::kNone), gives_tls(false) {}
  // Whether the same became of both, whatever they say.
  bool SameFate(const PolicyOutcome& other) const {
    return fate == other.fate && winner == other.winner && aim == other.aim &&
           aim_index == other.aim_index && gives_tls == other.gives_tls &&
           section_name == other.section_name;
  }
  friend bool operator==(const PolicyOutcome& a, const PolicyOutcome& b) {
    return a.SameFate(b) && a.rule == b.rule && a.fields == b.fields;
  }
  // "spec.targetRefs[0]"
  std::string path() const;
  const FieldSource& policy() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return fields->policy; }
};

struct Endpoint {
  Text host;  // an IP address or a DNS name
  int32_t port = 0;

  friend bool operator==(const Endpoint& a, const Endpoint& b) {
    return a.host == b.host && a.port == b.port;
  }
};

enum class EndpointOrigin : uint8_t { kEndpointSlices, kStaticHosts, kClusterDns };
enum class HttpProtocol : uint8_t { kHttp1, kHttp2, kWebSocket };
enum class ProxyProtocol : uint8_t { kNone, kV1, kV2 };

// TCP keep-alive; what is absent is up to the proxy's system.
struct KeepaliveSettings {
  std::optional<int32_t> probes;
  std::optional<absl::Duration> time;      // whole seconds
  std::optional<absl::Duration> interval;  // whole seconds

  friend bool operator==(const KeepaliveSettings& a, const KeepaliveSettings& b) {
    return std::tie(a.probes, a.time, a.interval) == std::tie(b.probes, b.time, b.interval);
  }
};

// Limits of what is in flight; what is absent is up to Envoy.
struct CircuitLimits {
  std::optional<int32_t> connections;
  std::optional<int32_t> pending_requests;
  std::optional<int32_t> requests;
  std::optional<int32_t> retries;
  bool track_remaining = false;

  friend bool operator==(const CircuitLimits& a, const CircuitLimits& b) {
    return std::tie(a.connections, a.pending_requests, a.requests, a.retries, a.track_remaining) ==
           std::tie(b.connections, b.pending_requests, b.requests, b.retries, b.track_remaining);
  }
};

// When an endpoint is put aside for a while; what is absent is up to Envoy.
struct OutlierSettings {
  std::optional<int32_t> consecutive_5xx;
  std::optional<int32_t> enforcing_consecutive_5xx;  // percent
  bool split_local_origin_errors = false;
  std::optional<int32_t> consecutive_local_origin_failure;
  std::optional<int32_t> enforcing_consecutive_local_origin_failure;  // percent
  std::optional<absl::Duration> interval;
  std::optional<absl::Duration> base_ejection_time;
  std::optional<int32_t> max_ejection_percent;

  friend bool operator==(const OutlierSettings& a, const OutlierSettings& b) {
    return std::tie(a.consecutive_5xx, a.enforcing_consecutive_5xx, a.split_local_origin_errors,
                    a.consecutive_local_origin_failure,
                    a.enforcing_consecutive_local_origin_failure, a.interval, a.base_ejection_time,
                    a.max_ejection_percent) ==
           std::tie(b.consecutive_5xx, b.enforcing_consecutive_5xx, b.split_local_origin_errors,
                    b.consecutive_local_origin_failure,
                    b.enforcing_consecutive_local_origin_failure, b.interval, b.base_ejection_time,
                    b.max_ejection_percent);
  }
};

// What policies say about a backend besides TLS.
struct TrafficSettings {
  ProxyProtocol proxy_protocol = ProxyProtocol::kNone;
  std::optional<absl::Duration> connect_timeout;
  std::optional<int32_t> per_connection_buffer_limit_bytes;
  std::optional<KeepaliveSettings> keepalive;
  std::optional<OutlierSettings> outliers;
  std::optional<CircuitLimits> circuit;

  friend bool operator==(const TrafficSettings& a, const TrafficSettings& b) {
    return std::tie(a.proxy_protocol, a.connect_timeout, a.per_connection_buffer_limit_bytes,
                    a.keepalive, a.outliers, a.circuit) ==
           std::tie(b.proxy_protocol, b.connect_timeout, b.per_connection_buffer_limit_bytes,
                    b.keepalive, b.outliers, b.circuit);
  }
};

// Reads the endpoints of a backend's ports where they stand, in a list of something, when somebody
// asks: most callers ask for few. Copying is cheap; reading is thread-safe.
class EndpointReader {
 public:
  EndpointReader() = default;  // there are none
  // `read(items, port_name, port)` gives them in the order of the input.
  template <auto read, typename T>
  static EndpointReader Of(SharedList<T> items) {
    using List = SharedList<T>;
    static_assert(sizeof(List) == sizeof(void*));
    static constexpr Ways kWays = {
        [](const void* from, void* to) { new (to) List(*static_cast<const List*>(from)); },
        [](void* items) { static_cast<List*>(items)->~List(); },
        [](const void* items, const Text& port_name, int32_t port) {
          return read(*static_cast<const List*>(items), port_name, port);
        },
    };
    EndpointReader reader;
    reader.ways_ = &kWays;
    new (&reader.items_) List(std::move(items));
    return reader;
  }
  EndpointReader(const EndpointReader& other) : ways_(other.ways_) {
    if (ways_ != nullptr) ways_->copy(&other.items_, &items_);
  }
  EndpointReader(EndpointReader&& other) noexcept
      : ways_(std::exchange(other.ways_, nullptr)), items_(other.items_) {}
  EndpointReader& operator=(EndpointReader other) noexcept {
    std::swap(ways_, other.ways_);
    std::swap(items_, other.items_);
    return *this;
  }
  ~EndpointReader() {
    if (ways_ != nullptr) ways_->destroy(&items_);
  }

  // O(all endpoints of the backend).
  SharedList<Endpoint> EndpointsOf(const Text& port_name, int32_t port) const {
    return ways_ == nullptr ? SharedList<Endpoint>() : ways_->read(&items_, port_name, port);
  }
  // Whether both read one list in memory in the same way, or none.
  bool IsSame(const EndpointReader& other) const {
    return ways_ == other.ways_ && items_ == other.items_;
  }

 private:
  struct Ways {
    void (*copy)(const void* from, void* to);
    void (*destroy)(void* items);
    SharedList<Endpoint> (*read)(const void* items, const Text& port_name, int32_t port);
  };
  const Ways* ways_ = nullptr;
  alignas(void*) std::array<unsigned char, sizeof(void*)> items_ = {};  // room for the list
};
// One that gives the same ones for every port.
EndpointReader FixedEndpoints(SharedList<Endpoint> endpoints);

// What is known of a backend port besides TLS. Ports of a backend share it where they can.
struct BackendSettings {
  EndpointOrigin origin = EndpointOrigin::kClusterDns;
  HttpProtocol protocol = HttpProtocol::kHttp1;
  Shared<TrafficSettings> traffic;
  EndpointReader endpoints;  // see PortTls::Endpoints
};

// Why a backend fails closed.
struct Failure {
  Code code = Code::kPostureFailClosed;
  Text reason;  // of a condition
  Text message;
  FieldSource cause;  // the policy or Gateway; empty where it is what they come to together

  friend bool operator==(const Failure& a, const Failure& b) {
    return std::tie(a.code, a.reason, a.message, a.cause) ==
           std::tie(b.code, b.reason, b.message, b.cause);
  }
};

// Where a Gateway names the certificate that it shows to backends.
inline constexpr TextLiteral kClientCertificatePath("spec.tls.backend.clientCertificateRef");

// The name that kgateway gives the Envoy cluster: "kube_default_nginx_8443". A Gateway with a
// client certificate of its own has clusters of its own; pass it then, else an empty id.
std::string ClusterName(const BackendPortId& id, const GatewayId& gateway_with_certificate);

// What a backend port is to Gateways that speak to it in one way: those of one profile, but for the
// ones that have a client certificate of their own.
struct PortTls {
  BackendPortId backend;
  Text port_name;           // of the Service port; may be empty
  Shared<Failure> failure;  // says something in mode kFailClosed alone
  // Set for kTls. Shared by all ports that have the same settings.
  std::shared_ptr<const tls::ClientTls> tls;
  Shared<BackendSettings> settings;
  // The policies that aim there, older first.
  SharedList<PolicyOutcome> policies;
  TlsMode mode = TlsMode::kFailClosed;
  // The Gateway has a client certificate of its own (spec.tls.backend.clientCertificateRef), good
  // or not.
  bool gateway_certificate = false;
  bool shows_gateway_certificate = false;  // and it is what the backend is shown

  // What its protection lacks, a code Posture/...; nullopt for TLS with chain and name verified.
  std::optional<Code> Posture() const;
  // Where the backend port is reached; made when asked for, see EndpointReader.
  SharedList<Endpoint> Endpoints() const;
};

bool operator==(const PortTls& a, const PortTls& b);
inline bool operator!=(const PortTls& a, const PortTls& b) { return !(a == b); }

// The effective TLS of one (Gateway, backend port); story.h tells how it came about.
struct BackendTls {
  Shared<ReadingGateway> gateway;  // empty: no route reaches the backend
  Shared<PortTls> port;
  // The routes that lead there from the Gateway, sorted; LabelOf puts one into words.
  SharedList<FieldSource> routes;
  // What hangs between: the ListenerSets of the Gateway by which they do, and the Gateway itself
  // where it does too. Empty where it is the Gateway alone.
  SharedList<FieldSource> parents;

  // See gwpolicy::ClusterName.
  std::string ClusterName() const;

  friend bool operator==(const BackendTls& a, const BackendTls& b) {
    return std::tie(a.gateway, a.port, a.routes, a.parents) ==
           std::tie(b.gateway, b.port, b.routes, b.parents);
  }
  friend bool operator!=(const BackendTls& a, const BackendTls& b) { return !(a == b); }
};

// Orders results as all lists of them are: backend, then Gateway.
inline bool ResultOrder(const BackendTls& a, const BackendTls& b) {
  const BackendPortId& x = a.port->backend;
  const BackendPortId& y = b.port->backend;
  return x == y ? *a.gateway < *b.gateway : x < y;
}

// --- Where requests go -----------------------------------------------------------------------

enum class MatchType : uint8_t { kExact, kPrefix, kRegex };

struct NameValueMatch {
  MatchType type = MatchType::kExact;  // never kPrefix
  std::string name;
  std::string value;
};

struct RequestMatch {
  MatchType path_type = MatchType::kPrefix;
  std::string path = "/";
  std::string method;  // empty: any
  std::vector<NameValueMatch> headers;
  std::vector<NameValueMatch> query_params;
};

struct HeaderChange {
  std::string name;
  std::string value;
};
struct HeaderChanges {
  std::vector<HeaderChange> set;
  std::vector<HeaderChange> add;
  std::vector<std::string> remove;
};

struct PathChange {
  bool full = false;  // replaces the whole path rather than the matched prefix
  std::string value;
};

struct Redirect {
  std::string scheme;
  std::string hostname;
  std::optional<PathChange> path;
  std::optional<int32_t> port;
  int32_t status_code = 302;
};

// One backendRef. Without `backend` its share of requests is answered with 500.
struct RoutedBackend {
  std::optional<BackendPortId> backend;
  int32_t weight = 1;
  // "BackendNotFound", "RefNotPermitted", "InvalidKind", "UnsupportedProtocol"; "" when it is good
  std::string reason;
  std::string cluster_name;
};

// One match of one rule: what an Envoy route is.
struct RoutedRule {
  std::string route_ns;
  std::string route_name;
  int rule_index = 0;
  int match_index = 0;
  RequestMatch match;
  std::vector<RoutedBackend> backends;  // empty without redirect: answered with 500
  std::string rewrite_hostname;         // "" leaves the Host header alone
  std::optional<PathChange> rewrite_path;
  std::optional<Redirect> redirect;
  HeaderChanges request_headers;
  HeaderChanges response_headers;
  std::optional<absl::Duration> request_timeout;  // zero: none
  std::optional<absl::Duration> backend_request_timeout;
};

struct RoutedHost {
  std::string hostname;           // "*" for all, "*.example.com" for a suffix
  std::vector<RoutedRule> rules;  // by precedence, first match wins
};

struct RoutedListener {
  std::string name;
  int32_t port = 0;
  std::string protocol;                              // "HTTP", "HTTPS"; others carry no hosts yet
  std::string hostname;                              // "" matches all
  std::vector<tls::ClientCertificate> certificates;  // of an HTTPS listener, as PEM pairs
  std::vector<RoutedHost> hosts;                     // most specific first
};

// A Gateway with its routes.
struct RoutedGateway {
  GatewayId id;
  std::string profile;
  std::vector<RoutedListener> listeners;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_VALUES_H_
