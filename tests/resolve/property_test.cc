// The answer depends on the objects that exist, never on how they came to be: after each of many
// random changes the engine says what a fresh one says of the same objects, and the changes that it
// reported turn the old answer into the new.
#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/endpoint_slice.h"
#include "gwpolicy/api/core/namespace.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/gateway_class.h"
#include "gwpolicy/api/gateway/grpc_route.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/api/gateway/reference_grant.h"
#include "gwpolicy/api/gateway/tcp_route.h"
#include "gwpolicy/api/gateway/tls_route.h"
#include "gwpolicy/api/gateway/udp_route.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/kgateway/backend.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/story.h"
#include "tests/testing/certificates.h"

namespace gwpolicy {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1790000000);

// A small universe, so that objects meet often: two namespaces, two names of each kind.
class Universe {
 public:
  explicit Universe(uint32_t seed) : random_(seed) {}

  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  bool Chance(int percent) { return Pick(100) < percent; }
  std::string Ns() { return Pick(2) == 0 ? "a" : "b"; }
  std::string Name() { return Pick(2) == 0 ? "x" : "y"; }

  Object Make() {
    switch (Pick(15)) {
      case 0:
        return Object::Make(MakeService());
      case 1:
        return Chance(60) ? Object::Make(MakeBackend()) : Object::Make(MakeXBackend());
      case 2:
      case 3:
        return Object::Make(MakeTlsPolicy());
      case 4:
        return Object::Make(MakeConfigPolicy());
      case 5:
        return Object::Make(MakeConfigMap());
      case 6:
        return Object::Make(MakeSecret());
      case 7:
      case 12:
        return Object::Make(MakeRoute());
      case 13:
        return MakeOtherRoute();
      case 14:
        return Object::Make(MakeListenerSet());
      case 8:
        return Object::Make(MakeGateway());
      case 9:
        return Object::Make(MakeGatewayClass());
      case 10:
        return Object::Make(MakeNamespace());
      default:
        return Pick(2) == 0 ? Object::Make(MakeGrant()) : Object::Make(MakeSlice());
    }
  }

 private:
  template <typename T>
  T Named() {
    T object;
    object.metadata.name = Name();
    object.metadata.ns = Ns();
    object.metadata.generation = 1 + Pick(3);
    if (Chance(60)) {
      object.metadata.creation_timestamp = absl::FromUnixSeconds(1700000000 + Pick(3));
    }
    if (Chance(50)) object.metadata.labels["app"] = Name();
    return object;
  }

  Service MakeService() {
    Service service = Named<Service>();
    ServicePort http;
    http.name = "http";
    http.port = 80;
    service.spec.ports.push_back(http);
    if (Chance(70)) {
      ServicePort https;
      https.name = "https";
      https.port = 443;
      service.spec.ports.push_back(https);
    }
    return service;
  }

  Backend MakeBackend() {
    Backend backend = Named<Backend>();
    backend.spec.static_backend.emplace();
    BackendHost host;
    host.host = "example.org";
    host.port = Chance(50) ? 443 : 8443;
    backend.spec.static_backend->hosts.push_back(host);
    return backend;
  }

  XBackend MakeXBackend() {
    XBackend backend = Named<XBackend>();
    backend.spec.external_hostname.emplace().hostname = "example.org";
    backend.spec.port.port = Chance(50) ? 443 : 8443;
    if (Chance(20)) return backend;
    XBackendTLS& tls = backend.spec.tls.emplace();
    tls.mode = Chance(60) ? "ServerOnly" : Chance(70) ? "ClientAndServer" : "None";
    if (Chance(90)) tls.validation.emplace() = MakeValidation();
    if (tls.mode == "ClientAndServer") {
      SecretObjectReference& ref = tls.client_certificate_ref.emplace();
      ref.name = Name();
      if (Chance(40)) ref.ns = Ns();
    }
    return backend;
  }

  BackendTLSPolicyValidation MakeValidation() {
    BackendTLSPolicyValidation validation;
    validation.hostname = Chance(50) ? "example.com" : "example.org";
    if (Chance(20)) {
      validation.well_known_ca_certificates = "System";
    } else {
      for (int i = 0; i <= Pick(2); ++i) {
        LocalObjectReference ref;
        ref.kind = Chance(80) ? "ConfigMap" : "Secret";
        ref.name = Name();
        validation.ca_certificate_refs.push_back(ref);
      }
    }
    if (Chance(20)) {
      SubjectAltName san;
      san.type = "Hostname";
      san.hostname = "san.example.com";
      validation.subject_alt_names.push_back(san);
    }
    return validation;
  }

  template <typename Ref>
  Ref Target() {
    Ref ref;
    const int kind = Pick(10);
    ref.group = kind < 7 ? "" : std::string(kKgatewayGroup);
    ref.kind = kind < 7 ? "Service" : kind < 9 ? "Backend" : "Other";
    ref.name = Name();
    return ref;
  }

  BackendTLSPolicy MakeTlsPolicy() {
    BackendTLSPolicy policy = Named<BackendTLSPolicy>();
    for (int i = 0; i <= Pick(2); ++i) {
      auto ref = Target<LocalPolicyTargetReferenceWithSectionName>();
      if (Chance(40)) ref.section_name = Chance(50) ? "https" : Chance(50) ? "http" : "443";
      policy.spec.target_refs.push_back(ref);
    }
    policy.spec.validation = MakeValidation();
    if (Chance(20)) policy.spec.options["kgateway.dev/min-tls-version"] = Chance(80) ? "1.3" : "9";
    return policy;
  }

  BackendConfigPolicy MakeConfigPolicy() {
    BackendConfigPolicy policy = Named<BackendConfigPolicy>();
    if (Chance(70)) {
      policy.spec.target_refs.push_back(Target<LocalPolicyTargetReference>());
    } else {
      LocalPolicyTargetSelector selector;
      selector.kind = "Service";
      selector.match_labels["app"] = Name();
      policy.spec.target_selectors.push_back(selector);
    }
    if (Chance(40)) policy.spec.connect_timeout = Chance(50) ? "1s" : "2s";
    if (Chance(20)) policy.spec.upstream_proxy_protocol.emplace();
    if (Chance(80)) {
      BackendConfigPolicyTLS& tls = policy.spec.tls.emplace();
      tls.sni = "example.com";
      if (Chance(60)) {
        tls.secret_ref.emplace().name = Name();
      } else if (Chance(50)) {
        tls.well_known_ca_certificates = "System";
      } else if (Chance(50)) {
        tls.insecure_skip_verify = Chance(50);
      }
    }
    return policy;
  }

  const char* Pem() {
    const char* const texts[] = {testing::kCaA, testing::kCaB, testing::kExpiredCa, "", "nonsense"};
    return texts[Pick(5)];
  }

  ConfigMap MakeConfigMap() {
    ConfigMap map = Named<ConfigMap>();
    map.data[Chance(90) ? "ca.crt" : "other"] = Pem();
    return map;
  }

  Secret MakeSecret() {
    Secret secret = Named<Secret>();
    if (Chance(80)) secret.string_data.emplace("ca.crt", PrivateText(Pem()));
    if (Chance(40)) {
      secret.string_data.emplace("tls.crt", PrivateText(testing::kClientCertificate));
      secret.string_data.emplace(
          "tls.key", PrivateText(Chance(80) ? testing::kClientKey : testing::kOtherKey));
    }
    return secret;
  }

  ParentReference MakeParent() {
    ParentReference parent;
    parent.name = Name();
    if (Chance(50)) parent.ns = Ns();
    if (Chance(20)) parent.section_name = Chance(50) ? "http" : "tcp";
    if (Chance(10)) parent.port = Chance(50) ? 8080 : 5432;
    if (Chance(25)) {
      const bool is_old = Chance(30);
      if (is_old) parent.group = kGatewayXGroup;
      parent.kind = is_old ? "XListenerSet" : "ListenerSet";
    } else if (Chance(5)) {
      parent.group = "";
      parent.kind = "Service";
    }
    return parent;
  }

  template <typename Ref>
  void Send(Ref& ref) {
    if (Chance(70)) {
      ref.port = Chance(50) ? 443 : 80;
    } else if (Chance(60)) {
      ref.group = kKgatewayGroup;
      ref.kind = "Backend";
    } else {
      ref.group = kGatewayXGroup;
      ref.kind = "XBackend";
    }
    ref.name = Name();
    if (Chance(40)) ref.ns = Ns();
  }

  template <typename Rule>
  void FillRule(Rule& rule) {
    for (int i = 0; i <= Pick(2); ++i) Send(rule.backend_refs.emplace_back());
  }

  HTTPRoute MakeRoute() {
    HTTPRoute route = Named<HTTPRoute>();
    for (int i = 0; i <= Pick(2); ++i) route.spec.parent_refs.push_back(MakeParent());
    if (Chance(50)) route.spec.hostnames.push_back("example.com");
    HTTPRouteRule& rule = route.spec.rules[0];
    FillRule(rule);
    if (Chance(15)) {
      HTTPRouteFilter& filter = rule.filters.emplace_back();
      if (Chance(50)) {
        filter.type = "RequestMirror";
        Send(filter.request_mirror.emplace().backend_ref);
      } else {
        filter.type = "ExternalAuth";
        Send(filter.external_auth.emplace().backend_ref);
      }
    }
    return route;
  }

  template <typename Route>
  Object MakeL4Route() {
    Route route = Named<Route>();
    route.spec.parent_refs.push_back(MakeParent());
    route.spec.rules.clear();
    FillRule(route.spec.rules.emplace_back());
    return Object::Make(std::move(route));
  }

  Object MakeOtherRoute() {
    switch (Pick(4)) {
      case 0:
        return MakeL4Route<TCPRoute>();
      case 1:
        return MakeL4Route<TLSRoute>();
      case 2:
        return MakeL4Route<UDPRoute>();
      default:
        return MakeL4Route<GRPCRoute>();
    }
  }

  Listener MakeListener() {
    Listener listener;
    const bool is_http = Chance(70);
    listener.name = is_http ? "http" : "tcp";
    listener.protocol = is_http ? "HTTP" : Chance(50) ? "TCP" : "TLS";
    listener.port = is_http ? 8080 : 5432;
    if (is_http && Chance(20)) listener.hostname = "*.com";
    const char* const from[] = {"All", "Same", "Selector"};
    listener.allowed_routes.namespaces.from = from[Pick(3)];
    if (listener.allowed_routes.namespaces.from == "Selector") {
      listener.allowed_routes.namespaces.selector.emplace().match_labels["app"] = "x";
    }
    return listener;
  }

  ListenerSet MakeListenerSet() {
    ListenerSet set = Named<ListenerSet>();
    set.spec.parent_ref.name = Name();
    if (Chance(50)) set.spec.parent_ref.ns = Ns();
    for (int i = 0; i <= Pick(2); ++i) set.spec.listeners.push_back(MakeListener());
    return set;
  }

  Gateway MakeGateway() {
    Gateway gateway = Named<Gateway>();
    gateway.spec.gateway_class_name = Name();
    for (int i = 0; i <= Pick(2); ++i) gateway.spec.listeners.push_back(MakeListener());
    if (Chance(60)) {
      const char* const from[] = {"All", "Same", "Selector", "None"};
      ListenerNamespaces& allowed = gateway.spec.allowed_listeners.emplace().namespaces;
      allowed.from = from[Pick(4)];
      if (allowed.from == "Selector") allowed.selector.emplace().match_labels["app"] = "x";
    }
    if (Chance(20)) {
      SecretObjectReference ref;
      ref.name = Name();
      if (Chance(50)) ref.ns = Ns();
      gateway.spec.tls.emplace().backend.emplace().client_certificate_ref = ref;
    }
    return gateway;
  }

  GatewayClass MakeGatewayClass() {
    GatewayClass gateway_class = Named<GatewayClass>();
    gateway_class.metadata.ns.clear();
    gateway_class.spec.controller_name =
        Chance(70) ? "kgateway.dev/kgateway" : "agentgateway.dev/agentgateway";
    return gateway_class;
  }

  Namespace MakeNamespace() {
    Namespace object = Named<Namespace>();
    object.metadata.name = Ns();
    object.metadata.ns.clear();
    return object;
  }

  ReferenceGrant MakeGrant() {
    ReferenceGrant grant = Named<ReferenceGrant>();
    ReferenceGrantFrom from;
    from.group = std::string(kGatewayGroup);
    from.kind = Chance(50) ? "HTTPRoute" : Chance(50) ? "Gateway" : "TCPRoute";
    from.ns = Ns();
    grant.spec.from.push_back(from);
    ReferenceGrantTo to;
    to.kind = from.kind == "Gateway" ? "Secret" : "Service";
    if (Chance(50)) to.name = Name();
    grant.spec.to.push_back(to);
    return grant;
  }

  EndpointSlice MakeSlice() {
    EndpointSlice slice = Named<EndpointSlice>();
    slice.metadata.labels["kubernetes.io/service-name"] = Name();
    EndpointPort port;
    port.name = "https";
    port.port = 8443;
    slice.ports.push_back(port);
    EndpointSliceEndpoint endpoint;
    endpoint.addresses.push_back(absl::StrCat("10.0.0.", Pick(4)));
    slice.endpoints.push_back(endpoint);
    return slice;
  }

  std::mt19937 random_;
};

// Where no GatewayClass says otherwise, half of the seeds are judged by the specification, since no
// other profile reads XBackend.
Engine NewEngine(uint32_t seed) {
  EngineOptions options;
  if (seed % 2 == 0) options.default_profile = "gateway-api";
  options.now = kNow;
  return *Engine::Create(options);
}

using ByPlace = std::map<std::pair<BackendPortId, GatewayId>, std::shared_ptr<const BackendTls>>;
using ByPolicy = std::map<ObjectKey, std::shared_ptr<const PolicyResult>>;

ByPlace BackendsOf(const Engine& engine) {
  ByPlace out;
  for (const auto& entry : engine.Backends()) out[{entry->port->backend, *entry->gateway}] = entry;
  return out;
}

ByPolicy PoliciesOf(const Engine& engine) {
  ByPolicy out;
  for (const auto& result : engine.Policies()) out[result->policy.key()] = result;
  return out;
}

std::string Show(const BackendTls& entry) {
  std::string text = absl::StrCat(
      entry.port->backend.kind, " ", entry.port->backend.ns, "/", entry.port->backend.name, ":",
      entry.port->backend.port, " by ", entry.gateway->ns, "/", entry.gateway->name, " ",
      TlsModeName(entry.port->mode), " ", entry.port->failure->reason, " ", entry.ClusterName());
  for (const Step& step : StepsOf(entry)) absl::StrAppend(&text, "\n  ", step.text);
  return text;
}

void ExpectSame(const ByPlace& actual, const ByPlace& expected, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (const auto& [place, entry] : expected) {
    auto at = actual.find(place);
    ASSERT_NE(at, actual.end()) << what << ": missing " << Show(*entry);
    ASSERT_TRUE(*at->second == *entry) << what << ": got\n"
                                       << Show(*at->second) << "\nwant\n"
                                       << Show(*entry);
  }
}

void ExpectSame(const ByPolicy& actual, const ByPolicy& expected, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  for (const auto& [key, result] : expected) {
    auto at = actual.find(key);
    ASSERT_NE(at, actual.end()) << what << ": missing " << key.ToString();
    ASSERT_TRUE(at->second->policy == result->policy) << what << " " << key.ToString();
    ASSERT_TRUE(Equal(TypeOf<PolicyStatus>(), &*at->second->status, &*result->status))
        << what << " " << key.ToString();
  }
}

// 100,000 of all seeds; GWPOLICY_PROPERTY_STEPS asks for more.
#ifdef GWPOLICY_SANITIZED
constexpr int kSteps = 400;
#else
constexpr int kSteps = 12500;
#endif
int StepsOfASeed() {
  const char* const wanted = std::getenv("GWPOLICY_PROPERTY_STEPS");
  int steps = 0;
  return wanted != nullptr && absl::SimpleAtoi(wanted, &steps) ? steps : kSteps;
}

class PropertyTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(PropertyTest, IncrementalEqualsFromScratchAndChangesReplay) {
  Universe universe(GetParam());
  Engine engine = NewEngine(GetParam());
  std::map<ObjectKey, Object> objects;
  ByPlace backends;
  ByPolicy policies;
  const int steps = StepsOfASeed();
  for (int step = 0; step < steps; ++step) {
    const int changes_at_once = 1 + universe.Pick(3);
    for (int i = 0; i < changes_at_once; ++i) {
      if (!objects.empty() && universe.Chance(35)) {
        auto at = objects.begin();
        std::advance(at, universe.Pick(static_cast<int>(objects.size())));
        ASSERT_TRUE(engine.Delete(at->first).ok());
        objects.erase(at);
      } else {
        Object object = universe.Make();
        objects[object.key()] = object;
        ASSERT_TRUE(engine.Apply(object).ok());
      }
    }
    const Changes changes = engine.Resolve();
    const std::string what = absl::StrCat("seed ", GetParam(), " step ", step);

    for (const auto& [gateway, backend] : changes.removed) {
      ASSERT_EQ(backends.erase({backend, gateway}), 1u) << what;
    }
    for (const auto& entry : changes.backends) {
      backends[{entry->port->backend, *entry->gateway}] = entry;
    }
    for (const ObjectKey& key : changes.removed_statuses) ASSERT_EQ(policies.erase(key), 1u);
    for (const auto& result : changes.statuses) policies[result->policy.key()] = result;
    ASSERT_NO_FATAL_FAILURE(ExpectSame(backends, BackendsOf(engine), what + " replayed"));
    ASSERT_NO_FATAL_FAILURE(ExpectSame(policies, PoliciesOf(engine), what + " replayed"));

    Engine fresh = NewEngine(GetParam());
    for (auto at = objects.rbegin(); at != objects.rend(); ++at) {
      ASSERT_TRUE(fresh.Apply(at->second).ok());
    }
    fresh.Resolve();
    ASSERT_NO_FATAL_FAILURE(ExpectSame(backends, BackendsOf(fresh), what));
    ASSERT_NO_FATAL_FAILURE(ExpectSame(policies, PoliciesOf(fresh), what));
    ASSERT_EQ(engine.Findings(), fresh.Findings()) << what;
  }
}

TEST_P(PropertyTest, APolicyInErrorNeverLeavesItsBackendInPlaintext) {
  Universe universe(GetParam() + 1000);
  Engine engine = NewEngine(GetParam());
  for (int step = 0; step < 1500; ++step) {
    ASSERT_TRUE(engine.Apply(universe.Make()).ok());
    if (step % 5 != 0) continue;
    engine.Resolve();
    for (const auto& entry : engine.Backends()) {
      bool asked = false;
      for (const PolicyOutcome& outcome : entry->port->policies) {
        asked = asked || outcome.fate == Fate::kWon;
      }
      if (asked) {
        ASSERT_NE(entry->port->mode, TlsMode::kPlaintext) << Show(*entry);
      }
      ASSERT_EQ(entry->port->mode == TlsMode::kTls, entry->port->tls != nullptr) << Show(*entry);
      ASSERT_EQ(entry->port->mode == TlsMode::kFailClosed, !entry->port->failure->reason.empty())
          << Show(*entry);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PropertyTest, ::testing::Range(1u, 9u),
                         [](const auto& info) { return absl::StrCat("Seed", info.param); });

}  // namespace
}  // namespace gwpolicy
