#include "sim/flink/high_availability.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

namespace drey::sim {
namespace {

constexpr std::string_view graph_prefix = "jobGraph-";
constexpr std::string_view checkpoint_prefix = "checkpointID-";
constexpr std::size_t checkpoint_digits = 19;

std::string user_of(const job_manager_process& x) {
  return "flink:" + x.place.cluster.ns + "/" + x.settings.cluster_id;
}

std::int64_t number_in(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Whether each component leads by a ConfigMap of its own.
bool leads_apart(const job_manager_process& x) { return x.release < flink_version::v1_15; }

std::string rest_address(const job_manager_process& x) {
  return "http://" + x.place.address + ":8081";
}

bool was_refused(const kube_answer& x) { return std::holds_alternative<refusal>(x.result); }

string_map pointers_of(const flink_job& x) {
  string_map data;
  for (const auto& one : x.retained) data[checkpoint_key(one.id)] = one.path;
  data["counter"] = std::to_string(x.next_checkpoint);
  return data;
}

}  // namespace

object_name cluster_map_name(const job_manager_process& x) {
  return {x.place.cluster.ns,
          x.settings.cluster_id + (leads_apart(x) ? "-dispatcher-leader" : "-cluster-config-map")};
}

object_name job_map_name(const job_manager_process& x, const job_id& job) {
  return {x.place.cluster.ns, x.settings.cluster_id + "-" + job.hex +
                                  (leads_apart(x) ? "-jobmanager-leader" : "-config-map")};
}

std::string checkpoint_key(std::int64_t id) {
  const auto digits = std::to_string(id);
  const auto zeros = checkpoint_digits - std::min(checkpoint_digits, digits.size());
  return std::string{checkpoint_prefix} + std::string(zeros, '0') + digits;
}

high_availability::directory& high_availability::directory_of(const job_manager_process& by) {
  return directories_[by.settings.storage_dir + "/" + by.settings.cluster_id];
}

const high_availability::directory* high_availability::find_directory(
    const job_manager_process& by) const {
  const auto found = directories_.find(by.settings.storage_dir + "/" + by.settings.cluster_id);
  return found == directories_.end() ? nullptr : &found->second;
}

bool high_availability::apply(const object_name& name, const std::string& cluster_id,
                              string_map data, std::string_view user) {
  config_map wanted;
  wanted.metadata.ns = name.ns;
  wanted.metadata.name = name.name;
  // What every version writes; before 2.0 there is `configmap-type: high-availability`, too.
  wanted.metadata.labels = {{"app", cluster_id}, {"type", "flink-native-kubernetes"}};
  wanted.data = std::move(data);
  return !was_refused(
      kube_.call(kube_apply{std::make_shared<const object>(std::move(wanted))}, user));
}

bool high_availability::write_leader(const job_manager_process& by) {
  const auto name = cluster_map_name(by);
  const auto* present = kube_.get<config_map>(name);
  auto data = present ? present->data : string_map{};
  if (leads_apart(by)) {
    data["sessionId"] = by.place.pod_uid;
    const object_name rest{name.ns, by.settings.cluster_id + "-restserver-leader"};
    return apply(name, by.settings.cluster_id, std::move(data), user_of(by)) &&
           apply(rest, by.settings.cluster_id,
                 {{"sessionId", by.place.pod_uid}, {"address", rest_address(by)}}, user_of(by));
  }
  data["org.apache.flink.k8s.leader.dispatcher"] = by.place.pod_uid;
  data["org.apache.flink.k8s.leader.restserver"] = by.place.pod_uid + "," + rest_address(by);
  return apply(name, by.settings.cluster_id, std::move(data), user_of(by));
}

void high_availability::renew_lock(const job_manager_process& by, milliseconds now) {
  const auto name = cluster_map_name(by);
  const auto* present = kube_.get<config_map>(name);
  if (present == nullptr) return;
  auto wanted = *present;
  wanted.metadata.annotations["control-plane.alpha.kubernetes.io/leader"] =
      R"({"renewTime":)" + std::to_string(now.count()) + "}";
  kube_.call(kube_replace{std::make_shared<const object>(std::move(wanted))}, user_of(by));
}

bool high_availability::write_graph(const job_manager_process& by, const job_graph& graph) {
  const auto name = cluster_map_name(by);
  const auto* present = kube_.get<config_map>(name);
  auto data = present ? present->data : string_map{};
  data[std::string{graph_prefix} + graph.id.hex] = by.settings.storage_dir;
  if (!apply(name, by.settings.cluster_id, std::move(data), user_of(by))) return false;
  directory_of(by).graphs.insert_or_assign(graph.id, graph);
  return true;
}

bool high_availability::write_job(const job_manager_process& by, const flink_job& x) {
  return apply(job_map_name(by, x.graph.id), by.settings.cluster_id, pointers_of(x), user_of(by));
}

void high_availability::owe_pointers(const job_manager_process& by, flink_job& x) {
  if (!x.pointer_changed || !by.settings.high_availability) return;
  x.pointer_changed = false;
  owed_.insert_or_assign(job_map_name(by, x.graph.id),
                         owed_pointers{by.settings.cluster_id, user_of(by), pointers_of(x)});
}

void high_availability::flush() {
  for (auto at = owed_.begin(); at != owed_.end();) {
    const auto* present = kube_.get<config_map>(at->first);
    const bool gone = !present || present->metadata.deletion_timestamp.has_value();
    const bool settled = gone || present->data == at->second.data ||
                         apply(at->first, at->second.cluster_id, at->second.data, at->second.user);
    at = settled ? owed_.erase(at) : std::next(at);
  }
}

std::vector<recoverable_job> high_availability::recoverable(const job_manager_process& by) {
  flush();
  std::vector<recoverable_job> all;
  const auto* cluster_map = kube_.get<config_map>(cluster_map_name(by));
  const auto* files = find_directory(by);
  if (!cluster_map || !files) return all;
  for (const auto& [key, pointer] : cluster_map->data) {
    if (!key.starts_with(graph_prefix)) continue;
    const auto graph = files->graphs.find(job_id{key.substr(graph_prefix.size())});
    if (graph == files->graphs.end() || files->results.contains(graph->first)) continue;
    recoverable_job one{graph->second, {}, 1};
    read_pointers(job_map_name(by, graph->first), one);
    all.push_back(std::move(one));
  }
  return all;
}

void high_availability::read_pointers(const object_name& name, recoverable_job& into) const {
  const auto* map = kube_.get<config_map>(name);
  if (!map) return;
  for (const auto& [key, path] : map->data) {
    if (key == "counter") into.next_checkpoint = number_in(path);
    if (!key.starts_with(checkpoint_prefix) || path.empty()) continue;
    completed_checkpoint one;
    one.id = number_in(std::string_view{key}.substr(checkpoint_prefix.size()));
    one.path = path;
    if (const auto* file = files_.find(path)) {
      one.position = file->position;
      one.taken = file->taken;
      one.done = file->modified;
    }
    into.retained.push_back(std::move(one));  // the keys' zeros put them in the order of their ids
  }
}

bool high_availability::has_result(const job_manager_process& by, const job_id& job) const {
  const auto* files = find_directory(by);
  return files && files->results.contains(job);
}

void high_availability::write_result(const job_manager_process& by, const job_id& job) {
  directory_of(by).results.insert_or_assign(job, result_state::dirty);
}

std::vector<job_id> high_availability::dirty_results(const job_manager_process& by) const {
  std::vector<job_id> dirty;
  const auto* files = find_directory(by);
  if (!files) return dirty;
  for (const auto& [job, state] : files->results)
    if (state == result_state::dirty) dirty.push_back(job);
  return dirty;
}

bool high_availability::clean(const job_manager_process& by, const job_id& job) {
  owed_.erase(job_map_name(by, job));
  if (!forget_graph(by, job) || !remove_map(job_map_name(by, job), user_of(by))) return false;
  auto& files = directory_of(by);
  files.graphs.erase(job);
  if (by.settings.delete_job_results)
    files.results.erase(job);
  else
    files.results.insert_or_assign(job, result_state::clean);
  return true;
}

bool high_availability::has_application_result(const job_manager_process& by) const {
  return applications_.contains(by.settings.application_result);
}

void high_availability::write_application_result(const job_manager_process& by) {
  if (!by.settings.application_result.empty())
    applications_.emplace(by.settings.application_result, result_state::dirty);
}

void high_availability::clean_application(const job_manager_process& by) {
  const auto found = applications_.find(by.settings.application_result);
  if (found == applications_.end() || found->second == result_state::clean) return;
  if (by.settings.delete_application_results)
    applications_.erase(found);
  else
    found->second = result_state::clean;
}

bool high_availability::forget_graph(const job_manager_process& by, const job_id& job) {
  const auto name = cluster_map_name(by);
  const auto* present = kube_.get<config_map>(name);
  if (!present) return true;
  auto data = present->data;
  if (data.erase(std::string{graph_prefix} + job.hex) == 0) return true;
  return apply(name, by.settings.cluster_id, std::move(data), user_of(by));
}

bool high_availability::remove_map(const object_name& name, std::string_view user) {
  const auto* present = kube_.get<config_map>(name);
  if (!present) return true;
  const auto answer =
      kube_.call(kube_delete{object_kind::config_map, name, present->metadata.uid}, user);
  const auto* why = std::get_if<refusal>(&answer.result);
  return !why || why->reason == refusal_reason::not_found;
}

}  // namespace drey::sim
