/// `drey validate FILE…`: checks manifests offline with the operator's own rules.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace drey::sim {

/// Prints one line per finding, `file:line: path: problem. Remedy`, and a summary. Session jobs are
/// judged together with their clusters, in whichever of the files these stand. Returns 0 when the
/// operator would act on everything, 2 when there is an error; `err` is for files that cannot be
/// read.
int run_validate(const std::vector<std::string>& files, std::ostream& out, std::ostream& err);

}  // namespace drey::sim
