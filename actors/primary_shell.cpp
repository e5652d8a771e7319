#include "actors/primary_shell.hpp"

#include <algorithm>

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

}  // namespace

void primary_shell::act(const log_actions& actions) {
  for (const auto& action : actions) std::visit([this](const auto& one) { perform(one); }, action);
}

void primary_shell::perform(const log_write& action) {
  const auto before = log_.base();
  out_.kube(kube_write_status{action.wanted},
            [this, before](const kube_answer& answer) { written(*before, answer); });
}

/// A spec that is wrong is told once: when the status first says so.
void primary_shell::written(const object& before, const kube_answer& answer) {
  if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
    const auto problem = invalid_by(**live);
    if (!problem.empty() && problem != invalid_by(before))
      out_.tell(**live, "Warning", "ValidationError", problem);
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
