/// Rows of a session job: a changed spec on trial, which becomes stable or is undone.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const restore_point before{"s3://sp/1/savepoint-1", 5, "savepoint"};
const restore_point own{"s3://c/" + second.hex + "/chk-6", 6, "checkpoint"};
/// `second` is of the changed spec, and began 300 s ago.
const trial_record trial{3, before.path, 1, -s(200).count()};
const trial_record young{3, before.path, 1, s(90).count()};
const rollback_record record{3, "for a reason", s(100).count()};

rollback_record because(std::string why) { return {3, std::move(why), s(100).count()}; }
tell told(const std::string& why) {
  return {"Warning", "Rollback",
          "generation 3 is undone: " + why + ". The job goes back to its last stable spec"};
}

template <class... Changes>
m changed(Changes... changes) {
  return seeing(undoes(), stable_before(), on_trial(trial), sent({first, second}),
                newest_recorded(before), changes...);
}

auto interval(std::string length) {
  return cluster_config({{"execution.checkpointing.interval", std::move(length)},
                         {"execution.checkpointing.dir", "s3://c"}});
}
auto progress(job_progress seen) {
  return [=](job_known& x) { x.progress = seen; };
}
auto answers_since(std::int64_t seconds) {
  return [=](job_known& x) { x.answers_since = s(seconds); };
}
auto recorded_specs(std::string reconciled, std::string stable) {
  return [=](job_known& x) {
    x.recorded.change().reconciliation.last_reconciled_spec = reconciled;
    x.stable_text = stable;
  };
}
auto not_asked_for() {
  return [](job_known& x) {
    auto copy = *x.spec;
    copy.flink_configuration.clear();
    x.spec = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
auto same_as_before() {
  return [](job_known& x) { x.stable = x.spec; };
}
/// The changed spec was the beginning of a new branch.
auto state_given_up() {
  return [](job_known& x) { x.history.branch = 1; };
}
auto no_state_known() {
  return [](job_known& x) { x.history.newest.reset(); };
}

// ── it becomes stable ───────────────────────────────────────────────────────────────────────────

const m::running runs{t1, second, s(95)};

const table<m> proof_rows{
    {"nobody asked for more than that all tasks run",
     seeing(sent({second}), listed(second, "RUNNING"), recorded_specs("new", "old")),
     m::starting{t1, second, long_ago},
     cluster_seen{},
     m::running{t2, second, s(100)},
     {release_slots{}, note_stable{}}},
    {"that is written down already",
     seeing(sent({second}), listed(second, "RUNNING"), recorded_specs("new", "new")), runs,
     cluster_seen{}, runs},
    {"on trial, and no checkpoint is completed yet",
     changed(listed(second, "RUNNING"), interval("10 s")), runs, cluster_seen{}, runs},
    {"on trial, and its first checkpoint is there",
     changed(listed(second, "RUNNING"), interval("10 s"), newest_recorded(own)),
     runs,
     cluster_seen{},
     runs,
     {note_stable{}}},
    {"the first checkpoint is there, though not all tasks run now",
     changed(listed(second, "RUNNING", 1), newest_recorded(own)),
     m::restarting{t1, second},
     cluster_seen{},
     m::restarting{t1, second},
     {note_stable{}}},
    {"a checkpoint of the execution before is none of its own",
     changed(listed(second, "RUNNING"), interval("10 s"),
             newest_recorded({"s3://c/" + first.hex + "/chk-6", 6, "checkpoint"})),
     runs, cluster_seen{}, runs},
    {"without checkpoints, not for a minute yet", changed(listed(second, "RUNNING")), runs,
     cluster_seen{}, runs},
    {"without checkpoints, for a minute",
     changed(listed(second, "RUNNING")),
     m::running{t1, second, s(40)},
     cluster_seen{},
     m::running{t1, second, s(40)},
     {note_stable{}}},
};

// ── it does not, while Flink has it ─────────────────────────────────────────────────────────────

const std::string late = "not all its tasks ran within 5 min, or they did not keep running";
const stop_order back{stop_way::cancel, second, "", "", 3};

const table<m> overdue_rows{
    {"not all of its tasks run, and its time is over: it is cancelled, whatever its upgradeMode",
     changed(listed(second, "RUNNING", 1), upgrades_by(upgrade_mode::savepoint)),
     m::restarting{t1, second},
     cluster_seen{},
     m::intending{t2, back},
     {release_slots{}, note_rollback{because(late)}, told(late), record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"its time is not over", changed(listed(second, "RUNNING", 1), on_trial(young)),
     m::restarting{t1, second}, cluster_seen{}, m::restarting{t1, second}},
    {"its JobManager is new: it may be bringing it back",
     changed(listed(second, "RUNNING", 1), answers_since(70)), m::restarting{t1, second},
     cluster_seen{}, m::restarting{t1, second}},
    {"nobody asked for that", changed(listed(second, "RUNNING", 1), not_asked_for()),
     m::restarting{t1, second}, cluster_seen{}, m::restarting{t1, second}},
    {"no other spec was stable before: there is nothing to go back to",
     changed(listed(second, "RUNNING", 1), same_as_before()), m::restarting{t1, second},
     cluster_seen{}, m::restarting{t1, second}},
    {"its state was given up for the changed spec",
     changed(listed(second, "RUNNING", 1), state_given_up()), m::restarting{t1, second},
     cluster_seen{}, m::restarting{t1, second}},
    {"a stateless job that began from nothing loses none",
     changed(listed(second, "RUNNING", 1), state_given_up(), no_state_known(),
             stable_before(upgrade_mode::stateless), on_trial({3, "", 1, trial.since})),
     m::restarting{t1, second},
     cluster_seen{},
     m::intending{t2, back},
     {release_slots{}, note_rollback{because(late)}, told(late), record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"all tasks run, and no checkpoint comes",
     changed(listed(second, "RUNNING"), interval("10 s"), progress({second, 5, s(0), true, ""})),
     runs,
     cluster_seen{},
     m::intending{t2, back},
     {release_slots{}, note_rollback{because("all its tasks run, and it completes no checkpoint")},
      told("all its tasks run, and it completes no checkpoint"), record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"on record as undone by an operator that died: it is cancelled",
     changed(listed(second, "RUNNING", 1), undone(record), needs(job_need::restart)),
     m::restarting{t1, second},
     cluster_seen{},
     m::intending{t2, back},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"undone and carried out: the spec of before runs",
     changed(listed(second, "RUNNING"), undone(record)), runs, cluster_seen{}, runs},
};

// ── it was never taken ──────────────────────────────────────────────────────────────────────────

submission refused(std::int32_t times, std::int32_t unanswered = 0) {
  return {second, before.path, 3, "jm-1", times, {unanswered}, branch::same, times};
}
const std::string no = "running the jar: no";

const table<m> refused_rows{
    {"refused for good three times: it is undone, and looked for before another id is sent",
     changed(),
     m::retrying{t1, refused(3), no},
     job_seen{},
     m::resolving{t2, refused(3), s(100), seen_lists},
     {note_rollback{because("it could not be submitted (running the jar: no)")},
      told("it could not be submitted (running the jar: no)"), set_deadline{t2, s(1)}}},
    {"twice", changed(on_trial(young)), m::retrying{t1, refused(2), no}, job_seen{},
     m::retrying{t1, refused(2), no}},
    {"not for good, but for too long",
     changed(),
     m::retrying{t1, refused(0), no},
     job_seen{},
     m::resolving{t2, refused(0), s(100), seen_lists},
     {note_rollback{because("it could not be submitted within 5 min (running the jar: no)")},
      told("it could not be submitted within 5 min (running the jar: no)"),
      set_deadline{t2, s(1)}}},
    {"the first spec that it ever had", changed([](job_known& x) { x.stable = nullptr; }),
     m::retrying{t1, refused(9), no}, job_seen{}, m::retrying{t1, refused(9), no}},
    {"not there for 3 s under the same JobManager",
     changed(undone(record), needs(job_need::restart)),
     m::resolving{t1, refused(3), s(97), long_ago},
     deadline_passed{t1},
     m::gathering{t2, second, "", 1},
     {release_slots{}, gather_pointers{t2, second}, set_deadline{t2, s(30)}}},
    {"what was asked for without an answer may arrive for a minute",
     changed(undone(record), needs(job_need::restart)),
     m::resolving{t1, refused(3, 1), s(97), long_ago},
     deadline_passed{t1},
     m::resolving{t2, refused(3, 1), s(97), long_ago},
     {set_deadline{t2, s(1)}}},
    {"another spec in between is a new trial under the same id",
     changed(needs(job_need::restart), generation(4)),
     m::retrying{t1, refused(2), no},
     slots_answered{t1, slots::granted},
     m::recording{t2, {second, before.path, 4, "jm-1", 2, {}}},
     {note_trial{trial_record{4, before.path, 1, s(100).count()}}, record_intent{t2},
      set_deadline{t2, s(30)}}},
};

const m::reserving roomless{t1, before.path, branch::same, -s(200)};
const std::string no_room = "its cluster had no 2 free slots within 5 min";

const table<m> roomless_rows{
    {"no room for the changed spec: nothing of it was submitted",
     changed(needs(job_need::restart)),
     roomless,
     cluster_seen{},
     m::reserving{t2, before.path, branch::same, -s(200)},
     {note_rollback{because(no_room)}, told(no_room), reserve_slots{t2}}},
    {"no room for one that is the stable one",
     changed(needs(job_need::restart), same_as_before()),
     roomless,
     cluster_seen{},
     m::reserving{t2, before.path, branch::same, -s(200)},
     {reserve_slots{t2}}},
    {"no room for one that is to be started again",
     changed(),
     roomless,
     cluster_seen{},
     m::reserving{t2, before.path, branch::same, -s(200)},
     {reserve_slots{t2}}},
};

// ── its end ─────────────────────────────────────────────────────────────────────────────────────

const m::gathering failed{t1, second, "FAILED", 1};
const m::gathering canceled{t1, second, "CANCELED", 1};
const std::string at_once = "the job FAILED before it was stable";

const table<m> ended_rows{
    {"FAILED without a checkpoint of its own: undone, with any policy",
     changed(policy(restart_policy::on_failure), told_by_job_manager(before)),
     failed,
     pointers_gathered{t1},
     m::reserving{t2, before.path},
     {remember_state{end_of(second, before)}, note_rollback{because(at_once)}, told(at_once),
      reserve_slots{t2}}},
    {"FAILED with one: it is not undone, and its policy counts",
     changed(policy(restart_policy::on_failure), told_by_job_manager(own)),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, second, own.path},
     {remember_state{end_of(second, own)}, note_stable{}, count_failure{}, set_deadline{t2, s(1)}}},
    {"FAILED, and nobody asked for that",
     changed(policy(restart_policy::on_failure), not_asked_for(), told_by_job_manager(before)),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, second, before.path},
     {remember_state{end_of(second, before)}, count_failure{}, set_deadline{t2, s(1)}}},
    {"lost with its JobManager: that is not the spec's fault",
     changed(named_by_ha(before)),
     m::gathering{t1, second, "", 1},
     pointers_gathered{t1},
     m::backing_off{t2, second, before.path},
     {remember_state{end_of(second, before)}, set_deadline{t2, s(0)}}},
    {"FINISHED: it did what it was to do",
     changed(told_by_job_manager({})),
     m::gathering{t1, second, "FINISHED", 1},
     pointers_gathered{t1},
     m::ended{t2, second, "FINISHED"},
     {remember_state{end_of(second, before)}, note_stable{},
      tell{"Normal", "Ended", "The job is FINISHED"}}},
    {"cancelled to be undone: the spec of before goes on from what it left",
     changed(undone(record), needs(job_need::restart), recorded_stop_of(back),
             sent({first, second}), told_by_job_manager(before)),
     canceled,
     pointers_gathered{t1},
     m::reserving{t2, before.path},
     {remember_state{end_of(second, before)}, reserve_slots{t2}}},
    {"the same, of a spec that is stateless: it was not stopped so",
     changed(undone(record), needs(job_need::restart), recorded_stop_of(back),
             sent({first, second}), upgrades_by(upgrade_mode::stateless),
             told_by_job_manager(before)),
     canceled,
     pointers_gathered{t1},
     m::reserving{t2, before.path},
     {remember_state{end_of(second, before)}, reserve_slots{t2}}},
    {"a checkpoint came before it was cancelled: called off",
     changed(undone(record), needs(job_need::restart), recorded_stop_of(back),
             sent({first, second}), told_by_job_manager(own)),
     canceled,
     pointers_gathered{t1},
     m::reserving{t2, own.path},
     {remember_state{end_of(second, own)}, note_stable{}, note_rollback{},
      tell{"Warning", "RollbackCalledOff",
           "it completed a checkpoint before it was stopped, and goes on from " + own.path +
               " with its changed spec"},
      reserve_slots{t2}}},
    {"it came to its end before it was cancelled: called off",
     changed(undone(record), needs(job_need::restart), recorded_stop_of(back),
             sent({first, second}), told_by_job_manager({})),
     m::gathering{t1, second, "FINISHED", 1},
     pointers_gathered{t1},
     m::ended{t2, second, "FINISHED"},
     {remember_state{end_of(second, before)}, note_stable{}, note_rollback{},
      tell{"Normal", "Ended", "The job is FINISHED"}}},
    {"the spec of before is submitted, and not on trial",
     changed(undone(record), needs(job_need::restart)),
     m::reserving{t1, before.path},
     slots_answered{t1, slots::granted},
     m::recording{t2, {submission_id("uid", 3), before.path, 3, "jm-1", 0, {}}},
     {note_trial{}, remember_submission{{submission_id("uid", 3), before.path, 3, "jm-1", 0, {}}},
      record_intent{t2}, set_deadline{t2, s(30)}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_rollback_rows)

BOOST_AUTO_TEST_CASE(becoming_stable) { proof_rows.hold(); }
BOOST_AUTO_TEST_CASE(overdue_in_flink) { overdue_rows.hold(); }
BOOST_AUTO_TEST_CASE(never_taken) { refused_rows.hold(); }
BOOST_AUTO_TEST_CASE(without_room_for_it) { roomless_rows.hold(); }
BOOST_AUTO_TEST_CASE(over) { ended_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
