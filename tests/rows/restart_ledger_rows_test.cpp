/// Rows of the ledger of restarts: what a cluster and a job tell of what was seen, look after look.
#include <boost/test/unit_test.hpp>

#include "actors/cluster_restarts.hpp"
#include "actors/job_restarts.hpp"
#include "protocol/limits.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

/// "1.000 job: why <- from, 500 ms" for each line; what lasts has no length.
std::string told(const std::vector<restart_record>& all) {
  std::string text;
  for (const auto& one : all)
    text += (text.empty() ? "" : "; ") + one.since.substr(17, 6) + " " + one.what + ": " + one.why +
            (one.from.empty() ? "" : " <- " + one.from) +
            (one.down_ms ? ", " + std::to_string(*one.down_ms) + " ms" : "");
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restart_ledger_rows)

BOOST_AUTO_TEST_CASE(one_part_has_one_restart_at_a_time) {
  restart_ledger ledger;
  ledger.begin("job", "a", milliseconds{1'000});
  ledger.begin("job", "b", milliseconds{2'000});
  ledger.begin("JobManager", "c", milliseconds{2'000});
  ledger.end("job", milliseconds{1'500});
  ledger.end("job", milliseconds{9'000});
  ledger.explain("job", "not open");
  ledger.comes_from("JobManager", "d");
  BOOST_TEST(told(ledger.all()) == "01.000 job: a, 500 ms; 02.000 JobManager: c <- d");
  ledger.forget("JobManager");
  ledger.forget("job");
  BOOST_TEST(told(ledger.all()) == "01.000 job: a, 500 ms");
}

BOOST_AUTO_TEST_CASE(only_the_last_are_kept) {
  restart_ledger ledger;
  for (int i = 0; i < limits::restarts_told_max + 5; ++i) {
    ledger.begin("job", std::to_string(i), milliseconds{i * 1'000});
    ledger.end("job", milliseconds{i * 1'000 + 1});
  }
  BOOST_TEST(ledger.all().size() == static_cast<std::size_t>(limits::restarts_told_max));
  BOOST_TEST(ledger.all().front().why == "5");
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_makes_nothing_negative) {
  restart_ledger ledger;
  ledger.begin("job", "a", milliseconds{9'000});
  ledger.end("job", milliseconds{1'000});
  BOOST_TEST(told(ledger.all()) == "09.000 job: a, 0 ms");
}

BOOST_AUTO_TEST_SUITE_END()

// ── a session job ───────────────────────────────────────────────────────────────────────────────

namespace {

using namespace job_pictures;

const m::state runs = m::running{t1, first, s(0)};
const m::state runs_as_second = m::running{t1, second, s(0)};

auto disturbed(std::string why, std::int64_t at) {
  return [=](job_known& x) { x.cluster.disturbed = {why, s(at)}; };
}

job_known running(std::int64_t seconds) {
  return seeing(at(seconds), sent({first}), listed(first, "RUNNING")).known;
}
template <class... Changes>
job_known struggling(std::int64_t seconds, Changes... changes) {
  return seeing(at(seconds), sent({first}), listed(first, "RESTARTING", 0), changes...).known;
}

struct look {
  job_known picture;
  m::state at;
};
std::string told_after(std::vector<look> looks, const flink_session_job_status& recorded = {}) {
  job_restarts restarts{recorded};
  for (const auto& one : looks) restarts.look(one.picture, one.at);
  return told(restarts.all());
}

flink_session_job_status was(std::string state, std::vector<restart_record> restarts = {}) {
  flink_session_job_status recorded;
  recorded.job.state = std::move(state);
  recorded.restarts = std::move(restarts);
  return recorded;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_restart_rows)

BOOST_AUTO_TEST_CASE(its_first_start_is_none) {
  BOOST_TEST(told_after({{struggling(1), m::starting{t1, first, 0}},
                         {struggling(2), m::restarting{t1, first}},
                         {running(3), runs}}) == "");
}

BOOST_AUTO_TEST_CASE(flink_restarts_it) {
  const m::state restarts = m::restarting{t1, first};
  BOOST_TEST(told_after({{running(1), runs}, {struggling(10), restarts}}) ==
             "10.000 job: its tasks failed");
  BOOST_TEST(told_after({{running(1), runs}, {struggling(10), restarts}, {running(12), runs}}) ==
             "10.000 job: its tasks failed <- its own, by Flink, 2000 ms");
  // what it was is told a moment later
  BOOST_TEST(told_after({{running(1), runs},
                         {struggling(10), restarts},
                         {struggling(11, disturbed("pod a lost", 11)), restarts},
                         {running(12), runs}}) ==
             "10.000 job: pod a lost <- its own, by Flink, 2000 ms");
  // or was told before Flink noticed
  BOOST_TEST(
      told_after({{running(1), runs}, {struggling(50, disturbed("pod a lost", 5)), restarts}}) ==
      "50.000 job: pod a lost");
  // but not the cause of the last time, nor one of long ago
  BOOST_TEST(told_after({{running(1), runs},
                         {struggling(10, disturbed("pod a lost", 10)), restarts},
                         {running(12), runs},
                         {struggling(20, disturbed("pod a lost", 10)), restarts}}) ==
             "10.000 job: pod a lost <- its own, by Flink, 2000 ms; "
             "20.000 job: its tasks failed");
}

BOOST_AUTO_TEST_CASE(its_job_manager_fails_over) {
  const auto away = [](std::int64_t seconds) {
    return seeing(at(seconds), sent({first}), cluster_is(cluster_phase::starting), under("")).known;
  };
  const auto back = [](std::int64_t seconds, std::string incarnation) {
    return seeing(at(seconds), sent({first}), listed(first, "RUNNING"), under(incarnation)).known;
  };
  BOOST_TEST(told_after({{running(1), runs}, {away(10), runs}}) == "10.000 job: JobManager lost");
  BOOST_TEST(told_after({{running(1), runs}, {away(10), runs}, {back(19, "jm-2"), runs}}) ==
             "10.000 job: JobManager lost <- its own, by Flink, 9000 ms");
  // the same one again: it was out of sight for a moment
  BOOST_TEST(told_after({{running(1), runs}, {away(10), runs}, {back(11, "jm-1"), runs}}) == "");
  // so fast that nobody saw it
  BOOST_TEST(told_after({{running(1), runs}, {back(11, "jm-2"), runs}}) ==
             "11.000 job: JobManager lost <- its own, by Flink, 0 ms");
  // REST alone does not answer
  const auto silent = seeing(at(10), sent({first}), cluster_is(cluster_phase::unreachable)).known;
  BOOST_TEST(told_after({{running(1), runs}, {silent, runs}, {running(12), runs}}) == "");
}

BOOST_AUTO_TEST_CASE(drey_starts_it_again) {
  const auto known = [](std::int64_t seconds) {
    return seeing(at(seconds), sent({first}), listed(first, "FAILED", 0)).known;
  };
  const auto anew = [](std::int64_t seconds) {
    return seeing(at(seconds), sent({first, second}), listed(second, "RUNNING")).known;
  };
  const submission again{second, "s3://chk-7", 3, "jm-1", 0, {}};
  auto fetching = known(13);
  fetching.recorded.change().job.start_time = "1";
  const std::vector<look> looks{{running(1), runs},
                                {known(10), m::gathering{t1, first, "FAILED", 1}},
                                {known(11), m::backing_off{t1, first, "s3://chk-7"}},
                                {fetching, m::fetching{t1, again}},
                                {anew(14), runs_as_second}};
  BOOST_TEST(told_after(looks) ==
             "10.000 job: its restart policy after FAILED <- s3://chk-7, 4000 ms");
  const auto lost = seeing(at(10), sent({first}), under("jm-2")).known;
  BOOST_TEST(told_after({{running(1), runs},
                         {lost, m::missing{t1, first, s(10), 0}},
                         {anew(40), runs_as_second}}) == "10.000 job: JobManager lost, 30000 ms");
}

BOOST_AUTO_TEST_CASE(its_spec_changes) {
  const auto changed = seeing(at(5), sent({first}), listed(first, "RUNNING"), generation(4)).known;
  const auto left = seeing(at(10), sent({first}), listed(first, "RUNNING"), generation(4)).known;
  BOOST_TEST(
      told_after({{running(1), runs}, {changed, runs}, {left, m::backing_off{t1, first, ""}}}) ==
      "10.000 job: its spec changed <- nothing");
}

BOOST_AUTO_TEST_CASE(an_end_is_no_restart) {
  const auto over = seeing(at(10), sent({first}), listed(first, "FAILED", 0)).known;
  BOOST_TEST(told_after({{running(1), runs},
                         {over, m::gathering{t1, first, "FAILED", 1}},
                         {over, m::ended{t1, first, "FAILED"}}}) == "");
  const auto asleep = seeing(at(10), sent({first}), suspended()).known;
  BOOST_TEST(told_after({{running(1), runs}, {asleep, m::waiting{t1}}, {running(20), runs}}) == "");
}

BOOST_AUTO_TEST_CASE(another_operator_goes_on_where_one_died) {
  const restart_record open{"1970-01-01T00:00:10.000Z", "job", "JobManager lost", "", {}};
  BOOST_TEST(told_after({{struggling(12), m::restarting{t1, first}}, {running(15), runs}},
                        was("RESTARTING", {open})) == "10.000 job: JobManager lost, 5000 ms");
  auto recorded = was("RESTARTING", {open});
  recorded.job.job_id = first.hex;
  BOOST_TEST(told_after({{running(15), runs}}, recorded) ==
             "10.000 job: JobManager lost <- its own, by Flink, 5000 ms");
  recorded.restarts[0].from = "s3://chk-7";  // it was drey that sent this id
  BOOST_TEST(told_after({{running(15), runs}}, recorded) ==
             "10.000 job: JobManager lost <- s3://chk-7, 5000 ms");
  BOOST_TEST(told_after({{struggling(12), m::restarting{t1, first}}}, was("RUNNING")) ==
             "12.000 job: its tasks failed");
  BOOST_TEST(told_after({{struggling(12), m::restarting{t1, first}}}, was("CREATED")) == "");
  BOOST_TEST(told_after({{running(12), runs}}, was("RUNNING")) == "");
}

BOOST_AUTO_TEST_SUITE_END()

// ── a session cluster ───────────────────────────────────────────────────────────────────────────

namespace {

/// JobManager "jm/0", TaskManagers "tm-0" and "tm-1" of two, all registered.
cluster_sight well(std::int64_t seconds) {
  cluster_sight seen;
  seen.now = {s(seconds), s(seconds)};
  seen.incarnation = "jm/0";
  seen.job_manager = "session-jm";
  seen.answers = true;
  seen.high_availability = true;
  seen.registrations_told = s(seconds);
  seen.wanted = 2;
  seen.window = {0, 2};
  for (int i = 0; i < 2; ++i) {
    task_manager_sight one;
    one.uid = "uid-" + std::to_string(i);
    one.name = "tm-" + std::to_string(i);
    one.ordinal = i;
    one.registered = true;
    seen.task_managers.push_back(one);
  }
  return seen;
}
template <class F>
cluster_sight well_but(std::int64_t seconds, F change) {
  auto seen = well(seconds);
  change(seen);
  return seen;
}

cluster_sight without_job_manager(std::int64_t seconds) {
  return well_but(seconds, [](cluster_sight& x) {
    x.incarnation.clear();
    x.job_manager.clear();
    x.answers = false;
    x.registrations_told.reset();
  });
}

std::string told_after(const std::vector<cluster_sight>& looks,
                       const flink_deployment_status& recorded = {}) {
  cluster_restarts restarts{recorded};
  for (const auto& one : looks) restarts.look(one);
  return told(restarts.all());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster_restart_rows)

BOOST_AUTO_TEST_CASE(its_first_start_is_none) {
  const auto coming = well_but(2, [](cluster_sight& x) {
    x.task_managers.pop_back();
    x.task_managers.front().registered = false;
  });
  BOOST_TEST(told_after({without_job_manager(1), coming, well(3)}) == "");
}

BOOST_AUTO_TEST_CASE(the_job_manager) {
  const auto other = [](std::int64_t seconds, std::string incarnation) {
    return well_but(seconds, [&](cluster_sight& x) { x.incarnation = incarnation; });
  };
  BOOST_TEST(told_after({well(1), without_job_manager(5)}) ==
             "05.000 JobManager: JobManager pod session-jm lost <- its HA metadata");
  BOOST_TEST(told_after({well(1), without_job_manager(5), other(9, "jm2/0")}) ==
             "05.000 JobManager: JobManager pod session-jm lost <- its HA metadata, 4000 ms");
  BOOST_TEST(told_after({well(1), without_job_manager(5), other(9, "jm/1")}) ==
             "05.000 JobManager: JobManager pod session-jm restarted <- its HA metadata, 4000 ms");
  BOOST_TEST(told_after({well(1), other(9, "jm/1")}) ==
             "09.000 JobManager: JobManager pod session-jm restarted <- its HA metadata, 0 ms");
  BOOST_TEST(told_after({well(1), without_job_manager(5), well(6)}) == "");  // out of sight
  const auto rolled = well_but(5, [](cluster_sight& x) {
    x.incarnation.clear();
    x.answers = false;
    x.rollout = "the spec changed";
    x.rolls_job_manager = true;
    x.high_availability = false;
  });
  BOOST_TEST(told_after({well(1), rolled}) ==
             "05.000 JobManager: the spec changed <- nothing: it has no high availability");
}

BOOST_AUTO_TEST_CASE(a_task_manager) {
  const auto unregistered = [](std::int64_t seconds) {
    return well_but(seconds, [](cluster_sight& x) { x.task_managers[0].registered = false; });
  };
  const auto terminating = [](std::int64_t seconds) {
    return well_but(seconds, [](cluster_sight& x) { x.task_managers[0].leaves = true; });
  };
  const auto gone = [](std::int64_t seconds) {
    return well_but(seconds,
                    [](cluster_sight& x) { x.task_managers.erase(x.task_managers.begin()); });
  };
  const auto restarted = [](std::int64_t seconds) {
    return well_but(seconds, [](cluster_sight& x) {
      x.task_managers[0].restarts = 1;
      x.task_managers[0].ended = "OOMKilled";
    });
  };
  BOOST_TEST(told_after({well(1), terminating(5), gone(6), well(9)}) ==
             "05.000 TaskManagers: TaskManager pod tm-0 lost, 4000 ms");
  BOOST_TEST(told_after({well(1), unregistered(5), terminating(6), well(9)}) ==
             "05.000 TaskManagers: TaskManager pod tm-0 lost, 4000 ms");
  BOOST_TEST(told_after({well(1), restarted(5), restarted(6)}) ==
             "05.000 TaskManagers: TaskManager pod tm-0 restarted (OOMKilled), 1000 ms");
  const auto both = well_but(6, [](cluster_sight& x) { x.task_managers.clear(); });
  BOOST_TEST(told_after({well(1), terminating(5), both}) ==
             "05.000 TaskManagers: TaskManager pod tm-0 lost, TaskManager pod tm-1 lost");
  // it comes back and goes again: two restarts
  BOOST_TEST(told_after({well(1), unregistered(5), well(6), unregistered(8)}) ==
             "05.000 TaskManagers: TaskManager pod tm-0 lost, 1000 ms; "
             "08.000 TaskManagers: TaskManager pod tm-0 lost");
}

BOOST_AUTO_TEST_CASE(who_registers_at_another_job_manager_was_not_lost) {
  const auto anew = [](std::int64_t seconds) {
    return well_but(seconds, [](cluster_sight& x) {
      x.incarnation = "jm2/0";
      for (auto& one : x.task_managers) one.registered = false;
    });
  };
  BOOST_TEST(told_after({well(1), anew(5)}).find("TaskManager") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(those_that_are_not_wanted_any_more) {
  const auto fewer = well_but(5, [](cluster_sight& x) {
    x.wanted = 1;
    x.window = {0, 1};
    x.task_managers[1].leaves = true;
  });
  BOOST_TEST(told_after({well(1), fewer}) == "");
  const auto step = well_but(5, [](cluster_sight& x) {
    x.rollout = "the spec changed";
    x.window = {2, 2};
    for (auto& one : x.task_managers) one.leaves = true;
  });
  BOOST_TEST(told_after({well(1), step}) == "05.000 TaskManagers: the spec changed");
}

BOOST_AUTO_TEST_CASE(its_jobs_hear_what_it_was) {
  cluster_restarts restarts;
  restarts.look(well(1));
  BOOST_TEST(restarts.last().why == "");
  restarts.look(well_but(5, [](cluster_sight& x) { x.rollout = "the spec changed"; }));
  BOOST_TEST(restarts.last().why == "the spec changed");
  BOOST_TEST(restarts.last().at.count() == 5'000);
  restarts.look(without_job_manager(7));
  BOOST_TEST(restarts.last().why == "JobManager pod session-jm lost");
}

BOOST_AUTO_TEST_CASE(another_operator_goes_on_where_one_died) {
  flink_deployment_status recorded;
  recorded.job_manager_deployment_status = "DEPLOYING";
  recorded.restarts = {
      {"1970-01-01T00:00:03.000Z", "JobManager", "JobManager pod x lost", "", {}},
      {"1970-01-01T00:00:03.000Z", "TaskManagers", "TaskManager pod y lost", "", {}}};
  BOOST_TEST(told_after({without_job_manager(4), well(5), well(6)}, recorded) ==
             "03.000 JobManager: JobManager pod x lost, 2000 ms; "
             "03.000 TaskManagers: TaskManager pod y lost, 2000 ms");
  recorded = {};
  recorded.job_manager_deployment_status = "READY";
  BOOST_TEST(told_after({well(4)}, recorded) == "");
  BOOST_TEST(told_after({without_job_manager(4)}, recorded) ==
             "04.000 JobManager: JobManager lost <- its HA metadata");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
