#include "actors/job_course.hpp"

#include <algorithm>

#include "protocol/enum_names.hpp"
#include "protocol/flink_leader.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

// ── what the lab measured (Flink 1.20, Kubernetes 1.34) ─────────────────────────────────────────

/// TaskManagers exchanged for others that are registered already: 1.8 and 2.0 s.
constexpr expected_outage swap{seconds{2}, seconds{3}};
/// JobManager gone, HA: 9.6 to 22.5 s until another one led, up to the length of the lease of it
/// the wait for the lock of the one before.
constexpr seconds lead_least{10};
constexpr seconds lead_beside_lease{8};
/// A JobManager that starts from nothing, and one submission.
constexpr expected_outage fresh_start{seconds{10}, seconds{15}};
/// Everything from nothing: 13.8 s to a cluster with its first job, and a stop before.
constexpr expected_outage whole_start{seconds{15}, seconds{25}};

expected_outage outage_of_failover(const configuration& config) {
  const auto lease = std::chrono::ceil<seconds>(lease_duration_of(config));
  const auto high = lease + lead_beside_lease;
  return {std::min(lead_least, high), high};
}

// ── what stands against it ──────────────────────────────────────────────────────────────────────

struct settings {
  const configuration& job;
  const configuration& cluster;

  std::optional<std::string> find(std::string_view key, std::string_view old_key = {}) const {
    if (auto own = value_of(job, key, old_key)) return own;
    return value_of(cluster, key, old_key);
  }
};

std::string in_upper_case(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

void find_blocks(job_plan& plan, const job_spec& job, const settings& all) {
  if (job.restart == restart_policy::never || job.restart == restart_policy::nostart)
    plan.blocked_by.push_back("spec.job.restartPolicy is " + std::string(name_of(*job.restart)) +
                              ": drey does not restart it by itself");
  if (in_upper_case(all.find("execution.runtime-mode").value_or("")) == "BATCH")
    plan.blocked_by.emplace_back(
        "execution.runtime-mode is BATCH: drey does not restart a batch job by itself");
}

struct directory_keys {
  std::string_view key;
  std::string_view old_key;
};
constexpr directory_keys savepoint_keys{"execution.checkpointing.savepoint-dir",
                                        "state.savepoints.dir"};
constexpr directory_keys checkpoint_keys{"execution.checkpointing.dir", "state.checkpoints.dir"};

bool has_directory(const settings& all, const directory_keys& keys) {
  return all.find(keys.key, keys.old_key).has_value();
}

/// It does not outlive the step by itself: a savepoint of its own, else its newest checkpoint,
/// does.
bool is_stopped_first(job_course course) {
  return course == job_course::starts_over || course == job_course::is_resubmitted;
}

bool changes_version(const course_specs& specs) {
  if (specs.cluster_now == nullptr || specs.cluster_then == nullptr) return false;
  const auto version = [](const flink_deployment_spec& x) {
    return x.flink_version.value_or(flink_version::v1_20);
  };
  return version(*specs.cluster_now) != version(*specs.cluster_then);
}

/// A checkpoint is for the Flink that made it.
void find_lost_state(job_plan& plan, const course_specs& specs, const settings& all) {
  if (!is_stopped_first(plan.course) || has_directory(all, savepoint_keys)) return;
  if (changes_version(specs))
    plan.blocked_by.emplace_back(
        "spec.flinkVersion changes, and no savepoint can be taken: set "
        "execution.checkpointing.savepoint-dir");
  else if (!has_directory(all, checkpoint_keys))
    plan.blocked_by.emplace_back(
        "its state would be lost: set execution.checkpointing.savepoint-dir");
}

void find_cautions(job_plan& plan, const settings& all) {
  if (is_stopped_first(plan.course) && has_directory(all, savepoint_keys)) return;
  const bool checkpoints = all.find("execution.checkpointing.interval").has_value();
  if (!checkpoints)
    plan.cautions.emplace_back(
        "no execution.checkpointing.interval, its own or its cluster's: unless its code sets one "
        "it begins from nothing");
}

// ── its course ──────────────────────────────────────────────────────────────────────────────────

job_course course_under(restart_action action, const configuration& cluster) {
  switch (action) {
    case restart_action::remove_task_managers:
      return job_course::may_move;
    case restart_action::replace_task_managers:
      return job_course::moves_over;
    case restart_action::fail_over_job_manager:
      return is_highly_available(cluster) ? job_course::fails_over : job_course::is_resubmitted;
    case restart_action::restart_both:
      return job_course::starts_over;
    case restart_action::nothing:
    case restart_action::patch:
    case restart_action::scale:
    case restart_action::refuse:
      return job_course::untouched;
  }
  return job_course::untouched;
}

std::optional<expected_outage> outage_of(job_course course, const configuration& cluster) {
  switch (course) {
    case job_course::may_move:
    case job_course::moves_over:
      return swap;
    case job_course::fails_over:
      return outage_of_failover(cluster);
    case job_course::is_resubmitted:
      return fresh_start;
    case job_course::starts_over:
      return whole_start;
    case job_course::untouched:
    case job_course::not_running:
    case job_course::starts:
    case job_course::ends:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

void decide_course(job_plan& plan, const course_specs& specs, const cluster_plan& cluster) {
  const auto& job = specs.job_now.job;
  const bool runs = job && job->state == desired_state::running;
  if (plan.is == comparison::added) {
    plan.course = runs ? job_course::starts : job_course::not_running;
  } else if (plan.is == comparison::removed || cluster.is == comparison::removed) {
    plan.course = job_course::ends;
    if (plan.is != comparison::removed)
      plan.cautions.emplace_back("its cluster is removed, and it is not");
  } else if (!runs) {
    plan.course = job_course::not_running;
  } else if (specs.cluster_now != nullptr) {
    const auto& config = specs.cluster_now->flink_configuration;
    plan.course = course_under(cluster.action, config);
    plan.outage = outage_of(plan.course, config);
  }
  if (!plan.outage || !specs.job_then.job) return;
  plan.restarts = plan.restarts_most = 1;
  if (plan.course == job_course::moves_over) {
    plan.restarts_most = std::max(1, cluster.task_managers.value_or(1));
    if (!cluster.ordinals) {  // onto spare ones, and back when these go
      plan.restarts = 2;
      ++plan.restarts_most;
    }
  }
  if (plan.course == job_course::fails_over)  // Kubernetes chooses which JobManager goes first
    plan.restarts_most = std::max(1, cluster.job_managers);
  const settings all{specs.job_then.flink_configuration, specs.cluster_then->flink_configuration};
  find_blocks(plan, *specs.job_then.job, all);
  find_lost_state(plan, specs, all);
  find_cautions(plan, all);
}

}  // namespace drey
