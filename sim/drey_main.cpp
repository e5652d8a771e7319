/// `drey`: simulate, validate, plan, crds.
#include <iostream>

#include <CLI/CLI.hpp>

#include "actors/plan_input.hpp"
#include "sim/commands/crds_command.hpp"
#include "sim/commands/plan_command.hpp"
#include "sim/commands/simulate_command.hpp"
#include "sim/commands/validate_command.hpp"
#include "sim/commands/world_runner.hpp"

namespace {

constexpr int exit_bad_input = 2;

/// A plan's 2 is said of manifests.
int exit_failed(std::string_view command) {
  return command == "plan" ? drey::plan_exit_failed : exit_bad_input;
}

/// What went wrong in words that name the remedy.
int refuse(const CLI::App& app, const CLI::ParseError& wrong, std::string_view first_word) {
  const auto named =
      app.get_subcommands([&](const CLI::App* one) { return one->get_name() == first_word; });
  if (first_word.empty() || first_word.starts_with('-') || !named.empty())
    return app.exit(wrong) == 0 ? 0 : exit_failed(first_word);
  std::cerr << "`" << first_word << "` is not a command. Use simulate, validate, plan or crds\n";
  return exit_bad_input;
}

/// A result that nobody could read is none.
int ended(int code, int failed = exit_bad_input) {
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "standard output: cannot be written. Is it closed, or its disk full?\n";
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace drey::sim;
  CLI::App app{
      "drey keeps Apache Flink session clusters and their jobs alive on Kubernetes.\n"
      "This program simulates and checks; drey-operator is the controller."};
  app.require_subcommand(1);

  simulate_options simulate;
  auto* run = app.add_subcommand("simulate", "Run a scenario against the operator's own actors");
  add_simulate_options(*run, simulate);

  std::vector<std::string> files;
  auto* validate = app.add_subcommand("validate", "Check manifests with the operator's own rules");
  validate->add_option("FILE", files, "YAML or JSON files")->required();

  plan_options plan;
  auto* change = app.add_subcommand("plan", "Tell what restarts when manifests change");
  add_plan_options(*change, plan);

  auto* crds = app.add_subcommand("crds", "Print the CustomResourceDefinitions");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return refuse(app, wrong, argc > 1 ? argv[1] : "");
  }
  if (*validate) return ended(run_validate(files, std::cout, std::cerr));
  if (*change) return ended(run_plan(plan, std::cout, std::cerr), drey::plan_exit_failed);
  if (*crds) return ended(run_crds(std::cout));
  return ended(run_simulate(simulate, world_runner(), std::cout, std::cerr));
}
