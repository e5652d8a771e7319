/// What becomes of a session job whose execution is over or lost: one table over the three restart
/// policies, Apache's `job.restart.failed`, and what ended it. Pure, as restore_decision.hpp.
///
/// Before it comes to this Flink's own restart strategy has had its turn, with ON_FAILURE and
/// NEVER; nostart sets it to none (job_paths.cpp), and is refused beside high availability, where
/// each new JobManager starts its jobs by itself.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/decision_table.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/time.hpp"

namespace drey {

struct job_known;

enum class aftermath {
  rests,          ///< it is FINISHED or was cancelled, or is not to run
  is_carried_on,  ///< its cluster lost it: started again at once
  is_restarted,   ///< it FAILED: started again after its back-off
  is_left,        ///< its policy keeps it down
  is_given_up,    ///< it FAILED too often: a person is asked
};
constexpr std::string_view name_of(aftermath x) {
  constexpr std::string_view names[] = {"rests", "is_carried_on", "is_restarted", "is_left",
                                        "is_given_up"};
  return names[static_cast<std::size_t>(x)];
}

/// `restarts`: ON_FAILURE, or none and kubernetes.operator.job.restart.failed.
//                                     wanted   lost     FAILED   nostart  restarts attempts
//                                                                                  left
inline constexpr std::array<rule<aftermath, 6>, 7> aftermath_rules{{
    {'A', {is::no, is::any, is::any, is::any, is::any, is::any}, aftermath::rests},
    {'B', {is::yes, is::yes, is::any, is::yes, is::any, is::any}, aftermath::is_left},
    {'C', {is::yes, is::yes, is::any, is::no, is::any, is::any}, aftermath::is_carried_on},
    {'D', {is::yes, is::no, is::no, is::any, is::any, is::any}, aftermath::rests},
    {'E', {is::yes, is::no, is::yes, is::any, is::no, is::any}, aftermath::is_left},
    {'F', {is::yes, is::no, is::yes, is::any, is::yes, is::yes}, aftermath::is_restarted},
    {'G', {is::yes, is::no, is::yes, is::any, is::yes, is::no}, aftermath::is_given_up},
}};
static_assert(decides_all(aftermath_rules));

/// `final_state`: Flink's; empty: lost.
aftermath aftermath_of(const job_known& known, std::string_view final_state);

/// How often and how fast it is started again after it FAILED.
struct restart_limits {
  std::int32_t attempts;
  milliseconds first_wait;
  milliseconds window;  ///< all tasks ran for so long: its failures are forgotten
};
restart_limits restart_limits_of(const job_known& known);

/// Why it stays as it ended, and what a person can do; `reason` empty: it ended as it was meant to.
struct standstill {
  std::string reason;
  std::string message;
};
standstill standstill_of(const job_known& known, std::string_view final_state,
                         const std::optional<restore_point>& newest);

}  // namespace drey
