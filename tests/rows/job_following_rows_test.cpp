/// Rows of a session job: following an execution that Flink has.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

/// The three positions that follow an execution, in which its end or absence means the same.
struct followed {
  m::state position;
  std::string name;
};

std::vector<followed> positions() {
  return {{m::starting{t1, first, long_ago}, "starting"},
          {m::running{t1, first, s(50)}, "running"},
          {m::restarting{t1, first}, "restarting"}};
}

table<m> rows_of_following() {
  std::vector<row<m>> rows;
  for (const auto& [now, name] : positions()) {
    rows.push_back({name + ": nobody to ask says nothing",
                    seeing(cluster_is(cluster_phase::unreachable)), now, cluster_seen{}, now});
    rows.push_back({name + ": it is over",
                    seeing(listed(first, "FAILED", 0)),
                    now,
                    cluster_seen{},
                    m::gathering{t2, first, "FAILED", 1},
                    {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)}}});
    rows.push_back({name + ": a JobManager that answers does not list it",
                    seeing(),
                    now,
                    cluster_seen{},
                    m::missing{t2, first, s(100), seen_lists},
                    {set_deadline{t2, s(1)}}});
    rows.push_back({name + ": still wanted", seeing(), now, job_seen{}, now});
    rows.push_back({name + ": deleted",
                    seeing(deleting(), sent({first}), listed(first, "RUNNING")),
                    now,
                    job_seen{},
                    m::cancelling{t2, s(100), seen_lists},
                    {release_slots{}, cancel_execution{first}, set_deadline{t2, s(1)}}});
  }
  return table<m>{std::move(rows)};
}

const table<m> following_rows = rows_of_following();

const table<m> starting_rows{
    {"not all of its tasks run yet, whatever its state says", seeing(listed(first, "RUNNING", 1)),
     m::starting{t1, first, long_ago}, cluster_seen{}, m::starting{t1, first, long_ago}},
    {"not listed, by a list that may be older than the job", seeing(),
     m::starting{t1, first, just_now}, cluster_seen{}, m::starting{t1, first, just_now}},
    {"all tasks run",
     seeing(listed(first, "RUNNING")),
     m::starting{t1, first, long_ago},
     cluster_seen{},
     m::running{t2, first, s(100)},
     {release_slots{}}},
    {"it is slow: people are told",
     seeing(listed(first, "RUNNING", 1)),
     m::starting{t1, first, long_ago},
     deadline_passed{t1},
     m::restarting{t1, first},
     {release_slots{}, tell{"Warning", "SlowStart", "Its tasks do not all run yet"}}},
    {"a wait of before", seeing(), m::starting{t1, first, long_ago}, deadline_passed{t0},
     m::starting{t1, first, long_ago}},
};

const m::running works{t1, first, s(50)};

const table<m> running_rows{
    {"it works", seeing(listed(first, "RUNNING")), works, cluster_seen{}, works},
    {"RUNNING says Flink, with a task too few",
     seeing(listed(first, "RUNNING", 1)),
     works,
     cluster_seen{},
     m::restarting{t2, first},
     {tell{"Warning", "TasksLost", "Not all tasks run; Flink is restarting the job"}}},
    {"failures are held against it for an hour",
     seeing(listed(first, "RUNNING"), failures(2), at(3649)), works, cluster_seen{}, works},
    {"it has worked for an hour: forgiven",
     seeing(listed(first, "RUNNING"), failures(2), at(3650)),
     works,
     cluster_seen{},
     works,
     {forget_failures{}}},
};

const table<m> restarting_rows{
    {"still without some of its tasks", seeing(listed(first, "RESTARTING", 0)),
     m::restarting{t1, first}, cluster_seen{}, m::restarting{t1, first}},
    {"Flink brought it back",
     seeing(listed(first, "RUNNING")),
     m::restarting{t1, first},
     cluster_seen{},
     m::running{t2, first, s(100)},
     {}},
};

const m::missing missed{t1, first, s(100), long_ago};

const table<m> missing_rows{
    {"listed again, by a JobManager that recovers",
     seeing(listed(first, "INITIALIZING", 0)),
     missed,
     cluster_seen{},
     m::starting{t2, first, seen_lists},
     {set_deadline{t2, s(300)}}},
    {"still not listed", seeing(at(105)), missed, cluster_seen{}, missed},
    {"nobody to ask: absence begins anew", seeing(at(105), cluster_is(cluster_phase::starting)),
     missed, cluster_seen{}, m::missing{t1, first, s(105), seen_lists}},
    {"listed when its wait is over: the next look follows it",
     seeing(listed(first, "RUNNING"), at(500)),
     missed,
     deadline_passed{t1},
     m::missing{t2, first, s(100), long_ago},
     {set_deadline{t2, s(1)}}},
    {"not absent for long enough",
     seeing(at(114)),
     missed,
     deadline_passed{t1},
     m::missing{t2, first, s(100), long_ago},
     {set_deadline{t2, s(1)}}},
    {"nobody to ask",
     seeing(at(500), cluster_is(cluster_phase::unreachable)),
     missed,
     deadline_passed{t1},
     m::missing{t2, first, s(500), seen_lists},
     {set_deadline{t2, s(1)}}},
    {"absent for long, but in one list only",
     seeing(at(500)),
     m::missing{t1, first, s(100), just_now},
     deadline_passed{t1},
     m::missing{t2, first, s(100), just_now},
     {set_deadline{t2, s(1)}}},
    {"lost: what is its newest state?",
     seeing(at(115)),
     missed,
     deadline_passed{t1},
     m::gathering{t2, first, "", 1},
     {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)},
      tell{"Warning", "Missing", "The JobManager does not list the job"}}},
    {"a JobManager without high availability that may live on a lost node, with TaskManagers",
     seeing(at(115), with_isolated_task_managers(1), with_other_job_managers(1)),
     missed,
     deadline_passed{t1},
     m::missing{t2, first, missed.absent_since, missed.looks},
     {set_deadline{t2, s(1)}}},
    {"which has none: nothing runs there",
     seeing(at(115), with_other_job_managers(1)),
     missed,
     deadline_passed{t1},
     m::gathering{t2, first, "", 1},
     {release_slots{}, gather_pointers{t2, first}, set_deadline{t2, s(30)},
      tell{"Warning", "Missing", "The JobManager does not list the job"}}},
    {"a wait of before", seeing(at(500)), missed, deadline_passed{t0}, missed},
    {"still wanted", seeing(), missed, job_seen{}, missed},
    {"deleted",
     seeing(deleting(), sent({first})),
     missed,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_following_rows)

BOOST_AUTO_TEST_CASE(following) { following_rows.hold(); }
BOOST_AUTO_TEST_CASE(starting) { starting_rows.hold(); }
BOOST_AUTO_TEST_CASE(running) { running_rows.hold(); }
BOOST_AUTO_TEST_CASE(restarting) { restarting_rows.hold(); }
BOOST_AUTO_TEST_CASE(missing) { missing_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
