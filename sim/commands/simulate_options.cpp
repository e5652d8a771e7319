#include "sim/commands/simulate_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>

#include "sim/scenario/span.hpp"

namespace drey::sim {

namespace {

constexpr unsigned jobs_max = 256;

/// As a shell reads it back: in quotes when it holds anything but plain characters.
std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,+@").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text)
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  return quoted + "'";
}

/// CLI11 reads "-5" as a very large number, and 99999999999999999999 as another one.
CLI::Option* add_number(CLI::App& command, const std::string& name, std::uint64_t& into,
                        std::uint64_t low, const std::string& what) {
  const auto take = [name, &into, low](const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc{} && end == text.data() + text.size();
    if (!whole || number < low)
      throw CLI::ValidationError(
          name, "`" + text + "` is not a whole number from " + std::to_string(low) + " to " +
                    std::to_string(std::numeric_limits<std::uint64_t>::max()));
    into = number;
  };
  return command.add_option_function<std::string>(name, take, what)
      ->option_text("N [" + std::to_string(into) + "]");
}

std::string expect_given(const std::string& text) {
  return text.empty() ? "is empty. Give a name or a path" : "";
}

}  // namespace

void add_simulate_options(CLI::App& command, simulate_options& into) {
  command.add_option("SCENARIO", into.scenario, "scenario file (YAML)")->required();
  add_number(command, "--seed", into.seed, 0, "the run's source of chance");
  add_number(command, "--seeds", into.seeds, 1, "run N seeds, counted up from --seed");
  command
      .add_option("--faults", into.faults,
                  "fault profile: none, light, heavy or a file, in place of the scenario's")
      ->check(expect_given);
  command.add_option_function<std::string>(
      "--until",
      [&into](const std::string& text) {
        into.until = parse_span(text);
        if (!into.until || into.until->count() == 0)
          throw CLI::ValidationError("--until", "`" + text +
                                                    "` is not a length of time. Write for "
                                                    "example 90s, 5m or 1h30m");
      },
      "simulated length, in place of the scenario's");
  command
      .add_option_function<std::string>(
          "--format",
          [&into](const std::string& text) {
            if (text != "text" && text != "json")
              throw CLI::ValidationError("--format",
                                         "`" + text + "` is no format. Write text or json");
            into.format = text == "json" ? output_format::json : output_format::text;
          },
          "text for people, json for machines")
      ->option_text("text|json");
  command.add_option("--report", into.report, "write a report with a picture")
      ->check(expect_given)
      ->option_text("FILE.html");
  command.add_flag_callback(
      "--wire", [&into] { into.form = wire_form::encoded; },
      "send every call and answer through the HTTP forms and codecs of the real operator; the "
      "result is the same, the run slower");
  command.add_flag_callback(
      "--trace", [&into] { into.trace = trace_lines::shown; },
      "show every changing call and every step of every machine (one seed)");
  command.add_option("--stats", into.stats, "write seeds, events and speed as JSON")
      ->check(expect_given)
      ->option_text("FILE");
  command.add_option("--jobs", into.jobs, "threads for --seeds; 0: one for each core")
      ->check(CLI::Range(0U, jobs_max))
      ->capture_default_str();
}

std::string replay_command(const simulate_options& options, std::uint64_t seed) {
  std::string text =
      "drey simulate " + shell_word(options.scenario) + " --seed " + std::to_string(seed);
  if (options.faults) text += " --faults " + shell_word(*options.faults);
  if (options.form == wire_form::encoded) text += " --wire";
  if (options.until) text += " --until " + text_of_span(*options.until);
  return text;
}

}  // namespace drey::sim
