/// One operator process inside the simulator: a CAF actor system whose scheduler does nothing by
/// itself. The world says which ready actor runs next, and what time it is.
#pragma once

#include <memory>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/detail/test_actor_clock.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include "protocol/time.hpp"

namespace drey::sim {

/// The scheduler module: a list of ready actors and a clock that is set by hand.
class run_queue final : public caf::scheduler::abstract_coordinator {
public:
  explicit run_queue(caf::actor_system& system);

  std::size_t ready() const { return ready_.size(); }
  /// Lets the `which`-th ready actor handle one message.
  void run(std::size_t which);

  /// The process dies: whoever was told to end does so now, in order, and no timer fires any more.
  void die();

  bool has_timer() const { return !clock_.schedule().empty(); }
  /// When the next timer is due, since the start of the run.
  milliseconds next_timer() const;
  /// Sets the clock and sends what is due.
  void set_time(milliseconds now);

  caf::actor_clock& clock() noexcept override { return clock_; }

protected:
  void start() override;
  void stop() override;
  void enqueue(caf::resumable* one) override { ready_.push_back(one); }
  bool detaches_utility_actors() const override { return false; }

private:
  class unit final : public caf::execution_unit {
  public:
    explicit unit(run_queue& queue) : execution_unit(&queue.system()), queue_(queue) {}
    void exec_later(caf::resumable* one) override { queue_.ready_.push_back(one); }

  private:
    run_queue& queue_;
  };

  caf::detail::test_actor_clock clock_;
  std::vector<caf::resumable*> ready_;
};

/// Configuration that puts a `run_queue` in the place of CAF's scheduler.
struct process_config : caf::actor_system_config {
  process_config();
};

/// The run queue of a system that was made with `process_config`.
run_queue& queue_of(caf::actor_system& system);

}  // namespace drey::sim
