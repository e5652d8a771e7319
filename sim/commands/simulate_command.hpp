/// `drey simulate`: reads the scenario, runs its seeds, prints what happened.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "sim/commands/simulate_options.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"

namespace drey::sim {

struct run_settings {
  /// Called with one line for every changing call and every step of a machine; empty: not wanted.
  std::function<void(const std::string&)> trace;
  wire_form form = wire_form::typed;
};

/// Runs one seed. With `--jobs` it is called from several threads at once. The scenario holds the
/// faults and the length that the command line put in place of the file's. An exception is reported
/// as a violation of rule 0.
using scenario_runner =
    std::function<run_result(const scenario&, std::uint64_t seed, const run_settings&)>;

/// 0: every verdict held; 1: one was violated; 2: bad input (said on `err`), nothing was run, or a
/// file could not be written.
int run_simulate(const simulate_options& options, const scenario_runner& runner, std::ostream& out,
                 std::ostream& err);

}  // namespace drey::sim
