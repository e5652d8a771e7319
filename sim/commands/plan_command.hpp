/// `drey plan OLD NEW`: what restarts when NEW is applied where OLD was.
#pragma once

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace drey::sim {

struct plan_options {
  std::string before;
  std::string after;
  enum class form { text, json } as = form::text;
};
void add_plan_options(CLI::App& command, plan_options& into);

inline constexpr int plan_exit_failed = 1;   ///< wrong usage, or a file that cannot be read
inline constexpr int plan_exit_invalid = 2;  ///< the operator would not act on these manifests

/// Prints the plan on `out`; findings of the operator's own rules go to `err`. Returns what
/// add_plan_options tells under --help.
int run_plan(const plan_options& options, std::ostream& out, std::ostream& err);

}  // namespace drey::sim
