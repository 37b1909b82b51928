// What do schema, defaults and rules cost an object?
#include <benchmark/benchmark.h>  // in quotes it would be simdjson's own file of that name

#include <cstddef>
#include <vector>

#include "bench/fleet_text.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"

namespace gwpolicy::bench {
namespace {

void ValidateFleet(benchmark::State& state) {
  const std::vector<Object> objects =
      manifest::ReadText(FleetYaml(static_cast<int>(state.range(0))), "fleet.yaml").objects;
  for (auto _ : state) {
    size_t findings = 0;
    for (const Object& object : objects) findings += Validate(object).size();
    if (findings != 0) state.SkipWithError("the fleet is not valid");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(objects.size()));
}
BENCHMARK(ValidateFleet)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gwpolicy::bench
