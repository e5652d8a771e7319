#include "sim/checkers/history_checks.hpp"

#include <algorithm>

#include "actors/snapshot_claims.hpp"
#include "protocol/snapshot_options.hpp"
#include "sim/checkers/jobs_there.hpp"

namespace drey::sim {

namespace {

/// A job that the operator cannot have heard of yet.
constexpr milliseconds unheard_max{60'000};

std::string trigger_of(const flink_state_snapshot& x) {
  const auto label = x.metadata.labels.find("snapshot.trigger-type");
  return label == x.metadata.labels.end() ? std::string{} : label->second;
}

bool is_automatic(const flink_state_snapshot& x) {
  return trigger_of(x) == "PERIODIC" || trigger_of(x) == "UPGRADE";
}

bool is_sibling(const flink_state_snapshot& a, const flink_state_snapshot& b) {
  return a.spec && b.spec && a.metadata.ns == b.metadata.ns &&
         a.spec->job_name == b.spec->job_name && a.spec->checkpoint == b.spec->checkpoint;
}

std::vector<const flink_state_snapshot*> siblings_of(const kubernetes& kube,
                                                     const flink_state_snapshot& one) {
  std::vector<const flink_state_snapshot*> found;
  for (const auto& [name, live] : kube.all(object_kind::flink_state_snapshot)) {
    const auto& other = std::get<flink_state_snapshot>(*live);
    if (other.metadata.name != one.metadata.name && is_automatic(other) && is_sibling(other, one))
      found.push_back(&other);
  }
  return found;
}

const configuration& cluster_configuration(const kubernetes& kube, const flink_session_job& job) {
  static const configuration none;
  const auto* cluster = kube.get<flink_deployment>({job.metadata.ns, job.spec->deployment_name});
  return cluster != nullptr && cluster->spec ? cluster->spec->flink_configuration : none;
}

std::string of_job(const flink_state_snapshot& x) {
  return (x.spec->checkpoint ? "checkpoint of job " : "savepoint of job ") +
         text_of_name({x.metadata.ns, x.spec->job_name.value_or("")});
}

}  // namespace

/// What a nonce or a stop makes a resource of is named by the job's status first.
std::string unnamed_complaint(const kubernetes& kube, const kube_body& body) {
  const auto* create = std::get_if<kube_create>(&body);
  const auto* one =
      create != nullptr ? std::get_if<flink_state_snapshot>(create->wanted.get()) : nullptr;
  if (one == nullptr || !one->spec || !one->spec->job_name) return {};
  const auto job = job_named(kube, {one->metadata.ns, *one->spec->job_name});
  if (job == nullptr) return {};
  const auto& status = job->status;
  const auto& name = one->metadata.name;
  const auto& asked = one->spec->checkpoint ? status.checkpoint : status.savepoint;
  const bool is_asked_for = asked && asked->snapshot == name;
  const bool is_unlisted =
      status.lineage && status.lineage->unlisted && status.lineage->unlisted->name == name;
  if ((trigger_of(*one) == "MANUAL" && !is_asked_for) ||
      (trigger_of(*one) == "UPGRADE" && !is_unlisted))
    return "FlinkStateSnapshot " + name + " was made before the status of its job named it";
  return {};
}

std::string periodic_complaint(const kubernetes& kube, milliseconds wall, const kube_body& body) {
  const auto* create = std::get_if<kube_create>(&body);
  const auto* one =
      create != nullptr ? std::get_if<flink_state_snapshot>(create->wanted.get()) : nullptr;
  if (one == nullptr || trigger_of(*one) != "PERIODIC" || !one->spec->job_name ||
      kube.find(object_kind::flink_state_snapshot, name_of(*create->wanted)) != nullptr)
    return {};
  const auto job = job_named(kube, {one->metadata.ns, *one->spec->job_name});
  if (job == nullptr || !job->spec) return {};
  const auto key = one->spec->checkpoint ? periodic_checkpoint_key : periodic_savepoint_key;
  auto said = value_of(job->spec->flink_configuration, key);
  if (!said) said = value_of(cluster_configuration(kube, *job), key);
  const auto interval = parse_duration(said.value_or(""));
  if (!interval) return {};
  for (const auto* other : siblings_of(kube, *one)) {
    const auto made = other->metadata.creation_timestamp.value_or(milliseconds{0});
    if (trigger_of(*other) == "PERIODIC" && made >= job->metadata.creation_timestamp &&
        wall < made + *interval)
      return "a second periodic " + of_job(*one) + " within its interval: " + one->metadata.name +
             " after " + other->metadata.name;
  }
  return {};
}

std::string removal_complaint(const kubernetes& kube, milliseconds wall, const kube_body& body) {
  const auto* gone = std::get_if<kube_delete>(&body);
  if (gone == nullptr || gone->kind != object_kind::flink_state_snapshot) return {};
  const auto* one = kube.get<flink_state_snapshot>(gone->name);
  if (one == nullptr || one->metadata.uid != gone->uid || !one->spec) return {};
  const auto who = "snapshot " + text_of_name(gone->name);
  if (!is_automatic(*one)) return who + " was deleted, which a person asked for";
  const auto& state = one->status.state;
  if (state != "COMPLETED" && state != "FAILED" && state != "ABANDONED")
    return who + " was deleted before it came to an end";
  for (const auto& there : jobs_there(kube)) {
    const auto& job = *there.job;
    const bool heard_of =
        wall > job.metadata.creation_timestamp.value_or(milliseconds{0}) + unheard_max;
    const auto* asked =
        job.spec && job.spec->job && job.spec->job->snapshot ? &*job.spec->job->snapshot : nullptr;
    const bool has_begun = job.status.lineage && job.status.lineage->submissions > 0;
    if (heard_of && asked != nullptr && !has_begun && asked->name == gone->name.name)
      return who + " was deleted, and job " + text_of_name(name_of(*there.live)) +
             " is to begin with it";
  }
  if (state != "COMPLETED") return {};
  const bool has_newer =
      std::ranges::any_of(siblings_of(kube, *one), [&](const flink_state_snapshot* other) {
        return other->status.state == "COMPLETED" &&
               other->metadata.creation_timestamp >= one->metadata.creation_timestamp;
      });
  return has_newer ? std::string{} : who + " was deleted, the last good " + of_job(*one);
}

std::string length_complaint(const kubernetes& kube, const pause_checker& pauses,
                             const flink_session_job& job) {
  constexpr std::size_t apaches_default = 10;
  auto said = value_of(job.spec->flink_configuration, savepoint_count_key);
  if (!said) said = value_of(cluster_configuration(kube, job), savepoint_count_key);
  const auto most = said ? std::stoul(*said) : apaches_default;
  std::vector<object_ptr> all;
  for (const auto kind : {object_kind::flink_session_job, object_kind::flink_deployment,
                          object_kind::flink_state_snapshot})
    for (const auto& [name, live] : kube.all(kind)) all.push_back(live);
  std::size_t count = 0;
  for (const auto& [name, live] : kube.all(object_kind::flink_state_snapshot)) {
    const auto& one = std::get<flink_state_snapshot>(*live);
    const bool is_own = one.status.origin && one.status.origin->job_uid == job.metadata.uid;
    if (is_own && is_automatic(one) && one.spec->savepoint && one.status.state == "COMPLETED" &&
        !one.metadata.deletion_timestamp && !pauses.is_paused(*live) && claims_on(one, all).empty())
      ++count;
  }
  if (count > most)
    return "job " + text_of_name({job.metadata.ns, job.metadata.name}) + " has " +
           std::to_string(count) + " savepoints of its schedule, and is to keep " +
           std::to_string(most);
  return {};
}

}  // namespace drey::sim
