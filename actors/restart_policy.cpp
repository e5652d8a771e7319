#include "actors/restart_policy.hpp"

#include "actors/explanation.hpp"
#include "actors/job_known.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/refused_input.hpp"
#include "protocol/configuration.hpp"

namespace drey {

namespace {

constexpr std::string_view apache_key = "kubernetes.operator.job.restart.failed";

bool restarts(const job_known& known) {
  if (is_planted(planted_bug::tireless_restart)) return true;
  const auto& policy = known.spec->job->restart;
  if (policy) return *policy == restart_policy::on_failure;
  return value_of(known.spec->flink_configuration, apache_key) == "true";
}

milliseconds length_of(const std::optional<std::string>& text, milliseconds otherwise) {
  return text ? parse_duration(*text).value_or(otherwise) : otherwise;
}

std::string because_of_policy(const job_known& known) {
  const auto& policy = known.spec->job->restart;
  if (policy) return "spec.job.restartPolicy is " + std::string(name_of(*policy));
  return "neither spec.job.restartPolicy nor " + std::string(apache_key) + " asks for a restart";
}

/// What it would go on from, what of its spec is wrong, and how it is told to.
std::string remedy_with(const std::optional<restore_point>& newest, std::string_view failure = {}) {
  auto kept = newest ? "its newest state is kept: " + newest->path
                     : std::string("it has no state to go on from");
  if (const auto remedy = remedy_for(failure); !remedy.empty()) kept += ". " + std::string(remedy);
  return kept + ". Change spec.restartNonce to start it again";
}

}  // namespace

restart_limits restart_limits_of(const job_known& known) {
  const auto& job = *known.spec->job;
  return {job.restart_attempts.value_or(limits::restart_attempts_max),
          length_of(job.restart_backoff, limits::restart_backoff_first),
          length_of(job.restart_window, limits::restart_window)};
}

aftermath aftermath_of(const job_known& known, std::string_view final_state) {
  if (!is_wanted(known)) return aftermath::rests;
  return decide(aftermath_rules,
                {true, final_state.empty(), final_state == "FAILED",
                 known.spec->job->restart == restart_policy::nostart, restarts(known),
                 known.history.failures < restart_limits_of(known).attempts});
}

standstill standstill_of(const job_known& known, std::string_view final_state,
                         const std::optional<restore_point>& newest) {
  if (!is_wanted(known)) return {};
  if (final_state == "CANCELED")
    return {"Canceled", "the job was cancelled in Flink by somebody else; " + remedy_with(newest)};
  if (final_state != "FAILED") return {};
  const auto& why = known.history.failure;
  if (aftermath_of(known, final_state) != aftermath::is_given_up)
    return {"JobFailed", "the job is FAILED" + (why.empty() ? why : " (" + why + ")") + ", and " +
                             because_of_policy(known) + "; " + remedy_with(newest, why)};
  return {"RestartAttemptsExhausted",
          "the job FAILED " + std::to_string(known.history.failures + 1) +
              " times and never ran for " + span_text(restart_limits_of(known).window) +
              " in between" + (why.empty() ? why : ", the last time by " + why) + "; " +
              remedy_with(newest, why)};
}

}  // namespace drey
