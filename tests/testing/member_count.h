#ifndef GWPOLICY_TESTS_TESTING_MEMBER_COUNT_H_
#define GWPOLICY_TESTS_TESTING_MEMBER_COUNT_H_

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

// How many members a plain struct declares itself, found at compile time, so that a test can tell
// that a member has no row in its table.
namespace gwpolicy::testing {

// Stands for the value of any member.
struct AnyMember {
  template <typename T>
  operator T() const;  // NOLINT(google-explicit-constructor): never defined, never called
};

template <typename Void, typename T, typename... Args>
struct TakesArgs : std::false_type {};
template <typename T, typename... Args>
struct TakesArgs<std::void_t<decltype(T{std::declval<Args>()...})>, T, Args...> : std::true_type {};

// `Args` initialize the base and the members so far. An optional would take AnyMember in two ways,
// so it gets nullopt.
template <typename T, typename... Args>
constexpr size_t CountArgs() {
  if constexpr (TakesArgs<void, T, Args..., AnyMember>::value) {
    return CountArgs<T, Args..., AnyMember>();
  } else if constexpr (TakesArgs<void, T, Args..., std::nullopt_t>::value) {
    return CountArgs<T, Args..., std::nullopt_t>();
  } else {
    return sizeof...(Args);
  }
}

// Members of T without those of its base class.
template <typename T, typename Base>
constexpr size_t MemberCount() {
  return CountArgs<T, Base>() - 1;
}

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_MEMBER_COUNT_H_
