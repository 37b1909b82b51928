// What resolving costs as a cluster grows, and what one change costs then:
//
//   scale FLEET.yaml COPIES...
//   scale --once FLEET.yaml COPIES
//
// reads a fleet (../shared/tools/gen_fleet.py) as often as asked, each copy into namespaces of its
// own behind the same Gateways, and prints a line of JSON for each number of copies. A last line is
// of a CA that 10,000 policies share. With --once it resolves once and prints nothing, for who
// counts instructions. bench/scale.py calls it and judges.
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bench/cpu_time.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "gwpolicy/resolve/engine.h"
#include "tests/testing/certificates.h"

namespace gwpolicy::bench {
namespace {

int64_t HeldBytes() {
  const struct mallinfo2 now = mallinfo2();
  return static_cast<int64_t>(now.uordblks + now.hblkhd);
}

// CPU time of this thread, as the programs are measured that it is compared with: a shared machine
// gives a part of the time to others.
double Seconds(const std::function<void()>& work) {
  const double before = ThreadCpuSeconds();
  work();
  return ThreadCpuSeconds() - before;
}

Engine NewEngine() {
  EngineOptions options;
  options.now = absl::FromUnixSeconds(1767225600);  // in the year after that of the fleet
  return *Engine::Create(options);
}

void ApplyAll(const std::vector<Object>& objects, Engine& engine) {
  for (const Object& object : objects) engine.Apply(object).IgnoreError();
}

std::vector<Object> ReadCopies(const std::string& text, int copies) {
  std::vector<Object> all;
  for (int i = 0; i < copies; ++i) {
    const std::string copy =
        i == 0 ? text : absl::StrReplaceAll(text, {{"team-", absl::StrCat("c", i, "-team-")}});
    manifest::ForEachObject(copy, "fleet.yaml",
                            [&all](Object object) { all.push_back(std::move(object)); });
  }
  return all;
}

bool SameResults(const Engine& a, const Engine& b) {
  const auto left = a.Backends();
  const auto right = b.Backends();
  const auto left_policies = a.Policies();
  const auto right_policies = b.Policies();
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& x, const auto& y) { return *x == *y; }) &&
         std::equal(left_policies.begin(), left_policies.end(), right_policies.begin(),
                    right_policies.end(), [](const auto& x, const auto& y) {
                      return x->policy == y->policy &&
                             Equal(TypeOf<PolicyStatus>(), &*x->status, &*y->status);
                    });
}

// An object of the fleet, and itself with something in it changed.
struct Change {
  const char* name;
  Object before;
  Object after;
};

template <typename T, typename Edit>
void AddChange(const char* name, absl::Span<const Object> objects, Edit edit,
               std::vector<Change>& out) {
  // One from the middle of its kind.
  std::vector<const Object*> all;
  for (const Object& object : objects) {
    if (object.As<T>() != nullptr) all.push_back(&object);
  }
  for (size_t i = all.size() / 2; i < all.size(); ++i) {
    T changed = *all[i]->As<T>();
    if (!edit(changed)) continue;
    out.push_back({name, *all[i], Object::Make(std::move(changed))});
    return;
  }
}

std::vector<Change> ChangesOf(absl::Span<const Object> objects) {
  std::vector<Change> out;
  AddChange<BackendTLSPolicy>(
      "policy", objects,
      [](BackendTLSPolicy& policy) {
        policy.spec.validation.hostname = "other.example.com";
        return policy.spec.target_refs.size() == 1;
      },
      out);
  AddChange<ConfigMap>(
      "ca", objects,
      [](ConfigMap& map) {
        map.data["ca.crt"] = testing::kCaB;
        return true;
      },
      out);
  AddChange<HTTPRoute>(
      "route", objects,
      [](HTTPRoute& route) {
        route.spec.rules[0].backend_refs.pop_back();
        return true;
      },
      out);
  return out;
}

// The median of many times, in microseconds; the engine is as before afterwards.
double ChangeTime(const Change& change, Engine& engine, size_t& touched) {
  constexpr int kTimes = 101;
  std::vector<double> times;
  for (int i = 0; i < kTimes; ++i) {
    for (const Object& object : {change.after, change.before}) {
      times.push_back(1e6 * Seconds([&] {
                        engine.Apply(object).IgnoreError();
                        touched = engine.Resolve().backends_touched;
                      }));
    }
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

size_t CountServices(const std::vector<Object>& objects) {
  return static_cast<size_t>(std::count_if(
      objects.begin(), objects.end(), [](const Object& o) { return o.kind() == Kind::kService; }));
}

void Measure(const std::string& text, int copies) {
  const std::vector<Object> objects = ReadCopies(text, copies);
  const size_t services = CountServices(objects);
  // Resolved several times, and the least time counts: in the first one the memory is new to the
  // process. What changed is held, as callers do, and letting go of it is not counted.
  const int runs = services > 20000 ? 2 : std::max(4, static_cast<int>(20000 / services));
  double least = 1e9;
  const auto resolve = [&least](Engine& engine) {
    Changes changes;
    least = std::min(least, Seconds([&] { changes = engine.Resolve(); }));
  };
  for (int i = 1; i < runs; ++i) {
    Engine engine = NewEngine();
    ApplyAll(objects, engine);
    resolve(engine);
  }
  const int64_t before = HeldBytes();
  Engine engine = NewEngine();
  const double apply = Seconds([&] { ApplyAll(objects, engine); });
  resolve(engine);
  const int64_t held = HeldBytes() - before;
  Value row = Value::MakeObject()
                  .Set("services", static_cast<int64_t>(services))
                  .Set("objects", static_cast<int64_t>(objects.size()))
                  .Set("results", static_cast<int64_t>(engine.Backends().size()))
                  .Set("apply_ms", apply * 1e3)
                  .Set("resolve_ms", least * 1e3)
                  .Set("bytes_per_service", static_cast<double>(held) / services);
  // The same objects of one copy, however many there are: what a change touches is alike then.
  const size_t copy = objects.size() / static_cast<size_t>(copies);
  const absl::Span<const Object> middle(objects.data() + copy * static_cast<size_t>(copies / 2),
                                        copy);
  for (const Change& change : ChangesOf(middle)) {
    size_t touched = 0;
    row.Set(absl::StrCat(change.name, "_us"), ChangeTime(change, engine, touched));
    row.Set(absl::StrCat(change.name, "_touched"), static_cast<int64_t>(touched));
  }
  // What it is after all these changes is what a new engine makes of the same objects.
  constexpr size_t kCompareUpTo = 20000;
  if (services <= kCompareUpTo) {
    Engine fresh = NewEngine();
    ApplyAll(objects, fresh);
    fresh.Resolve();
    row.Set("equal_to_full", SameResults(engine, fresh));
  }
  std::cout << manifest::ToJson(row) << std::endl;
}

void MeasureSharedCa() {
  constexpr int kPolicies = 10000;
  Engine engine = NewEngine();
  ConfigMap map;
  map.metadata.ns = "shared";
  map.metadata.name = "ca";
  map.data["ca.crt"] = testing::kCaA;
  engine.Apply(Object::Make(map)).IgnoreError();
  for (int i = 0; i < kPolicies; ++i) {
    Service service;
    service.metadata.ns = "shared";
    service.metadata.name = absl::StrCat("s", i);
    ServicePort port;
    port.name = "https";
    port.port = 443;
    service.spec.ports.push_back(port);
    BackendTLSPolicy policy;
    policy.metadata = service.metadata;
    LocalPolicyTargetReferenceWithSectionName target;
    target.kind = "Service";
    target.name = service.metadata.name;
    policy.spec.target_refs.push_back(target);
    LocalObjectReference ca;
    ca.kind = "ConfigMap";
    ca.name = "ca";
    policy.spec.validation.ca_certificate_refs.push_back(ca);
    policy.spec.validation.hostname = "example.com";
    engine.Apply(Object::Make(service)).IgnoreError();
    engine.Apply(Object::Make(policy)).IgnoreError();
  }
  const double first = Seconds([&] { engine.Resolve(); });
  map.data["ca.crt"] = testing::kCaB;
  engine.Apply(Object::Make(map)).IgnoreError();
  Changes changes;
  const double change = Seconds([&] { changes = engine.Resolve(); });
  std::cout << manifest::ToJson(Value::MakeObject()
                                    .Set("shared_ca_policies", kPolicies)
                                    .Set("resolve_ms", first * 1e3)
                                    .Set("change_ms", change * 1e3)
                                    .Set("changed", static_cast<int64_t>(changes.backends.size())))
            << std::endl;
}

void ResolveOnce(const std::string& text, int copies) {
  Engine engine = NewEngine();
  ApplyAll(ReadCopies(text, copies), engine);
  engine.Resolve();
}

int Main(int argc, char** argv) {
  const bool once = argc > 1 && absl::string_view(argv[1]) == "--once";
  const int first = once ? 2 : 1;
  if (argc < first + 2) {
    std::cerr << "usage: scale [--once] FLEET.yaml COPIES...\n";
    return 2;
  }
  std::ifstream stream(argv[first], std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (text.empty()) {
    std::cerr << "scale: " << argv[first] << " cannot be read\n";
    return 2;
  }
  if (once) {
    ResolveOnce(text, std::max(1, std::atoi(argv[first + 1])));
    return 0;
  }
  for (int i = first + 1; i < argc; ++i) Measure(text, std::max(1, std::atoi(argv[i])));
  MeasureSharedCa();
  return 0;
}

}  // namespace
}  // namespace gwpolicy::bench

int main(int argc, char** argv) { return gwpolicy::bench::Main(argc, argv); }
