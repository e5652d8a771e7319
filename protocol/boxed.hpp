/// A value that is seldom there and large: it takes the room of a pointer until it is. Copies share
/// it, since it is never changed in place once it was shared.
#pragma once

#include <memory>
#include <utility>

namespace drey {

template <class T>
class boxed {
public:
  using value_type = T;

  boxed() = default;
  boxed(T value) : held_(std::make_shared<T>(std::move(value))) {}

  explicit operator bool() const { return held_ != nullptr; }
  const T& operator*() const { return *held_; }
  const T* operator->() const { return held_.get(); }
  /// A new one, to be filled before it is copied.
  T& emplace() {
    auto fresh = std::make_shared<T>();
    held_ = fresh;
    return *fresh;
  }
  bool operator==(const boxed& other) const {
    return held_ == other.held_ || (held_ && other.held_ && *held_ == *other.held_);
  }

private:
  std::shared_ptr<const T> held_;
};

}  // namespace drey
