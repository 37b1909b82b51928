#ifndef GWPOLICY_TESTS_TESTING_RANDOM_H_
#define GWPOLICY_TESTS_TESTING_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace gwpolicy::testing {

// Numbers that follow from a seed alone, the same on every machine (SplitMix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  // Below `end`, which is not 0.
  size_t Below(size_t end) { return static_cast<size_t>(Next() % end); }
  bool Percent(size_t chance) { return Below(100) < chance; }

  template <typename Container>
  const auto& Pick(const Container& choices) {
    return choices[Below(std::size(choices))];
  }

 private:
  uint64_t state_;
};

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_RANDOM_H_
