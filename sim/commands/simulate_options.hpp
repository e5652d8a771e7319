/// The command line of `drey simulate`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/time.hpp"
#include "sim/world/wire_forms.hpp"

namespace CLI {
class App;
}

namespace drey::sim {

enum class output_format { text, json };
/// Whether changing calls and steps of machines are shown.
enum class trace_lines { hidden, shown };

struct simulate_options {
  std::string scenario;               ///< path of its file
  std::uint64_t seed = 1;             ///< the first seed
  std::uint64_t seeds = 1;            ///< how many, counted up from `seed`
  std::optional<std::string> faults;  ///< a profile by name or path, in place of the scenario's
  std::optional<milliseconds> until;  ///< virtual length, in place of the scenario's
  output_format format = output_format::text;
  std::optional<std::string> report;  ///< HTML file to write
  wire_form form = wire_form::typed;
  trace_lines trace = trace_lines::hidden;
  std::optional<std::string> stats;  ///< JSON file to write
  unsigned jobs = 1;                 ///< threads; 0: one for each core. The result is the same
};

/// Adds the options to a (sub)command; parsing fills `into`, which must live as long. A wrong value
/// throws CLI::ParseError, which the program turns into exit code 2.
void add_simulate_options(CLI::App& command, simulate_options& into);

/// The command that repeats one seed of this run.
std::string replay_command(const simulate_options& options, std::uint64_t seed);

}  // namespace drey::sim
