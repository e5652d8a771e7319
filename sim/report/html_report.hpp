/// The report to look at: one self-contained HTML page with swimlanes of the cluster, its
/// TaskManagers and jobs, the verdict and the figures. No script, nothing from the network; light
/// and dark as the reader's system is; readable when printed.
#pragma once

#include <ostream>
#include <string>

#include "sim/report/run_result.hpp"

namespace drey::sim {

/// `replay` is the command that repeats the run; it is shown in the head.
void write_html(std::ostream& out, const run_result& result, const std::string& replay);

}  // namespace drey::sim
