/// Large values that take the room of a pointer. Copies share them, since they are never changed in
/// place once they were shared.
#pragma once

#include <memory>
#include <utility>

namespace drey {

/// One that is seldom there.
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

/// One that is always there, perhaps as a part of something larger.
template <class T>
class shared_value {
public:
  shared_value() : held_(std::shared_ptr<const T>(), &none()) {}
  /// `held` is not null.
  shared_value(std::shared_ptr<const T> held) : held_(std::move(held)) {}

  const T& operator*() const { return *held_; }
  const T* operator->() const { return held_.get(); }
  /// A copy of its own, to be changed before it is copied in its turn.
  T& change() {
    auto fresh = std::make_shared<T>(*held_);
    held_ = fresh;
    return *fresh;
  }

private:
  static const T& none() {
    static const T value{};
    return value;
  }

  std::shared_ptr<const T> held_;
};

}  // namespace drey
