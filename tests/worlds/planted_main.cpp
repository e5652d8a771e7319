/// `drey_planted N simulate …`: what `drey simulate` does, with the bug of place N in
/// actors/planted_bugs.hpp (the first after `none` is 1).
#include <charconv>
#include <cstring>
#include <iostream>

#include <CLI/CLI.hpp>

#include "actors/planted_bugs.hpp"
#include "sim/commands/simulate_command.hpp"
#include "sim/commands/world_runner.hpp"

int main(int argc, char** argv) {
  using namespace drey::sim;
  int place = 0;
  if (argc < 2 ||
      std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), place).ec != std::errc{} ||
      place < 1) {
    std::cerr << "The first argument is a bug's place in actors/planted_bugs.hpp, from 1\n";
    return 2;
  }
  drey::the_planted_bug = static_cast<drey::planted_bug>(place);

  CLI::App app{"drey with a bug on purpose"};
  app.require_subcommand(1);
  simulate_options simulate;
  auto* run = app.add_subcommand("simulate", "Run a scenario against the operator's own actors");
  add_simulate_options(*run, simulate);
  CLI11_PARSE(app, argc - 1, argv + 1);
  return run_simulate(simulate, world_runner(), std::cout, std::cerr);
}
