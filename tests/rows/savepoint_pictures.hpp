/// Pictures of what a nonce asks for: nonce 7 of job "orders" with UID "uid", which runs as 1111…;
/// the clock shows 100 s unless a row says otherwise.
#pragma once

#include "actors/savepoint_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows::savepoint_pictures {

using m = savepoint_machine;

inline constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
inline constexpr milliseconds answer_wait = s(30), poll_wait{500};

inline const job_id job{"11111111111111111111111111111111"};
inline const job_id another{"22222222222222222222222222222222"};
inline const std::string trigger = derived_id("uid", "savepoint", 7);
inline const std::string directory = "s3://sp/" + trigger;
inline const savepoint_request what{7, trigger, directory, job};

inline savepoint_known picture() {
  savepoint_known known;
  known.now = {s(100), s(100)};
  known.uid = "uid";
  known.name = "orders";
  known.nonce = 7;
  known.running = job;
  known.directory = "s3://sp";
  return known;
}

template <class... Changes>
m seeing(Changes... changes) {
  m machine{{}, picture()};
  (changes(machine.known), ...);
  return machine;
}

inline auto not_running() {
  return [](savepoint_known& x) { x.running = {}; };
}
inline auto running_as(job_id which) {
  return [=](savepoint_known& x) { x.running = which; };
}
inline auto nonce(std::optional<std::int64_t> number) {
  return [=](savepoint_known& x) { x.nonce = number; };
}
inline auto recorded(savepoint_record record) {
  return [=](savepoint_known& x) { x.recorded = record; };
}
inline auto at(std::int64_t seconds) {
  return [=](savepoint_known& x) { x.now = {s(seconds), s(seconds)}; };
}
inline auto of_a_checkpoint() {
  return [](savepoint_known& x) {
    x.kind = snapshot_kind::checkpoint;
    x.directory.clear();
  };
}
inline auto without_triggers() {
  return [](savepoint_known& x) { x.trigger = false; };
}
inline auto without_directory() {
  return [](savepoint_known& x) { x.directory.clear(); };
}

inline auto way(taken_by which) {
  return [=](savepoint_known& x) { x.way = which; };
}
inline auto by_resource() { return way(taken_by::resource); }

inline note_savepoint noted(std::string state, std::string location, std::string error) {
  return {{7, std::move(state), trigger, std::move(location), std::move(error)}};
}
inline const savepoint_record begun{7, "IN_PROGRESS", trigger, "", ""};
inline const savepoint_record done{7, "COMPLETED", trigger, "s3://sp/x", ""};
inline const std::string not_found_text =
    "the JobManager does not know the trigger, and no savepoint was found in " + directory;

}  // namespace drey::rows::savepoint_pictures
