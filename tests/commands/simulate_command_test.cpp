// `drey simulate` round a runner that is made up: options, exit codes, output, files, threads.
#include <CLI/CLI.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "sim/commands/progress.hpp"
#include "sim/commands/seed_loop.hpp"
#include "sim/commands/simulate_command.hpp"

namespace drey::sim {

namespace {

const std::string standard = DREY_SOURCE_DIR "/configs/scenarios/session-cluster.yaml";

simulate_options parse(std::vector<std::string> arguments) {
  CLI::App app;
  simulate_options options;
  add_simulate_options(app, options);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
  app.parse(arguments);
  return options;
}

struct outcome {
  int code = 0;
  std::string out;
  std::string err;
};

outcome outcome_of(const simulate_options& options, const scenario_runner& runner) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_simulate(options, runner, out, err);
  return {code, out.str(), err.str()};
}

/// Every tenth seed breaks rule 6.
run_result made_up(const scenario& what, std::uint64_t seed, const run_settings& settings) {
  run_result result;
  result.seed = seed;
  result.scenario = what.name;
  result.faults = what.faults.name;
  result.end = what.until;
  result.figures.events = 100;
  if (settings.trace) settings.trace("1s GET /jobs/overview");
  if (seed % 10 == 0) result.violations.push_back({6, milliseconds{1'000}, "two live executions"});
  return result;
}

std::string text_of_path(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

simulate_options options_for_seeds(std::uint64_t first, std::uint64_t count) {
  simulate_options options;
  options.scenario = standard;
  options.seed = first;
  options.seeds = count;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulate_command)

BOOST_AUTO_TEST_CASE(options_fill_the_struct) {
  const auto options = parse({"a.yaml", "--seed", "7", "--seeds", "20", "--faults", "heavy",
                              "--until", "1h30m", "--format", "json", "--report", "r.html",
                              "--wire", "--trace", "--stats", "s.json", "--jobs", "2"});
  BOOST_TEST(options.scenario == "a.yaml");
  BOOST_TEST(options.seed == 7U);
  BOOST_TEST(options.seeds == 20U);
  BOOST_TEST(options.faults.value() == "heavy");
  BOOST_TEST((options.until == milliseconds{5'400'000}));
  BOOST_TEST((options.format == output_format::json));
  BOOST_TEST(options.report.value() == "r.html");
  BOOST_TEST((options.form == wire_form::encoded));
  BOOST_TEST((options.trace == trace_lines::shown));
  BOOST_TEST(options.stats.value() == "s.json");
  BOOST_TEST(options.jobs == 2U);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"a.yaml", "--seed", "-1"},
                                                    {"a.yaml", "--seed", "seven"},
                                                    {"a.yaml", "--seed", "1.5"},
                                                    {"a.yaml", "--seed", ""},
                                                    {"a.yaml", "--seed", "99999999999999999999"},
                                                    {"a.yaml", "--seeds", "0"},
                                                    {"a.yaml", "--seeds", "-5"},
                                                    {"a.yaml", "--faults", ""},
                                                    {"a.yaml", "--report", ""},
                                                    {"a.yaml", "--stats", ""},
                                                    {"a.yaml", "--until", "-5s"},
                                                    {"a.yaml", "--until", "99999999d"},
                                                    {"a.yaml", "--until", ""},
                                                    {"a.yaml", "--until", "soon"},
                                                    {"a.yaml", "--until", "0"},
                                                    {"a.yaml", "--format", "xml"},
                                                    {"a.yaml", "--jobs", "1000"},
                                                    {"a.yaml", "--sead", "7"},
                                                    {"a.yaml", "b.yaml"}};
  for (const auto& arguments : wrong)
    BOOST_TEST_CONTEXT(arguments.size() << " " << (arguments.empty() ? "" : arguments.back()))
  BOOST_CHECK_THROW(parse(arguments), CLI::ParseError);
}

BOOST_AUTO_TEST_CASE(the_replay_command_repeats_what_was_asked) {
  auto options = parse({"my runs/a.yaml", "--faults", "heavy", "--until", "90s", "--seeds", "5"});
  BOOST_TEST(replay_command(options, 3) ==
             "drey simulate 'my runs/a.yaml' --seed 3 --faults heavy --until 1m30s");
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_the_verdict) {
  BOOST_TEST(outcome_of(options_for_seeds(1, 1), made_up).code == 0);
  BOOST_TEST(outcome_of(options_for_seeds(10, 1), made_up).code == 1);
  BOOST_TEST(outcome_of(options_for_seeds(1, 9), made_up).code == 0);
  BOOST_TEST(outcome_of(options_for_seeds(1, 10), made_up).code == 1);
}

BOOST_AUTO_TEST_CASE(bad_input_ends_with_two_and_runs_nothing) {
  const scenario_runner never = [](const scenario&, std::uint64_t,
                                   const run_settings&) -> run_result {
    throw std::logic_error("was run");
  };
  auto options = options_for_seeds(1, 1);
  options.scenario = "nowhere.yaml";
  auto seen = outcome_of(options, never);
  BOOST_TEST(seen.code == 2);
  BOOST_TEST(seen.out.empty());
  BOOST_TEST(seen.err.starts_with("nowhere.yaml: cannot be read"));
  options = options_for_seeds(1, 1);
  options.faults = "enormous";
  seen = outcome_of(options, never);
  BOOST_TEST(seen.code == 2);
  BOOST_TEST(seen.err.starts_with("enormous: no such fault profile"));
  options = options_for_seeds(1, 2);
  options.trace = trace_lines::shown;
  BOOST_TEST(outcome_of(options, never).code == 2);
  options = options_for_seeds(std::numeric_limits<std::uint64_t>::max(), 2);
  seen = outcome_of(options, never);
  BOOST_TEST(seen.code == 2);
  BOOST_TEST(seen.err.starts_with("--seeds: counts up beyond the largest seed"));
  options = options_for_seeds(1, 1);
  options.report = "/nowhere/report.html";
  seen = outcome_of(options, never);
  BOOST_TEST(seen.code == 2);
  BOOST_TEST(seen.err.starts_with("/nowhere/report.html: cannot be written. Give the path"));
  options.report = options.stats = "both";
  BOOST_TEST(outcome_of(options, never).code == 2);
}

BOOST_AUTO_TEST_CASE(faults_and_length_of_the_command_line_go_before_the_file) {
  auto options = options_for_seeds(3, 1);
  options.faults = "heavy";
  options.until = milliseconds{60'000};
  options.format = output_format::json;
  const auto document = nlohmann::json::parse(outcome_of(options, made_up).out);
  BOOST_TEST(document.at("faults") == "heavy");
  BOOST_TEST(document.at("end_ms") == 60'000);
  BOOST_TEST(document.at("seed") == 3);
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_runner_is_a_violation) {
  const auto seen =
      outcome_of(options_for_seeds(1, 1),
                 [](const scenario&, std::uint64_t, const run_settings&) -> run_result {
                   throw std::runtime_error("index out of range");
                 });
  BOOST_TEST(seen.code == 1);
  BOOST_TEST(seen.out.find("rule 0 (our own code does not fail) at 0s: index out of range") !=
             std::string::npos);
  BOOST_TEST(seen.out.find("replay: drey simulate ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(trace_lines_are_shown) {
  auto options = options_for_seeds(1, 1);
  options.trace = trace_lines::shown;
  BOOST_TEST(outcome_of(options, made_up).out.starts_with("1s GET /jobs/overview\n"));
  options.format = output_format::json;
  const auto document = nlohmann::json::parse(outcome_of(options, made_up).out);
  BOOST_TEST(document.at("trace").at(0) == "1s GET /jobs/overview");
}

BOOST_AUTO_TEST_CASE(seeds_are_handed_over_in_order_whatever_the_threads) {
  auto options = options_for_seeds(1, 500);
  options.format = output_format::json;
  const auto alone = outcome_of(options, made_up);
  const scenario_runner uneven = [](const scenario& what, std::uint64_t seed,
                                    const run_settings& settings) {
    if (seed % 37 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return made_up(what, seed, settings);
  };
  for (const unsigned jobs : {2U, 8U, 0U}) {
    options.jobs = jobs;
    BOOST_TEST(outcome_of(options, uneven).out == alone.out);
  }
  std::vector<std::uint64_t> order;
  options.jobs = 4;
  run_seeds(options, uneven, {}, [&](const run_result& one) { order.push_back(one.seed); });
  BOOST_REQUIRE(order.size() == 500U);
  BOOST_TEST(std::is_sorted(order.begin(), order.end()));
}

BOOST_AUTO_TEST_CASE(files_are_written_and_a_page_of_many_seeds_shows_the_first_that_failed) {
  const auto folder = std::filesystem::temp_directory_path() / "drey_simulate_test";
  std::filesystem::create_directories(folder);
  auto options = options_for_seeds(5, 20);
  options.report = (folder / "report.html").string();
  options.stats = (folder / "stats.json").string();
  BOOST_TEST(outcome_of(options, made_up).code == 1);
  BOOST_TEST(text_of_path(*options.report).find("seed 10</title>") != std::string::npos);
  const auto stats = nlohmann::json::parse(text_of_path(*options.stats));
  BOOST_TEST(stats.at("seeds") == 20);
  BOOST_TEST(stats.at("events") == 2'000);
  BOOST_TEST(stats.at("virtual_seconds") == 18'000.0);
  std::filesystem::remove_all(folder);
  const auto seen = outcome_of(options, made_up);
  BOOST_TEST(seen.code == 2);
  BOOST_TEST(seen.err.find("report.html: cannot be written") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_progress_bar) {
  BOOST_TEST(progress_text(0, 10, 0, -1) == "[------------------------------] 0/10 seeds");
  BOOST_TEST(progress_text(5, 10, 2, 12) ==
             "[###############---------------] 5/10 seeds, 2 violated, 12s left");
  std::ostringstream nobody;
  progress bar(nobody, 3);
  for (int i = 0; i < 3; ++i) bar.advance(progress::seed::held);
  bar.clear();
  BOOST_TEST(nobody.str().empty());  // a file is no terminal
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
