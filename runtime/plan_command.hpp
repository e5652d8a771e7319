/// `drey-operator plan --live NEW`: what restarts when NEW is applied to what lives. It only reads.
#pragma once

#include <iosfwd>

namespace drey {

/// `argv[0]` is the word "plan". Returns what `--help` tells (actors/plan_input.hpp).
int run_live_plan(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace drey
