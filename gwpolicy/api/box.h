#ifndef GWPOLICY_API_BOX_H_
#define GWPOLICY_API_BOX_H_

#include <memory>
#include <optional>
#include <utility>

namespace gwpolicy {

// A struct that is absent in most objects: used as std::optional is, but kept outside of its owner,
// so that an absent one takes a pointer. Copied deeply, const deeply. Empty once moved from.
template <typename T>
class Box {
 public:
  Box() = default;
  Box(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  Box(T value)
      : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT(google-explicit-constructor)
  Box(const Box& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Box(Box&& other) noexcept = default;
  Box& operator=(Box other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Box() = default;

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  // Only where there is a value.
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

  T value_or(T otherwise) const { return has_value() ? *value_ : std::move(otherwise); }

  // Puts a new T there.
  T& emplace() {
    value_ = std::make_unique<T>();
    return *value_;
  }
  void reset() { value_.reset(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_API_BOX_H_
