/// Judges manifests as a whole: session jobs together with the clusters they name, in whichever
/// file these stand.
#pragma once

#include <span>
#include <vector>

#include "protocol/manifest.hpp"
#include "protocol/validate.hpp"

namespace drey {

/// All findings of each file, those of reading it included, in the order of its lines.
std::vector<findings> check_manifests(std::span<const manifest> files,
                                      const validation_options& options);

}  // namespace drey
