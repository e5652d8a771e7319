#include "sim/timeline.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

timeline::handle timeline::at(milliseconds due, action what) {
  planned_.push({std::max(due, now_), ++last_, std::move(what)});
  live_.insert(last_);
  return last_;
}

void timeline::cancel(handle which) { live_.erase(which); }

void timeline::drop_cancelled() {
  while (!planned_.empty() && !live_.contains(planned_.top().number)) planned_.pop();
}

milliseconds timeline::next_due() {
  drop_cancelled();
  return planned_.top().due;
}

void timeline::run_next() {
  drop_cancelled();
  auto next = std::move(
      const_cast<entry&>(planned_.top()));  // NOLINT: popped at once, never compared again
  planned_.pop();
  live_.erase(next.number);
  now_ = std::max(now_, next.due);
  next.what();
}

}  // namespace drey::sim
