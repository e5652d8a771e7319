/// Rows of a session job that is being deleted.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const m::cancelling cancelling_now{t1, s(100), long_ago};
const std::vector<m::command> releases{remove_finalizer{t2}, set_deadline{t2, s(30)}};
const auto away = cluster_phase::missing;

const table<m> cancelling_rows{
    {"it is listed as over: nothing is left",
     seeing(deleting(), sent({first}), listed(first, "CANCELED", 0)), cancelling_now,
     cluster_seen{}, m::releasing{t2}, releases},
    {"not listed, by a list that may be older than the cancellation",
     seeing(deleting(), sent({first})), m::cancelling{t1, s(100), just_now}, cluster_seen{},
     m::cancelling{t1, s(100), just_now}},
    {"it still runs", seeing(deleting(), sent({first}), listed(first, "CANCELLING")),
     cancelling_now, cluster_seen{}, cancelling_now},
    {"it still runs: asked again",
     seeing(deleting(), sent({first}), listed(first, "RUNNING"), at(101)),
     cancelling_now,
     deadline_passed{t1},
     m::cancelling{t2, s(101), seen_lists},
     {cancel_execution{first}, set_deadline{t2, s(1)}}},
    {"every id that was sent is cancelled",
     seeing(deleting(), sent({first, second}), listed(first, "RUNNING"), listed(second, "CREATED")),
     cancelling_now,
     deadline_passed{t1},
     m::cancelling{t2, s(100), seen_lists},
     {cancel_execution{first}, cancel_execution{second}, set_deadline{t2, s(1)}}},
    {"a submission whose outcome is open may still arrive",
     seeing(deleting(), recorded_submit(first), at(159)),
     cancelling_now,
     cluster_seen{},
     m::cancelling{t2, s(100), long_ago},
     {set_deadline{t2, s(1)}}},
    {"it did not arrive in a minute, and never will",
     seeing(deleting(), recorded_submit(first), at(160)), cancelling_now, deadline_passed{t1},
     m::releasing{t2}, releases},
    {"a submission that was never sent cannot arrive", seeing(deleting(), recorded_submit(first)),
     m::cancelling{t1, s(100), long_ago, arrival::excluded}, cluster_seen{}, m::releasing{t2},
     releases},
    {"over, but a TaskManager that is out of reach may run tasks of it until it notices",
     seeing(deleting(), sent({first}), listed(first, "CANCELED", 0), with_isolated_task_managers(1),
            at(159)),
     cancelling_now,
     cluster_seen{},
     m::cancelling{t2, s(100), long_ago},
     {set_deadline{t2, s(1)}}},
    {"by now it has noticed",
     seeing(deleting(), sent({first}), listed(first, "CANCELED", 0), with_isolated_task_managers(1),
            at(160)),
     cancelling_now, cluster_seen{}, m::releasing{t2}, releases},
    {"with the heartbeats that the cluster is configured for",
     seeing(deleting(), sent({first}), listed(first, "CANCELED", 0), with_isolated_task_managers(1),
            at(105),
            cluster_config({{"heartbeat.timeout", "4 s"}, {"heartbeat.interval", "1000"}})),
     cancelling_now, cluster_seen{}, m::releasing{t2}, releases},
    {"a submission that is listed as over cannot arrive again",
     seeing(deleting(), recorded_submit(first), listed(first, "CANCELED", 0)), cancelling_now,
     deadline_passed{t1}, m::releasing{t2}, releases},
    {"a wait of before", seeing(deleting(), sent({first})), cancelling_now, deadline_passed{t0},
     cancelling_now},
    {"nobody to ask: is the JobManager there at all?",
     seeing(deleting(), sent({first}), cluster_is(away)),
     cancelling_now,
     deadline_passed{t1},
     m::cancelling{t2, s(100), long_ago},
     {probe_job_manager{t2}, set_deadline{t2, s(1)}}},
    {"its JobManager is there, or could not be looked for: its death has not begun",
     seeing(deleting(), sent({first}), cluster_is(away), at(130)), cancelling_now,
     job_manager_probed{t1, presence::unreadable}, m::cancelling{t1, s(130), long_ago}},
    {"not dead for long enough", seeing(deleting(), sent({first}), cluster_is(away), at(159)),
     cancelling_now, job_manager_probed{t1, presence::absent}, cancelling_now},
    {"dead for a minute, seen live: nothing can run",
     seeing(deleting(), sent({first}), cluster_is(away), at(160)), cancelling_now,
     job_manager_probed{t1, presence::absent}, m::releasing{t2}, releases},
    {"an older probe", seeing(deleting(), sent({first}), cluster_is(away), at(160)), cancelling_now,
     job_manager_probed{t0, presence::absent}, cancelling_now},
    {"meanwhile a JobManager answers, and is asked instead",
     seeing(deleting(), sent({first}), listed(first, "RUNNING"), at(160)), cancelling_now,
     job_manager_probed{t1, presence::absent}, cancelling_now},
};

const table<m> releasing_rows{
    {"our finalizer is still there", seeing(deleting()), m::releasing{t1}, job_seen{},
     m::releasing{t1}},
    {"it is gone, though the answer was lost", seeing(deleting(), without_finalizer()),
     m::releasing{t1}, job_seen{}, m::gone{}},
    {"it is gone", seeing(deleting()), m::releasing{t1}, finalizers_written{t1}, m::gone{}},
    {"an older answer", seeing(deleting()), m::releasing{t1}, finalizers_written{t0},
     m::releasing{t1}},
    {"refused: later",
     seeing(deleting()),
     m::releasing{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::releasing{t1},
     {set_deadline{t1, s(1)}}},
    {"refused for an older request", seeing(deleting()), m::releasing{t1},
     call_refused{t0, refusal_reason::conflict, ""}, m::releasing{t1}},
    {"the wait is over: looked at again before it is tried again",
     seeing(deleting()),
     m::releasing{t1},
     deadline_passed{t1},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
    {"a wait of before", seeing(deleting()), m::releasing{t1}, deadline_passed{t0},
     m::releasing{t1}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_deletion_rows)

BOOST_AUTO_TEST_CASE(cancelling) { cancelling_rows.hold(); }
BOOST_AUTO_TEST_CASE(releasing) { releasing_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
