/// Pods become processes here; the rest of `flink`'s own functions stand in truth.cpp.
#include "sim/flink/flink.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/flink/parts.hpp"

namespace drey::sim {
namespace {

constexpr std::string_view config_annotation = "drey.io/config-map";
constexpr std::string_view default_version = "1.20.1";
constexpr milliseconds exit_delay{1'000};

std::string label(const pod& x, const char* name) {
  const auto found = x.metadata.labels.find(name);
  return found == x.metadata.labels.end() ? std::string{} : found->second;
}

/// As drey's arguments name it, its pod's UID; another operator's Deployment has no such arguments,
/// and Flink makes one out of its address.
std::string resource_id_of(const pod& x) {
  constexpr std::size_t random_chars = 6;
  const auto& owners = x.metadata.owners;
  const bool of_deployment = !owners.empty() && owners.front().kind == "Deployment";
  if (!of_deployment) return x.metadata.uid;
  return x.pod_ip + ":6122-" + x.metadata.uid.substr(0, random_chars);
}

/// The tag of the first image in the pod's spec, when it looks like a version.
std::string version_of(const pod& x) {
  constexpr std::string_view key = "\"image\":\"";
  const auto at = x.spec.find(key);
  if (at == std::string::npos) return std::string{default_version};
  const auto image =
      x.spec.substr(at + key.size(), x.spec.find('"', at + key.size()) - at - key.size());
  const auto tag = image.substr(image.rfind(':') + 1);
  return tag != image && !tag.empty() && tag[0] >= '1' && tag[0] <= '9'
             ? tag
             : std::string{default_version};
}

/// Of the first ConfigMap in the volume of its settings; empty: there is none.
std::string map_mounted_by(const pod& x) {
  using json = nlohmann::json;
  const auto spec = json::parse(x.spec, nullptr, false);
  if (!spec.is_object()) return {};
  for (const auto& one : spec.value("volumes", json::array()))
    if (one.value("name", "") == "flink-config-volume")
      return one.value(json::json_pointer("/projected/sources/0/configMap/name"), "");
  return {};
}

/// None: the pod names a ConfigMap that is not there.
std::optional<configuration> configuration_of(const kubernetes& kube, const pod& x) {
  const auto said = x.metadata.annotations.find(std::string{config_annotation});
  const auto name = said != x.metadata.annotations.end() ? said->second : map_mounted_by(x);
  if (name.empty()) return configuration{};
  const auto* map = kube.get<config_map>({x.metadata.ns, name});
  if (!map) return std::nullopt;
  for (const char* file : {"config.yaml", "flink-conf.yaml"})
    if (const auto found = map->data.find(file); found != map->data.end())
      return parse_flat_configuration(found->second);
  return configuration{};
}

}  // namespace

std::string_view name_of(job_state x) {
  constexpr std::array<std::string_view, 9> names{"INITIALIZING", "CREATED",  "RUNNING",
                                                  "RESTARTING",   "FAILING",  "FAILED",
                                                  "CANCELLING",   "CANCELED", "FINISHED"};
  return names.at(static_cast<std::size_t>(x));
}

void flink::parts::tell(subject whom, std::string name, tone how, std::string what,
                        std::string text) const {
  if (record) record({time.now(), whom, std::move(name), how, std::move(what), std::move(text)});
}

milliseconds flink::parts::drawn(std::string_view site, std::int64_t low, std::int64_t high) {
  return chance.between("flink", site, milliseconds{low}, milliseconds{high});
}

job_manager_process* flink::parts::job_manager(std::uint64_t number) {
  const auto found = job_managers.find(number);
  return found == job_managers.end() ? nullptr : &found->second;
}

job_manager_process* flink::parts::leader_of_session(std::uint64_t session) {
  const auto found = process_of_session.find(session);
  return found == process_of_session.end() ? nullptr : job_manager(found->second);
}

task_manager_process* flink::parts::task_manager(std::uint64_t number) {
  const auto found = task_managers.find(number);
  return found == task_managers.end() ? nullptr : &found->second;
}

flink_job* flink::parts::find(const job_reference& which) {
  auto* x = leader_of_session(which.session);
  if (!x) return nullptr;
  const auto found = x->jobs.find(which.id);
  const bool same = found != x->jobs.end() && found->second.serial == which.serial &&
                    found->second.attempt == which.attempt;
  return same ? &found->second : nullptr;
}

job_reference flink::parts::reference_to(const job_manager_process& in, const flink_job& x) {
  return {in.session, x.graph.id, x.serial, x.attempt};
}

flink::flink(timeline& time, choices& chance, const fault_profile& faults, kubernetes& kube,
             storage& files, recorder record)
    : parts_(std::make_unique<parts>(time, chance, faults, kube, files, std::move(record))) {
  kube.run_processes_with(*this);
  kube.on_change([this](const object_change& change) {
    if (change.kind == object_kind::config_map && change.type == watch_event_type::deleted)
      parts_->metadata_deleted(name_of(*change.after));
    parts_->pod_changed(change);
  });
  files.before_listing([this] { catch_up(); });
}

flink::~flink() = default;

flink_answer flink::call(const flink_endpoint& to, const flink_body& body) {
  return parts_->handle(to, body, {});
}

void flink::call(const flink_endpoint& to, const flink_body& body,
                 std::function<void(flink_answer)> answer) {
  parts_->handle(to, body, std::move(answer));
}

void flink::started(const pod& x) {
  auto& p = *parts_;
  const auto component = label(x, "component");
  const bool leads = component == "jobmanager";
  if (!leads && component != "taskmanager") {
    p.kube.report_ready(x.metadata.uid, readiness::ready);  // nothing of Flink's
    return;
  }
  stopped(x.metadata.uid, stop_reason::killed);
  auto config = configuration_of(p.kube, x);
  native_workers workers;
  const auto source = leads ? workers_in(p.kube, x, workers) : worker_source::nobody;
  const auto number = ++p.last_number;
  p.process_of_pod[x.metadata.uid] = number;
  if (!config || source == worker_source::missing) {
    p.time.after(exit_delay, [this, number, uid = x.metadata.uid] {
      const auto found = parts_->process_of_pod.find(uid);
      if (found == parts_->process_of_pod.end() || found->second != number) return;
      parts_->process_of_pod.erase(found);
      parts_->kube.report_exit(uid, 1);
    });
    return;
  }
  process_place place{number,
                      x.metadata.uid,
                      {x.metadata.ns, x.metadata.name},
                      x.node_name,
                      {x.metadata.ns, label(x, "app")},
                      x.pod_ip,
                      resource_id_of(x)};
  if (leads)
    p.start_job_manager(
        std::move(place), std::move(*config), version_of(x), application_in(p.kube, x),
        source == worker_source::given ? std::optional{std::move(workers)} : std::nullopt);
  else
    p.start_task_manager(
        std::move(place), *config,
        label(x, "type") == "flink-native-kubernetes" ? pod_of::job_manager : pod_of::controller);
}

/// A TaskExecutor takes leave before anything else; a JobManager works on until its exit. Seen on a
/// real cluster: tests/lab/cases/operator_rollout.py, case_e_spread.
void flink::asked_to_stop(const std::string& pod_uid) {
  auto& p = *parts_;
  const auto found = p.process_of_pod.find(pod_uid);
  if (found != p.process_of_pod.end() && p.task_manager(found->second) != nullptr)
    stopped(pod_uid, stop_reason::terminated);
}

void flink::stopped(const std::string& pod_uid, stop_reason why) {
  auto& p = *parts_;
  const auto found = p.process_of_pod.find(pod_uid);
  if (found == p.process_of_pod.end()) return;
  const auto number = found->second;
  p.process_of_pod.erase(found);
  const auto how = why == stop_reason::terminated ? farewell::said : farewell::none;
  if (auto* leaving = p.job_manager(number))
    p.stop_job_manager(*leaving, how);
  else if (auto* going = p.task_manager(number)) {
    p.books.host_ended({p.time.now(), going->place.cluster, number});
    p.stop_task_manager(*going, how);
  }
  // Pointers that are owed are written a moment later: this may be inside a change of Kubernetes.
  if (p.ha.owes()) p.time.after(milliseconds{0}, [this] { parts_->ha.flush(); });
}

void flink::network_changed() {
  auto& p = *parts_;
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, x] : p.job_managers) numbers.push_back(number);
  for (const auto number : numbers)
    if (auto* x = p.job_manager(number); x && x->phase != leadership::starting) p.look_at_api(*x);
  numbers.clear();
  for (const auto& [number, x] : p.task_managers) numbers.push_back(number);
  for (const auto number : numbers)
    if (auto* x = p.task_manager(number)) p.look_at_peer(*x);
}

void flink::catch_up() {
  parts_->settle_all();
  parts_->ha.flush();
}

}  // namespace drey::sim
