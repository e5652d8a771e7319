/// `drey`: simulate, validate, crds.
#include <iostream>

#include <CLI/CLI.hpp>

#include "sim/commands/crds_command.hpp"
#include "sim/commands/simulate_command.hpp"
#include "sim/commands/validate_command.hpp"
#include "sim/world/world.hpp"

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

  auto* crds = app.add_subcommand("crds", "Print the CustomResourceDefinitions");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  if (*validate) return run_validate(files, std::cout, std::cerr);
  if (*crds) return run_crds(std::cout);
  return run_simulate(
      simulate,
      [](const scenario& what, std::uint64_t seed, const run_settings& settings) {
        world_settings all;
        all.trace = settings.trace;
        all.form = settings.form;
        return run_scenario(what, seed, std::move(all));
      },
      std::cout, std::cerr);
}
