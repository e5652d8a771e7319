/// Rows of a session job: the first look after a start of the operator, and the way to a recorded
/// intent.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

/// What `waiting` makes of a picture.
struct first_row {
  const char* because;
  m picture;
  m::state then;
  std::vector<m::command> asks = {};
};

std::vector<first_row> rows_of_a_fresh_job() {
  return {
      {"being deleted, and never ours", seeing(deleting(), without_finalizer()), m::gone{}},
      {"being deleted, and nothing was ever sent",
       seeing(deleting()),
       m::releasing{t1},
       {remove_finalizer{t1}, set_deadline{t1, s(30)}}},
      {"being deleted, and it runs",
       seeing(deleting(), sent({first}), listed(first, "RUNNING")),
       m::cancelling{t1, s(100), seen_lists, arrival::possible, last_state::sought},
       {release_slots{}, cancel_execution{first}, set_deadline{t1, s(1)}}},
      {"being deleted, and the JobManager cannot be asked: is it there at all?",
       seeing(deleting(), sent({first}), cluster_is(cluster_phase::unreachable)),
       m::cancelling{t1, s(100), seen_lists, arrival::possible, last_state::sought},
       {release_slots{}, probe_job_manager{t1}, set_deadline{t1, s(1)}}},
      {"its spec cannot be read", seeing(without_spec()), m::waiting{t0}},
      {"it is not to run", seeing(suspended()), m::waiting{t0}},
      {"it rests by its status, and is to run again: no end of its own",
       seeing(sent({first}),
              [](job_known& k) { k.recorded.change().lifecycle_state = "SUSPENDED"; }),
       m::suspended{t1, first, ""}},
      {"the finalizer comes before anything is sent",
       seeing(without_finalizer()),
       m::claiming{t1},
       {add_finalizer{t1}, set_deadline{t1, s(30)}}},
      {"its cluster is not there", seeing(cluster_is(cluster_phase::missing)), m::waiting{t0}},
      {"nothing was ever sent: room first", seeing(), m::reserving{t1, ""}, {reserve_slots{t1}}},
      {"the first start is from where the spec says",
       seeing(starting_from("s3://sp/1"), looked_at("s3://sp/1")),
       m::reserving{t1, "s3://sp/1"},
       {reserve_slots{t1}}},
  };
}

std::vector<first_row> rows_of_an_adopted_job() {
  return {
      {"status names a submission, and nobody lists it: has it arrived?",
       seeing(recorded_submit(first)),
       m::resolving{t1, what_is_open, s(100), seen_lists},
       {set_deadline{t1, s(1)}}},
      {"status names a submission, and it runs",
       seeing(recorded_submit(first), listed(first, "RUNNING")), m::running{t1, first, s(100)}},
      {"it runs: adopted, nothing is repeated", seeing(sent({first}), listed(first, "RUNNING")),
       m::running{t1, first, s(100)}},
      {"Flink says RUNNING, but not all of its tasks run",
       seeing(sent({first}), listed(first, "RUNNING", 1)), m::restarting{t1, first}},
      {"it is over since we looked last: what is its newest state?",
       seeing(sent({first}), listed(first, "FAILED", 0)),
       m::gathering{t1, first, "FAILED", 1},
       {release_slots{}, gather_pointers{t1, first}, set_deadline{t1, s(30)}}},
      {"its end was recorded before",
       seeing(sent({first}), listed(first, "FINISHED", 0), recorded_state(first, "FINISHED")),
       m::ended{t1, first, "FINISHED"}},
      {"its end was recorded, and Flink has forgotten it",
       seeing(sent({first}), recorded_state(first, "FINISHED")), m::ended{t1, first, "FINISHED"}},
      {"the end of an earlier one was recorded",
       seeing(sent({first, second}), recorded_state(first, "FAILED")),
       m::missing{t1, second, s(100), seen_lists},
       {set_deadline{t1, s(1)}}},
      {"it should run, and a JobManager that answers does not list it",
       seeing(sent({first})),
       m::missing{t1, first, s(100), seen_lists},
       {set_deadline{t1, s(1)}}},
  };
}

table<m> rows_of_waiting() {
  std::vector<row<m>> rows;
  for (const auto& source : {rows_of_a_fresh_job(), rows_of_an_adopted_job()})
    for (const auto& one : source)
      rows.push_back({one.because, one.picture, m::waiting{t0}, job_seen{}, one.then, one.asks});
  return table<m>{std::move(rows)};
}

const table<m> waiting_rows = rows_of_waiting();

const table<m> claiming_rows{
    {"written: looked at again", seeing(), m::claiming{t1}, finalizers_written{t1}, m::waiting{t1}},
    {"an older answer", seeing(), m::claiming{t1}, finalizers_written{t0}, m::claiming{t1}},
    {"refused: later again",
     seeing(),
     m::claiming{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::claiming{t1},
     {set_deadline{t1, s(1)}}},
    {"the wait is over: looked at again", seeing(), m::claiming{t1}, deadline_passed{t1},
     m::waiting{t1}},
    {"a wait of before", seeing(), m::claiming{t1}, deadline_passed{t0}, m::claiming{t1}},
};

const m::reserving no_room{t1, "s3://sp/1"};

const table<m> reserving_rows{
    {"it waits for room", seeing(), no_room, slots_answered{t1, slots::short_of}, no_room},
    {"an older answer", seeing(), no_room, slots_answered{t0, slots::granted}, no_room},
    {"there is room: the id is decided and recorded before anything is sent",
     seeing(),
     no_room,
     slots_answered{t1, slots::granted},
     m::recording{t2, {first, "s3://sp/1", 3, "jm-1", 0, {}}},
     {remember_submission{{first, "s3://sp/1", 3, "jm-1", 0, {}}}, record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"a start that its spec asks for forgets what failed before",
     seeing(needs(job_need::restart), failures(7)),
     no_room,
     slots_answered{t1, slots::granted},
     m::recording{t2, {first, "s3://sp/1", 3, "jm-1", 0, {}}},
     {forget_failures{}, remember_submission{{first, "s3://sp/1", 3, "jm-1", 0, {}}},
      record_intent{t2}, set_deadline{t2, s(30)}}},
    {"the second of its lineage has another id",
     seeing(sent({first})),
     no_room,
     slots_answered{t1, slots::granted},
     m::recording{t2, {second, "s3://sp/1", 3, "jm-1", 0, {}}},
     {remember_submission{{second, "s3://sp/1", 3, "jm-1", 0, {}}}, record_intent{t2},
      set_deadline{t2, s(30)}}},
    {"asked again with every look at the cluster",
     seeing(),
     no_room,
     cluster_seen{},
     m::reserving{t2, "s3://sp/1", branch::same, s(100)},
     {reserve_slots{t2}}},
    {"the cluster went away",
     seeing(cluster_is(cluster_phase::starting)),
     no_room,
     cluster_seen{},
     m::waiting{t1},
     {release_slots{}}},
    {"still wanted", seeing(), no_room, job_seen{}, no_room},
    {"not wanted any more",
     seeing(suspended()),
     no_room,
     job_seen{},
     m::waiting{t1},
     {release_slots{}}},
    {"deleted, and nothing was ever sent",
     seeing(deleting()),
     no_room,
     job_seen{},
     m::releasing{t2},
     {release_slots{}, remove_finalizer{t2}, set_deadline{t2, s(30)}}},
    {"deleted, and something was sent once",
     seeing(deleting(), sent({first})),
     no_room,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

const m::recording intent{t1, what};

const table<m> recording_rows{
    {"the intent is durable: the jar",
     seeing(),
     intent,
     status_written{t1},
     m::fetching{t2, what},
     {bring_artifact{t2}, set_deadline{t2, s(600)}}},
    {"another intent is", seeing(), intent, status_written{t0}, intent},
    {"somebody else changed the resource: decided again",
     seeing(),
     intent,
     status_superseded{t1},
     m::waiting{t1},
     {release_slots{}}},
    {"another intent was", seeing(), intent, status_superseded{t0}, intent},
    {"still wanted: the log answers", seeing(), intent, job_seen{}, intent},
    {"suspended meanwhile: what is written next is not that a submission is carried out",
     seeing(suspended()),
     intent,
     job_seen{},
     m::waiting{t1},
     {release_slots{}}},
    {"deleted meanwhile: that is seen in the next position", seeing(suspended(), deleting()),
     intent, job_seen{}, intent},
    {"not durable in time",
     seeing(),
     intent,
     deadline_passed{t1},
     m::waiting{t1},
     {release_slots{}}},
    {"a wait of before", seeing(), intent, deadline_passed{t0}, intent},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_rows)

BOOST_AUTO_TEST_CASE(waiting) { waiting_rows.hold(); }
BOOST_AUTO_TEST_CASE(claiming) { claiming_rows.hold(); }
BOOST_AUTO_TEST_CASE(reserving) { reserving_rows.hold(); }
BOOST_AUTO_TEST_CASE(recording) { recording_rows.hold(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing()); }

/// `first_steps` is shared by two facts: what is found in Flink is judged at once. An execution
/// that is missed and then listed again is followed, whatever the list says of it.
/// Only a job that works is rescaled in place; what begins a change is declared as one.
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) {
  check_every_edge_has_a_row<m>(
      {"restarting --cluster_seen--> measuring", "starting --cluster_seen--> measuring"});
}

BOOST_AUTO_TEST_SUITE_END()

template class table<job_machine>;

}  // namespace drey::rows
