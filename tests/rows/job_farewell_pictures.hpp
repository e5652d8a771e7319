/// Pictures of a session job that is deleted, and is to be stopped with a savepoint first.
#pragma once

#include "actors/job_deletion.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows::job_farewell {

using namespace job_pictures;

inline const restore_point chk9{"s3://c/chk-9", 9, "checkpoint"};
inline const restore_point chk9_end = end_of(first, chk9);

/// The third generation's first try, and its second.
inline const std::string trigger = derived_id("uid", "stop " + first.hex + " for good", 3'000);
inline const std::string second_trigger =
    derived_id("uid", "stop " + first.hex + " for good", 3'001);
inline const stop_order farewell{stop_way::savepoint, first, trigger,
                                 "s3://sp/ns/orders/" + trigger, 3};
inline const stop_order by_force{stop_way::cancel, first, "", "", 3};
inline const restore_point its_savepoint{farewell.directory + "/savepoint-1", 0, "savepoint"};
inline const restore_point its_end = end_of(first, its_savepoint);

inline const auto runs = listed(first, "RUNNING");
inline const auto struggles = listed(first, "RUNNING", 1);
inline const auto away = cluster_phase::missing;
inline const auto silent = cluster_phase::unreachable;

inline auto drains() {
  return [](job_known& x) {
    auto copy = *x.spec;
    copy.flink_configuration[std::string(drain_on_deletion_key)] = "true";
    x.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
/// The newest spec is wrong, and what counts is the one before: its word about this is heard.
inline auto called_off_since() {
  return [](job_known& x) {
    auto copy = *x.spec;
    copy.flink_configuration[std::string(savepoint_on_deletion_key)] = "false";
    x.asked = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
inline auto unlisted() {
  return [](job_known& x) {
    x.history.unlisted = unlisted_savepoint{"orders-1", its_savepoint.path, first.hex, 0};
  };
}

inline auto in_store(restore_point point) {
  return [=](job_known& x) {
    x.found.change().store = pointer_answer::found;
    x.found.change().from_store = point;
  };
}

template <class... Changes>
m saving(Changes... changes) {
  return seeing(saved_first(), with_directories(), deleting(), sent({first}), changes...);
}

inline tell waits(const std::string& why) {
  return {"Warning", "SavepointOnDeletionFailed",
          "its deletion waits for its last savepoint: " + why +
              ". To delete it without, set kubernetes.operator.job.savepoint-on-deletion to "
              "\"false\" in its spec.flinkConfiguration"};
}
inline tell goes_without(std::string text) {
  return {"Warning", "SavepointOnDeletionFailed", std::move(text)};
}

inline const std::string no_tasks = "not all of its tasks run, so none can be taken";
inline const std::string no_directory =
    "it has no directory: set execution.checkpointing.savepoint-dir";

/// Let go, and all that was to be found out is; or nobody could be asked yet.
inline m::cancelling settled(ticket request) { return {request, s(100), seen_lists}; }
inline m::cancelling sought(ticket request, arrival submission = arrival::possible) {
  return {request, s(100), seen_lists, submission, last_state::sought};
}

}  // namespace drey::rows::job_farewell
