/// A FlinkStateSnapshot that is taken, for the rows of its machine: UID "uid", made 100 s ago, of a
/// job that runs as 1111…; the clock shows 100 s, and 1,000 s of wall time, unless changed.
#pragma once

#include <memory>
#include <string>

#include "actors/snapshot_machine.hpp"
#include "protocol/timestamp.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows::snapshots {

using m = snapshot_machine;

inline constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
inline constexpr milliseconds answer_wait = s(30), poll_wait{500}, patience = s(600);

inline const job_id job{"11111111111111111111111111111111"};
inline const job_id another{"22222222222222222222222222222222"};
inline const std::string trigger = derived_id("uid", "snapshot", 0);
inline const std::string directory = "s3://sp/" + job.hex + "-" + trigger;
inline const std::string location = directory + "/savepoint-1";
inline const snapshot_order savepoint{snapshot_kind::savepoint, trigger, directory, job};
inline const snapshot_order checkpoint{snapshot_kind::checkpoint, trigger, "", job};

inline auto spec_of(std::optional<savepoint_spec> of, std::int32_t limit) {
  auto spec = std::make_shared<flink_state_snapshot_spec>();
  spec->job_kind = "FlinkSessionJob";
  spec->job_name = "orders";
  spec->checkpoint = !of;
  spec->savepoint = std::move(of);
  spec->backoff_limit = limit;
  return spec;
}

inline snapshot_known picture() {
  snapshot_known known;
  known.now = {s(100), s(1'000)};
  known.uid = "uid";
  known.created = s(900);
  known.finalizer = true;
  known.spec = spec_of(savepoint_spec{}, -1);
  known.source.phase = source_phase::running;
  known.source.job = job;
  known.source.directory = "s3://sp";
  return known;
}

template <class... Changes>
m seeing(Changes... changes) {
  m machine{{}, picture()};
  (changes(machine.known), ...);
  return machine;
}

inline auto of_source(source_phase phase, std::string why = "") {
  return [=](snapshot_known& x) {
    x.source.phase = phase;
    x.source.why = why;
  };
}
inline auto running_as(job_id which) {
  return [=](snapshot_known& x) { x.source.job = which; };
}
inline auto a_checkpoint() {
  return [](snapshot_known& x) { x.spec = spec_of({}, -1); };
}
inline auto limit(std::int32_t failures) {
  return [=](snapshot_known& x) { x.spec = spec_of(savepoint_spec{}, failures); };
}
inline auto at(std::int64_t seconds) {
  return [=](snapshot_known& x) { x.now = {s(seconds), s(900 + seconds)}; };
}
inline auto deleting() {
  return [](snapshot_known& x) { x.deleting = true; };
}
inline auto recorded(std::string state) {
  return [=](snapshot_known& x) {
    x.recorded.state = state;
    if (state != "IN_PROGRESS") return;
    x.recorded.trigger_id = trigger;
    x.recorded.operation.emplace().kind = "savepoint";
    x.recorded.operation->directory = directory;
    x.recorded.origin = snapshot_origin{"job-uid", job.hex, "session", 0};
  };
}
inline auto failed_before(std::int32_t times, std::int64_t seconds_ago) {
  return [=](snapshot_known& x) {
    x.recorded.state = "TRIGGER_PENDING";
    x.recorded.failures = times;
    x.recorded.result_timestamp = timestamp_millis(x.now.wall - s(seconds_ago));
  };
}

inline constexpr const char* gone = "there is no FlinkSessionJob orders";
inline const std::string unknown_trigger = "the JobManager does not know the trigger";
inline const std::string found_nothing =
    unknown_trigger + ", and no savepoint was found in " + directory;

inline note_failed_attempt failed(std::string why) { return {std::move(why), retry::later}; }
inline note_failed_attempt failed_for_good(std::string why) {
  return {std::move(why), retry::never};
}

}  // namespace drey::rows::snapshots
