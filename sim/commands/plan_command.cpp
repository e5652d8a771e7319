#include "sim/commands/plan_command.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

#include "actors/plan_input.hpp"
#include "actors/plan_report.hpp"
#include "protocol/manifest_file.hpp"
#include "sim/commands/terminal.hpp"
#include "sim/report/painting.hpp"

namespace drey::sim {

namespace {

ink ink_of(plan_tone tone) {
  switch (tone) {
    case plan_tone::plain:
      return ink::plain;
    case plan_tone::quiet:
      return ink::dim;
    case plan_tone::good:
      return ink::green;
    case plan_tone::warning:
      return ink::yellow;
    case plan_tone::bad:
      return ink::red;
  }
  return ink::plain;
}

void write_plan(std::ostream& out, const restart_plan& plan) {
  const auto use = is_terminal(out) ? colour::yes : colour::no;
  for (const auto& line : lines_of(plan))
    out << std::string(static_cast<std::size_t>(line.depth) * 2, ' ')
        << painted(line.text, ink_of(line.tone), use) << '\n';
}

}  // namespace

void add_plan_options(CLI::App& command, plan_options& into) {
  command.add_option("OLD", into.before, "manifests as they are applied")->required();
  command.add_option("NEW", into.after, "the same as they shall be")->required();
  command.add_flag_callback(
      "--json", [&into] { into.as = plan_options::form::json; }, "for pipelines");
  command.add_flag_callback(
      "--without-ordinals", [&into] { into.ordinals = ordinals_fate::dropped; },
      "for Kubernetes that keeps no spec.ordinals of StatefulSets (before 1.27)");
  command.footer(std::string(plan_exit_codes));
}

int run_plan(const plan_options& options, std::ostream& out, std::ostream& err) {
  const auto before = manifest_in_file(options.before, err);
  const auto after = manifest_in_file(options.after, err);
  if (!before || !after) return plan_exit_failed;
  const auto about_old = tell_objections(options.before, *before, err);
  const auto about_new = tell_objections(options.after, *after, err);
  if (about_old == plan_verdict::wrong || about_new == plan_verdict::wrong)
    return plan_exit_invalid;
  auto given = resources_of(*before);
  if (options.ordinals == ordinals_fate::dropped)
    for (const auto& one : given.clusters)
      given.without_ordinals.insert(name_in_plan(one.metadata));
  const auto plan = plan_between(given, resources_of(*after));
  if (options.as == plan_options::form::json)
    out << json_of(plan);
  else
    write_plan(out, plan);
  return exit_code_of(action_of(plan));
}

}  // namespace drey::sim
