/// Pictures of a changed spec that is carried out, for its rows: generation 3 of a cluster of two
/// TaskManagers with the jobs "a" and "b"; the clock shows 100 s unless a row says otherwise.
#pragma once

#include <string>
#include <vector>

#include "actors/rollout_status.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows::rollout_pictures {

using m = rollout_machine;
using enum restart_action;

inline constexpr ticket t0{0}, t1{1}, t2{2};
inline constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
inline constexpr milliseconds answer_wait = s(30), secure_wait = s(630), come_back_wait = s(300);

inline const rollout_plan swap{replace_task_managers, 3};
inline const rollout_plan swap_begun{replace_task_managers, 3, 2};  // two worked before it
inline const rollout_plan over{fail_over_job_manager, 3};
inline const rollout_plan both{restart_both, 3};
inline const rollout_plan calm{nothing, 3};
inline const rollout_plan fewer{remove_task_managers, 3};
inline const std::vector<std::string> jobs{"a", "b"};

/// Both TaskManagers are of the old spec, ordinals 0 and 1; nothing new is there.
inline set_tally all_old() { return {true, 2, {0, 1}, 0, 0, 2, 2, 0}; }
inline set_tally all_new() { return {true, 2, {}, 2, 2, 2, 0, 0}; }

inline rollout_known picture() {
  rollout_known known;
  known.now = {s(100), s(100)};
  known.looked = known.claimed = known.made = known.recorded = known.rest_answers = true;
  known.generation = 3;
  known.jobs = {{"a", job_stand::working, "", stop_choice::with_savepoint, false, ""},
                {"b", job_stand::working, "", stop_choice::with_savepoint, false, ""}};
  known.task_managers = all_new();
  return known;
}

template <class... Changes>
m seeing(Changes... changes) {
  m machine{{}, picture()};
  (changes(machine.known), ...);
  return machine;
}

inline auto at(std::int64_t seconds) {
  return [=](rollout_known& x) { x.now = {s(seconds), s(seconds)}; };
}
inline auto changed(restart_action action) {
  return [=](rollout_known& x) {
    x.recorded = false;
    x.change = action;
  };
}
inline auto begun(restart_action action, std::string phase, std::int32_t retire_below = 0,
                  std::vector<std::string> names = {}) {
  return [=](rollout_known& x) {
    x.begun = rollout_record{std::string(name_of(action)), 2, phase, retire_below, names};
  };
}
inline auto tally(set_tally seen) {
  return [=](rollout_known& x) { x.task_managers = seen; };
}
inline auto old_set() {
  return [](rollout_known& x) {
    x.task_managers_old = true;
    x.task_managers = all_old();
  };
}
/// Four TaskManagers work where two are asked for; those with tasks would go.
/// By Flink, and as many outdated ones as places.
inline auto made_by_flink(std::vector<std::int32_t> outdated = {}) {
  return [=](rollout_known& x) {
    x.native = true;
    x.task_managers = {true, 0, outdated, outdated.empty() ? 9 : 0, 1, 1, 0, 0};
  };
}
inline auto surplus(std::int32_t slots_short = 0) {
  return [=](rollout_known& x) {
    x.set = "session-taskmanager";
    x.surplus = {4, 0, {2, 3}, slots_short};
  };
}
/// Two are left, and so many still go.
inline auto two_left(std::int32_t leaving) {
  return [=](rollout_known& x) { x.surplus = {2, leaving, {}, 0}; };
}
inline auto disruptive() {
  return [](rollout_known& x) { x.disruptive = true; };
}
inline auto old_job_manager() {
  return [](rollout_known& x) { x.job_manager_old = true; };
}
inline auto stand(job_stand b) {
  return [=](rollout_known& x) { x.jobs.back().stand = b; };
}
inline auto b_held() {
  return [](rollout_known& x) { x.jobs.back().held = "restartPolicy is NEVER"; };
}
inline auto unclaimed() {
  return [](rollout_known& x) { x.claimed = false; };
}
inline auto silent() {
  return [](rollout_known& x) { x.rest_answers = false; };
}
inline auto not_looked() {
  return [](rollout_known& x) { x.looked = false; };
}
inline auto down() {
  return [](rollout_known& x) { x.job_manager_down = true; };
}
inline auto new_version() {
  return [](rollout_known& x) { x.version_change = "v1_19 to v1_20"; };
}
inline auto each(job_stand of) {
  return [=](rollout_known& x) {
    for (auto& job : x.jobs) job.stand = of;
  };
}
inline auto forgetful() {
  return [](rollout_known& x) { x.keeps_jobs = false; };
}
inline auto stops_by(stop_choice b) {
  return [=](rollout_known& x) { x.jobs.back().stop = b; };
}
inline auto refuses() {
  return [](rollout_known& x) { x.jobs.back().refusal = "no savepoint"; };
}
inline auto expendable() {
  return [](rollout_known& x) { x.jobs.back().expendable = true; };
}

inline std::vector<m::command> written(ticket request) {
  return {record_intent{request}, set_deadline{request, answer_wait}};
}
inline std::vector<m::command> secures(ticket request) {
  return {secure_jobs{request}, set_deadline{request, secure_wait}};
}
inline std::vector<m::command> stops(ticket request) {
  return {set_deadline{request, secure_wait}};
}
inline std::vector<m::command> steps(ticket request) {
  return {set_deadline{request, come_back_wait}};
}
inline const m::preparing prepares_swap{t0, swap, s(100)}, prepares_over{t0, over, s(100)};
inline const m::stopping stopping{t1, both, {2, jobs}};
inline const m::growing grows{t0, swap, s(100), s(100)};
inline const m::securing secures_swap{t1, swap, {2, jobs}, s(100)};
inline const m::stepping steps_swap{t1, swap, {2, jobs}}, steps_over{t1, over, {0, jobs}};
inline const m::halted halts_swap{t1, swap, {2, jobs}};

inline const announce complete{"Normal", "RolloutComplete", "What runs is what the spec asks for"};

}  // namespace drey::rows::rollout_pictures
