/// Rows of one TaskManager.
#include "actors/task_manager_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = task_manager_machine;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds wait{45'000}, long_wait{120'000}, short_wait{10'000};

m is(registration at_job_manager) { return {{}, {false, true, wait, at_job_manager}}; }
m worked(registration at_job_manager) { return {{}, {false, true, wait, at_job_manager, true}}; }
m is_going(registration at_job_manager) { return {{}, {true, true, wait, at_job_manager}}; }
m is_on_a_silent_node(registration at_job_manager, milliseconds patience = wait) {
  return {{}, {false, false, patience, at_job_manager}};
}

const auto unknown = registration::unknown;
const auto here = registration::registered;
const auto absent = registration::absent;

const table<m> joining_rows{
    {"nothing is known of it yet", is(unknown), m::joining{t0}, task_manager_seen{},
     m::joining{t0}},
    {"the JobManager does not list it yet", is(absent), m::joining{t0}, task_manager_seen{},
     m::joining{t0}},
    {"the JobManager lists it",
     is(here),
     m::joining{t0},
     task_manager_seen{},
     m::registered{t0},
     {report_standing{standing::registered}}},
    {"it worked before this JobManager, which does not list it",
     worked(absent),
     m::joining{t0},
     task_manager_seen{},
     m::astray{t1},
     {report_standing{standing::joining}, set_deadline{t1, long_wait}}},
    {"it goes before it came",
     is_going(absent),
     m::joining{t0},
     task_manager_seen{},
     m::silent{t1},
     {report_standing{standing::silent}, set_deadline{t1, wait}}},
    {"its pod is gone", is(absent), m::joining{t0}, pod_vanished{}, m::gone{}},
};

const table<m> registered_rows{
    {"it works", is(here), m::registered{t0}, task_manager_seen{}, m::registered{t0}},
    {"nobody could be asked: that says nothing", is(unknown), m::registered{t0},
     task_manager_seen{}, m::registered{t0}},
    {"its heartbeat was lost",
     is(absent),
     m::registered{t0},
     task_manager_seen{},
     m::joining{t0},
     {report_standing{standing::joining}}},
    {"its heartbeat was lost, and its process runs",
     worked(absent),
     m::registered{t0},
     task_manager_seen{},
     m::astray{t1},
     {report_standing{standing::joining}, set_deadline{t1, long_wait}}},
    {"it was evicted",
     is_going(here),
     m::registered{t0},
     task_manager_seen{},
     m::silent{t1},
     {report_standing{standing::silent}, set_deadline{t1, wait}}},
    {"its node does not answer",
     is_on_a_silent_node(here),
     m::registered{t0},
     task_manager_seen{},
     m::silent{t1},
     {report_standing{standing::silent}, set_deadline{t1, wait}}},
    {"its pod is gone", is(here), m::registered{t0}, pod_vanished{}, m::gone{}},
};

const table<m> silent_rows{
    {"still going", is_going(absent), m::silent{t1}, task_manager_seen{}, m::silent{t1}},
    {"a person waits for less from now on",
     is_on_a_silent_node(absent, short_wait),
     m::silent{t1},
     task_manager_seen{},
     m::silent{t2, short_wait},
     {set_deadline{t2, short_wait}}},
    {"and no longer than that",
     is_on_a_silent_node(absent, short_wait),
     m::silent{t2, short_wait},
     deadline_passed{t2},
     m::lost{t2},
     {report_standing{standing::lost}}},
    {"its node answers and it goes: the grace of its termination counts",
     is_going(absent),
     m::silent{t1, short_wait},
     task_manager_seen{},
     m::silent{t2},
     {set_deadline{t2, wait}}},
    {"the node came back and the JobManager kept it",
     is(here),
     m::silent{t1},
     task_manager_seen{},
     m::registered{t1},
     {report_standing{standing::registered}}},
    {"the node came back and it must join again",
     is(absent),
     m::silent{t1},
     task_manager_seen{},
     m::joining{t1},
     {report_standing{standing::joining}}},
    {"the node came back, and its process runs on",
     worked(absent),
     m::silent{t1},
     task_manager_seen{},
     m::astray{t2},
     {report_standing{standing::joining}, set_deadline{t2, long_wait}}},
    {"its pod is gone in time", is_going(absent), m::silent{t1}, pod_vanished{}, m::gone{}},
    {"a wait of an earlier silence", is_going(absent), m::silent{t2}, deadline_passed{t1},
     m::silent{t2}},
    {"the node is silent to Kubernetes, yet the JobManager hears it: a second signal must agree",
     is_on_a_silent_node(here),
     m::silent{t1},
     deadline_passed{t1},
     m::silent{t2},
     {set_deadline{t2, wait}}},
    {"node and JobManager agree",
     is_on_a_silent_node(absent),
     m::silent{t1},
     deadline_passed{t1},
     m::lost{t1},
     {report_standing{standing::lost}}},
    {"it terminates for ever, whatever the JobManager hears",
     is_going(here),
     m::silent{t1},
     deadline_passed{t1},
     m::lost{t1},
     {report_standing{standing::lost}}},
};

const table<m> astray_rows{
    {"still unknown to the JobManager", worked(absent), m::astray{t1}, task_manager_seen{},
     m::astray{t1}},
    {"it has found the JobManager",
     worked(here),
     m::astray{t1},
     task_manager_seen{},
     m::registered{t1},
     {report_standing{standing::registered}}},
    {"nobody can be asked any more: that says nothing", worked(unknown), m::astray{t1},
     task_manager_seen{}, m::joining{t1}},
    {"its process begins anew", is(absent), m::astray{t1}, task_manager_seen{}, m::joining{t1}},
    {"its node does not answer, either",
     is_on_a_silent_node(absent),
     m::astray{t1},
     task_manager_seen{},
     m::silent{t2},
     {report_standing{standing::silent}, set_deadline{t2, wait}}},
    {"its pod is gone", worked(absent), m::astray{t1}, pod_vanished{}, m::gone{}},
    {"a wait of an earlier time", worked(absent), m::astray{t2}, deadline_passed{t1},
     m::astray{t2}},
    {"it does not find the JobManager",
     worked(absent),
     m::astray{t1},
     deadline_passed{t1},
     m::lost{t1},
     {report_standing{standing::lost}}},
};

const table<m> lost_rows{
    {"still away", is_on_a_silent_node(absent), m::lost{t1}, task_manager_seen{}, m::lost{t1}},
    {"it is back and works",
     is(here),
     m::lost{t1},
     task_manager_seen{},
     m::registered{t1},
     {report_standing{standing::registered}}},
    {"it can be reached, and does not work", worked(absent), m::lost{t1}, task_manager_seen{},
     m::lost{t1}},
    {"its pod is gone", is_going(absent), m::lost{t1}, pod_vanished{}, m::gone{}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(task_manager_rows)

BOOST_AUTO_TEST_CASE(joining) { joining_rows.hold(); }
BOOST_AUTO_TEST_CASE(registered) { registered_rows.hold(); }
BOOST_AUTO_TEST_CASE(silent) { silent_rows.hold(); }
BOOST_AUTO_TEST_CASE(astray) { astray_rows.hold(); }
BOOST_AUTO_TEST_CASE(lost) { lost_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(is(here)); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
