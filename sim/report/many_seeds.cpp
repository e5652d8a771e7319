#include "sim/report/many_seeds.hpp"

#include <algorithm>
#include <tuple>

namespace drey::sim {

namespace {

void add_outage(std::vector<outage_figure>& into, const outage_figure& one) {
  const auto key = [](const outage_figure& x) { return std::tie(x.subject, x.name); };
  auto at = std::lower_bound(into.begin(), into.end(), one,
                             [&](const auto& a, const auto& b) { return key(a) < key(b); });
  if (at == into.end() || key(*at) != key(one)) {
    into.insert(at, one);
    return;
  }
  at->total += one.total;
  at->longest = std::max(at->longest, one.longest);
  at->count += one.count;
}

void add_figures(run_figures& into, const run_figures& one) {
  into.events += one.events;
  into.faults += one.faults;
  into.restores += one.restores;
  into.savepoints += one.savepoints;
  into.checkpoints += one.checkpoints;
  into.operator_restarts += one.operator_restarts;
  into.mutating_calls += one.mutating_calls;
  for (const auto& outage : one.outages) add_outage(into.outages, outage);
}

failed_seed failure_of(const run_result& result, const std::string& replay) {
  failed_seed failed{result.seed, result.violations, {}, replay};
  for (const auto& one : result.expectations)
    if (!one.held) failed.expectations.push_back(one);
  return failed;
}

}  // namespace

void add_run(many_seeds& into, const run_result& result, const std::string& replay) {
  if (into.seeds == 0) {
    into.scenario = result.scenario;
    into.faults = result.faults;
    into.first_seed = result.seed;
  }
  ++into.seeds;
  into.simulated += result.end;
  add_figures(into.sums, result.figures);
  if (held(result))
    ++into.seeds_held;
  else if (into.failed.size() < many_seeds::failed_kept_max)
    into.failed.push_back(failure_of(result, replay));
}

}  // namespace drey::sim
