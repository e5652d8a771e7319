/// Virtual time: what is due when. One thread; equal due times fire in the order of their making.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_set>
#include <vector>

#include "protocol/time.hpp"

namespace drey::sim {

class timeline {
public:
  using action = std::function<void()>;
  /// Names one planned action, to cancel it. 0 is never used.
  using handle = std::uint64_t;

  /// Since the start of the run.
  milliseconds now() const { return now_; }
  /// Wall time in the simulated world: a fixed date plus `now()`.
  milliseconds wall() const { return wall_start + now_; }

  handle at(milliseconds due, action what);
  handle after(milliseconds delay, action what) { return at(now_ + delay, std::move(what)); }
  void cancel(handle which);

  bool empty() const { return live_.empty(); }
  /// When the next action is due; only when not `empty()`.
  milliseconds next_due();
  /// Moves time to the next action and runs it; only when not `empty()`.
  void run_next();
  /// Moves time forward without running anything; `to` must not pass a due action.
  void advance_to(milliseconds to) { now_ = to; }

  /// 2026-01-01T00:00:00Z.
  static constexpr milliseconds wall_start{1'767'225'600'000};

private:
  struct entry {
    milliseconds due;
    handle number;
    action what;
  };
  struct later {
    bool operator()(const entry& a, const entry& b) const {
      return a.due != b.due ? a.due > b.due : a.number > b.number;
    }
  };
  void drop_cancelled();

  std::priority_queue<entry, std::vector<entry>, later> planned_;
  std::unordered_set<handle> live_;  // membership only: its order is never read
  milliseconds now_{0};
  handle last_ = 0;
};

}  // namespace drey::sim
