#ifndef GWPOLICY_BASE_SHARED_H_
#define GWPOLICY_BASE_SHARED_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "absl/base/attributes.h"

// Values that never change and that many results share, in 8 bytes each. Copying one costs a count,
// and nothing where it is the default. Copying and reading from several threads is safe.
namespace gwpolicy {

namespace shared_internal {

class OwnerCount {
 public:
  void Add() const { owners_.fetch_add(1, std::memory_order_relaxed); }
  // Whether that was the last one. Who sees true sees all that other owners did before.
  bool Drop() const { return owners_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

 private:
  mutable std::atomic<uint32_t> owners_{1};
};

}  // namespace shared_internal

// One value of a class. Never null: by default it is the default value of T.
template <typename T>
class Shared {
 public:
  Shared() = default;
  Shared(T value) : node_(new Node(std::move(value))) {}  // NOLINT(google-explicit-constructor)
  // `fill(value)` makes the value out of the default one, where it stays.
  template <typename Fill>
  static Shared Made(Fill fill) {
    auto node = std::make_unique<Node>();
    fill(static_cast<T&>(*node));
    Shared made;
    made.node_ = node.release();
    return made;
  }
  // Gives this one a copy that `change` has changed; others that shared the value keep it.
  template <typename Change>
  void Modify(Change change) {
    *this = Made([&](T& value) {
      value = **this;
      change(value);
    });
  }
  Shared(const Shared& other) : node_(other.node_) {
    if (node_ != nullptr) node_->count.Add();
  }
  Shared(Shared&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Shared() {
    if (node_ != nullptr && node_->count.Drop()) delete node_;
  }

  const T& operator*() const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return node_ == nullptr ? Default() : *node_;
  }
  const T* operator->() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return &**this; }

  friend bool operator==(const Shared& a, const Shared& b) {
    return a.node_ == b.node_ || *a == *b;
  }
  friend bool operator!=(const Shared& a, const Shared& b) { return !(a == b); }

 private:
  // The count stands in the last bytes of the value, where nothing else does.
  struct Node : T {
    Node() = default;
    explicit Node(T value) : T(std::move(value)) {}
    shared_internal::OwnerCount count;
  };
  static const T& Default() {
    static const T* const kDefault = new T();
    return *kDefault;
  }
  const Node* node_ = nullptr;
};

// A list of fewer than 2^32 items, in one piece of memory. Reads as a const std::vector does.
template <typename T>
class SharedList {
 public:
  using value_type = T;
  using const_iterator = const T*;

  SharedList() = default;
  SharedList(std::initializer_list<T> items) : SharedList(items.begin(), items.end()) {}
  // From any container; the items of a temporary one are moved.
  template <typename Items, typename = decltype(std::declval<const Items&>().begin()),
            typename = std::enable_if_t<!std::is_same_v<std::decay_t<Items>, SharedList>>>
  explicit SharedList(Items&& items) {
    if constexpr (std::is_lvalue_reference_v<Items>) {
      Fill(items.begin(), items.end());
    } else {
      Fill(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    }
  }
  template <typename Iterator,
            typename = typename std::iterator_traits<Iterator>::iterator_category>
  SharedList(Iterator first, Iterator last) {
    Fill(first, last);
  }
  // `make(i)` gives item i; they are made where they stay.
  template <typename Make>
  static SharedList Made(size_t size, Make make) {
    SharedList list;
    T* item = list.Reserve(size);
    for (size_t i = 0; i < size; ++i) new (item++) T(make(i));
    return list;
  }
  SharedList(const SharedList& other) : head_(other.head_) {
    if (head_ != nullptr) head_->count.Add();
  }
  SharedList(SharedList&& other) noexcept : head_(std::exchange(other.head_, nullptr)) {}
  SharedList& operator=(SharedList other) noexcept {
    std::swap(head_, other.head_);
    return *this;
  }
  ~SharedList() {
    if (head_ == nullptr || !head_->count.Drop()) return;
    std::destroy_n(items(), size());
    ::operator delete(head_);
  }

  const T* begin() const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return head_ == nullptr ? nullptr : items();
  }
  const T* end() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return begin() + size(); }
  const T* data() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return begin(); }
  size_t size() const { return head_ == nullptr ? 0 : head_->size; }
  bool empty() const { return head_ == nullptr; }
  const T& operator[](size_t i) const ABSL_ATTRIBUTE_LIFETIME_BOUND { return begin()[i]; }
  const T& front() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return *begin(); }
  // Whether both are one list in memory, or both empty.
  bool IsSame(const SharedList& other) const { return head_ == other.head_; }

  friend bool operator==(const SharedList& a, const SharedList& b) {
    return a.head_ == b.head_ || std::equal(a.begin(), a.end(), b.begin(), b.end());
  }
  friend bool operator!=(const SharedList& a, const SharedList& b) { return !(a == b); }

 private:
  struct Head {
    shared_internal::OwnerCount count;
    uint32_t size = 0;
  };
  static constexpr size_t kHeadBytes = std::max(sizeof(Head), alignof(T));
  template <typename Iterator>
  void Fill(Iterator first, Iterator last) {
    T* const to = Reserve(static_cast<size_t>(std::distance(first, last)));
    if (to != nullptr) std::uninitialized_copy(first, last, to);
  }
  // Room for the items of an empty list; null for none.
  T* Reserve(size_t size) {
    if (size == 0) return nullptr;
    head_ = new (::operator new(kHeadBytes + size * sizeof(T))) Head;
    head_->size = static_cast<uint32_t>(size);
    return items();
  }
  T* items() const { return reinterpret_cast<T*>(reinterpret_cast<char*>(head_) + kHeadBytes); }
  Head* head_ = nullptr;  // null where it is empty
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_SHARED_H_
