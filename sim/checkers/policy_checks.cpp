/// Rule 1 for restart policies: a job is started again only when its spec lets that be.
#include <algorithm>
#include <chrono>

#include "protocol/configuration.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/validate.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

bool is_policy(const flink_session_job_spec& spec, restart_policy which) {
  return spec.job && spec.job->restart == which;
}

/// The greater of both: which of the two specs counts at this moment nobody can tell from outside.
std::int32_t attempts_of(const flink_session_job_spec& a, const flink_session_job_spec& b) {
  const auto of = [](const flink_session_job_spec& x) {
    return x.job ? x.job->restart_attempts.value_or(limits::restart_attempts_max) : 0;
  };
  return std::max(of(a), of(b));
}

milliseconds window_of(const flink_session_job_spec& spec) {
  const auto text = spec.job ? spec.job->restart_window : std::nullopt;
  return text ? parse_duration(*text).value_or(limits::restart_window) : limits::restart_window;
}

}  // namespace

void checkers::note_suspended(const kube_body& body) {
  const auto* write = std::get_if<kube_write_status>(&body);
  if (write == nullptr) return;
  std::visit(
      [&]<class T>(const T& one) {
        if constexpr (requires {
                        one.status.job;
                        one.status.lifecycle_state;
                      })
          if (one.status.lifecycle_state == "SUSPENDED")
            under_policy_[text_of_name(drey::name_of(*write->wanted)) + "@" + one.metadata.uid]
                .suspended = true;
      },
      *write->wanted);
}

void checkers::check_policy(const execution& began) {
  const auto job = owner_of(began.job);
  const auto deployed = job != nullptr ? deployed_spec(*job) : std::nullopt;
  if (!deployed || !job->spec) return;
  const auto* before = execution_before(began);
  auto& seen = under_policy_[began.lineage];
  const auto text = encode_spec(*deployed);
  // No word of a person between: none who suspended it, either.
  const bool unasked = before != nullptr && seen.spec == text && !seen.suspended;
  seen.spec = text;
  seen.suspended = false;
  if (!unasked) {
    seen.failures = 0;
    return;
  }
  // A failure that its JobManager took along before anybody could read of it is a loss to drey.
  const bool failed = before->how == execution_end::failed && flink_.is_remembered(before->job);
  const bool lost = before->how == execution_end::job_manager_lost ||
                    (before->how == execution_end::failed && !failed);
  const auto whose = std::string(resource_of(began.lineage));
  const auto both = [&](restart_policy which) {
    return is_policy(*deployed, which) && is_policy(*job->spec, which);
  };
  if ((failed || lost) && both(restart_policy::nostart))
    fail(1, "job " + whose + " was started again, though its restartPolicy is nostart");
  if (failed && both(restart_policy::never))
    fail(1, "job " + whose +
                " was started again after it failed, though its restartPolicy is "
                "NEVER");
  if (before->end.value_or(began.start) - before->start >= window_of(*deployed)) seen.failures = 0;
  if (!failed) return;
  ++seen.failures;
  if (seen.failures > attempts_of(*deployed, *job->spec))
    fail(1, "job " + whose + " was started again after it failed " + std::to_string(seen.failures) +
                " times, more often than it may");
}

/// What it is to begin with never came to be: nothing is started empty for that.
bool checkers::lacks_its_beginning(const flink_session_job& job) const {
  const auto& named = job.spec->job ? job.spec->job->snapshot : std::nullopt;
  if (!named || named->name.empty() || deployed_spec(job)) return false;
  const auto ns = named->ns.empty() ? job.metadata.ns : named->ns;
  const auto live = kube_.find(object_kind::flink_state_snapshot, {ns, named->name});
  return !live || std::get<flink_state_snapshot>(*live).status.state != "COMPLETED";
}

/// It promises what its cluster cannot keep, or has nothing to begin with: it is not to be begun.
bool checkers::is_refused(const flink_session_job& job) const {
  if (lacks_its_beginning(job)) return true;
  const auto live =
      kube_.find(object_kind::flink_deployment, {job.metadata.ns, job.spec->deployment_name});
  if (!live || !job.spec->job) return false;
  const auto& cluster = std::get<flink_deployment>(*live);
  return cluster.spec &&
         nostart_beside_high_availability(*job.spec->job, cluster.spec->flink_configuration)
             .has_value();
}

}  // namespace drey::sim
