/// The cluster shell's part of an application whose job FAILED before it had any task. In the first
/// process of its launch that is a failure of its own. A later one goes on from HA metadata or not
/// at all (decision 0020): where there was none the job was lost, and is carried on.
///
/// Which process it was, caches may not know yet. So it is read, when the JobManager's kubelet has
/// had the time to tell of it; until then the job's list of jobs is not complete.
#include "actors/application.hpp"
#include "actors/cluster_actor.hpp"

namespace drey {

namespace {

/// A kubelet writes what it could not write before, at the latest.
constexpr milliseconds kubelet_period{10'000};
constexpr milliseconds read_again{3'000};

bool is_early_end(const job_overview* row) {
  return row != nullptr && row->state == "FAILED" && row->tasks_total == 0;
}

/// Another pod, or another process of this one, took what its launch begins with.
bool began_later(const pod& leader, std::string_view restore) {
  return leader.restart_count > 0 ||
         (is_guarded(restore) && !was_taken_by(restore, leader.metadata.uid));
}

}  // namespace

/// Its JobManager goes on from HA metadata or not at all: it is not the first process of its
/// launch.
bool cluster_shell::is_later_process() const {
  const auto* leader = job_manager();
  return leader != nullptr && launch_.machine.known.keeps_jobs &&
         began_later(*leader, launch_entry(restore_entry));
}

end_cause cluster_shell::cause_of_end(const job_overview* row) const {
  const auto& launched = launch_.machine.known;
  if (!is_early_end(row) || !launched.keeps_jobs) return end_cause::own;
  if (launched.guarded || is_later_process()) return end_cause::found_nothing;
  if (is_spent()) return end_cause::own;
  return early_end_.of == incarnation() ? early_end_.is : end_cause::unread;
}

void cluster_shell::look_at_early_end(const job_overview* row) {
  if (cause_of_end(row) != end_cause::unread) return;
  const auto now = out_->now().monotonic;
  if (early_end_.of != incarnation()) early_end_ = {incarnation(), now, {}, end_cause::unread};
  if (now - early_end_.since < kubelet_period) return;
  if (early_end_.asked && now - *early_end_.asked < read_again) return;
  early_end_.asked = now;
  read_early_end(early_end_.of);
}

/// `of`: the incarnation that told of it.
void cluster_shell::read_early_end(const std::string& of) {
  const auto& cluster = cluster_.machine.known.name;
  const auto conclude = [this, of](const pod& leader, std::string_view restore) {
    if (early_end_.of != of) return;
    early_end_.is = began_later(leader, restore) ? end_cause::found_nothing : end_cause::own;
    look();
  };
  const auto read_map = [this, cluster, conclude](const object_ptr& leader) {
    out_->kube(kube_get{object_kind::config_map, {cluster.ns, launch_map_name(cluster.name)}},
               [leader, conclude](const kube_answer& answer) {
                 const auto& said = std::get<pod>(*leader);
                 const auto* why = std::get_if<refusal>(&answer.result);
                 if (why != nullptr && why->reason == refusal_reason::not_found)
                   return conclude(said, {});  // nobody guards that launch
                 const auto* map = std::get_if<object_ptr>(&answer.result);
                 if (map == nullptr) return;
                 const auto& data = std::get<config_map>(**map).data;
                 const auto restore = data.find(std::string(restore_entry));
                 conclude(said, restore == data.end() ? std::string() : restore->second);
               });
  };
  out_->kube(kube_get{object_kind::pod, {cluster.ns, job_manager()->metadata.name}},
             [of, read_map](const kube_answer& answer) {
               const auto* leader = std::get_if<object_ptr>(&answer.result);
               if (leader != nullptr && of.starts_with(metadata_of(**leader).uid + "/"))
                 read_map(*leader);
             });
}

}  // namespace drey
