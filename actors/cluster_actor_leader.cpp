/// The cluster shell's view of several JobManagers: which of them leads, and so is asked.
///
/// Every one of them answers REST, the standbys for the leader; but a jar is known only to the one
/// that took it, and what was asked of a leader that is lost may be lost with it. So all calls go
/// to the leader's own address, and "the JobManager" is the leader (architecture §7.6).
#include <algorithm>

#include "actors/cluster_actor.hpp"
#include "protocol/flink_leader.hpp"

namespace drey {

namespace {

/// When most do not, it is the control plane that is cut off. The share is that from which
/// Kubernetes evicts nobody, either (kube-controller-manager, unhealthy-zone-threshold).
bool most_answer(const std::map<std::string, std::string>& ready_of_nodes) {
  constexpr std::size_t unhealthy_percent = 55;
  const auto lost = static_cast<std::size_t>(
      std::ranges::count_if(ready_of_nodes, [](const auto& one) { return one.second != "True"; }));
  return lost * 100 < ready_of_nodes.size() * unhealthy_percent;
}

/// The ConfigMap that names the leader, and holds its lock.
kube_get leader_map_of(const object_name& cluster, const flink_deployment_spec& spec) {
  const auto version = spec.flink_version.value_or(flink_version::v1_20);
  return {object_kind::config_map, {cluster.ns, leader_map_name(version, cluster.name)}};
}

/// None: it could not be read. Null: there is none.
std::optional<const config_map*> leader_map_in(const kube_answer& answer) {
  if (const auto* live = std::get_if<object_ptr>(&answer.result))
    return std::get_if<config_map>(live->get());
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why != nullptr && why->reason == refusal_reason::not_found) return nullptr;
  return std::nullopt;
}

}  // namespace

bool cluster_shell::has_standbys() const {
  const auto there = std::ranges::count_if(job_manager_pods_, [](const auto& one) {
    return !metadata_of(*one.second).deletion_timestamp;
  });
  return there > 1 || (spec_ && spec_->job_manager.replicas.value_or(1) > 1);
}

bool cluster_shell::is_elected() const {
  return has_standbys() && config_ && leads_by_config_map(*config_);
}

/// Null: none is ready, or nobody is known to lead.
const pod* cluster_shell::job_manager() const {
  const bool elected = is_elected();
  for (const auto& [uid, live] : job_manager_pods_) {
    const auto& one = std::get<pod>(*live);
    if (!one.ready || one.metadata.deletion_timestamp) continue;
    if (!elected || one.pod_ip == leader_) return &one;
  }
  return nullptr;
}

/// Its process ran when its node answered last. Kubernetes deletes its pod when the tolerations of
/// that end.
const pod* cluster_shell::abandoned_one() const {
  if (job_manager() != nullptr) return nullptr;
  for (const auto& [uid, live] : job_manager_pods_) {
    const auto& one = std::get<pod>(*live);
    if (one.phase == pod_phase::running && !one.metadata.deletion_timestamp && !node_answers(one))
      return &one;
  }
  return nullptr;
}

/// One that has no lock is waited for: it may work, and its jobs with it.
std::optional<milliseconds> cluster_shell::abandoned_wait() const {
  if (!spec_ || !config_ || !leads_by_config_map(*config_)) return std::nullopt;
  const auto wish = spec_->job_manager.unreachable_node_seconds;
  if (!wish) return std::nullopt;
  return std::max<milliseconds>(std::chrono::seconds{*wish}, lease_duration_of(*config_));
}

void cluster_shell::watch_lock(std::function<void()> then) {
  const auto* one = abandoned_one();
  const auto wait = abandoned_wait();
  if (one == nullptr || !wait) {
    vigil_.end();
    return then();
  }
  const auto uid = one->metadata.uid;
  if (!vigil_.is_due(uid, *wait, out_->now().monotonic)) return then();
  out_->kube(leader_map_of(cluster_.machine.known.name, *spec_),
             [this, uid, then = std::move(then)](const kube_answer& answer) {
               const auto map = leader_map_in(answer);
               if (!map)
                 vigil_.end();
               else if (vigil_.pod_uid() == uid)
                 vigil_.read(*map == nullptr ? "" : (*map)->metadata.resource_version,
                             out_->now().monotonic, most_answer(nodes_));
               then();
             });
}

/// A container that never became ready comes up slowly.
std::optional<unready_job_manager> cluster_shell::unready_one() const {
  if (job_manager() != nullptr) return std::nullopt;
  const auto& before = cluster_.machine.known.unready;
  const auto told = [&](const pod& one, milliseconds since) {
    const auto& uid = one.metadata.uid;
    const bool same = before && before->uid == uid && before->since == since;
    return unready_job_manager{uid,
                               {one.metadata.ns, one.metadata.name},
                               since,
                               same ? before->seen : out_->now().monotonic};
  };
  const auto* left = abandoned_one();
  for (const auto& [uid, live] : job_manager_pods_) {
    const auto& one = std::get<pod>(*live);
    if (vigil_.lock() == leader_lock::lapsed) break;
    const bool runs = one.phase == pod_phase::running && one.running_since && one.unready_since;
    if (!runs || one.metadata.deletion_timestamp || !node_answers(one)) continue;
    if (*one.unready_since <= *one.running_since) continue;
    return told(one, *one.unready_since);
  }
  if (left == nullptr) return std::nullopt;
  auto found = told(*left, left->unready_since.value_or(milliseconds{0}));
  found.node = left->node_name;
  found.node_wait = abandoned_wait();
  if (vigil_.pod_uid() == left->metadata.uid) found.lock = vigil_.lock();
  return found;
}

/// The JobManager that answers: pod and container restart. Empty: none is ready.
std::string cluster_shell::incarnation() const {
  const auto* one = job_manager();
  return one == nullptr ? std::string{}
                        : one->metadata.uid + "/" + std::to_string(one->restart_count);
}

std::int32_t cluster_shell::other_job_managers() const {
  const auto* leads = job_manager();
  return static_cast<std::int32_t>(std::ranges::count_if(job_manager_pods_, [&](const auto& one) {
    const auto& other = std::get<pod>(*one.second);
    const bool ended = other.phase == pod_phase::failed || other.phase == pod_phase::succeeded;
    return !ended && (leads == nullptr || other.metadata.uid != leads->metadata.uid);
  }));
}

flink_endpoint cluster_shell::endpoint() const {
  const auto& at = cluster_.machine.known.name;
  flink_endpoint found{at.name + "-rest." + at.ns};
  if (config_) found.security = rest_security_of(*config_);
  const auto* one = job_manager();
  if (one != nullptr && has_standbys()) found.address = one->pod_ip;
  return found;
}

/// `then` follows in any case: an answer that fails says nothing about who leads.
void cluster_shell::ask_who_leads(std::function<void()> then) {
  if (!is_elected()) return then();
  out_->kube(leader_map_of(cluster_.machine.known.name, *spec_),
             [this, then = std::move(then)](const kube_answer& answer) {
               const auto map = leader_map_in(answer);
               if (map && *map != nullptr) leader_ = leader_host_in(**map);
               asked_who_leads_ = asked_who_leads_ || map.has_value();
               then();
             });
}

}  // namespace drey
