/// Jobs that may use slots beyond their need (`autoParallelism`): each start has at least what the
/// spec asks for and no more than its state can be spread over, its status names it first (rule 2),
/// it is not raised twice within the period, and nobody is left waiting for what it has beyond its
/// need (rule 1).
#include <algorithm>
#include <cstdlib>

#include "protocol/limits.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

bool is_auto(const std::optional<flink_session_job_spec>& spec) {
  return spec && spec->job && spec->job->auto_parallelism.value_or(false);
}

std::int32_t least_of(const flink_session_job_spec& spec) {
  return spec.job ? std::max(1, spec.job->parallelism) : 1;
}

/// None of the jobs of the scenarios is so wide that Flink would derive more.
std::int32_t most_of(const flink_session_job_spec& spec) {
  const auto text = value_of(spec.flink_configuration, "pipeline.max-parallelism");
  return std::max(least_of(spec), text ? std::atoi(text->c_str()) : limits::max_parallelism_least);
}

bool waits_for_slots(const flink_session_job& job) {
  return std::ranges::any_of(job.status.conditions, [](const condition& one) {
    return one.type == "Progressing" && one.reason == "WaitingForSlots";
  });
}

/// What it has beyond its need and may be asked to give.
std::int32_t raise_of(const flink_session_job& job) {
  const auto deployed = deployed_spec(job);
  if (!is_auto(deployed) || !job.status.parallelism || job.status.job.state != "RUNNING") return 0;
  return std::max(0, job.status.parallelism->current - least_of(*deployed));
}

}  // namespace

void checkers::check_parallelism(const job_id& id, std::int32_t parallelism) {
  const auto job = owner_of(id);
  const auto deployed = job != nullptr ? deployed_spec(*job) : std::nullopt;
  if (!deployed || !deployed->job || !is_auto(deployed)) return;
  const auto& told = job->status.parallelism;
  const auto least = least_of(*deployed);
  const auto whose =
      "job " + job->metadata.name + " was started with parallelism " + std::to_string(parallelism);
  if (parallelism < least) fail(1, whose + ", though its spec asks for " + std::to_string(least));
  if (parallelism > most_of(*deployed)) fail(1, whose + ", beyond its max parallelism");
  if (parallelism > least && (!told || told->current != parallelism))
    fail(2, whose + " before its status named that");
  auto& before = raises_[job->metadata.uid];
  const auto decided = milliseconds{told ? told->changed_at : 0};
  const bool raised =
      before.id != id.hex && before.least == least && parallelism > before.parallelism;
  if (raised && before.raised && decided - *before.raised < limits::raise_spacing)
    fail(1, whose + " so soon after it was raised before");
  if (raised) before.raised = decided;
  before.id = id.hex;
  before.least = least;
  before.parallelism = parallelism;
}

/// Its status names it first, and what it says it has is what is asked for.
void checkers::check_rescale(const rescale_job& what) {
  const auto job = owner_of(what.job);
  if (job == nullptr) return;
  const auto& said = job->status.operation;
  if (!said || said->kind != "rescale" || said->id != what.job.hex)
    return fail(2, "job " + job->metadata.name + " was rescaled before its status said so");
  const auto deployed = deployed_spec(*job);
  if (!deployed) return;
  const auto& record = job->status.parallelism;
  const auto due = record ? record->current : least_of(*deployed);
  if (what.parallelism != due)
    fail(2, "job " + job->metadata.name + " was rescaled to " + std::to_string(what.parallelism) +
                ", and its status says " + std::to_string(due));
  if (what.parallelism > most_of(*deployed) || what.parallelism < least_of(*deployed))
    fail(1, "job " + job->metadata.name + " was rescaled to " + std::to_string(what.parallelism) +
                ", which its spec does not allow");
}

void checkers::check_launched_parallelism(const job_id& id, const std::string& pods) {
  constexpr std::string_view key = "parallelism.default=";
  const auto found = pods.rfind(key);
  if (found != std::string::npos)
    check_parallelism(id, std::atoi(pods.c_str() + found + key.size()));
}

void checkers::check_shared_slots() {
  for (const auto& there : jobs_there(kube_)) {
    const auto& job = *there.job;
    if (!job.spec || job.metadata.deletion_timestamp || !waits_for_slots(job)) continue;
    const object_name cluster{job.metadata.ns, job.spec->deployment_name};
    const auto truth = flink_.cluster_truth(cluster);
    if (!truth) continue;
    std::int32_t beyond = 0;
    for (const auto& other : jobs_there(kube_))
      if (other.job->spec && other.job->metadata.ns == cluster.ns &&
          other.job->spec->deployment_name == cluster.name)
        beyond += raise_of(*other.job);
    if (beyond > 0 && truth->slots_available + beyond >= least_of(*job.spec))
      fail(1, "job " + text_of_name({job.metadata.ns, job.metadata.name}) + " waits for " +
                  std::to_string(least_of(*job.spec)) + " slots, and others of its cluster have " +
                  std::to_string(beyond) + " beyond what they need");
  }
}

}  // namespace drey::sim
