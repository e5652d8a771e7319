/// `drey plan OLD NEW`: what restarts when NEW is applied where OLD was.
#pragma once

#include <iosfwd>
#include <string>

#include "sim/kubernetes/settings.hpp"

namespace CLI {
class App;
}

namespace drey::sim {

struct plan_options {
  std::string before;
  std::string after;
  enum class form { text, json } as = form::text;
  ordinals_fate ordinals = ordinals_fate::kept;
};
void add_plan_options(CLI::App& command, plan_options& into);

/// Prints the plan on `out`; findings of the operator's own rules go to `err`. Returns what
/// add_plan_options tells under --help.
int run_plan(const plan_options& options, std::ostream& out, std::ostream& err);

}  // namespace drey::sim
