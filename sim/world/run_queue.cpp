#include "sim/world/run_queue.hpp"

#include <caf/send.hpp>

namespace drey::sim {

namespace {

using clock_time = caf::actor_clock::time_point;

/// CAF takes the zero of its clock for "at once", so the run begins a little later.
constexpr milliseconds clock_start{1'000};

clock_time at(milliseconds now) { return clock_time{clock_start + now}; }

}  // namespace

run_queue::run_queue(caf::actor_system& system) : abstract_coordinator(system) {
  clock_.current_time = at(milliseconds{0});
}

/// CAF's own spawns the printer of `caf::aout`, which nobody here uses: a thread in each process,
/// whose end would meet `clock_`.
void run_queue::start() {}

void run_queue::stop() { die(); }

void run_queue::die() {
  clock_.cancel_all();
  while (!ready_.empty()) run(0);
  clock_.cancel_all();
}

void run_queue::run(std::size_t which) {
  auto* one = ready_[which];
  ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(which));
  unit here{*this};
  switch (one->resume(&here, 1)) {
    case caf::resumable::resume_later:
      ready_.push_back(one);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
      caf::intrusive_ptr_release(one);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
  }
}

milliseconds run_queue::next_timer() const {
  const auto due = clock_.schedule().begin()->first.time_since_epoch() - clock_start;
  // Rounded up: a timer never fires before its time.
  return std::chrono::ceil<milliseconds>(due);
}

void run_queue::set_time(milliseconds now) {
  clock_.current_time = at(now);
  clock_.trigger_expired_timeouts();
}

process_config::process_config() {
  set("scheduler.max-threads", 1u);
  module_factories.push_back([](caf::actor_system& system) -> caf::actor_system::module* {
    return new run_queue(system);
  });
}

run_queue& queue_of(caf::actor_system& system) {
  return static_cast<run_queue&>(system.scheduler());
}

}  // namespace drey::sim
