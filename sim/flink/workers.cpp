/// Flink's own ResourceManager of native mode: it asks the API server for pods as jobs need slots,
/// watches them, takes over those of an earlier JobManager and lets go of those without tasks.
#include "sim/flink/workers.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/label_selector.hpp"
#include "sim/flink/parts.hpp"
#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {
namespace {

using json = nlohmann::json;

/// `resourcemanager.taskmanager-registration.timeout` and `taskmanager.registration.timeout`.
constexpr milliseconds registration_timeout{300'000};
/// `resourcemanager.start-worker.retry-interval`.
constexpr milliseconds creation_retry{3'000};
constexpr milliseconds recovery_retry{1'000};

string_map labels_of(const object_name& cluster) {
  return {{"app", cluster.name}, {"component", "taskmanager"}, {"type", "flink-native-kubernetes"}};
}

std::string user_of(const job_manager_process& x) {
  return "flink:" + x.place.cluster.ns + "/" + x.settings.cluster_id;
}

/// The pods of its TaskManagers, by name.
std::map<std::string, const pod*> pods_of_cluster(const kubernetes& kube,
                                                  const object_name& cluster) {
  std::map<std::string, const pod*> all;
  const auto wanted = labels_of(cluster);
  for (const auto& [name, live] : kube.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    if (name.ns == cluster.ns && includes(one.metadata.labels, wanted)) all[name.name] = &one;
  }
  return all;
}

/// The number before the last one of a name.
std::int64_t attempt_in(const std::string& name) {
  const auto last = name.rfind('-');
  const auto before = last == std::string::npos ? last : name.rfind('-', last - 1);
  return before == std::string::npos ? 0 : std::atoll(name.c_str() + before + 1);
}

/// The ConfigMap that the volume with the template names; empty: there is no such volume.
std::string template_map_of(const pod& x) {
  const auto spec = json::parse(x.spec, nullptr, false);
  if (!spec.is_object()) return {};
  for (const auto& one : spec.value("volumes", json::array()))
    if (one.value("name", "") == "pod-template-volume" && one.contains("configMap"))
      return one["configMap"].value("name", "");
  return {};
}

}  // namespace

worker_source workers_in(const kubernetes& kube, const pod& x, native_workers& found) {
  const auto runs = [&](const char* what) { return x.spec.find(what) != std::string::npos; };
  if (!runs("kubernetes-jobmanager.sh kubernetes-session") &&
      !runs("kubernetes-jobmanager.sh kubernetes-application"))
    return worker_source::nobody;
  const auto name = template_map_of(x);
  if (name.empty()) {
    found.pod = "{}";
    return worker_source::given;
  }
  const auto* map = kube.get<config_map>({x.metadata.ns, name});
  const auto file = map == nullptr ? string_map::const_iterator{}
                                   : map->data.find("taskmanager-pod-template.yaml");
  if (map == nullptr || file == map->data.end()) return worker_source::missing;
  found.pod = file->second;
  return worker_source::given;
}

// ── what there is ──

/// Of earlier attempts: those without a node, and those that have ended, are removed.
void flink::parts::recover_workers(std::uint64_t session) {
  auto* x = leader_of_session(session);
  if (!x || !x->workers) return;
  auto& all = *x->workers;
  const auto answer =
      kube.call(kube_list{object_kind::pod, x->place.cluster.ns,
                          "app=" + x->place.cluster.name + ",component=taskmanager"},
                user_of(*x));
  if (!x->hears_api || std::holds_alternative<refusal>(answer.result)) {
    time.after(recovery_retry, [this, session] { recover_workers(session); });
    return;
  }
  for (const auto& [name, one] : pods_of_cluster(kube, x->place.cluster)) {
    all.attempt = std::max(all.attempt, attempt_in(name));
    if (is_over(*one) || one->node_name.empty()) {
      all.released.insert(name);
    } else {
      all.known.insert(name);
      all.awaited[name] = time.now() + registration_timeout;
    }
  }
  ++all.attempt;
  all.recovered = true;
  seek_masters(x->place.cluster);
  want_workers(*x);
}

/// It is looked at soon.
void flink::parts::want_workers(job_manager_process& x) {
  if (!x.workers || !x.workers->recovered) return;
  plan_workers(x, drawn("resource_manager", 20, 500));
}

void flink::parts::plan_workers(job_manager_process& x, milliseconds delay) {
  time.cancel(x.workers->look);
  x.workers->look = time.after(delay, [this, session = x.session] { look_at_workers(session); });
}

void flink::parts::look_at_workers(std::uint64_t session) {
  auto* x = leader_of_session(session);
  if (!x || !x->workers) return;
  x->workers->look = 0;
  if (!x->hears_api) return;  // looked at again when it does
  give_up_workers(*x);
  release_idle(*x);
  const auto outcome = ask_for_workers(*x);
  delete_released(*x);
  if (x->workers->look != 0) return;  // something changed by that, and is looked at soon
  auto due = outcome == creation::refused ? time.now() + creation_retry : milliseconds::max();
  for (const auto& [name, until] : x->workers->awaited) due = std::min(due, until);
  for (const auto number : x->task_managers)
    if (const auto* one = task_manager(number); one->used_slots == 0)
      due = std::min(due, one->idle_since + x->settings.idle_timeout);
  if (due != milliseconds::max()) plan_workers(*x, std::max(milliseconds{1}, due - time.now()));
}

/// Those whose pods have ended or are gone, and those that do not come.
void flink::parts::give_up_workers(job_manager_process& x) {
  auto& all = *x.workers;
  const auto there = pods_of_cluster(kube, x.place.cluster);
  std::vector<std::string> lost;
  for (const auto& name : all.known) {
    const auto found = there.find(name);
    const auto awaited = all.awaited.find(name);
    const bool late = awaited != all.awaited.end() && awaited->second <= time.now();
    if (found == there.end() || is_over(*found->second) || late) lost.push_back(name);
  }
  for (const auto& name : lost) {
    all.known.erase(name);
    all.awaited.erase(name);
    if (there.contains(name)) all.released.insert(name);
    std::vector<std::uint64_t> members;
    for (const auto number : x.task_managers)
      if (task_manager(number)->place.pod.name == name) members.push_back(number);
    for (const auto number : members) fall_silent(*task_manager(number), "its pod has ended");
  }
}

void flink::parts::release_idle(job_manager_process& x) {
  std::vector<std::uint64_t> idle;
  for (const auto number : x.task_managers) {
    const auto* one = task_manager(number);
    if (one->used_slots == 0 && time.now() - one->idle_since >= x.settings.idle_timeout)
      idle.push_back(number);
  }
  for (const auto number : idle) {
    x.workers->known.erase(task_manager(number)->place.pod.name);
    fall_silent(*task_manager(number), "it has had nothing to do for a while");
  }
}

void flink::parts::delete_released(job_manager_process& x) {
  for (const auto& name : std::exchange(x.workers->released, {})) {
    const object_name which{x.place.cluster.ns, name};
    const auto* one = kube.get<pod>(which);
    if (one == nullptr || one->metadata.deletion_timestamp) continue;
    const auto uid = one->metadata.uid;
    kube.call(kube_delete{object_kind::pod, which, uid, "Background"}, user_of(x));
  }
}

// ── what is needed ──

flink::parts::creation flink::parts::ask_for_workers(job_manager_process& x) {
  auto& all = *x.workers;
  std::int32_t missing = 0;
  for (const auto& [id, job] : x.jobs) missing += slots_sought(x, job);
  std::int32_t total = static_cast<std::int32_t>(all.awaited.size()) * x.settings.slots;
  missing -= total;
  for (const auto number : x.task_managers) {
    const auto* one = task_manager(number);
    total += one->settings.slots;
    missing -= one->settings.slots - one->used_slots;
  }
  for (; missing > 0; missing -= x.settings.slots, total += x.settings.slots) {
    if (x.settings.slots_max > 0 && total + x.settings.slots > x.settings.slots_max) break;
    if (make_worker(x) == creation::refused) return creation::refused;
  }
  return creation::done;
}

/// Its owner is the Deployment that is called as the cluster.
flink::parts::creation flink::parts::make_worker(job_manager_process& x) {
  auto& all = *x.workers;
  const auto& cluster = x.place.cluster;
  const auto* owner = kube.get<deployment>(cluster);
  if (owner == nullptr) return creation::refused;
  const auto given = json::parse(all.pod, nullptr, false);
  const auto metadata = given.value("metadata", json::object());
  pod_template made;
  made.labels = metadata.value("labels", string_map{});
  made.annotations = metadata.value("annotations", string_map{});
  for (const auto& [key, value] : labels_of(cluster)) made.labels[key] = value;
  auto spec = given.value("spec", json::object());
  spec["restartPolicy"] = "Never";
  made.spec = spec.dump();
  auto name = cluster.name + "-taskmanager-" + std::to_string(all.attempt) + "-" +
              std::to_string(++all.pods);
  auto wanted = pod_from(made, owner->metadata, object_kind::deployment, name);
  const auto answer =
      kube.call(kube_create{std::make_shared<const object>(std::move(wanted))}, user_of(x));
  if (std::holds_alternative<refusal>(answer.result)) return creation::refused;
  all.known.insert(name);
  all.awaited[name] = time.now() + registration_timeout;
  tell(subject::job_manager, text_of_name(cluster), tone::note, "task_manager_asked_for",
       "the JobManager asks for TaskManager " + name);
  return creation::done;
}

// ── the other side ──

/// None: it takes any that knows it.
bool flink::parts::takes(const job_manager_process& x, const task_manager_process& one) {
  return !x.workers || x.workers->known.contains(one.place.pod.name);
}

/// Of pods that Flink made: who is not taken by anybody ends by itself.
void flink::parts::plan_end_of_worker(task_manager_process& x, milliseconds delay) {
  time.cancel(x.giving_up);
  x.giving_up = time.after(delay, [this, number = x.place.number] {
    auto* one = task_manager(number);
    if (!one || !one->alive) return;
    one->giving_up = 0;
    const auto uid = one->place.pod_uid;
    process_of_pod.erase(uid);
    books.host_ended({time.now(), one->place.cluster, number});
    stop_task_manager(*one, farewell::said);
    kube.report_exit(uid, 1);
  });
}

void flink::parts::pod_changed(const object_change& change) {
  if (change.kind != object_kind::pod) return;
  const auto& one = std::get<pod>(*change.after);
  if (change.type != watch_event_type::deleted && !is_over(one)) return;
  const auto app = one.metadata.labels.find("app");
  if (app == one.metadata.labels.end()) return;
  for (auto& [number, x] : job_managers)
    if (x.workers && x.phase == leadership::leading && x.place.cluster.name == app->second &&
        x.place.cluster.ns == one.metadata.ns && x.workers->known.contains(one.metadata.name))
      want_workers(x);
}

}  // namespace drey::sim
