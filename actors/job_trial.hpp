/// Whether a changed spec of a session job has shown that it is stable, and what becomes of one
/// that fails: it is undone, and the job goes back to its last stable spec with the state that it
/// was stopped with (decision 0017). Pure, as restore_decision.hpp.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "actors/job_machine.hpp"
#include "protocol/decision_table.hpp"

namespace drey {

enum class undoing {
  not_asked,       ///< kubernetes.operator.deployment.rollback.enabled
  nothing_before,  ///< no other spec was stable
  state_given_up,  ///< a person gave up its state for the changed spec: it is not brought back
  has_state,       ///< of the changed spec: what it wrote another one may not understand
  possible,
};

//                                    asked    stable   state    state of
//                                    for      spec     given up its own
inline constexpr std::array<rule<undoing, 4>, 5> undoing_rules{{
    {'A', {is::no, is::any, is::any, is::any}, undoing::not_asked},
    {'B', {is::yes, is::no, is::any, is::any}, undoing::nothing_before},
    {'C', {is::yes, is::yes, is::yes, is::any}, undoing::state_given_up},
    {'D', {is::yes, is::yes, is::no, is::yes}, undoing::has_state},
    {'E', {is::yes, is::yes, is::no, is::no}, undoing::possible},
}};
static_assert(decides_all(undoing_rules));

/// Of the spec under trial. `newest`: the newest state that is known of the job.
undoing undoing_of(const job_known& known, const std::optional<restore_point>& newest);

/// It was undone, and what was deployed last is not yet the spec that it goes back to.
bool is_rolling_back(const job_known& known);

/// The record of the spec with which `what` is submitted; none: it counts as stable as soon as all
/// its tasks run. `id`: whether it is a new one.
enum class id_is { known, fresh };
std::optional<trial_record> trial_of(const job_known& known, const submission& what, id_is id);

/// Whether that state was written under the spec on trial.
bool is_of_trial(const job_known& known, const std::optional<restore_point>& point);

/// All its tasks have run for so long: from now on its spec is the stable one.
bool becomes_stable(const job_known& known, milliseconds ran);

// ── why it is to be undone; empty: it is not, or not yet ──

/// `health`: of its execution, which its JobManager lists.
std::string overdue(const job_known& known, job_health health);
std::string refused_for_good(const job_known& known, const job_machine::retrying& now);
std::string without_room(const job_known& known, const job_machine::reserving& now);
std::string failed_on_trial(const job_known& known, const std::string& final_state,
                            const std::optional<restore_point>& newest);

// ── for people ──

rollback_record rollback_for(const job_known& known, std::string why);
tell tell_rollback(const job_known& known, const std::string& why);
/// Of the one on record: what failed, what counts instead, what to do.
std::string text_of_rollback(const job_known& known);
/// "; it is not undone: …", where somebody could expect that it is.
std::string text_of_no_rollback(const job_known& known);

}  // namespace drey
