#include "sim/commands/world_runner.hpp"

#include <utility>

#include "sim/world/world.hpp"

namespace drey::sim {

scenario_runner world_runner() {
  return [](const scenario& what, std::uint64_t seed, const run_settings& settings) {
    world_settings all;
    all.trace = settings.trace;
    all.form = settings.form;
    return run_scenario(what, seed, std::move(all));
  };
}

}  // namespace drey::sim
