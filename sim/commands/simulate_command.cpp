#include "sim/commands/simulate_command.hpp"

#include <fstream>
#include <limits>
#include <vector>

#include "sim/commands/progress.hpp"
#include "sim/commands/seed_loop.hpp"
#include "sim/commands/stats_file.hpp"
#include "sim/commands/terminal.hpp"
#include "sim/report/html_report.hpp"
#include "sim/report/json_report.hpp"
#include "sim/report/text_report.hpp"

namespace drey::sim {

namespace {

constexpr int exit_held = 0;
constexpr int exit_violated = 1;
constexpr int exit_bad_input = 2;
constexpr std::string_view cannot_be_written =
    ": cannot be written. Give the path of a file in a folder that exists";

std::optional<scenario> wanted_scenario(const simulate_options& options, std::ostream& err) {
  auto read = load_scenario(options.scenario);
  for (const auto& found : read.findings) err << text_of(found) << "\n";
  if (!read.value) return std::nullopt;
  if (options.faults) {
    auto profile = load_fault_profile(*options.faults, options.scenario);
    for (const auto& found : profile.findings) err << text_of(found) << "\n";
    if (!profile.value) return std::nullopt;
    read.value->faults = std::move(*profile.value);
  }
  if (options.until) read.value->until = *options.until;
  return std::move(read.value);
}

class simulate_command {
public:
  simulate_command(const simulate_options& options, const scenario_runner& runner,
                   std::ostream& out, std::ostream& err)
      : options_(options),
        runner_(runner),
        out_(out),
        err_(err),
        colour_(is_terminal(out) ? colour::yes : colour::no) {}

  int run(const scenario& what) {
    const stopwatch watch;
    const bool good = options_.seeds == 1 ? run_one(what) : run_many(what);
    const bool written = write_files(watch);
    if (!written) return exit_bad_input;
    return good ? exit_held : exit_violated;
  }

private:
  bool run_one(const scenario& what) {
    std::vector<std::string> trace;
    run_settings settings{{}, options_.form};
    if (options_.trace == trace_lines::shown)
      settings.trace = [&](const std::string& line) { show_trace(line, trace); };
    const auto result = run_guarded(runner_, what, options_.seed, settings);
    add_run(sums_, result, replay(result.seed));
    if (options_.format == output_format::json)
      write_json(out_, result, trace);
    else
      write_text(out_, result, replay(result.seed), colour_);
    shown_ = result;
    return held(result);
  }

  bool run_many(const scenario& what) {
    progress bar(err_, options_.seeds);
    run_seeds(options_, runner_, what, [&](run_result result) {
      add_run(sums_, result, replay(result.seed));
      bar.advance(held(result) ? progress::seed::held : progress::seed::violated);
      // The page shows the first seed that failed, else the first.
      if (!shown_ || (held(*shown_) && !held(result))) shown_ = std::move(result);
    });
    bar.clear();
    if (options_.format == output_format::json)
      write_json(out_, sums_);
    else
      write_text(out_, sums_, colour_);
    return held(sums_);
  }

  void show_trace(const std::string& line, std::vector<std::string>& kept) {
    if (options_.format == output_format::json)
      kept.push_back(line);
    else
      out_ << line << "\n";
  }

  bool write_files(const stopwatch& watch) {
    bool written = true;
    if (options_.stats)
      written &= write_file(*options_.stats, [&](std::ostream& file) {
        write_stats(file, sums_, watch.wall_seconds());
      });
    if (options_.report)
      written &= write_file(*options_.report, [&](std::ostream& file) {
        write_html(file, *shown_, replay(shown_->seed));
      });
    return written;
  }

  bool write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (file) write(file);
    file.close();
    if (file) return true;
    err_ << path << cannot_be_written << "\n";
    return false;
  }

  std::string replay(std::uint64_t seed) const { return replay_command(options_, seed); }

  const simulate_options& options_;
  const scenario_runner& runner_;
  std::ostream& out_;
  std::ostream& err_;
  colour colour_;
  many_seeds sums_;
  std::optional<run_result> shown_;
};

}  // namespace

namespace {

/// Empty: the options can be done together.
std::string complaint_about(const simulate_options& options) {
  if (options.trace == trace_lines::shown && options.seeds > 1)
    return "--trace: shows one run only. Leave out --seeds";
  if (options.seeds - 1 > std::numeric_limits<std::uint64_t>::max() - options.seed)
    return "--seeds: counts up beyond the largest seed. Lower --seed or --seeds";
  if (options.report && options.report == options.stats)
    return "--stats: would overwrite the report. Give it a file of its own";
  // Looked at before hours are spent on what cannot be kept.
  for (const auto& path : {options.report, options.stats})
    if (path && !std::ofstream(*path, std::ios::binary | std::ios::app))
      return *path + std::string{cannot_be_written};
  return {};
}

}  // namespace

int run_simulate(const simulate_options& options, const scenario_runner& runner, std::ostream& out,
                 std::ostream& err) {
  const auto what = wanted_scenario(options, err);
  if (!what) return exit_bad_input;
  if (const auto wrong = complaint_about(options); !wrong.empty()) {
    err << wrong << "\n";
    return exit_bad_input;
  }
  return simulate_command(options, runner, out, err).run(*what);
}

}  // namespace drey::sim
