#include "tests/worlds/worlds.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <stdexcept>

#include "sim/commands/simulate_options.hpp"
#include "sim/report/json_report.hpp"

namespace drey::sim {

namespace {

const std::string root = DREY_SOURCE_DIR "/";

template <class T>
T value_of_loaded(loaded<T> read) {
  std::string wrong;
  for (const auto& found : read.findings) wrong += text_of(found) + "\n";
  if (!read.value) throw std::runtime_error(wrong);
  return std::move(*read.value);
}

}  // namespace

scenario scenario_of(const std::string& path) {
  return value_of_loaded(load_scenario(root + path));
}

scenario scenario_of(const std::string& path, const std::string& faults) {
  auto what = scenario_of(path);
  what.faults = value_of_loaded(load_fault_profile(faults, root + standard_scenario));
  return what;
}

run_result judged_run(const scenario& what, std::uint64_t seed, world_settings settings) {
  try {
    return run_scenario(what, seed, std::move(settings));
  } catch (const std::exception& failure) {
    run_result failed;
    failed.seed = seed;
    failed.scenario = what.name;
    failed.faults = what.faults.name;
    failed.violations.push_back({0, milliseconds{0}, failure.what()});
    return failed;
  }
}

std::string bytes_of(const run_result& result) {
  std::ostringstream text;
  write_json(text, result, {});
  return text.str();
}

std::string complaints_of(const run_result& result) {
  std::string all;
  for (const auto& one : result.violations)
    all += "  rule " + std::to_string(one.rule) + ", " + std::string(rule_title(one.rule)) + ": " +
           one.text + " (at " + std::to_string(one.at.count()) + " ms)\n";
  for (const auto& one : result.expectations)
    if (!one.held) all += "  expected: " + one.text + "; found: " + one.found + "\n";
  return all;
}

std::string replay_of(const std::string& path, const std::string& faults, std::uint64_t seed,
                      wire_form form) {
  simulate_options options;
  options.scenario = path;
  options.faults = faults;
  options.form = form;
  return replay_command(options, seed);
}

void every_seed_holds(const std::string& path, const std::string& faults, std::uint64_t seeds) {
  const auto what = scenario_of(path, faults);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto result = judged_run(what, seed, {});
    BOOST_CHECK_MESSAGE(held(result), replay_of(path, faults, seed, wire_form::typed)
                                          << "\n"
                                          << complaints_of(result));
  }
}

}  // namespace drey::sim
