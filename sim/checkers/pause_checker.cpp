#include "sim/checkers/pause_checker.hpp"

#include <algorithm>

#include "actors/children.hpp"
#include "actors/pause.hpp"
#include "actors/rivals.hpp"
#include "actors/takeover.hpp"
#include "sim/checkers/standing_aside.hpp"

namespace drey::sim {

namespace {

bool is_primary(const object& x) {
  return std::holds_alternative<flink_deployment>(x) ||
         std::holds_alternative<flink_session_job>(x) ||
         std::holds_alternative<flink_state_snapshot>(x);
}

/// As the API has it, whatever the operator makes of it.
bool says_paused(const object& x) {
  const auto& all = metadata_of(x).annotations;
  const auto found = all.find(std::string(paused_key));
  return found != all.end() && found->second == "true";
}

std::string owner_uid_of(const object_meta& meta) {
  const auto label = meta.labels.find(std::string(owner_uid_key));
  return label == meta.labels.end() ? std::string{} : label->second;
}

}  // namespace

void pause_checker::shown(std::uint32_t process, const object& live) {
  if (!is_primary(live)) return;
  const sight what{process, metadata_of(live).uid};
  if (says_paused(live)) {
    if (!known_.contains(what)) shown_.insert(what);
  } else if (!shown_.empty() || !known_.empty()) {
    shown_.erase(what);
    known_.erase(what);
  }
}

void pause_checker::digested(std::uint32_t process) {
  for (auto at = shown_.begin(); at != shown_.end();)
    if (at->first == process)
      known_.insert(shown_.extract(at++));
    else
      ++at;
}

object_ptr pause_checker::with_uid(const std::string& uid) const {
  if (uid.empty()) return nullptr;
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job,
                          object_kind::flink_state_snapshot})
    for (const auto& [name, live] : kube_.all(kind))
      if (metadata_of(*live).uid == uid) return live;
  return nullptr;
}

object_ptr pause_checker::owner_of(const kube_body& body) const {
  if (const auto* write = std::get_if<kube_write_status>(&body))
    return with_uid(metadata_of(*write->wanted).uid);
  if (const auto* write = std::get_if<kube_write_finalizers>(&body)) return with_uid(write->uid);
  if (const auto* written = object_written_by(body)) {
    const auto* told = std::get_if<event_record>(written);
    return with_uid(told != nullptr ? told->involved_uid : owner_uid_of(metadata_of(*written)));
  }
  if (const auto* create = std::get_if<kube_create>(&body)) {
    const auto* one = std::get_if<flink_state_snapshot>(create->wanted.get());
    if (one == nullptr || !one->spec || !one->spec->job_name) return nullptr;
    return kube_.find(object_kind::flink_session_job, {one->metadata.ns, *one->spec->job_name});
  }
  if (const auto* gone = std::get_if<kube_delete>(&body)) {
    auto live = kube_.find(gone->kind, gone->name);
    if (gone->kind == object_kind::flink_state_snapshot) return live;
    return live ? with_uid(owner_uid_of(metadata_of(*live))) : nullptr;
  }
  return nullptr;
}

/// Of a call of Flink: the job that it is about, else the cluster.
object_ptr pause_checker::owner_of(const arrival& call) const {
  if (call.kube != nullptr) return owner_of(*call.kube);
  const auto id = std::visit(
      []<class T>(const T& body) {
        if constexpr (requires { body.job.hex; })
          return body.job;
        else
          return job_id{};
      },
      *call.flink);
  if (!id.hex.empty()) {
    const auto lineage = lineage_of(kube_, id);
    return with_uid(lineage.substr(lineage.find('@') + 1));
  }
  for (const auto& [name, live] : kube_.all(object_kind::flink_deployment))
    if (call.endpoint->host == name.name + "-rest." + name.ns) return live;
  return nullptr;
}

object_ptr pause_checker::cluster_of(const object& primary) const {
  const auto* job = std::get_if<flink_session_job>(&primary);
  if (job == nullptr || !job->spec) return nullptr;
  return kube_.find(object_kind::flink_deployment, {job->metadata.ns, job->spec->deployment_name});
}

bool pause_checker::is_paused(const object& primary) const {
  if (const auto* snapshot = std::get_if<flink_state_snapshot>(&primary)) {
    const auto job = snapshot->spec && snapshot->spec->job_name
                         ? kube_.find(object_kind::flink_session_job,
                                      {snapshot->metadata.ns, *snapshot->spec->job_name})
                         : nullptr;
    return says_paused(primary) || (job && is_paused(*job));
  }
  const auto cluster = cluster_of(primary);
  return says_paused(primary) || (cluster && says_paused(*cluster));
}

bool pause_checker::knows(std::uint32_t process, const object& primary) const {
  return says_paused(primary) && known_.contains({process, metadata_of(primary).uid});
}

std::string pause_checker::broken_by(const arrival& call) const {
  if (known_.empty()) return {};
  const auto owner = owner_of(call);
  if (!owner) return {};
  const auto cluster = cluster_of(*owner);
  const auto process = call.who->process;
  if (!knows(process, *owner) && !(cluster && knows(process, *cluster))) return {};
  if (call.kube != nullptr)
    if (const auto* write = std::get_if<kube_write_status>(call.kube);
        write != nullptr && tells_only_of_standing_aside(*owner, *write->wanted))
      return {};
  return std::string(drey::name_of(kind_of(*owner))) + " " + text_of_name(drey::name_of(*owner)) +
         " was changed while it was paused";
}

}  // namespace drey::sim
