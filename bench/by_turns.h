#ifndef GWPOLICY_BENCH_BY_TURNS_H_
#define GWPOLICY_BENCH_BY_TURNS_H_

#include <benchmark/benchmark.h>  // in quotes it would be simdjson's own file of that name
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace gwpolicy::bench {

// What ours takes of the time of another, by turns, so that both meet the same moments of the
// machine: the median of the pairs, as the counter "ratio". A measurement gives back seconds, or a
// negative number where it fails.
template <typename Measure, typename MeasureOther>
void RatioOf(benchmark::State& state, Measure ours, MeasureOther other) {
  std::vector<double> ratios;
  bool ours_first = false;
  for (auto _ : state) {
    ours_first = !ours_first;
    double seconds = ours_first ? ours() : 0;
    const double other_seconds = other();
    if (!ours_first) seconds = ours();
    if (seconds < 0 || other_seconds <= 0) {
      state.SkipWithError("it failed");
      return;
    }
    ratios.push_back(seconds / other_seconds);
  }
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  state.counters["ratio"] = *middle;
}

// What one item costs in a large input, for what it costs in one of a tenth of it: 1 if the cost is
// linear, 10 if it is quadratic. `measure` is called with an input and gives back seconds.
template <typename Input, typename Measure>
void GrowthOf(benchmark::State& state, const Input& large, const Input& tenth, Measure measure) {
  // Memory that is free is kept, or the large one alone would have its pages made anew each time.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  RatioOf(
      state, [&] { return measure(large); },
      [&] {
        double seconds = 0;
        for (int i = 0; i < 10; ++i) {
          const double once = measure(tenth);
          if (once < 0) return once;
          seconds += once;
        }
        return seconds;
      });
}

}  // namespace gwpolicy::bench

#endif  // GWPOLICY_BENCH_BY_TURNS_H_
