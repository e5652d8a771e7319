/// Runs many seeds on one or more threads and hands the results over in the order of the seeds, so
/// that what is made of them does not depend on the number of threads.
#pragma once

#include <functional>

#include "sim/commands/simulate_command.hpp"

namespace drey::sim {

/// One run; an exception of the runner becomes a violation of rule 0.
run_result run_guarded(const scenario_runner& runner, const scenario& what, std::uint64_t seed,
                       const run_settings& settings);

/// `use` is called once for each seed, by one thread at a time, in the order of the seeds.
void run_seeds(const simulate_options& options, const scenario_runner& runner, const scenario& what,
               const std::function<void(run_result)>& use);

}  // namespace drey::sim
