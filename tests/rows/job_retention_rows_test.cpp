/// Rows of a session job that is to keep its state by cancelling: Flink is asked first whether its
/// checkpoints outlive that.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const std::string trigger = derived_id("uid", "stop " + first.hex, 3'000);
const stop_order gently{stop_way::savepoint, first, trigger, "s3://sp/ns/orders/" + trigger, 3};
const stop_order by_force{stop_way::cancel, first, "", "", 3};

const auto restart = needs(job_need::restart);
const auto by_last_state = upgrades_by(upgrade_mode::last_state);

const std::string would_be_deleted =
    "Flink would delete its checkpoints when it is cancelled, and a savepoint has no directory: "
    "set "
    "execution.checkpointing.savepoint-dir; RETAIN_ON_CANCELLATION keeps them from its next start "
    "on";
const std::string waited_for =
    "Flink would delete its checkpoints when it is cancelled, and no savepoint can be taken while "
    "not all of its tasks run: it is waited for; RETAIN_ON_CANCELLATION keeps them from its next "
    "start on";

const m::running works{t1, first, s(50)};
const auto runs = listed(first, "RUNNING");
const auto struggles = listed(first, "RUNNING", 1);

const table<m> retention_rows{
    {"last-state: Flink is asked first whether its checkpoints outlive its cancelling",
     seeing(sent({first}), runs, restart, by_last_state, with_directories(), untold()),
     works,
     cluster_seen{},
     works,
     {learn_retention{first}}},
    {"nobody asks where no state is kept",
     seeing(sent({first}), runs, restart, upgrades_by(upgrade_mode::stateless), untold()),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"they would be deleted: it is stopped with a savepoint",
     seeing(sent({first}), runs, restart, by_last_state, with_directories(),
            checkpoints_are_deleted()),
     works,
     cluster_seen{},
     m::intending{t2, gently},
     {release_slots{}, remember_trigger{trigger}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"and there is no place for one: it runs on",
     seeing(sent({first}), runs, restart, by_last_state, with_checkpoints(),
            checkpoints_are_deleted()),
     works,
     cluster_seen{},
     works,
     {note_change{{3, 0, would_be_deleted, 0}}, tell{"Warning", "UpgradeHeld", would_be_deleted}}},
    {"nor can one be taken of a job that does not work",
     seeing(sent({first}), struggles, restart, by_last_state, with_directories(),
            checkpoints_are_deleted()),
     m::restarting{t1, first},
     cluster_seen{},
     m::restarting{t1, first},
     {note_change{{3, 0, waited_for, 0}}, tell{"Warning", "UpgradeHeld", waited_for}}},
    {"for its cluster, too, Flink is asked first",
     seeing(sent({first}), runs, upgrades_by(upgrade_mode::stateless), with_checkpoints(),
            ordered_to_rest(7), untold()),
     works,
     cluster_seen{},
     works,
     {learn_retention{first}}},
    {"and it is not stopped when they would be deleted: its cluster tells",
     seeing(sent({first}), runs, with_checkpoints(), ordered_to_rest(7), checkpoints_are_deleted()),
     works, cluster_seen{}, works},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_retention_rows)

BOOST_AUTO_TEST_CASE(asking) { retention_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
