/// Whoever sits before kubectl: asks, and when the API server is away asks again until it answers.
/// One thing after the other, as it was begun.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "protocol/kube_call.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

class person {
public:
  using request = std::function<kube_answer()>;

  /// `tell` is called when something came true late, with what it was.
  person(timeline& time, std::function<void(const std::string& what)> tell)
      : time_(time), tell_(std::move(tell)) {}

  /// `what`: in plain words. `ask` performs the request once and says what was answered.
  void wants(std::string what, request ask);

  static constexpr milliseconds patience{2'000};  ///< between two attempts

private:
  struct wish {
    std::string what;
    request ask;
    milliseconds begun{0};
  };
  void go_on();

  timeline& time_;
  std::function<void(const std::string&)> tell_;
  std::deque<wish> wishes_;
};

}  // namespace drey::sim
