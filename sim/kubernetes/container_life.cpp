/// The kubelet's first half: containers come to life and are restarted in place.
#include <algorithm>
#include <set>
#include <utility>

#include "protocol/json_reader.hpp"
#include "protocol/pod_templates.hpp"
#include "sim/kubernetes/kubelet.hpp"
#include "sim/kubernetes/warning_event.hpp"

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

std::optional<std::string> kubelets::missing_image(const local_pod& x) const {
  const auto& spec = std::get<pod>(*x.known).spec;
  for (const auto& image : missing_images_)
    if (image.empty() || spec.find('"' + image + '"') != std::string::npos) return image;
  return std::nullopt;
}

std::optional<std::string> kubelets::missing_config(const local_pod& x) const {
  const std::string_view spec = std::get<pod>(*x.known).spec;
  constexpr std::string_view of_volume = "\"secretName\":";
  for (const auto& name : missing_configs_) {
    const auto word = '"' + name + '"';
    for (auto at = spec.find(word); at != spec.npos; at = spec.find(word, at + 1))
      if (!spec.substr(0, at).ends_with(of_volume)) return name;
  }
  return std::nullopt;
}

/// One that no container mounts is not looked at.
std::optional<kubelets::unmounted> kubelets::missing_volume(const local_pod& x) const {
  if (missing_configs_.empty()) return std::nullopt;
  std::optional<unmounted> found;
  field_errors errors;
  read_json_object(std::get<pod>(*x.known).spec, errors, [&](json_reader& spec) {
    std::set<std::string> mounted;
    for (const std::string_view list : {"initContainers", "containers"})
      spec.each(list, [&](json_reader& container) {
        container.each("volumeMounts", [&](json_reader& mount) {
          std::string name;
          mount.read("name", name);
          mounted.insert(std::move(name));
        });
      });
    spec.each("volumes", [&](json_reader& volume) {
      unmounted one;
      volume.read("name", one.volume);
      volume.object("secret", [&](json_reader& secret) { secret.read("secretName", one.secret); });
      if (!found && mounted.contains(one.volume) && missing_configs_.contains(one.secret))
        found = one;
    });
  });
  return found;
}

void kubelets::set_image(const std::string& image, image_state state) {
  if (state == image_state::missing)
    missing_images_.insert(image);
  else
    missing_images_.erase(image);
}

void kubelets::set_config(const std::string& name, config_state state) {
  if (state == config_state::missing)
    missing_configs_.insert(name);
  else
    missing_configs_.erase(name);
}

void kubelets::wait(local_pod& x, std::string reason, std::string message) {
  x.waiting_reason = std::move(reason);
  x.waiting_message = std::move(message);
  report(x);
}

/// Volumes come first. One that cannot be mounted changes nothing in the pod's status: an Event
/// tells of it.
void kubelets::mount(local_pod& x) {
  const auto lacks = missing_volume(x);
  if (!lacks) return pull(x);
  x.mount_wait = x.mount_wait.count() == 0 ? settings_.mount_retry_first
                                           : std::min(x.mount_wait * 2, settings_.mount_retry_max);
  plan(x, x.mount_wait, &kubelets::mount);
  if (x.waiting_reason.empty()) wait(x, "ContainerCreating", "");
  if (!listens(x.node_name)) return;
  tell_warning(api_,
               {object_kind::pod, metadata_of(*x.known), "FailedMount",
                "MountVolume.SetUp failed for volume \"" + lacks->volume + "\" : secret \"" +
                    lacks->secret + "\" not found"},
               "kubelet");
}

/// A pull that fails is `ErrImagePull` until the kubelet looks at the pod again, and
/// `ImagePullBackOff` until it tries once more: after 10 s, doubled up to 5 minutes.
void kubelets::pull(local_pod& x) {
  const auto image = missing_image(x);
  if (!image) return create_container(x);
  if (x.image_wait.count() == 0)
    tell_.of_pod(metadata_of(*x.known), tone::bad, "image_missing", "cannot pull its image");
  x.image_wait = x.image_wait.count() == 0 ? settings_.image_retry_first
                                           : std::min(x.image_wait * 2, settings_.restart_max);
  plan(x, settings_.image_told, &kubelets::back_off_from_pull);
  wait(x, "ErrImagePull",
       "failed to pull and unpack image \"" + *image + "\": " + *image + ": not found");
}

void kubelets::back_off_from_pull(local_pod& x) {
  plan(x, x.image_wait - settings_.image_told, &kubelets::pull);
  wait(x, "ImagePullBackOff", "Back-off pulling image \"" + missing_image(x).value_or("") + "\"");
}

/// The kubelet tries again with each of its own looks at the pod, and does not back off.
void kubelets::create_container(local_pod& x) {
  const auto config = missing_config(x);
  if (!config) return start(x);
  plan(x, settings_.config_retry, &kubelets::create_container);
  wait(x, "CreateContainerConfigError", "secret \"" + *config + "\" not found");
}

void kubelets::start(local_pod& x) {
  x.stage = stage::running;
  x.phase = pod_phase::running;
  x.waiting_reason.clear();
  x.waiting_message.clear();
  set_ready(x, processes_ == nullptr ? readiness::ready : readiness::not_ready);
  x.running_since = api_.stamp();
  if (x.ip.empty()) x.ip = new_address(x.node_name);
  tell_.of_pod(metadata_of(*x.known), tone::note, "pod_started", "started on node " + x.node_name);
  report(x);
  plan_crash(x);
  if (processes_ != nullptr) processes_->started(pod_as_here(x));
}

void kubelets::begin(const crash_loop& what) {
  loops_.push_back(what);
  for (const auto& [uid, x] : pods_)
    if (x.stage == stage::running) plan_crash(x);
}

/// The first that is meant for its pod; that may be over before its time has come.
void kubelets::plan_crash(const local_pod& x) {
  const auto& one = std::get<pod>(*x.known);
  const auto found = std::ranges::find_if(loops_, [&](const crash_loop& loop) {
    return x.name.name.starts_with(loop.in) ||
           one.spec.find('"' + loop.in + '"') != std::string::npos;
  });
  if (found == loops_.end()) return;
  time_.after(found->after, [this, uid = one.metadata.uid, run = x.restart_count, what = *found] {
    const auto* local = find(uid);
    const bool goes_on = std::ranges::find(loops_, what.in, &crash_loop::in) != loops_.end();
    if (local != nullptr && local->restart_count == run && goes_on) crash(local->name, what.cause);
  });
}

bool kubelets::is_restarted(const local_pod& x) {
  return std::get<pod>(*x.known).spec.find("\"restartPolicy\":\"Never\"") == std::string::npos;
}

void kubelets::restart(local_pod& x) {
  ++x.restart_count;
  start(x);
}

void kubelets::restart_after_power(local_pod& x) {
  x.ip.clear();  // a new sandbox has a new address
  x.stage = stage::backing_off;
  const bool ran = x.phase == pod_phase::running;
  if (ran && !is_restarted(x)) return container_ended(x, "Unknown", exit_by_sigkill);
  if (ran) note_end(x, "Unknown", exit_by_sigkill);
  plan(x, start_delay(), ran ? &kubelets::restart : &kubelets::mount);
  wait(x, "ContainerCreating", "");
}

void kubelets::report_ready(const std::string& uid, readiness now) {
  auto* x = find(uid);
  if (x == nullptr || x->stage != stage::running || x->ready == now) return;
  set_ready(*x, now);
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
    container_ended(*x, exit_code == 0 ? "Completed" : "Error", exit_code);
}

void kubelets::crash(const object_name& name, crash_cause cause) {
  auto* x = find(name);
  if (x == nullptr || x->stage != stage::running) return;
  const bool starved = cause == crash_cause::out_of_memory;
  tell_.of_pod(metadata_of(*x->known), tone::bad, "container_crashed",
               starved ? "ran out of memory and was killed" : "crashed");
  const auto uid = metadata_of(*x->known).uid;
  container_ended(*x, starved ? "OOMKilled" : "Error", exit_by_sigkill);
  if (processes_ != nullptr) processes_->stopped(uid, stop_reason::killed);
}

void kubelets::note_end(local_pod& x, std::string reason, int exit_code) const {
  x.terminated_reason = std::move(reason);
  x.exit_code = exit_code;
  x.last_started = x.running_since;
  x.last_ended = api_.stamp();
  x.running_since.reset();
}

/// The first restart is at once, then after 10 s, doubled up to 5 minutes; forgotten when the
/// container ran for twice the longest wait (kubelet: client-go's flowcontrol.Backoff).
void kubelets::container_ended(local_pod& x, std::string reason, int exit_code) {
  time_.cancel(x.probe);
  set_ready(x, readiness::not_ready);
  note_end(x, std::move(reason), exit_code);
  if (x.fate == outcome::unwanted || !is_restarted(x)) {
    x.stage = stage::ended;
    x.phase = x.terminated_reason == "Completed" ? pod_phase::succeeded : pod_phase::failed;
    report(x);
    if (x.fate == outcome::unwanted) remove_soon(x);
    return;
  }
  x.stage = stage::backing_off;
  if (time_.now() - x.last_restart > 2 * settings_.restart_max) x.restart_wait = milliseconds{0};
  const auto pause = x.restart_wait;
  x.restart_wait =
      pause.count() == 0 ? settings_.restart_first : std::min(pause * 2, settings_.restart_max);
  x.last_restart = time_.now() + pause;
  plan(x, pause + settings_.container_start_min, &kubelets::restart);
  if (pause.count() == 0) return report(x);
  wait(x, "CrashLoopBackOff",
       "back-off " + std::to_string(pause.count() / 1'000) +
           "s restarting failed container=" + std::string(main_container_name) +
           " pod=" + x.name.name + "_" + x.name.ns + "(" + metadata_of(*x.known).uid + ")");
}

}  // namespace drey::sim
