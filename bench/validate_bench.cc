// What do schema, defaults and rules cost an object?
#include <benchmark/benchmark.h>  // in quotes it would be simdjson's own file of that name

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/by_turns.h"
#include "bench/cpu_time.h"
#include "bench/fleet_text.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"

namespace gwpolicy::bench {
namespace {

std::vector<Object> Fleet(int of_each) {
  return manifest::ReadText(FleetYaml(of_each), "fleet.yaml").objects;
}

bool AllValid(const std::vector<Object>& objects) {
  size_t findings = 0;
  for (const Object& object : objects) findings += Validate(object).size();
  return findings == 0;
}

void ValidateFleet(benchmark::State& state) {
  const std::vector<Object> objects = Fleet(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    if (!AllValid(objects)) state.SkipWithError("the fleet is not valid");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(objects.size()));
}
BENCHMARK(ValidateFleet)->Arg(1000)->Unit(benchmark::kMicrosecond);

void ValidateGrowth(benchmark::State& state) {
  GrowthOf(state, Fleet(1000), Fleet(100), [](const std::vector<Object>& objects) {
    const double start = ThreadCpuSeconds();
    return AllValid(objects) ? ThreadCpuSeconds() - start : -1;
  });
}
BENCHMARK(ValidateGrowth)->Iterations(9)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gwpolicy::bench
