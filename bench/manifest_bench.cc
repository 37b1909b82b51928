// What does reading manifests cost, beside the bare parser and in memory?
#include <benchmark/benchmark.h>  // in quotes it would be simdjson's own file of that name
#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/by_turns.h"
#include "bench/cpu_time.h"
#include "bench/fleet_text.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "tests/testing/bare_parsers.h"

namespace gwpolicy::bench {
namespace {

std::string FleetJson(int of_each) {
  std::string lines;
  for (const Object& object : manifest::ReadText(FleetYaml(of_each), "fleet.yaml").objects) {
    absl::StrAppend(&lines, manifest::ToJson(Encode(object, Secrets::kReveal)), "\n");
  }
  return lines;
}

void Account(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * 3 * state.range(0));
}

void Decode(benchmark::State& state, const std::string& text, const char* name) {
  for (auto _ : state) {
    const manifest::LoadResult result = manifest::ReadText(text, name);
    if (result.objects.size() != static_cast<size_t>(3 * state.range(0)) ||
        !result.findings.empty()) {
      state.SkipWithError("the fleet does not load");
    }
  }
  Account(state, text);
}

void DecodeYaml(benchmark::State& state) {
  Decode(state, FleetYaml(static_cast<int>(state.range(0))), "fleet.yaml");
}
BENCHMARK(DecodeYaml)->Arg(1000)->Unit(benchmark::kMicrosecond);

void DecodeJson(benchmark::State& state) {
  Decode(state, FleetJson(static_cast<int>(state.range(0))), "fleet.json");
}
BENCHMARK(DecodeJson)->Arg(1000)->Unit(benchmark::kMicrosecond);

double SecondsToDecode(const std::string& text) {
  const double start = ThreadCpuSeconds();
  const bool good = manifest::ReadText(text, "fleet").findings.empty();
  return good ? ThreadCpuSeconds() - start : -1;
}

void YamlGrowth(benchmark::State& state) {
  GrowthOf(state, FleetYaml(1000), FleetYaml(100), SecondsToDecode);
}
BENCHMARK(YamlGrowth)->Iterations(9)->Unit(benchmark::kMicrosecond);

void JsonGrowth(benchmark::State& state) {
  GrowthOf(state, FleetJson(1000), FleetJson(100), SecondsToDecode);
}
BENCHMARK(JsonGrowth)->Iterations(9)->Unit(benchmark::kMicrosecond);

void BareYamlEvents(benchmark::State& state) {
  const std::string text = FleetYaml(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    if (testing::CountYamlEvents(text) == 0) state.SkipWithError("no YAML");
  }
  Account(state, text);
}
BENCHMARK(BareYamlEvents)->Arg(1000)->Unit(benchmark::kMicrosecond);

void BareJsonValues(benchmark::State& state) {
  const std::string text = FleetJson(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    if (testing::CountJsonValues(text) == 0) state.SkipWithError("no JSON");
  }
  Account(state, text);
}
BENCHMARK(BareJsonValues)->Arg(1000)->Unit(benchmark::kMicrosecond);

size_t HeldBytes() {
  const struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

// The time is that of decoding; the counter is what the loaded objects hold, in bytes for each byte
// of their YAML.
void LoadedFleet(benchmark::State& state) {
  const std::string text = FleetYaml(static_cast<int>(state.range(0)));
  manifest::ReadText(text, "fleet.yaml");  // tables and the like, which are made once
  double held = 0;
  for (auto _ : state) {
    const size_t before = HeldBytes();
    const manifest::LoadResult result = manifest::ReadText(text, "fleet.yaml");
    held = static_cast<double>(HeldBytes() - before);
    benchmark::DoNotOptimize(result);
  }
  Account(state, text);
  state.counters["held_per_byte"] = held / static_cast<double>(text.size());
}
BENCHMARK(LoadedFleet)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gwpolicy::bench
