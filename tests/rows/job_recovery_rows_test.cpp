/// Rows of a session job: what follows the end or the loss of an execution, and deletion.
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;
const restore_point chk9{"s3://c/chk-9", 9, "checkpoint"};
const restore_point chk5{"s3://c/chk-5", 5, "checkpoint"};
const restore_point chk9_end = end_of(first, chk9);
const auto on_failure = restart_policy::on_failure;
const m::gathering lost{t1, first, "", 1};
const submission sent_before{first, "s3://c/chk-3", 1, "jm-1"};
const m::gathering not_listed{t1, first, "", 1, sent_before};
/// Of the very execution.
const restore_point own_chk{"s3://c/" + first.hex + "/chk-7", 7, "checkpoint"};
const m::gathering failed{t1, first, "FAILED", 1};

/// What is told when it stays as it ended.
tell stays(std::string reason, std::string why, std::string kept) {
  return {"Warning", std::move(reason),
          std::move(why) + "; " + std::move(kept) + ". Change spec.restartNonce to start it again"};
}
const std::string chk9_kept = "its newest state is kept: " + chk9.path;

auto unlisted_because(std::string why) {
  return [why](job_known& x) { x.found.change().why_unlisted = why; };
}
/// Where its last execution keeps its checkpoints.
auto in_directory(std::string path) {
  return [=](job_known& x) { x.history.directory = path; };
}
auto failed_by(std::string cause) {
  return [=](job_known& x) { x.history.failure = cause; };
}

struct limited {
  std::optional<std::int32_t> attempts;
  std::optional<std::string> first_wait;
  std::optional<std::string> window;
};
auto restarts_within(const limited& bounds) {
  return spec([=](job_spec& x) {
    x.restart_attempts = bounds.attempts;
    x.restart_backoff = bounds.first_wait;
    x.restart_window = bounds.window;
  });
}

const table<m> gathered_rows{
    {"lost: started again from the newest of all that was named, at once",
     seeing(sent({first}), named_by_ha(chk9), newest_recorded(chk5)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{chk9_end}, set_deadline{t2, s(0)}}},
    {"lost, and our own record is the newest of all",
     seeing(sent({first}), told_by_job_manager(chk5), newest_recorded(chk9)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{chk9_end}, set_deadline{t2, s(0)}}},
    {"lost, and it never had state: from where the spec says",
     seeing(sent({first}), told_by_job_manager({}), starting_from("s3://sp/1")),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, "s3://sp/1"},
     {set_deadline{t2, s(0)}}},
    {"lost, and nobody could tell of state where none was made: from nothing",
     seeing(sent({first}), checkpoints_are_none(), cluster_config({}),
            [](job_known& x) { x.found.change().placeless = true; }),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, ""},
     {set_deadline{t2, s(0)}}},
    {"the submission never arrived: from where it was meant to start",
     seeing(recorded_submit(first, "s3://c/chk-3")),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, "s3://c/chk-3"},
     {set_deadline{t2, s(0)}}},
    {"it was lost before anybody listed it, and left state behind: from that",
     seeing(recorded_submit(first, "s3://c/chk-3"), named_by_ha(own_chk)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, own_chk.path},
     {remember_state{end_of(first, own_chk)}, set_deadline{t2, s(0)}}},
    {"it is not listed and left nothing behind: it is sent again, and its id fences",
     seeing(recorded_submit(first, "s3://c/chk-3"), named_by_ha(chk9)),
     not_listed,
     pointers_gathered{t1},
     m::fetching{t2, sent_before},
     {bring_artifact{t2}, set_deadline{t2, s(600)}}},
    {"it is not listed, and nobody can be asked for state of it: its id fences",
     seeing(recorded_submit(first, "s3://c/chk-3")),
     m::gathering{t1, first, "", job_policy{}.gather_tries_max, sent_before},
     deadline_passed{t1},
     m::fetching{t2, sent_before},
     {bring_artifact{t2}, set_deadline{t2, s(600)}}},
    {"it is not listed, and left state behind: it arrived, and lists tell whether it lives",
     seeing(recorded_submit(first, "s3://c/chk-3"), named_by_ha(own_chk)),
     not_listed,
     pointers_gathered{t1},
     m::missing{t2, first, s(100), 10},
     {set_deadline{t2, s(1)}}},
    {"the same by those who answered in time",
     seeing(recorded_submit(first, "s3://c/chk-3"), named_by_ha(own_chk)),
     m::gathering{t1, first, "", job_policy{}.gather_tries_max, sent_before},
     deadline_passed{t1},
     m::missing{t2, first, s(100), 10},
     {set_deadline{t2, s(1)}}},
    {"FAILED under ON_FAILURE: counted, and backed off",
     seeing(sent({first}), told_by_job_manager(chk9), policy(on_failure), failures(2)),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{chk9_end}, count_failure{}, set_deadline{t2, s(4)}}},
    {"FAILED ten times within the window: a person must look",
     seeing(sent({first}), told_by_job_manager(chk9), policy(on_failure), failures(10)),
     failed,
     pointers_gathered{t1},
     m::ended{t2, first, "FAILED"},
     {remember_state{chk9_end},
      stays("RestartAttemptsExhausted", "the job FAILED 11 times and never ran for 1 h in between",
            chk9_kept)}},
    {"FAILED twice where once is borne, and the window is 10 min",
     seeing(sent({first}), told_by_job_manager(chk9), policy(on_failure), failures(1),
            restarts_within({1, {}, "10 min"})),
     failed,
     pointers_gathered{t1},
     m::ended{t2, first, "FAILED"},
     {remember_state{chk9_end},
      stays("RestartAttemptsExhausted",
            "the job FAILED 2 times and never ran for 10 min in between", chk9_kept)}},
    {"FAILED under NEVER, and Flink says why",
     seeing(sent({first}), told_by_job_manager(chk9), policy(restart_policy::never),
            failed_by("java.lang.ArithmeticException: / by zero")),
     failed,
     pointers_gathered{t1},
     m::ended{t2, first, "FAILED"},
     {remember_state{chk9_end},
      stays("JobFailed",
            "the job is FAILED (java.lang.ArithmeticException: / by zero), and "
            "spec.job.restartPolicy is NEVER",
            chk9_kept)}},
    {"FAILED, and its first wait is 8 s",
     seeing(sent({first}), told_by_job_manager(chk9), policy(on_failure), failures(1),
            restarts_within({{}, "8 s", {}})),
     failed,
     pointers_gathered{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{chk9_end}, count_failure{}, set_deadline{t2, s(16)}}},
    {"FAILED under NEVER",
     seeing(sent({first}), told_by_job_manager(chk9), policy(restart_policy::never)),
     failed,
     pointers_gathered{t1},
     m::ended{t2, first, "FAILED"},
     {remember_state{chk9_end},
      stays("JobFailed", "the job is FAILED, and spec.job.restartPolicy is NEVER", chk9_kept)}},
    {"FAILED, and nobody said that it is to be restarted",
     seeing(sent({first}), told_by_job_manager({})),
     failed,
     pointers_gathered{t1},
     m::ended{t2, first, "FAILED"},
     {stays("JobFailed",
            "the job is FAILED, and neither spec.job.restartPolicy nor "
            "kubernetes.operator.job.restart.failed asks for a restart",
            "it has no state to go on from")}},
    {"somebody else cancelled it: it stays so",
     seeing(sent({first}), told_by_job_manager(chk9), policy(on_failure)),
     m::gathering{t1, first, "CANCELED", 1},
     pointers_gathered{t1},
     m::ended{t2, first, "CANCELED"},
     {remember_state{chk9_end},
      stays("Canceled", "the job was cancelled in Flink by somebody else", chk9_kept)}},
    {"lost under nostart",
     seeing(sent({first}), told_by_job_manager(chk9), policy(restart_policy::nostart)),
     lost,
     pointers_gathered{t1},
     m::ended{t2, first, "FAILED"},
     {remember_state{chk9_end}, tell{"Warning", "Ended", "The job is lost"}}},
    {"lost under nostart before it ever ran: its first start is still to come",
     seeing(recorded_submit(first), policy(restart_policy::nostart)),
     lost,
     pointers_gathered{t1},
     m::backing_off{t2, first, ""},
     {set_deadline{t2, s(0)}}},
    {"FINISHED is never started again",
     seeing(sent({first}), told_by_job_manager(chk9), policy(on_failure)),
     m::gathering{t1, first, "FINISHED", 1},
     pointers_gathered{t1},
     m::ended{t2, first, "FINISHED"},
     {remember_state{chk9_end}, tell{"Normal", "Ended", "The job is FINISHED"}}},
    {"an older answer", seeing(sent({first}), told_by_job_manager(chk9)), lost,
     pointers_gathered{t0}, lost},
    {"nobody who must know could be asked: again, later",
     seeing(sent({first})),
     lost,
     pointers_gathered{t1},
     m::gathering{t2, first, "", 1},
     {set_deadline{t2, s(1)}}},
};

const m::gathering last_try{t1, first, "", 8};
const std::vector<m::command> asks_a_person{
    tell{"Warning", "ManualRestoreRequired",
         "Neither the JobManager, HA metadata nor the "
         "checkpoint store can be read: the newest state "
         "could not be established. No snapshot of it is known"},
    set_deadline{t2, s(60)}};
const m::blocked waits_for_a_person{t2, first, 3, "the newest state could not be established"};

const std::string unlisted =
    "the newest state could not be established: no JobManager knows it, and drey cannot list "
    "/c/ns/orders. Mount that into the operator's pod at the same path, to read, and it goes on by "
    "itself";
const std::string none_known = ". No snapshot of it is known";
const std::string forbidden =
    "the newest state could not be established: no JobManager knows it, and drey cannot list "
    "s3://c/ns/orders (HTTP 403). As soon as it can, it goes on by itself";

/// By the status as it stands.
auto told_that(const std::string& why) {
  return [=](job_known& x) {
    x.recorded.change().conditions = {{"Stalled",
                                       "True",
                                       "ManualRestoreRequired",
                                       "Manual restore required: " + why + none_known,
                                       {},
                                       3}};
  };
}

const table<m> gathering_rows{
    {"still nobody, and the store is named: it is said which",
     seeing(sent({first}), in_directory("/c/ns/orders")),
     last_try,
     pointers_gathered{t1},
     m::blocked{t2, first, 3, unlisted},
     {tell{"Warning", "ManualRestoreRequired",
           "Neither the JobManager, HA metadata nor the checkpoint store can be read: " + unlisted +
               none_known},
      set_deadline{t2, s(60)}}},
    {"a person was told so already",
     seeing(sent({first}), in_directory("/c/ns/orders"), told_that(unlisted)),
     last_try,
     pointers_gathered{t1},
     m::blocked{t2, first, 3, unlisted},
     {set_deadline{t2, s(60)}}},
    {"and the store says why, which is new",
     seeing(sent({first}), in_directory("s3://c/ns/orders"), unlisted_because("HTTP 403"),
            told_that(unlisted)),
     last_try,
     pointers_gathered{t1},
     m::blocked{t2, first, 3, forbidden},
     {tell{"Warning", "ManualRestoreRequired",
           "Neither the JobManager, HA metadata nor the checkpoint store can be read: " +
               forbidden + none_known},
      set_deadline{t2, s(60)}}},
    {"the next try",
     seeing(sent({first})),
     lost,
     deadline_passed{t1},
     m::gathering{t2, first, "", 2},
     {gather_pointers{t2, first}, set_deadline{t2, s(30)}}},
    {"a wait of before", seeing(sent({first})), lost, deadline_passed{t0}, lost},
    {"still nobody, for the last time: nothing is started", seeing(sent({first})), last_try,
     pointers_gathered{t1}, waits_for_a_person, asks_a_person},
    {"no answer to the last try", seeing(sent({first})), last_try, deadline_passed{t1},
     waits_for_a_person, asks_a_person},
    {"no answer to the last try, but one had said before",
     seeing(sent({first}), named_by_ha(chk9)),
     last_try,
     deadline_passed{t1},
     m::backing_off{t2, first, chk9.path},
     {remember_state{chk9_end}, set_deadline{t2, s(0)}}},
    {"no answer to the last try, and it is not to be started anyway",
     seeing(sent({first})),
     m::gathering{t1, first, "FINISHED", 8},
     deadline_passed{t1},
     m::ended{t2, first, "FINISHED"},
     {tell{"Normal", "Ended", "The job is FINISHED"}}},
    {"still wanted", seeing(sent({first})), lost, job_seen{}, lost},
    {"a late write of the operator before us says that it is to be submitted",
     seeing(recorded_submit(first)), lost, job_seen{}, lost},
    {"… that the next one is: nothing is concluded of this one", seeing(recorded_submit(second)),
     lost, job_seen{}, m::waiting{t1}},
    {"deleted",
     seeing(sent({first}), deleting()),
     lost,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

const m::backing_off waits_to_start{t1, first, chk9.path};
const std::vector<m::command> follows{release_slots{}, set_deadline{t2, s(300)}};

const table<m> backing_off_rows{
    {"its back-off is over",
     seeing(sent({first})),
     waits_to_start,
     deadline_passed{t1},
     m::reserving{t2, chk9.path},
     {reserve_slots{t2}}},
    {"a wait of before", seeing(sent({first})), waits_to_start, deadline_passed{t0},
     waits_to_start},
    {"nothing of ours lives", seeing(sent({first}), listed(first, "FAILED", 0)), waits_to_start,
     cluster_seen{}, waits_to_start},
    {"it was believed to be over and is alive: followed, never doubled",
     seeing(sent({first}), listed(first, "RUNNING")), waits_to_start, cluster_seen{},
     m::starting{t2, first, seen_lists}, follows},
    {"still wanted", seeing(sent({first})), waits_to_start, job_seen{}, waits_to_start},
    {"deleted",
     seeing(sent({first}), deleting()),
     waits_to_start,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

const m::ended over{t1, first, "FAILED"};

const table<m> ended_rows{
    {"it stays over", seeing(sent({first}), listed(first, "FAILED", 0)), over, cluster_seen{},
     over},
    {"it lives", seeing(sent({first}), listed(first, "RUNNING")), over, cluster_seen{},
     m::starting{t2, first, seen_lists}, follows},
    {"still declared", seeing(sent({first})), over, job_seen{}, over},
    {"deleted",
     seeing(sent({first}), deleting()),
     over,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
};

const m::blocked stuck{t1, first, 3, "unknown"};
auto carried_out_as_now() {
  return [](job_known& x) { x.deployed = x.spec; };
}

const table<m> blocked_rows{
    {"nobody has decided", seeing(sent({first})), stuck, job_seen{}, stuck},
    {"changed, but without saying from where", seeing(sent({first}), generation(4)), stuck,
     job_seen{}, stuck},
    {"a person says from where",
     seeing(sent({first}), generation(4), starting_from("s3://sp/2")),
     stuck,
     job_seen{},
     m::reserving{t2, "s3://sp/2", branch::fresh},
     {reserve_slots{t2}}},
    {"changed, and still naming where it began long ago",
     seeing(sent({first}), generation(4), starting_from("s3://sp/2"), carried_out_as_now()), stuck,
     job_seen{}, stuck},
    {"a person names another place",
     seeing(sent({first}), carried_out_as_now(), starting_from("s3://sp/3")),
     stuck,
     job_seen{},
     m::reserving{t2, "s3://sp/3", branch::fresh},
     {reserve_slots{t2}}},
    {"or the same one, by another savepointRedeployNonce",
     seeing(sent({first}), starting_from("s3://sp/2"), carried_out_as_now(),
            needs(job_need::redeploy)),
     stuck,
     job_seen{},
     m::reserving{t2, "s3://sp/2", branch::fresh},
     {reserve_slots{t2}}},
    {"deleted",
     seeing(sent({first}), deleting()),
     stuck,
     job_seen{},
     m::cancelling{t2, s(100), seen_lists},
     {release_slots{}, set_deadline{t2, s(1)}}},
    {"nothing of ours lives", seeing(sent({first})), stuck, cluster_seen{}, stuck},
    {"it lives", seeing(sent({first}), listed(first, "RUNNING")), stuck, cluster_seen{},
     m::starting{t2, first, seen_lists}, follows},
    {"what could not be read may be readable now",
     seeing(sent({first})),
     stuck,
     deadline_passed{t1},
     m::gathering{t2, first, "", 8},
     {gather_pointers{t2, first}, set_deadline{t2, s(30)}}},
    {"a wait of before", seeing(sent({first})), stuck, deadline_passed{t0}, stuck},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_recovery_rows)

BOOST_AUTO_TEST_CASE(gathered) { gathered_rows.hold(); }
BOOST_AUTO_TEST_CASE(gathering) { gathering_rows.hold(); }
BOOST_AUTO_TEST_CASE(backing_off) { backing_off_rows.hold(); }
BOOST_AUTO_TEST_CASE(ended) { ended_rows.hold(); }
BOOST_AUTO_TEST_CASE(blocked) { blocked_rows.hold(); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
