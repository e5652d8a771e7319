#include "sim/flink/ledger.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace drey::sim {

std::string_view name_of(execution_origin x) {
  return x == execution_origin::submitted ? "submitted" : "recovered";
}

std::string_view name_of(execution_end x) {
  constexpr std::array<std::string_view, 6> names{"none",   "finished",         "canceled",
                                                  "failed", "job_manager_lost", "overwritten"};
  return names.at(static_cast<std::size_t>(x));
}

std::string_view resource_of(std::string_view whose) { return whose.substr(0, whose.find('@')); }

std::size_t ledger::live_executions(std::string_view whose) const {
  return static_cast<std::size_t>(std::count_if(live_.begin(), live_.end(), [&](std::size_t id) {
    return executions_[id].lineage == whose;
  }));
}

std::size_t ledger::began(execution x) {
  x.id = executions_.size();
  x.live_at_start = live_executions(x.lineage);
  live_.push_back(x.id);
  executions_.push_back(std::move(x));
  return executions_.back().id;
}

void ledger::host_ended(host_end x) {
  for (auto& one : slot_losses_)
    if (one.process == x.process && !one.end) one.end = x.at;
  host_ends_.push_back(std::move(x));
}

void ledger::tasks_started(task_start x) { starts_.push_back(std::move(x)); }

void ledger::orphaned(std::size_t which, milliseconds at, std::int64_t position,
                      execution_end how) {
  auto& x = executions_.at(which);
  x.orphaned = at;
  x.position_at_end = position;
  x.how = how;
}

void ledger::ended(std::size_t which, milliseconds at, std::int64_t position, execution_end how) {
  auto& x = executions_.at(which);
  x.end = at;
  x.position_at_end = position;
  if (x.how == execution_end::none) x.how = how;
  std::erase(live_, which);
}

}  // namespace drey::sim
