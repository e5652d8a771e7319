/// Rule 1 for TaskManagers that end one after the other, and for jobs that are suspected of killing
/// them: none without the ends of processes and the falls that it is told with.
#include <algorithm>

#include "actors/job_restarts.hpp"
#include "actors/job_suspects.hpp"
#include "actors/pod_ends.hpp"
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

const condition* told_ends(const std::vector<condition>& all) {
  const auto found = std::ranges::find_if(all, is_of_ends);
  return found == all.end() ? nullptr : &*found;
}

/// The same but for what is told of TaskManagers that ended.
bool tells_only_less(const flink_deployment& live, const flink_deployment& wanted) {
  if (told_ends(live.status.conditions) == nullptr ||
      told_ends(wanted.status.conditions) != nullptr)
    return false;
  auto before = live.status;
  auto after = wanted.status;
  for (auto* one : {&before, &after})
    std::erase_if(one->conditions,
                  [](const condition& x) { return x.type == "Degraded" || x.type == "Ready"; });
  return before == after;
}

}  // namespace

bool checkers::tells_of_ends(const condition& told) { return is_of_ends(told); }

/// Of what is told for the first time the processes must have ended.
void checkers::check_told_ends(const kube_body& body) {
  const auto* write = std::get_if<kube_write_status>(&body);
  const auto* wanted =
      write != nullptr ? std::get_if<flink_deployment>(write->wanted.get()) : nullptr;
  const auto* told = wanted != nullptr ? told_ends(wanted->status.conditions) : nullptr;
  if (told == nullptr) return;
  const object_name name{wanted->metadata.ns, wanted->metadata.name};
  const auto* live = kube_.get<flink_deployment>(name);
  if (live == nullptr || told_ends(live->status.conditions) != nullptr) return;
  const auto since = time_.now() - 2 * ends_window;
  const auto ends = std::ranges::count_if(flink_.host_ends(), [&](const host_end& one) {
    return one.at >= since && one.cluster == name;
  });
  if (static_cast<std::size_t>(ends) < looping_ends)
    fail(1, "TaskManagers of " + text_of_name(name) + " are told to end one after the other, and " +
                std::to_string(ends) + " ended");
}

void checkers::check_suspicion(const kube_body& body) {
  check_told_ends(body);
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
  if (write == nullptr) return false;
  if (const auto* cluster = std::get_if<flink_deployment>(write->wanted.get())) {
    const auto* now = kube_.get<flink_deployment>({cluster->metadata.ns, cluster->metadata.name});
    return now != nullptr && tells_only_less(*now, *cluster);
  }
  const auto* job = std::get_if<flink_session_job>(write->wanted.get());
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
