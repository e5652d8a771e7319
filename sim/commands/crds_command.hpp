/// `drey crds`: prints the CustomResourceDefinitions.
#pragma once

#include <iosfwd>

namespace drey::sim {

/// Prints all three manifests as one YAML stream, for `kubectl apply -f -`; always 0.
int run_crds(std::ostream& out);

}  // namespace drey::sim
