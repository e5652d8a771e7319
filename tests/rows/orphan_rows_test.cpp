/// Rows of what a FlinkDeployment leaves behind that went without drey.
#include "actors/orphan_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = orphan_machine;

constexpr ticket t0{}, t1{1}, t2{2};
constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }

m missed() {
  m machine;
  machine.cluster = {"flink", "session"};
  return machine;
}

announce told(const std::string& what) {
  return {"Warning", "Orphaned",
          "FlinkDeployment flink/session, which this was made for, is gone, and " + what};
}
const auto removed_now =
    told("nothing removed it in order: that is done now. The finalizer should be left to drey");
const auto kept_for_jobs = told(
    "FlinkSessionJobs still name it: it is kept for what they left in it, until they are deleted");

/// This stage is asked for.
std::vector<m::command> asks_for(removal_stage stage) {
  return {remove_children{t2, stage}, set_deadline{t2, s(30)}};
}
std::vector<m::command> begins() {
  auto all = asks_for(removal_stage::job_manager);
  all.emplace_back(removed_now);
  return all;
}

const table<m> proving_rows{
    {"seen: whether its owner is there is asked",
     missed(),
     m::noticed{},
     surroundings_seen{},
     m::proving{t1, 0},
     {ask_owner{t1}, set_deadline{t1, s(30)}}},
    {"gone, for the first time: it is asked again a minute later",
     missed(),
     m::proving{t1, 0},
     owner_told{t1, owner_stand::gone},
     m::waiting{t2, 1},
     {set_deadline{t2, s(60)}}},
    {"gone, for the second time", missed(), m::proving{t1, 1}, owner_told{t1, owner_stand::gone},
     m::removing{t2}, begins()},
    {"there: nothing is proved any more",
     missed(),
     m::proving{t1, 1},
     owner_told{t1, owner_stand::there},
     m::waiting{t2, 0},
     {set_deadline{t2, s(300)}}},
    {"jobs name it: that is told once",
     missed(),
     m::proving{t1, 1},
     owner_told{t1, owner_stand::has_jobs},
     m::waiting{t2, 0, true},
     {set_deadline{t2, s(300)}, kept_for_jobs}},
    {"and not again",
     missed(),
     m::proving{t1, 0, true},
     owner_told{t1, owner_stand::has_jobs},
     m::waiting{t2, 0, true},
     {set_deadline{t2, s(300)}}},
    {"an older answer", missed(), m::proving{t1, 1}, owner_told{t0, owner_stand::gone},
     m::proving{t1, 1}},
    {"it cannot be read: no proof of anything",
     missed(),
     m::proving{t1, 1},
     call_refused{t1, refusal_reason::unavailable, "no"},
     m::waiting{t2, 1},
     {set_deadline{t2, s(1)}}},
    {"another call was refused", missed(), m::proving{t1, 1},
     call_refused{t0, refusal_reason::unavailable, "no"}, m::proving{t1, 1}},
    {"nobody answers",
     missed(),
     m::proving{t1, 1},
     deadline_passed{t1},
     m::waiting{t2, 1},
     {set_deadline{t2, s(1)}}},
    {"a wait of before", missed(), m::proving{t1, 1}, deadline_passed{t0}, m::proving{t1, 1}},
    {"the wait is over",
     missed(),
     m::waiting{t1, 1, true},
     deadline_passed{t1},
     m::proving{t2, 1, true},
     {ask_owner{t2}, set_deadline{t2, s(30)}}},
    {"another wait is over", missed(), m::waiting{t1, 1}, deadline_passed{t0}, m::waiting{t1, 1}},
};

m::removing at(removal_stage stage, bool clean = true) { return {t1, stage, clean}; }
m::removing next(removal_stage stage, bool clean = true) { return {t2, stage, clean}; }
const auto job_manager = removal_stage::job_manager;
const auto services = removal_stage::services;

const table<m> removing_rows{
    {"something is left: it is looked at again",
     missed(),
     at(job_manager),
     removal_seen{t1, {"Pod session-1"}},
     at(job_manager, false),
     {set_deadline{t1, limits::poll_in_transition}}},
    {"behind the JobManager come the TaskManagers", missed(), at(job_manager, false),
     removal_seen{t1, {}}, next(removal_stage::task_managers, false),
     asks_for(removal_stage::task_managers)},
    {"behind them what high availability holds", missed(), at(removal_stage::task_managers),
     removal_seen{t1, {}}, next(removal_stage::ha_metadata), asks_for(removal_stage::ha_metadata)},
    {"and last what tells of all of it", missed(), at(removal_stage::ha_metadata),
     removal_seen{t1, {}}, next(services), asks_for(services)},
    {"a pass that found something is followed by another", missed(), at(services, false),
     removal_seen{t1, {}}, next(job_manager), asks_for(job_manager)},
    {"one that found nothing is the last", missed(), at(services), removal_seen{t1, {}}, m::gone{}},
    {"an older look", missed(), at(services), removal_seen{t0, {}}, at(services)},
    {"it cannot be read",
     missed(),
     at(services),
     call_refused{t1, refusal_reason::unavailable, "no"},
     at(services),
     {set_deadline{t1, s(1)}}},
    {"another call was refused", missed(), at(services),
     call_refused{t0, refusal_reason::unavailable, "no"}, at(services)},
    {"the next look", missed(), at(services, false), deadline_passed{t1}, next(services, false),
     asks_for(services)},
    {"a wait of before", missed(), at(services), deadline_passed{t0}, at(services)},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(orphan_rows)

BOOST_AUTO_TEST_CASE(proving) { proving_rows.hold(); }
BOOST_AUTO_TEST_CASE(removing) { removing_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(m{}); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
