#include "actors/job_rescaling.hpp"

#include <algorithm>
#include <string_view>

#include "actors/job_parallelism.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

bool says(const std::optional<std::string>& text, std::string_view word) {
  return text && std::ranges::equal(*text, word, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

constexpr std::string_view switch_key = "kubernetes.operator.job.upgrade.inplace-scaling.enabled";
constexpr std::string_view rollback_key = "kubernetes.operator.deployment.rollback.enabled";

std::optional<std::string> setting_for(const flink_session_job_spec& job,
                                       const configuration& cluster, std::string_view key) {
  auto own = value_of(job.flink_configuration, key);
  return own ? own : value_of(cluster, key);
}

std::string quoted_name(const job_vertex& x) { return '"' + x.name + '"'; }

}  // namespace

std::string not_in_place_because(flink_version version, const configuration& cluster,
                                 const flink_session_job_spec& job) {
  const auto setting = [&](std::string_view key) { return setting_for(job, cluster, key); };
  if (!capabilities_of(version).rescale) return "Flink can do that from 1.18 on";
  if (!says(value_of(cluster, "jobmanager.scheduler"), "adaptive"))
    return "jobmanager.scheduler of its cluster is not adaptive";
  if (says(value_of(cluster, "scheduler-mode"), "reactive"))
    return "scheduler-mode is reactive: Flink takes all slots that there are";
  if (says(setting(switch_key), "false"))
    return "kubernetes.operator.job.upgrade.inplace-scaling.enabled is false";
  if (says(setting("execution.runtime-mode"), "batch")) return "it is a batch job";
  const auto interval = setting("execution.checkpointing.interval");
  const auto length = interval ? parse_duration(*interval) : std::nullopt;
  if (!length || *length == milliseconds{0})
    return "it makes no checkpoints (execution.checkpointing.interval)";
  return {};
}

std::string change_not_in_place_because(flink_version version, const configuration& cluster,
                                        const flink_session_job_spec& job) {
  if (job.job && job.job->upgrade == upgrade_mode::stateless)
    return "spec.job.upgradeMode is stateless: its state is given up with each change";
  if (says(setting_for(job, cluster, rollback_key), "true"))
    return "kubernetes.operator.deployment.rollback.enabled is true: a spec that may be undone is "
           "submitted anew";
  return not_in_place_because(version, cluster, job);
}

bool may_rescale(const job_known& known, job_health health) {
  if (health != job_health::works || known.saving || known.cluster.config == nullptr ||
      known.cluster.rest_order != 0)
    return false;
  const auto why =
      known.need == job_need::nothing ? not_in_place_because : change_not_in_place_because;
  return why(known.cluster.version, *known.cluster.config, *known.spec).empty();
}

std::int32_t slots_more(const job_known& known) {
  return next_parallelism(known) - current_parallelism(known);
}

bool waits_for_slots(const job_known& known) {
  return known.need == job_need::rescale && may_rescale(known, job_health::works) &&
         !lack_of_slots(known).empty();
}

std::string lack_of_slots(const job_known& known) {
  const auto more = slots_more(known);
  if (more <= known.cluster.slots_free) return {};
  return "its parallelism goes to " + std::to_string(next_parallelism(known)) + " once " +
         std::to_string(more) + " more slots are free in cluster " + known.spec->deployment_name +
         "; until then it runs on with " + std::to_string(current_parallelism(known));
}

bool is_goal(const job_known& known, std::int32_t parallelism) {
  const bool asked = known.need == job_need::rescale || is_resizing(known);
  return asked && !known.deleting && !known.rollback && known.cluster.rest_order == 0 &&
         next_parallelism(known) == parallelism;
}

std::string not_uniform_because(const job_known& known, const std::vector<job_vertex>& all) {
  if (all.empty()) return "Flink tells of no part of it";
  // One that was to be another before may be the one or the other.
  const auto present = known.rescale ? all.front().parallelism : current_parallelism(known);
  for (const auto& one : all)
    if (one.parallelism != present)
      return quoted_name(one) + " has parallelism " + std::to_string(one.parallelism) +
             " and not that of the job, " + std::to_string(present) +
             ": its program sets it, or slots are lacking";
  return {};
}

const job_vertex* narrowest_below(const std::vector<job_vertex>& all, std::int32_t parallelism) {
  const auto narrow = std::ranges::min_element(all, {}, &job_vertex::max_parallelism);
  const bool too_narrow = narrow != all.end() && narrow->max_parallelism < parallelism;
  return too_narrow ? &*narrow : nullptr;
}

bool all_have(const std::vector<job_vertex>& all, std::int32_t parallelism) {
  return !all.empty() && std::ranges::all_of(all, [&](const job_vertex& one) {
    return one.parallelism == parallelism;
  });
}

bool all_tasks_run(const std::vector<job_vertex>& all) {
  return !all.empty() && std::ranges::all_of(all, [](const job_vertex& one) {
    return one.tasks_running + one.tasks_finished == one.parallelism;
  });
}

std::optional<pending_rescale> rescale_in(const flink_session_job_status& status) {
  const auto& said = status.operation;
  if (!said || said->kind != "rescale") return std::nullopt;
  return pending_rescale{{said->id}, said->generation, milliseconds{said->started}};
}

}  // namespace drey
