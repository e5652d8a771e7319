/// The kubelet's second half: pods are terminated, evicted for pressure, and let go.
#include <algorithm>
#include <utility>

#include "sim/kubernetes/kubelet.hpp"

namespace drey::sim {

bool kubelets::is_held(const local_pod& x, pod_hold how) const {
  const auto found = holds_.find(x.name);
  return found != holds_.end() && found->second == how;
}

void kubelets::terminate(local_pod& x) {
  const bool again = x.fate == outcome::unwanted && x.planned != 0;
  x.fate = outcome::unwanted;
  if (again) return;
  if (x.stage != stage::running) {
    x.stage = stage::ended;
    return remove_soon(x);
  }
  const bool stubborn =
      chance_.happens("fault", "process ignores SIGTERM", settings_.ignores_sigterm_per_mille);
  if (stubborn) return plan(x, settings_.termination_grace, &kubelets::end_by_sigkill);
  plan(x, chance_.between("delay", "SIGTERM", milliseconds{1}, settings_.sigterm_delay_max),
       &kubelets::hear_sigterm);
}

void kubelets::hear_sigterm(local_pod& x) {
  const auto delay =
      chance_.between("delay", "exit after SIGTERM", milliseconds{50}, settings_.exit_delay_max);
  plan(x, std::min(delay, settings_.termination_grace), &kubelets::end_by_sigterm);
  if (processes_ != nullptr && !is_held(x, pod_hold::process_hangs))
    processes_->asked_to_stop(metadata_of(*x.known).uid);
}

/// Its object was removed by force; the process gets its SIGTERM all the same.
void kubelets::terminate_orphan(local_pod& x) { terminate(x); }

void kubelets::end_by_sigterm(local_pod& x) { end_process(x, stop_reason::terminated); }
void kubelets::end_by_sigkill(local_pod& x) { end_process(x, stop_reason::killed); }

void kubelets::end_process(local_pod& x, stop_reason why) {
  if (is_held(x, pod_hold::process_hangs))
    return tell_.of_pod(metadata_of(*x.known), tone::warning, "pod_stuck",
                        "does not end: its process hangs");
  time_.cancel(x.probe);
  x.stage = stage::ended;
  x.phase = pod_phase::failed;
  set_ready(x, readiness::not_ready);
  note_end(x, "Error", why == stop_reason::terminated ? exit_by_sigterm : exit_by_sigkill);
  const auto uid = metadata_of(*x.known).uid;
  tell_.of_pod(metadata_of(*x.known), tone::note, "pod_stopped", "stopped");
  remove_soon(x);
  report(x);
  if (processes_ != nullptr) processes_->stopped(uid, why);
}

void kubelets::remove_soon(local_pod& x) {
  const auto delay =
      chance_.between("delay", "pod removal", milliseconds{1}, settings_.removal_delay_max);
  plan(x, delay, &kubelets::remove);
}

void kubelets::remove(local_pod& x) {
  if (is_held(x, pod_hold::volume_busy))
    return tell_.of_pod(metadata_of(*x.known), tone::warning, "pod_stuck",
                        "stays terminating: its volume is busy");
  if (!listens(x.node_name)) return;  // told when the node is back
  const auto name = x.name;
  const auto uid = metadata_of(*x.known).uid;
  drop(x);
  api_.confirm_pod_gone(name, uid);
}

void kubelets::hold(const object_name& name, pod_hold how) { holds_[name] = how; }

void kubelets::release(const object_name& name) {
  holds_.erase(name);
  for (auto& [uid, x] : pods_) {
    if (x.name != name || x.fate == outcome::wanted || x.planned != 0) continue;
    if (x.stage == stage::running)
      plan(x, milliseconds{1}, &kubelets::end_by_sigkill);
    else
      remove_soon(x);
  }
}

void kubelets::evict_for_pressure(const object_name& name) {
  auto* x = find(name);
  if (x == nullptr || x->stage == stage::ended || x->stage == stage::lost_power) return;
  const bool ran = x->stage == stage::running;
  const auto uid = metadata_of(*x->known).uid;
  tell_.of_pod(metadata_of(*x->known), tone::bad, "pod_evicted",
               "was evicted by its node for want of resources");
  time_.cancel(std::exchange(x->planned, 0));
  time_.cancel(x->probe);
  x->stage = stage::ended;
  x->phase = pod_phase::failed;
  x->ready = readiness::not_ready;
  x->reason = "Evicted";
  note_end(*x, "Error", exit_by_sigkill);
  x->waiting_reason.clear();
  x->waiting_message.clear();
  if (x->fate == outcome::unwanted) remove_soon(*x);
  report(*x);
  if (ran && processes_ != nullptr) processes_->stopped(uid, stop_reason::killed);
}

}  // namespace drey::sim
