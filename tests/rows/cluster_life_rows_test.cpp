/// Rows of the JobManager's side of a cluster: kept complete, and removed in order.
#include "tests/rows/cluster_pictures.hpp"

namespace drey::rows {

namespace {

using namespace cluster_pictures;

/// What `starting`, `ready` and `unreachable` make of a picture.
struct kept_row {
  const char* because;
  m picture;
  m::state then;
  std::vector<m::command> asks = {};
};

std::vector<kept_row> kept_rows() {
  return {
      {"REST was not asked yet", seeing(), m::starting{t0}},
      {"REST answers", seeing(rest(rest_state::answers)), m::ready{t0}},
      {"its pod is there but REST does not answer: nothing is done",
       seeing(rest(rest_state::silent)), m::unreachable{t0}},
      {"its pod is gone: Kubernetes makes another", seeing(rest(rest_state::silent), without_pod()),
       m::starting{t0}},
      {"REST does not answer the kubelet either, and has not for long: the pod goes",
       seeing(unready(dead)),
       m::replacing{t1, "u"},
       {announce{"Warning", "JobManagerReplaced",
                 "pod session-x has not answered its kubelet for 3 min: it is replaced, and its "
                 "jobs go on from Flink's HA metadata"},
        replace_job_manager{t1, {"ns", "session-x"}, "u"}, set_deadline{t1, answer_wait}}},
      {"not for long enough: it may come to its senses",
       seeing(unready({"u", {"ns", "session-x"}, milliseconds{-79'999}, milliseconds{70'000}})),
       m::starting{t0}},
      {"it was out of our sight until now",
       seeing(unready({"u", {"ns", "session-x"}, milliseconds{-80'000}, milliseconds{70'001}})),
       m::starting{t0}},
      {"without high availability its jobs would go with it: a person decides",
       seeing(unready(dead), without_high_availability()), m::starting{t0}},
      {"its node does not answer, and its lock was not looked at",
       seeing(unready(left_on_a_node(leader_lock::unknown))), m::starting{t0}},
      {"it renews its lock: its kubelet alone is silent",
       seeing(unready(left_on_a_node(leader_lock::renewed))), m::starting{t0}},
      {"nobody renews its lock",
       seeing(unready(left_on_a_node(leader_lock::lapsed))),
       m::replacing{t1, "u"},
       {announce{"Warning", "JobManagerReplaced",
                 "pod session-x is on node n2, which has not answered for 3 min, and nobody renews "
                 "the leader's lock: it is replaced, and its jobs go on from Flink's HA metadata"},
        replace_job_manager{t1, {"ns", "session-x"}, "u"}, set_deadline{t1, answer_wait}}},
      {"without high availability there is no lock to look at",
       seeing(unready(left_on_a_node(leader_lock::lapsed)), without_high_availability()),
       m::starting{t0}},
      {"somebody deleted an object of ours",
       seeing(rest(rest_state::answers), out_of_date({1})),
       m::applying{t1, {1}, 1},
       {apply_child{t1, 1}, set_deadline{t1, answer_wait}}},
      {"somebody else's object took its place",
       seeing(out_of_date({1}), foreign("Service ns/session")),
       m::hindered{t1, 1, "Service ns/session"},
       {announce{"Warning", "ApplyFailed", "Service ns/session"},
        set_deadline{t1, milliseconds{250}}}},
      {"a spec that became wrong leaves what runs as it is",
       seeing(rest(rest_state::answers), out_of_date({1}), problem("image: missing")),
       m::ready{t0}},
      {"deleted", seeing(deleting()), m::draining{t0, {}}},
  };
}

table<m> rows_of_kept() {
  const m::state positions[] = {m::starting{t0}, m::ready{t0}, m::unreachable{t0}};
  std::vector<row<m>> rows;
  for (const auto& given : positions)
    for (const auto& one : kept_rows())
      rows.push_back({one.because, one.picture, given, surroundings_seen{}, one.then, one.asks});
  return table<m>{std::move(rows)};
}

const table<m> all_kept_rows = rows_of_kept();

const m::replacing replacing{t1, "u"};
const table<m> replacing_rows{
    {"still there: the deletion is under way", seeing(unready(dead)), replacing,
     surroundings_seen{}, replacing},
    {"it is going, or answers again", seeing(), replacing, surroundings_seen{}, m::starting{t1}},
    {"the cluster is deleted meanwhile", seeing(unready(dead), deleting()), replacing,
     surroundings_seen{}, m::draining{t1, {}}},
    {"it may not have been heard: it is looked at again", seeing(unready(dead)), replacing,
     deadline_passed{t1}, m::unreachable{t1}},
    {"the deadline of something else", seeing(unready(dead)), replacing, deadline_passed{t0},
     replacing},
};

/// Passes that began when the clock showed 100 s, as it does in `seeing()`, or 70 s.
constexpr milliseconds now{100'000}, before{70'000};

m::removing at_stage(ticket request, removal_stage stage, milliseconds since = now) {
  return {request, stage, since, true, {}};
}
m::removing found(m::removing at, std::vector<std::string> left) {
  at.clean = false;
  at.left = std::move(left);
  return at;
}
std::vector<m::command> asks(ticket request, removal_stage stage) {
  return {remove_children{request, stage}, set_deadline{request, answer_wait}};
}

const m::removing job_manager = at_stage(t1, removal_stage::job_manager);
const std::vector<m::command> removes = asks(t1, removal_stage::job_manager);

const table<m> draining_rows{
    {"whether jobs are left is not known before all was looked at",
     seeing(deleting(), nothing_looked_at()), m::draining{t0, {}}, surroundings_seen{},
     m::draining{t0, {}}},
    {"it waits for its session jobs", seeing(deleting(), with_session_jobs({"orders"})),
     m::draining{t0, {}}, surroundings_seen{}, m::draining{t0, {}}},
    {"it waits for jobs that nobody declared",
     seeing(deleting(), with_unmanaged_jobs(1), rest(rest_state::answers)), m::draining{t0, {}},
     surroundings_seen{}, m::draining{t0, {}}},
    {"nobody is left", seeing(deleting()), m::draining{t0, {}}, surroundings_seen{}, job_manager,
     removes},
    {"session jobs are not waited for",
     seeing(deleting(), with_session_jobs({"orders"}), not_blocked_by_session_jobs()),
     m::draining{t0, {}}, surroundings_seen{}, job_manager, removes},
    {"undeclared jobs are not waited for",
     seeing(deleting(), with_unmanaged_jobs(1), rest(rest_state::answers),
            not_blocked_by_unmanaged_jobs()),
     m::draining{t0, {}}, surroundings_seen{}, job_manager, removes},
    {"a JobManager that runs and does not answer may have jobs: a failed list is not an empty one",
     seeing(deleting(), job_manager_runs(), rest(rest_state::silent)), m::draining{t0, {}},
     surroundings_seen{}, m::draining{t0, now}},
    {"and is waited for", seeing(deleting(), job_manager_runs(), rest(rest_state::silent)),
     m::draining{t0, now - milliseconds{299'999}}, surroundings_seen{},
     m::draining{t0, now - milliseconds{299'999}}},
    {"but not for ever: deletion must end",
     seeing(deleting(), job_manager_runs(), rest(rest_state::silent)),
     m::draining{t0, now - milliseconds{300'000}}, surroundings_seen{}, job_manager, removes},
    {"heard again: nothing runs in it",
     seeing(deleting(), job_manager_runs(), rest(rest_state::answers)),
     m::draining{t0, now - milliseconds{1'000}}, surroundings_seen{}, job_manager, removes},
    {"heard again: a job that nobody declared",
     seeing(deleting(), job_manager_runs(), with_unmanaged_jobs(1), rest(rest_state::answers)),
     m::draining{t0, now - milliseconds{1'000}}, surroundings_seen{}, m::draining{t0, {}}},
    {"one that does not run has no jobs",
     seeing(deleting(), with_unmanaged_jobs(1), rest(rest_state::silent)), m::draining{t0, {}},
     surroundings_seen{}, job_manager, removes},
    {"undeclared jobs are not waited for, so neither is the list",
     seeing(deleting(), job_manager_runs(), rest(rest_state::silent),
            not_blocked_by_unmanaged_jobs()),
     m::draining{t0, {}}, surroundings_seen{}, job_manager, removes},
};

const table<m> removing_rows{
    {"some are still going: looked at again",
     seeing(deleting()),
     job_manager,
     removal_seen{t1, {"Pod session-x"}},
     found(job_manager, {"Pod session-x"}),
     {set_deadline{t1, removal_poll}}},
    {"the JobManager is gone: the TaskManagers", seeing(deleting()),
     found(job_manager, {"Pod session-x"}), removal_seen{t1, {}},
     found(at_stage(t2, removal_stage::task_managers), {}), asks(t2, removal_stage::task_managers)},
    {"the TaskManagers are gone: Services and ConfigMaps", seeing(deleting()),
     found(at_stage(t1, removal_stage::task_managers), {}), removal_seen{t1, {}},
     found(at_stage(t2, removal_stage::services), {}), asks(t2, removal_stage::services)},
    {"HA metadata goes last", seeing(deleting()), found(at_stage(t1, removal_stage::services), {}),
     removal_seen{t1, {}}, found(at_stage(t2, removal_stage::ha_metadata), {}),
     asks(t2, removal_stage::ha_metadata)},
    {"all was removed: nothing may have come back meanwhile", seeing(deleting()),
     found(at_stage(t1, removal_stage::ha_metadata, before), {}), removal_seen{t1, {}},
     at_stage(t2, removal_stage::job_manager), asks(t2, removal_stage::job_manager)},
    {"a whole pass found nothing",
     seeing(deleting()),
     at_stage(t1, removal_stage::ha_metadata),
     removal_seen{t1, {}},
     m::releasing{t2},
     {remove_finalizer{t2}, set_deadline{t2, answer_wait}}},
    {"a whole pass found nothing, but what was asked for earlier may appear yet a while",
     seeing(deleting(), may_arrive_until(now + milliseconds{2'000})),
     at_stage(t1, removal_stage::ha_metadata, before),
     removal_seen{t1, {}},
     at_stage(t1, removal_stage::job_manager),
     {set_deadline{t1, milliseconds{2'000}}}},
    {"or for long: looked at again in between",
     seeing(deleting(), may_arrive_until(now + milliseconds{60'000})),
     at_stage(t1, removal_stage::ha_metadata, before),
     removal_seen{t1, {}},
     at_stage(t1, removal_stage::job_manager),
     {set_deadline{t1, milliseconds{5'000}}}},
    {"an older look", seeing(deleting()), job_manager, removal_seen{t0, {}}, job_manager},
    {"refused: later again",
     seeing(deleting()),
     job_manager,
     call_refused{t1, refusal_reason::unavailable, "down"},
     job_manager,
     {set_deadline{t1, poll_wait}}},
    {"refused for an older request", seeing(deleting()), job_manager,
     call_refused{t0, refusal_reason::unavailable, ""}, job_manager},
    {"the wait is over: the same stage again, in a pass that begins now", seeing(deleting()),
     at_stage(t1, removal_stage::job_manager, before), deadline_passed{t1},
     at_stage(t2, removal_stage::job_manager), asks(t2, removal_stage::job_manager)},
    {"the wait is over in the middle of a pass", seeing(deleting()),
     at_stage(t1, removal_stage::services, before), deadline_passed{t1},
     at_stage(t2, removal_stage::services, before), asks(t2, removal_stage::services)},
    {"a wait of before", seeing(deleting()), job_manager, deadline_passed{t0}, job_manager},
};

const table<m> releasing_rows{
    {"our finalizer is still there", seeing(deleting()), m::releasing{t1}, surroundings_seen{},
     m::releasing{t1}},
    {"it is gone, though the answer was lost", seeing(deleting(), without_finalizer()),
     m::releasing{t1}, surroundings_seen{}, m::gone{}},
    {"it is gone", seeing(deleting()), m::releasing{t1}, finalizers_written{t1}, m::gone{}},
    {"an older answer", seeing(deleting()), m::releasing{t1}, finalizers_written{t0},
     m::releasing{t1}},
    {"refused: later",
     seeing(deleting()),
     m::releasing{t1},
     call_refused{t1, refusal_reason::conflict, ""},
     m::releasing{t1},
     {set_deadline{t1, poll_wait}}},
    {"refused for an older request", seeing(deleting()), m::releasing{t1},
     call_refused{t0, refusal_reason::conflict, ""}, m::releasing{t1}},
    {"the wait is over: what is left is looked at before it is tried again", seeing(deleting()),
     m::releasing{t1}, deadline_passed{t1}, at_stage(t2, removal_stage::job_manager),
     asks(t2, removal_stage::job_manager)},
    {"a wait of before", seeing(deleting()), m::releasing{t1}, deadline_passed{t0},
     m::releasing{t1}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster_life_rows)

BOOST_AUTO_TEST_CASE(kept) { all_kept_rows.hold(); }
BOOST_AUTO_TEST_CASE(replacing_a_dead_jobmanager) { replacing_rows.hold(); }
BOOST_AUTO_TEST_CASE(draining) { draining_rows.hold(); }
BOOST_AUTO_TEST_CASE(removing) { removing_rows.hold(); }
BOOST_AUTO_TEST_CASE(releasing) { releasing_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
