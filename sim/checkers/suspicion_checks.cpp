/// Rule 1 for jobs that are suspected of killing TaskManagers: none without the ends of processes
/// and the falls that it is told with.
#include <algorithm>

#include "actors/job_restarts.hpp"
#include "actors/job_suspects.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

/// All that the operator can have seen: what it keeps, and how late news may come.
constexpr milliseconds seen_since = suspicion_window + suspicion_lasts + milliseconds{300'000};

bool is_suspected(const std::vector<condition>& all) {
  return std::ranges::find(all, suspected_condition, &condition::type) != all.end();
}

bool loops(const flink_session_job_status& status) {
  const auto found = std::ranges::find(status.conditions, "Degraded", &condition::type);
  return found != status.conditions.end() && found->reason == crash_loop_reason;
}

}  // namespace

void checkers::check_suspicion(const kube_body& body) {
  const auto* write = std::get_if<kube_write_status>(&body);
  const auto* job =
      write != nullptr ? std::get_if<flink_session_job>(write->wanted.get()) : nullptr;
  if (job == nullptr || !is_suspected(job->status.conditions)) return;
  const auto name = object_name{job->metadata.ns, job->metadata.name};
  const auto* live = kube_.get<flink_session_job>(name);  // what is written may have no spec
  if (live == nullptr || !live->spec || is_suspected(live->status.conditions)) return;
  const auto since = time_.now() - seen_since;
  const auto ends = std::ranges::count_if(flink_.host_ends(), [&](const host_end& one) {
    return one.at >= since && one.cluster == object_name{name.ns, live->spec->deployment_name};
  });
  if (static_cast<std::size_t>(ends) < suspicious_ends)
    return fail(1, "job " + text_of_name(name) + " is suspected of killing TaskManagers, and " +
                       std::to_string(ends) + " ended");
  const auto lineage = text_of_name(name) + "@" + live->metadata.uid;
  const auto starts = std::ranges::count_if(flink_.starts(), [&](const task_start& one) {
    return one.at >= since && flink_.executions()[one.execution].lineage == lineage;
  });
  if (static_cast<std::size_t>(starts) + 1 < suspicious_ends)
    fail(1, "job " + text_of_name(name) +
                " is suspected of killing TaskManagers, and its tasks began " +
                std::to_string(starts) + " times");
}

/// What is told no longer because nothing happened for a while is no change (rule 8).
bool checkers::is_acquittal(const kube_body& body) {
  const auto* write = std::get_if<kube_write_status>(&body);
  const auto* job =
      write != nullptr ? std::get_if<flink_session_job>(write->wanted.get()) : nullptr;
  if (job == nullptr) return false;
  const auto* live = kube_.get<flink_session_job>({job->metadata.ns, job->metadata.name});
  if (live == nullptr) return false;
  auto before = live->status;
  auto after = job->status;
  for (auto* one : {&before, &after}) {
    std::erase_if(one->conditions, [&](const condition& x) {
      return x.type == suspected_condition || (x.type == "Degraded" && loops(live->status));
    });
    if (one->lineage) one->lineage->newest.reset();
  }
  const bool ends = is_suspected(live->status.conditions) || loops(live->status);
  const bool lasts = is_suspected(job->status.conditions) || loops(job->status);
  return ends && !lasts && before == after;
}

}  // namespace drey::sim
