/// The kubelet's first half: containers come to life and are restarted in place.
#include <algorithm>
#include <utility>

#include "sim/kubernetes/kubelet.hpp"

namespace drey::sim {

milliseconds kubelets::start_delay() {
  return chance_.between("delay", "container start", settings_.container_start_min,
                         settings_.container_start_max);
}

std::string kubelets::new_address(const std::string& node_name) {
  const auto* one = nodes_.find(node_name);
  constexpr std::size_t hosts = 250;
  const auto host = addresses_++;
  return "10." + std::to_string(one == nullptr ? 0 : one->number) + "." +
         std::to_string(host / hosts) + "." + std::to_string(host % hosts + 2);
}

bool kubelets::image_is_missing(const local_pod& x) const {
  const auto& spec = std::get<pod>(*x.known).spec;
  return std::any_of(missing_images_.begin(), missing_images_.end(), [&](const auto& image) {
    return image.empty() || spec.find('"' + image + '"') != std::string::npos;
  });
}

void kubelets::set_image(const std::string& image, image_state state) {
  if (state == image_state::missing)
    missing_images_.insert(image);
  else
    missing_images_.erase(image);
}

void kubelets::pull(local_pod& x) {
  if (!image_is_missing(x)) return start(x);
  if (x.image_wait.count() == 0)
    tell_.of_pod(metadata_of(*x.known), tone::bad, "image_missing", "cannot pull its image");
  x.waiting_reason = x.image_wait.count() == 0 ? "ErrImagePull" : "ImagePullBackOff";
  x.image_wait = x.image_wait.count() == 0 ? settings_.image_retry_first
                                           : std::min(x.image_wait * 2, settings_.restart_max);
  plan(x, x.image_wait, &kubelets::pull);
  report(x);
}

void kubelets::start(local_pod& x) {
  x.stage = stage::running;
  x.phase = pod_phase::running;
  x.waiting_reason.clear();
  if (x.ip.empty()) x.ip = new_address(x.node_name);
  x.ready = processes_ == nullptr ? readiness::ready : readiness::not_ready;
  tell_.of_pod(metadata_of(*x.known), tone::note, "pod_started", "started on node " + x.node_name);
  report(x);
  if (processes_ != nullptr) processes_->started(pod_as_here(x));
}

void kubelets::restart(local_pod& x) {
  ++x.restart_count;
  start(x);
}

void kubelets::restart_after_power(local_pod& x) {
  x.ip.clear();  // a new sandbox has a new address
  x.stage = stage::backing_off;
  const bool ran = x.phase == pod_phase::running;
  if (ran) x.terminated_reason = "Unknown";
  x.waiting_reason = "ContainerCreating";
  plan(x, start_delay(), ran ? &kubelets::restart : &kubelets::pull);
  report(x);
}

void kubelets::report_ready(const std::string& uid, readiness now) {
  auto* x = find(uid);
  if (x == nullptr || x->stage != stage::running || x->ready == now) return;
  x->ready = now;
  time_.cancel(x->probe);
  const auto delay =
      chance_.between("delay", "readiness probe", milliseconds{1}, settings_.probe_delay_max);
  x->probe = time_.after(delay, [this, uid] {
    if (auto* local = find(uid)) report(*local);
  });
}

void kubelets::report_exit(const std::string& uid, int exit_code) {
  auto* x = find(uid);
  if (x != nullptr && x->stage == stage::running)
    container_ended(*x, exit_code == 0 ? "Completed" : "Error");
}

void kubelets::crash(const object_name& name, crash_cause cause) {
  auto* x = find(name);
  if (x == nullptr || x->stage != stage::running) return;
  const bool starved = cause == crash_cause::out_of_memory;
  tell_.of_pod(metadata_of(*x->known), tone::bad, "container_crashed",
               starved ? "ran out of memory and was killed" : "crashed");
  const auto uid = metadata_of(*x->known).uid;
  container_ended(*x, starved ? "OOMKilled" : "Error");
  if (processes_ != nullptr) processes_->stopped(uid, stop_reason::killed);
}

/// The first restart is at once, then after 10 s, doubled up to 5 minutes; forgotten when the
/// container ran for twice the longest wait (kubelet: client-go's flowcontrol.Backoff).
void kubelets::container_ended(local_pod& x, std::string reason) {
  time_.cancel(x.probe);
  x.ready = readiness::not_ready;
  x.terminated_reason = std::move(reason);
  if (x.fate == outcome::unwanted) {
    x.stage = stage::ended;
    x.phase = x.terminated_reason == "Completed" ? pod_phase::succeeded : pod_phase::failed;
    report(x);
    return remove_soon(x);
  }
  x.stage = stage::backing_off;
  if (time_.now() - x.last_restart > 2 * settings_.restart_max) x.restart_wait = milliseconds{0};
  const auto wait = x.restart_wait;
  x.restart_wait =
      wait.count() == 0 ? settings_.restart_first : std::min(wait * 2, settings_.restart_max);
  x.waiting_reason = wait.count() == 0 ? "" : "CrashLoopBackOff";
  x.last_restart = time_.now() + wait;
  plan(x, wait + settings_.container_start_min, &kubelets::restart);
  report(x);
}

}  // namespace drey::sim
