#ifndef GWPOLICY_BASE_LIST_H_
#define GWPOLICY_BASE_LIST_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace gwpolicy {

// A list of an object: used as std::vector is, in 8 bytes, since most lists of most objects are
// empty. Fewer than 2^32 items.
template <typename T>
class List {
 public:
  using value_type = T;
  using reference = T&;
  using const_reference = const T&;
  using iterator = T*;
  using const_iterator = const T*;
  using size_type = size_t;
  using difference_type = ptrdiff_t;

  List() = default;
  explicit List(size_t size) { resize(size); }
  List(std::initializer_list<T> items) : List(items.begin(), items.end()) {}
  template <typename Iterator,
            typename = typename std::iterator_traits<Iterator>::iterator_category>
  List(Iterator first, Iterator last) {
    assign(first, last);
  }
  List(const List& other) : List(other.begin(), other.end()) {}
  List(List&& other) noexcept : items_(std::exchange(other.items_, nullptr)) {}
  List& operator=(List other) noexcept {
    std::swap(items_, other.items_);
    return *this;
  }
  ~List() {
    if (items_ == nullptr) return;
    clear();
    ::operator delete(&header());
  }

  bool empty() const { return size() == 0; }
  size_t size() const { return items_ == nullptr ? 0 : header().size; }
  size_t capacity() const { return items_ == nullptr ? 0 : header().capacity; }
  T* data() { return items_; }
  const T* data() const { return items_; }
  T* begin() { return items_; }
  T* end() { return items_ + size(); }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size(); }
  T& operator[](size_t index) { return items_[index]; }
  const T& operator[](size_t index) const { return items_[index]; }
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  T& back() { return end()[-1]; }
  const T& back() const { return end()[-1]; }

  void reserve(size_t capacity) {
    if (capacity <= this->capacity()) return;
    Block grown(capacity);
    std::uninitialized_move(begin(), end(), grown.items);
    Replace(grown);
  }
  // What the arguments refer to may be an item of the list.
  template <typename... Args>
  T& emplace_back(Args&&... args) {
    if (size() < capacity()) {
      T* const item = new (end()) T(std::forward<Args>(args)...);
      ++header().size;
      return *item;
    }
    Block grown(std::max<size_t>(1, 2 * size()));
    T* const item = new (grown.items + size()) T(std::forward<Args>(args)...);
    std::uninitialized_move(begin(), end(), grown.items);
    Replace(grown);
    ++header().size;
    return *item;
  }
  void push_back(T item) { emplace_back(std::move(item)); }
  void pop_back() { std::destroy_at(items_ + --header().size); }
  T* insert(const T* place, T item) {
    const ptrdiff_t index = place - begin();
    push_back(std::move(item));
    std::rotate(begin() + index, end() - 1, end());
    return begin() + index;
  }
  T* erase(const T* first, const T* last) {
    T* const gap = begin() + (first - begin());
    if (first == last) return gap;  // nothing may be moved to itself
    T* const left = std::move(begin() + (last - begin()), end(), gap);
    for (size_t i = static_cast<size_t>(end() - left); i > 0; --i) pop_back();
    return gap;
  }
  T* erase(const T* place) { return erase(place, place + 1); }
  void resize(size_t size) {
    reserve(size);
    while (this->size() < size) emplace_back();
    while (this->size() > size) pop_back();
  }
  template <typename Iterator>
  void assign(Iterator first, Iterator last) {
    clear();
    reserve(static_cast<size_t>(std::distance(first, last)));
    for (; first != last; ++first) emplace_back(*first);
  }
  void clear() {
    if (items_ == nullptr) return;
    std::destroy(begin(), end());
    header().size = 0;
  }

  friend bool operator==(const List& a, const List& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }
  friend bool operator!=(const List& a, const List& b) { return !(a == b); }

 private:
  struct Header {  // stands before the items
    uint32_t size;
    uint32_t capacity;
  };
  struct Block {
    explicit Block(size_t capacity) {
      static_assert(alignof(T) <= sizeof(Header));
      void* const memory = ::operator new(sizeof(Header) + capacity * sizeof(T));
      header = new (memory) Header{0, static_cast<uint32_t>(capacity)};
      items = reinterpret_cast<T*>(header + 1);
    }
    Header* header;
    T* items;
  };

  Header& header() { return reinterpret_cast<Header*>(items_)[-1]; }
  const Header& header() const { return reinterpret_cast<const Header*>(items_)[-1]; }
  // Takes what the items were moved to.
  void Replace(Block grown) {
    grown.header->size = static_cast<uint32_t>(size());
    if (items_ != nullptr) {
      std::destroy(begin(), end());
      ::operator delete(&header());
    }
    items_ = grown.items;
  }

  T* items_ = nullptr;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_LIST_H_
