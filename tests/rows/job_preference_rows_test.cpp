/// Rows of a session job that goes on from what its FlinkStateSnapshot holds: always of equal
/// progress, and before newer state where `restorePreference` is snapshot.
#include "actors/job_memory.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

restore_point held_by(std::string snapshot, restore_point point) {
  point.snapshot = std::move(snapshot);
  return point;
}
restore_point instead_of(std::string path, restore_point point) {
  point.passed_over = std::move(path);
  return point;
}

const restore_point chk9{"s3://c/chk-9", 9, "checkpoint"};
const restore_point sp5 = held_by("nightly", {"s3://sp/5", 5, "savepoint"});
const restore_point sp9 = held_by("nightly", {"s3://sp/9", 9, "savepoint"});
const restore_point sp5_chosen = instead_of(chk9.path, end_of(first, sp5));

auto prefers(restore_preference which) {
  return spec([=](job_spec& x) { x.restore_preference = which; });
}
auto prefers_snapshot() { return prefers(restore_preference::snapshot); }
auto linked(restore_point point, job_id taken_of = first) {
  return [=](job_known& x) {
    x.found.change().of = first;
    x.found.change().from_snapshots = point;
    x.found.change().taken_of = taken_of;
  };
}
auto began_with(std::string path) {
  return [=](job_known& x) { x.history.restored.emplace().path = path; };
}

const tell given_up{"Warning", "StatePassedOver",
                    "It goes on from s3://sp/5, as spec.job.restorePreference says: it is what "
                    "FlinkStateSnapshot nightly holds. What is newer is given up: s3://c/chk-9"};
const m::gathering lost{t1, first, "", 1};
const m::gathering failed{t1, first, "FAILED", 1};
const auto on_failure = policy(restart_policy::on_failure);

const table<m> rows{
    {"of equal progress is what a FlinkStateSnapshot holds",
     seeing(sent({first}), told_by_job_manager(restore_point{"s3://c/chk-9", 9, "checkpoint"}),
            linked(sp9)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, sp9.path},
     {remember_state{end_of(first, sp9)}, set_deadline{t2, s(0)}}},
    {"older than the newest: it is not asked for",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{end_of(first, chk9)}, set_deadline{t2, s(0)}}},
    {"… nor where the newest is preferred in so many words",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5),
            prefers(restore_preference::newest)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{end_of(first, chk9)}, set_deadline{t2, s(0)}}},
    {"lost, and the snapshot is preferred: what is newer is given up, and told",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5), prefers_snapshot()),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, sp5.path},
     {remember_state{end_of(first, chk9)}, remember_state{sp5_chosen}, given_up,
      set_deadline{t2, s(0)}}},
    {"FAILED, the same",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5), prefers_snapshot(), on_failure),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, first, sp5.path},
     {remember_state{end_of(first, chk9)}, remember_state{sp5_chosen}, given_up, count_failure{},
      set_deadline{t2, s(1)}}},
    {"chosen before this operator began: it stands",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5), prefers_snapshot(), on_failure,
            newest_recorded(sp5_chosen)),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, first, sp5.path},
     {remember_state{sp5_chosen}, count_failure{}, set_deadline{t2, s(1)}}},
    {"… until the person prefers the newest again",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5), on_failure,
            newest_recorded(sp5_chosen)),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{end_of(first, chk9)}, count_failure{}, set_deadline{t2, s(1)}}},
    {"it left nothing: it goes on from what it began with, not from what is older",
     seeing(sent({first}), told_by_job_manager(chk9), linked(sp5), prefers_snapshot(),
            began_with(chk9.path)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{end_of(first, chk9)}, set_deadline{t2, s(0)}}},
    {"there is no snapshot: the newest",
     seeing(sent({first}), told_by_job_manager(chk9), prefers_snapshot()),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{end_of(first, chk9)}, set_deadline{t2, s(0)}}},
    {"stopped by us for a change: it goes on from where it was stopped",
     seeing(recorded_stop_of({stop_way::cancel, first, "", "", 3}), told_by_job_manager(chk9),
            linked(sp5), prefers_snapshot(), needs(job_need::restart),
            upgrades_by(upgrade_mode::last_state)),
     m::gathering{t1, first, "CANCELED", 1},
     pointers_gathered{t1},
     m::reserving{t2, chk9.path},
     {remember_state{end_of(first, chk9)}, reserve_slots{t2}}},
    {"nobody can tell what is newest, but the snapshot is of this execution",
     seeing(sent({first}), linked(sp5), prefers_snapshot()),
     m::gathering{t1, first, "", 8},
     pointers_gathered{t1},
     m::backing_off{t2, first, sp5.path},
     {remember_state{instead_of("unknown", end_of(first, sp5))},
      tell{"Warning", "StatePassedOver",
           "It goes on from s3://sp/5, as spec.job.restorePreference says: it is what "
           "FlinkStateSnapshot nightly holds. What is newer is given up: unknown"},
      set_deadline{t2, s(0)}}},
    {"… of the one before: what this one began with may be newer, so a person is asked",
     seeing(sent({second, first}), linked(sp5, second), prefers_snapshot(),
            began_with("s3://c/chk-7")),
     m::gathering{t1, first, "", 8},
     pointers_gathered{t1},
     m::blocked{t2, first, 3, "the newest state could not be established"},
     {tell{"Warning", "ManualRestoreRequired",
           "Neither the JobManager, HA metadata nor the checkpoint store can be read: the newest "
           "state could not be established. Known are, the newest first: s3://c/chk-7 (checkpoint "
           "7, its last start began there), s3://sp/5 (checkpoint 5, FlinkStateSnapshot nightly)"},
      set_deadline{t2, s(60)}}},
};

lineage after_two_starts(restore_point newest) {
  lineage history;
  history.submissions = 2;
  history.job_ids = {first.hex, second.hex};
  history.triggers = {"trigger"};
  history.newest = std::move(newest);
  return history;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_preference_rows)

BOOST_AUTO_TEST_CASE(gathered) { rows.hold(); }

BOOST_AUTO_TEST_CASE(what_is_given_up_begins_a_new_branch) {
  auto history = after_two_starts(sp5_chosen);
  remember_beginning(history, sp5.path, branch::same);
  BOOST_TEST(history.branch == 2, "newer state of the executions before never counts again");
  BOOST_TEST(history.triggers.empty());
  BOOST_TEST(history.newest->path == sp5.path);
  BOOST_TEST(history.newest->passed_over == "");
  const auto& told = *history.restored;
  BOOST_TEST(told.path == sp5.path);
  BOOST_TEST(told.checkpoint_id == 5);
  BOOST_TEST(told.snapshot == "nightly");
  BOOST_TEST(told.passed_over == chk9.path);
  BOOST_TEST(told.why ==
             "spec.job.restorePreference is snapshot: FlinkStateSnapshot nightly is its newest");
}

BOOST_AUTO_TEST_CASE(what_was_passed_over_is_told_until_it_has_left_something) {
  auto history = after_two_starts(sp5_chosen);
  remember_beginning(history, sp5.path, branch::same);
  history.submissions = 3;  // and it never came to be
  remember_beginning(history, sp5.path, branch::same);
  BOOST_TEST(history.restored->passed_over == chk9.path);
  BOOST_TEST(history.branch == 2, "no new branch");
  history.newest = restore_point{"s3://c/chk-6", 6, "checkpoint"};
  remember_beginning(history, "s3://c/chk-6", branch::same);
  BOOST_TEST(history.restored->passed_over == "");
}

BOOST_AUTO_TEST_CASE(what_a_start_goes_on_from_is_told) {
  auto history = after_two_starts(chk9);
  remember_beginning(history, chk9.path, branch::same);
  BOOST_TEST(history.branch == 0);
  BOOST_TEST(history.triggers.size() == 1);
  BOOST_TEST(history.restored->why == "it is its newest state");
  history.newest = sp9;
  remember_beginning(history, sp9.path, branch::same);
  BOOST_TEST(history.restored->why ==
             "it is its newest state, which FlinkStateSnapshot nightly holds");
  remember_beginning(history, "", branch::fresh);
  BOOST_TEST(history.restored->why == "it begins without state");
  BOOST_TEST(history.branch == 2);
  BOOST_TEST(!history.newest);
  remember_beginning(history, "s3://sp/1", branch::fresh);
  BOOST_TEST(history.restored->why == "its spec names it");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
