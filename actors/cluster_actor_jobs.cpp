/// The cluster shell's jobs as a rollout sees them: those that are declared, as their actors tell
/// of them, and those that nobody declared.
#include <algorithm>

#include "actors/cluster_actor.hpp"
#include "actors/job_picture.hpp"
#include "actors/rollout_picture.hpp"

namespace drey {

bool cluster_shell::is_allowed(const std::string& job) const {
  const auto& all = metadata_of(*primary_->base()).annotations;
  const auto found = all.find(std::string(allow_restart_key));
  if (found == all.end()) return false;
  std::string_view rest = found->second;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    auto one = rest.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == job || one == "*") return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

namespace {

job_stand stand_in(const job_overview& row) {
  return row.state == "RUNNING" && all_tasks_run(row) ? job_stand::working : job_stand::moving;
}

}  // namespace

/// What the list of jobs says goes before what the job's actor told when it knew less.
job_stand cluster_shell::stand_of(const member_job& job) const {
  const auto told = job.stands.stand;
  if (told == job_stand::unknown || !overview_ || overview_of_ != incarnation()) return told;
  for (const auto& row : overview_->jobs)
    if (row.id == job.stands.id && !is_terminal(row.state)) return stand_in(row);
  return told;
}

std::vector<rollout_job> cluster_shell::jobs_of_rollout() const {
  std::vector<rollout_job> all;
  std::set<std::string_view> ours;
  for (const auto& [uid, job] : jobs_) {
    ours.insert(job.stands.id.hex);
    const bool allowed = is_allowed(job.name.name);
    all.push_back({job.name.name, stand_of(job), allowed ? std::string() : job.stands.held,
                   job.stands.stop, allowed, job.stands.refusal, job.stands.rests});
  }
  if (!overview_ || overview_of_ != incarnation()) return all;
  for (const auto& row : overview_->jobs)
    if (!ours.contains(row.id.hex) && !is_terminal(row.state))
      all.push_back({row.name, stand_in(row),
                     is_allowed(row.name) ? "" : "no FlinkSessionJob declares it",
                     stop_choice::hold, is_allowed(row.name), ""});
  return all;
}

}  // namespace drey
