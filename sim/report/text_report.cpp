#include "sim/report/text_report.hpp"

#include <algorithm>
#include <string>

#include "sim/report/painting.hpp"
#include "sim/scenario/span.hpp"

namespace drey::sim {

namespace {

constexpr std::size_t failed_shown_max = 10;

std::string plural(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string faults_text(const std::string& profile) {
  return profile == "none" ? "no random faults" : profile + " faults";
}

void write_verdict_word(std::ostream& out, bool good, colour use) {
  out << painted(good ? "HELD" : "VIOLATED", good ? ink::green_bold : ink::red_bold, use);
}

void write_failures(std::ostream& out, const std::vector<violation>& violations,
                    const std::vector<expectation_result>& expectations, colour use) {
  for (const auto& one : violations)
    out << "  " << painted("rule " + std::to_string(one.rule), ink::red, use) << " ("
        << rule_title(one.rule) << ") at " << clock_text(one.at) << ": " << one.text << "\n";
  for (const auto& one : expectations) {
    if (one.held) continue;
    out << "  " << painted("expected", ink::red, use) << " that " << one.text;
    if (!one.found.empty()) out << "; found: " << one.found;
    out << "\n";
  }
}

void write_outages(std::ostream& out, const std::vector<outage_figure>& outages) {
  if (outages.empty()) return;
  std::size_t width = 0;
  for (const auto& one : outages)
    width = std::max(width, name_of(one.subject).size() + 1 + one.name.size());
  out << "\n  " << filled("out of service", width) << filled_left("total", 13)
      << filled_left("longest", 13) << filled_left("times", 7) << "\n";
  for (const auto& one : outages)
    out << "  " << filled(std::string(name_of(one.subject)) + " " + one.name, width)
        << filled_left(clock_text(one.total), 13) << filled_left(clock_text(one.longest), 13)
        << filled_left(std::to_string(one.count), 7) << "\n";
}

void write_counts(std::ostream& out, const run_figures& x) {
  out << "\n  " << x.restores << " restored, "
      << plural(static_cast<std::uint64_t>(x.savepoints), "savepoint") << ", "
      << plural(static_cast<std::uint64_t>(x.checkpoints), "checkpoint") << ", operator restarted "
      << plural(static_cast<std::uint64_t>(x.operator_restarts), "time") << "\n  "
      << plural(static_cast<std::uint64_t>(x.mutating_calls), "changing call")
      << " of the operator, " << plural(static_cast<std::uint64_t>(x.faults), "random fault")
      << ", " << plural(x.events, "event") << "\n";
}

}  // namespace

void write_text(std::ostream& out, const run_result& result, const std::string& replay,
                colour use) {
  out << result.scenario << "  seed " << result.seed << "  " << faults_text(result.faults)
      << "\n\n";
  write_timeline(out, result, use);
  out << "\n";
  write_verdict_word(out, held(result), use);
  const auto expected = result.expectations.size();
  const auto fulfilled =
      static_cast<std::size_t>(std::count_if(result.expectations.begin(), result.expectations.end(),
                                             [](const auto& one) { return one.held; }));
  out << "  " << clock_text(result.end) << " simulated; " << fulfilled << " of "
      << plural(expected, "expectation") << " held, "
      << (result.violations.empty() ? "no rule broken"
                                    : plural(result.violations.size(), "violation") + " of rules")
      << "\n";
  write_failures(out, result.violations, result.expectations, use);
  write_outages(out, result.figures.outages);
  write_counts(out, result.figures);
  if (!held(result)) out << "\n  replay: " << replay << "\n";
}

void write_text(std::ostream& out, const many_seeds& seeds, colour use) {
  write_verdict_word(out, held(seeds), use);
  out << "  " << plural(seeds.seeds, "seed") << " of " << seeds.scenario << " from "
      << seeds.first_seed << " on, " << faults_text(seeds.faults) << "; "
      << clock_text(seeds.simulated) << " simulated";
  if (held(seeds))
    out << ", all held\n";
  else
    out << ", " << seeds.seeds - seeds.seeds_held << " violated\n";
  std::size_t shown = 0;
  for (const auto& one : seeds.failed) {
    if (shown++ == failed_shown_max) break;
    out << "\nseed " << one.seed << "\n";
    write_failures(out, one.violations, one.expectations, use);
    out << "  replay: " << one.replay << "\n";
  }
  const auto hidden =
      seeds.seeds - seeds.seeds_held - std::min(seeds.failed.size(), failed_shown_max);
  if (hidden > 0) out << "\n… and " << plural(hidden, "more failing seed") << "\n";
  write_outages(out, seeds.sums.outages);
  write_counts(out, seeds.sums);
}

}  // namespace drey::sim
