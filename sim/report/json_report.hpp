/// The report for machines. Keys stand in a fixed order and numbers are whole, so equal runs give
/// equal bytes. Times are milliseconds since the start of the run.
#pragma once

#include <ostream>

#include "sim/report/many_seeds.hpp"
#include "sim/report/run_result.hpp"

namespace drey::sim {

/// One run: verdict, figures, expectations, violations and the whole timeline; `trace` are the
/// lines of `--trace`, left out when empty.
void write_json(std::ostream& out, const run_result& result, const std::vector<std::string>& trace);

/// Many runs: verdict, sums and failed seeds.
void write_json(std::ostream& out, const many_seeds& seeds);

}  // namespace drey::sim
