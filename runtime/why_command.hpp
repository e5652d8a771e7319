/// `drey-operator why NAMESPACE/NAME`: reads a resource, its pods and its Events, changes nothing,
/// and prints why it is as it is (actors/explanation.hpp).
#pragma once

#include <iosfwd>

namespace drey {

/// 0: it is well, 3: it is not, 1: the cluster could not be read, 2: wrong usage, or no such
/// resource. `argv[0]` is "why".
int run_why(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace drey
