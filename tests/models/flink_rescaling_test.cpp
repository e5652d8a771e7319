/// The adaptive scheduler: another parallelism under the same job id, and fewer slots than asked
/// for.
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

const configuration adaptive{{"jobmanager.scheduler", "adaptive"}};

/// Four slots.
struct adaptive_world : flink_world {
  explicit adaptive_world(const configuration& more = adaptive)
      : flink_world(1, {}, joined(joined(ha_on, checkpoints_on), more)) {
    start();
  }

  std::vector<job_vertex> vertices(const job_id& job) {
    return ask<job_details>(get_job{job}).vertices;
  }
  rescale_job wanted(const job_id& job, std::int32_t parallelism) {
    rescale_job x{job, parallelism, {}};
    for (const auto& one : vertices(job)) x.vertices.push_back(one.id);
    return x;
  }
  /// Of each of its parts; 0: not all its tasks run.
  std::int32_t runs_with(const job_id& job) {
    const auto all = vertices(job);
    for (const auto& one : all)
      if (one.parallelism != all.front().parallelism || one.tasks_running != one.parallelism)
        return 0;
    return all.front().parallelism;
  }
  void have(std::int32_t task_managers) {
    k.edit(object_kind::stateful_set, in_prod("c-tm"), "person",
           [=](object& x) { std::get<stateful_set>(x).replicas = task_managers; });
    pass(seconds{40});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_rescaling)

BOOST_AUTO_TEST_CASE(a_job_goes_up_and_down_under_its_id) {
  adaptive_world w;
  const auto job = w.running("orders");
  w.pass(seconds{25});
  w.ask<flink_done>(w.wanted(job, 4));
  BOOST_TEST(w.state(job) == "RESTARTING");
  w.pass(seconds{5});
  BOOST_TEST(w.runs_with(job) == 4);
  BOOST_TEST(w.f.starts().back().restored ==
             normal_path("/data/checkpoints/" + job.hex + "/chk-2"));
  w.ask<flink_done>(w.wanted(job, 1));
  w.pass(seconds{5});
  BOOST_TEST(w.runs_with(job) == 1);
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).slots_available == 3);
  BOOST_TEST(w.f.executions().size() == 1U);
  BOOST_TEST(w.f.starts().size() == 3U);
  w.ask<flink_done>(w.wanted(job, 1));
  BOOST_TEST(w.runs_with(job) == 1, "what it has already restarts nothing");
}

BOOST_AUTO_TEST_CASE(the_next_leader_knows_it) {
  adaptive_world w;
  const auto job = w.running("orders");
  w.ask<flink_done>(w.wanted(job, 3));
  w.pass(seconds{5});
  w.f.crash_job_manager(in_prod("c"));
  w.until_rest();
  w.pass(seconds{30});
  BOOST_TEST(w.runs_with(job) == 3);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_taken_when_it_comes) {
  adaptive_world w;
  const auto job = w.running("orders", 4);
  w.ask<flink_done>(w.wanted(job, 6));
  w.pass(seconds{60});
  BOOST_TEST(w.runs_with(job) == 4);
  BOOST_TEST(w.f.starts().size() == 1U, "nothing restarts for slots that are not there");
  w.have(3);
  BOOST_TEST(w.runs_with(job) == 6);
  BOOST_TEST(w.f.executions().size() == 1U);
}

BOOST_AUTO_TEST_CASE(it_begins_with_fewer_slots_after_a_while) {
  adaptive_world w;
  const auto job = w.submit("orders", 6);
  w.pass(seconds{9});
  BOOST_TEST(w.seen(job).tasks_running == 0);
  w.pass(seconds{8});
  BOOST_TEST(w.runs_with(job) == 4);
  adaptive_world other{configuration{{"jobmanager.scheduler", "default"}}};
  const auto waits = other.submit("orders", 6);
  other.pass(seconds{60});
  BOOST_TEST(other.seen(waits).tasks_running == 0);
}

BOOST_AUTO_TEST_CASE(what_its_program_fixes_stays_until_somebody_asks) {
  adaptive_world w;
  auto fixed = w.submission("orders");
  fixed.jar = w.upload("https://jars/fixed-sink.jar");
  const auto job = w.ask<job_accepted>(fixed).job;
  w.pass(seconds{5});
  const auto all = w.vertices(job);
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_TEST(all[0].parallelism == 2);
  BOOST_TEST(all[1].parallelism == 1);
  BOOST_TEST(w.seen(job).tasks_total == 3);
  w.ask<flink_done>(w.wanted(job, 3));
  w.pass(seconds{5});
  BOOST_TEST(w.runs_with(job) == 3, "bounds overrule it");
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  adaptive_world w;
  const auto job = w.running("orders");
  BOOST_TEST(w.is_refused_for(w.wanted(job, 129), refusal_reason::invalid));
  BOOST_TEST(w.is_refused_for(rescale_job{job, 3, {"source"}}, refusal_reason::invalid));
  BOOST_TEST(w.is_refused_for(rescale_job{job, 3, {"source", "other"}}, refusal_reason::invalid));
  auto unknown = w.wanted(job, 3);
  unknown.job = submission_id("nobody", 1);
  BOOST_TEST(w.is_refused_for(unknown, refusal_reason::not_found));
  BOOST_TEST(w.runs_with(job) == 2);
  adaptive_world other{configuration{}};
  const auto fixed = other.running("orders");
  BOOST_TEST(other.is_refused_for(other.wanted(fixed, 3), refusal_reason::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
