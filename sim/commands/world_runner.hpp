/// How a program's simulations are run: in the world.
#pragma once

#include "sim/commands/simulate_command.hpp"

namespace drey::sim {

scenario_runner world_runner();

}  // namespace drey::sim
