/// Pictures of a cluster for its rows: all four objects of its JobManager's side are there, its
/// pod too, and REST was not asked yet; changes are applied to that.
#pragma once

#include "actors/cluster_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows::cluster_pictures {

using m = cluster_machine;

inline constexpr ticket t0{0}, t1{1}, t2{2};
inline constexpr milliseconds answer_wait{30'000}, poll_wait{1'000}, removal_poll{250};

template <class... Changes>
m seeing(Changes... changes) {
  m machine;
  auto& known = machine.known;
  known.now = {milliseconds{100'000}, milliseconds{100'000}};
  known.name = {"ns", "session"};
  known.uid = "uid";
  known.generation = 1;
  known.finalizer = true;
  known.world_known = true;
  known.looked = true;
  known.children_count = 4;
  known.job_manager_pod = true;
  (changes(known), ...);
  return machine;
}

inline auto world_unknown() {
  return [](cluster_known& x) { x.world_known = false; };
}
inline auto nothing_looked_at() {
  return [](cluster_known& x) { x.looked = false; };
}
inline auto may_arrive_until(milliseconds moment) {
  return [=](cluster_known& x) { x.may_arrive_until = moment; };
}
inline auto problem(std::string text) {
  return [=](cluster_known& x) { x.problem = text; };
}
inline auto foreign(std::string text) {
  return [=](cluster_known& x) { x.foreign_child = text; };
}
inline auto without_finalizer() {
  return [](cluster_known& x) { x.finalizer = false; };
}
inline auto out_of_date(std::vector<int> which) {
  return [=](cluster_known& x) { x.out_of_date = which; };
}
inline auto deleting() {
  return [](cluster_known& x) { x.deleting = true; };
}
inline auto rest(rest_state now) {
  return [=](cluster_known& x) { x.rest = now; };
}
inline auto job_manager_runs() {
  return [](cluster_known& x) { x.job_manager_runs = true; };
}
inline auto without_pod() {
  return [](cluster_known& x) { x.job_manager_pod = false; };
}
/// For three minutes by its kubelet, and for half a minute by what we saw.
inline const unready_job_manager dead{
    "u", {"ns", "session-x"}, milliseconds{-80'000}, milliseconds{70'000}};
inline unready_job_manager left_on_a_node(leader_lock lock) {
  auto one = dead;
  one.node = "n2";
  one.node_wait = milliseconds{20'000};
  one.lock = lock;
  return one;
}
inline auto unready(unready_job_manager one) {
  return [=](cluster_known& x) {
    x.unready = one;
    x.keeps_jobs = true;
  };
}
inline auto without_high_availability() {
  return [](cluster_known& x) { x.keeps_jobs = false; };
}
inline auto with_session_jobs(std::vector<std::string> jobs) {
  return [=](cluster_known& x) { x.session_jobs = jobs; };
}
inline auto with_unmanaged_jobs(int count) {
  return [=](cluster_known& x) { x.unmanaged_jobs = count; };
}
inline auto not_blocked_by_session_jobs() {
  return [](cluster_known& x) { x.block_on_session_jobs = false; };
}
inline auto not_blocked_by_unmanaged_jobs() {
  return [](cluster_known& x) { x.block_on_unmanaged_jobs = false; };
}

}  // namespace drey::rows::cluster_pictures
