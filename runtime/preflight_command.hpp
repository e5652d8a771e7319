/// `drey-operator preflight`: reads with the rights of whoever runs it, changes nothing, and prints
/// what stands against drey and its clusters (actors/preflight.hpp).
#pragma once

#include <iosfwd>

namespace drey {

/// 0: nothing is wrong, 3: something is, 1: the cluster could not be read, 2: wrong usage.
/// `argv[0]` is "preflight".
int run_preflight(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace drey
