#include "actors/primary_shell.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace drey {

namespace {

/// What a status says is wrong with the spec; empty: nothing.
std::string invalid_by(const object& primary) {
  return std::visit(
      []<class T>(const T& one) -> std::string {
        if constexpr (requires { one.status.conditions; }) {
          const auto& all = one.status.conditions;
          const auto found = std::ranges::find(all, "Stalled", &condition::type);
          if (found != all.end() && found->reason == "Invalid") return found->message;
        }
        return {};
      },
      primary);
}

/// States on the way to others are no news.
bool is_told(std::string_view job_state) {
  constexpr std::string_view passing[] = {"", "RECONCILING", "INITIALIZING", "CREATED"};
  return std::ranges::find(passing, job_state) == std::end(passing);
}

using told_change = std::pair<std::string, std::string>;  // reason and message

std::vector<told_change> changes_between(const object& before, const object& after) {
  std::vector<told_change> all;
  std::visit(
      [&]<class T>(const T& now) {
        if constexpr (requires { now.status.reconciliation; }) {
          const auto& was = std::get<T>(before).status;
          const auto& is = now.status;
          if (was.observed_generation != 0 && is.observed_generation > was.observed_generation)
            all.emplace_back("SpecChanged", "The spec is another one (generation " +
                                                std::to_string(is.observed_generation) + ")");
          if (is.job.state != was.job.state && is_told(is.job.state))
            all.emplace_back("JobStatusChanged",
                             "Job status changed " +
                                 (was.job.state.empty() ? "" : "from " + was.job.state + " ") +
                                 "to " + is.job.state);
          if (is.lifecycle_state == "DELETING" && was.lifecycle_state != "DELETING")
            all.emplace_back("Cleanup", "Cleaning up " + std::string(name_of(kind_of(after))));
        }
      },
      after);
  return all;
}

}  // namespace

void primary_shell::act(const log_actions& actions) {
  for (const auto& action : actions) std::visit([this](const auto& one) { perform(one); }, action);
}

void primary_shell::perform(const log_write& action) {
  const auto before = log_.base();
  out_.kube(kube_write_status{action.wanted},
            [this, before](const kube_answer& answer) { written(*before, answer); });
}

/// What a status says for the first time is told once, in Apache's words where it has some.
void primary_shell::written(const object& before, const kube_answer& answer) {
  if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
    const auto problem = invalid_by(**live);
    if (!problem.empty() && problem != invalid_by(before))
      out_.tell(**live, "Warning", "ValidationError", problem);
    for (const auto& [reason, message] : changes_between(before, **live))
      out_.tell(**live, "Normal", reason, message);
  }
  act(log_.written(answer, now()));
}

void primary_shell::perform(const log_write_finalizers& action) {
  const auto& meta = metadata_of(*action.base);
  out_.kube(kube_write_finalizers{kind_of(*action.base),
                                  {meta.ns, meta.name},
                                  meta.uid,
                                  meta.resource_version,
                                  action.wanted},
            [this](const kube_answer& answer) {
              const auto next = log_.written(answer, now());
              const bool fresh = std::holds_alternative<object_ptr>(answer.result);
              if (fresh) told_.fresh();
              act(next);
              if (fresh) told_.look();
            });
}

void primary_shell::perform(const log_read&) {
  const auto& meta = metadata_of(*log_.base());
  out_.kube(kube_get{kind_of(*log_.base()), {meta.ns, meta.name}},
            [this](const kube_answer& answer) {
              const auto next = log_.read(answer, now());
              told_.fresh();
              act(next);
              told_.look();
            });
}

}  // namespace drey
