/// How fast a run was: kept apart from its result, which must not know the wall clock.
#pragma once

#include <chrono>
#include <ostream>

#include "sim/report/many_seeds.hpp"

namespace drey::sim {

/// Wall time since its making.
class stopwatch {
public:
  double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// JSON: seeds, events, virtual_seconds, wall_seconds, events_per_second.
void write_stats(std::ostream& out, const many_seeds& sums, double wall_seconds);

}  // namespace drey::sim
