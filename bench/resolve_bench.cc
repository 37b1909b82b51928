// What does resolving a cluster cost, and what does one change cost after that?
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/by_turns.h"
#include "bench/cpu_time.h"
#include "benchmark/benchmark.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/resolve/engine.h"
#include "tests/testing/certificates.h"

namespace gwpolicy::bench {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1790000000);

BackendTLSPolicy Policy(int i, const std::string& hostname) {
  BackendTLSPolicy policy;
  policy.metadata.name = absl::StrCat("p", i);
  policy.metadata.ns = absl::StrCat("ns", i % 50);
  LocalPolicyTargetReferenceWithSectionName target;
  target.kind = "Service";
  target.name = absl::StrCat("s", i);
  policy.spec.target_refs.push_back(target);
  LocalObjectReference ca;
  ca.kind = "ConfigMap";
  ca.name = "ca";
  policy.spec.validation.ca_certificate_refs.push_back(ca);
  policy.spec.validation.hostname = hostname;
  return policy;
}

// `n` Services, half of them with a policy, a route to each, four Gateways, fifty namespaces.
std::vector<Object> Fleet(int n) {
  std::vector<Object> objects;
  for (int i = 0; i < 4; ++i) {
    Gateway gateway;
    gateway.metadata.name = absl::StrCat("gw", i);
    gateway.metadata.ns = "infra";
    gateway.spec.gateway_class_name = "kgateway";
    Listener listener;
    listener.name = "http";
    listener.port = 8080;
    listener.protocol = "HTTP";
    listener.allowed_routes.namespaces.from = "All";
    gateway.spec.listeners.push_back(listener);
    objects.push_back(Object::Make(gateway));
  }
  for (int i = 0; i < 50; ++i) {
    ConfigMap ca;
    ca.metadata.name = "ca";
    ca.metadata.ns = absl::StrCat("ns", i);
    ca.data["ca.crt"] = i % 2 == 0 ? testing::kCaA : testing::kCaB;
    objects.push_back(Object::Make(ca));
  }
  for (int i = 0; i < n; ++i) {
    Service service;
    service.metadata.name = absl::StrCat("s", i);
    service.metadata.ns = absl::StrCat("ns", i % 50);
    ServicePort port;
    port.name = "https";
    port.port = 443;
    service.spec.ports.push_back(port);
    objects.push_back(Object::Make(service));
    HTTPRoute route;
    route.metadata.name = absl::StrCat("r", i);
    route.metadata.ns = service.metadata.ns;
    ParentReference parent;
    parent.name = absl::StrCat("gw", i % 4);
    parent.ns = "infra";
    route.spec.parent_refs.push_back(parent);
    route.spec.hostnames.push_back(absl::StrCat("h", i, ".example.com"));
    HTTPBackendRef ref;
    ref.name = service.metadata.name;
    ref.port = 443;
    route.spec.rules[0].backend_refs.push_back(ref);
    objects.push_back(Object::Make(route));
    if (i % 2 == 0) objects.push_back(Object::Make(Policy(i, "example.com")));
  }
  return objects;
}

Engine Filled(const std::vector<Object>& objects) {
  EngineOptions options;
  options.now = kNow;
  Engine engine = *Engine::Create(options);
  for (const Object& object : objects) engine.Apply(object).IgnoreError();
  return engine;
}

void FullResolve(benchmark::State& state) {
  const std::vector<Object> objects = Fleet(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    Engine engine = Filled(objects);
    state.ResumeTiming();
    benchmark::DoNotOptimize(engine.Resolve());
    state.PauseTiming();
    { Engine gone = std::move(engine); }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(FullResolve)->Arg(5000)->Unit(benchmark::kMillisecond)->MinTime(0.2);

void ResolveGrowth(benchmark::State& state) {
  GrowthOf(state, Fleet(5000), Fleet(500), [](const std::vector<Object>& objects) {
    Engine engine = Filled(objects);
    const double start = ThreadCpuSeconds();
    benchmark::DoNotOptimize(engine.Resolve());
    return ThreadCpuSeconds() - start;
  });
}
BENCHMARK(ResolveGrowth)->Iterations(5)->Unit(benchmark::kMillisecond);

void OnePolicyChange(benchmark::State& state) {
  Engine engine = Filled(Fleet(static_cast<int>(state.range(0))));
  engine.Resolve();
  bool other = false;
  int64_t touched = 0;
  for (auto _ : state) {
    other = !other;
    engine.Apply(Object::Make(Policy(0, other ? "example.org" : "example.com"))).IgnoreError();
    const Changes changes = engine.Resolve();
    touched = static_cast<int64_t>(changes.backends_touched);
    benchmark::DoNotOptimize(changes);
  }
  state.counters["backends_touched"] = static_cast<double>(touched);
}
BENCHMARK(OnePolicyChange)->Arg(1000)->Arg(5000)->Unit(benchmark::kMillisecond)->MinTime(0.2);

}  // namespace
}  // namespace gwpolicy::bench
