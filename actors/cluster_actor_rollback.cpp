/// The cluster shell's part of going back: which spec counts, what status says of specs, and
/// whether a JobManager is down.
#include <algorithm>

#include "actors/cluster_actor.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/rollout_picture.hpp"
#include "actors/rollout_status.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/reconciled_spec.hpp"

namespace drey {

// ── which spec counts ───────────────────────────────────────────────────────────────────────────

/// The newest one, unless it failed and is undone: the one place that decides it.
void cluster_shell::choose_spec(const flink_deployment& cluster) {
  undone_ = cluster.spec && !cluster.spec->job ? undone_in(cluster) : std::nullopt;
  if (!known().problem.empty() || !cluster.spec) return;
  auto counts = undone_ ? undone_->counts : seen_spec_;
  if (spec_ && (spec_ == counts || *spec_ == *counts)) return;
  auto chosen = cluster;
  chosen.spec = std::move(counts);
  adopt(chosen);
}

/// Texts are read once: most looks find the ones of the look before.
return_known cluster_shell::way_back() {
  const auto& cluster = std::get<flink_deployment>(*primary_->base());
  if (!spec_ || spec_->job) return {};
  const auto& text = cluster.status.reconciliation.last_stable_spec;
  if (back_.text != text || back_.of != spec_) back_ = {text, spec_, return_of(cluster, *spec_)};
  back_.known.undone = undone_.has_value();
  return back_.known;
}

/// The JobManager answers, and every TaskManager that is asked for and has room is registered.
bool cluster_shell::is_stable() const {
  const auto& k = rollout_.machine.known;
  const auto there = count();
  return std::holds_alternative<rollout_machine::settled>(rollout_.now()) && k.recorded &&
         k.looked && k.claimed && k.rest_answers && !undone_ && !runs_application() &&
         there.registered >= std::min(there.wanted, most().value_or(there.wanted));
}

/// While it is undone the newest spec stays the last reconciled one, as Apache keeps it.
void cluster_shell::tell_of_specs(rollout_report& report) const {
  const auto& now = rollout_.now();
  const auto& k = rollout_.machine.known;
  if (undone_) report.rollback = undone_->record;
  if (const auto* undoes = std::get_if<rollout_machine::undoing>(&now))
    report.rollback = undoes->record;
  const bool records = std::holds_alternative<rollout_machine::recording>(now);
  if (records && undone_)
    report.stable =
        reconciled_text(k.back.stable_generation, deployment_is::another, encode_spec(*spec_));
  else if (records)
    report.reconciled = reconciled_text(
        k.generation, compared_.known ? deployment_is::another : deployment_is::first,
        encode_spec(*spec_));
  else if (is_stable())
    report.stable =
        deployed_text(std::get<flink_deployment>(*primary_->base()).status.reconciliation);
}

// ── a JobManager that is down ───────────────────────────────────────────────────────────────────

/// A live read of just now found none that is up, and none has told of itself since.
bool cluster_shell::was_seen_down() const {
  constexpr milliseconds holds{2'000};
  return job_manager() == nullptr && down_.seen && out_->now().monotonic - *down_.seen <= holds;
}

/// A step under jobs that were not stopped is for a JobManager that is down: one whose answer was
/// lost is not repeated when that is up by now.
bool cluster_shell::may_step() const {
  const auto& k = rollout_.machine.known;
  const auto& now = rollout_.now();
  if (!std::holds_alternative<rollout_machine::stepping>(now) &&
      !std::holds_alternative<rollout_machine::halted>(now))
    return true;
  return was_seen_down() || !is_transaction(k, *plan_of(now)) || running_jobs(k).empty();
}

rollout_permits cluster_shell::permitted() const {
  const bool now = may_step() || is_planted(planted_bug::overtaken_step);
  auto may = now ? permits_of(rollout_.now()) : rollout_permits{};
  if (task_managers_.empty() && rests()) may.task_managers = true;  // nothing is restarted by it
  return may;
}

bool cluster_shell::asks_whether_down() const {
  const auto& now = rollout_.now();
  return !may_step() || std::holds_alternative<rollout_machine::preparing>(now) ||
         (std::holds_alternative<rollout_machine::halted>(now) &&
          may_be_undone(rollout_.machine.known));
}

namespace {

/// It may work in a moment, or does already.
bool is_coming_up(const pod& x, milliseconds wall) {
  constexpr milliseconds start_max{60'000};
  const bool stuck = !x.unschedulable.empty() ||
                     (!x.waiting_reason.empty() && !is_start_in_order(x.waiting_reason));
  const bool over = x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
  const auto since = x.running_since.value_or(x.metadata.creation_timestamp.value_or(wall));
  return !stuck && !over && wall - since < start_max;
}

}  // namespace

/// By a read of its own, just now: a cache that has fallen behind does not show the one that works.
/// On a node that is cut off one may work and come back, until Kubernetes has given it up.
/// `asks`: somebody needs to know; otherwise it is told from a read that was made anyway.
bool cluster_shell::job_manager_is_down(bool asks) {
  constexpr milliseconds again{3'000};
  if (was_seen_down()) return true;
  const auto now = out_->now().monotonic;
  const bool due = !down_.asked || now - *down_.asked >= again;
  if (!asks || !due || job_manager() != nullptr) return false;
  down_.asked = now;
  const auto selector =
      text_of_selector(selector_of(known().name.name, component::job_manager, mode_));
  out_->kube(
      kube_list{object_kind::pod, known().name.ns, selector}, [this](const kube_answer& answer) {
        const auto* list = std::get_if<object_list>(&answer.result);
        if (list == nullptr) return;
        if (std::ranges::none_of(list->items, [this, wall = out_->now().wall](const object_ptr& x) {
              const auto& one = std::get<pod>(*x);
              return !one.metadata.deletion_timestamp &&
                     (one.ready || is_coming_up(one, wall) || !node_answers(one));
            }))
          down_.seen = out_->now().monotonic;
        look();
      });
  return false;
}

}  // namespace drey
