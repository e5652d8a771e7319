/// Rule 4 for the fleet's brake: no more clusters are restarted by choice at once than a person
/// allowed, and a restart lasts until every job of it works again.
#include "actors/job_picture.hpp"
#include "actors/rollout_status.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/checkers/jobs_there.hpp"

namespace drey::sim {

namespace {
/// What has not come back by then is the fleet's second limit's business.
constexpr milliseconds restart_max{300'000};
}  // namespace

/// Its tasks began to work after that, or it is not to work any more.
bool checkers::is_back(const std::string& lineage, milliseconds since) {
  if (time_.now() - since > restart_max) return true;
  const auto began = began_at(lineage);
  if (began && *began > since) return true;
  for (const auto& there : jobs_there(kube_)) {
    const auto& job = *there.job;
    if (text_of_name(drey::name_of(*there.live)) + "@" + job.metadata.uid != lineage) continue;
    const bool over = is_terminal(job.status.job.state);
    const bool wanted = job.spec->job && job.spec->job->state == desired_state::running;
    return over || !wanted || job.metadata.deletion_timestamp || pauses_.is_paused(*there.live);
  }
  return true;
}

/// What a process that is gone did not come to write down, nobody can know.
bool checkers::is_known_of(const object_name& cluster, const disturbance& one) const {
  const auto* live = kube_.get<flink_deployment>(cluster);
  if (live == nullptr) return false;
  const auto& begun = live->status.rollout;
  return one.process == acting_ || (begun && begun->phase != waiting_phase);
}

void checkers::check_brake(const object_name& cluster, const std::string& lineage) {
  std::int32_t others = 0;
  for (auto& [other, jobs] : disturbed_) {
    std::erase_if(jobs, [&, &cluster = other](const auto& one) {
      return is_back(one.first, one.second.since) || !is_known_of(cluster, one.second);
    });
    others += other != cluster && !jobs.empty() ? 1 : 0;
  }
  if (brake_.at_once_max > 0 && others >= brake_.at_once_max)
    fail(4, "cluster " + text_of_name(cluster) + " was about to be restarted by choice while " +
                std::to_string(others) + " others were, and " + std::to_string(brake_.at_once_max) +
                " may be at once");
  disturbed_[cluster].insert_or_assign(lineage, disturbance{time_.now(), acting_});
}

}  // namespace drey::sim
