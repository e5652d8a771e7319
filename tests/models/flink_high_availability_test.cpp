/// JobManagers are lost in every way there is, with and without Kubernetes HA.
#include "protocol/flink_leader.hpp"
#include "tests/models/flink_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

const std::string lineage_of_orders = "prod/orders@u-orders";

/// Whose address Flink wrote down.
object_name leader_of(const flink_world& w) {
  const auto* map = w.k.get<config_map>(in_prod("c-cluster-config-map"));
  const auto host = leader_host_in(*map);
  for (const auto& [name, x] : w.k.all(object_kind::pod))
    if (std::get<pod>(*x).pod_ip == host) return name;
  return {};
}

/// Of those that are ready.
std::vector<std::string> addresses_of_job_managers(const flink_world& w) {
  std::vector<std::string> all;
  for (const auto& [name, x] : w.k.all(object_kind::pod))
    if (std::get<pod>(*x).ready && name.name.rfind("c-tm", 0) != 0)
      all.push_back(std::get<pod>(*x).pod_ip);
  return all;
}

bool works(flink_world& w, const job_id& job) {
  return !w.is_refused_for(get_jobs_overview{}, refusal_reason::unavailable) &&
         w.seen(job).tasks_running == 4;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_high_availability)

BOOST_AUTO_TEST_CASE(a_new_leader_recovers_the_job_from_its_newest_checkpoint) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{34});
  w.f.crash_job_manager(in_prod("c"));
  BOOST_TEST(w.is_refused_for(get_jobs_overview{}, refusal_reason::unavailable));
  const auto back = w.until(seconds{90}, [&] { return works(w, job); });
  BOOST_TEST(back.count() >= 5'000);
  BOOST_TEST(back.count() <= 30'000);
  const auto& all = w.f.executions();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].how == execution_end::job_manager_lost);
  BOOST_TEST((all[1].origin == execution_origin::recovered));
  BOOST_TEST(all[1].job == job);
  BOOST_TEST(all[1].restored == all[1].newest_at_start->path);
  BOOST_TEST(all[1].position_at_start == 30'000);
  const auto seen = w.checkpoints_of(job);
  BOOST_TEST(!seen.completed);
  BOOST_TEST(seen.restored->id == 3);
  w.pass(seconds{12});
  BOOST_TEST(w.checkpoints_of(job).completed->id == 4);
}

/// As a real one does (tests/lab/cases/flink_recovery.py): REST is refused until the Dispatcher is
/// there, and that is made with the jobs that it recovers.
BOOST_AUTO_TEST_CASE(the_first_list_of_a_new_leader_is_complete) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    flink_world w{seed};
    w.start();
    w.running("orders");
    w.running("bills");
    w.f.crash_job_manager(in_prod("c"));
    w.until_rest();
    BOOST_TEST(w.ask<jobs_overview>(get_jobs_overview{}).jobs.size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_dead_leaders_lock_is_waited_for_a_left_one_is_not) {
  const auto wait_after = [](auto end) {
    flink_world w;
    w.start(2, 2);  // a standby has no JVM to start
    const auto leads = [&] {
      const auto elected = std::count_if(w.told.begin(), w.told.end(), [](const happening& x) {
        return x.what == "leader_elected";
      });
      return elected == 2;
    };
    BOOST_REQUIRE(!leads());
    end(w);
    w.until(seconds{10}, [&] {
      return std::any_of(w.told.begin(), w.told.end(),
                         [](const happening& x) { return x.what == "leader_lost"; });
    });
    return w.until(seconds{60}, leads);
  };
  const auto crashed = wait_after([](flink_world& w) { w.f.crash_job_manager(in_prod("c")); });
  BOOST_TEST(crashed.count() >= 10'000);
  BOOST_TEST(crashed.count() <= 20'100);
  const auto left = wait_after(
      [](flink_world& w) { w.k.delete_pod(leader_of(w), pod_deletion::graceful, "person"); });
  BOOST_TEST(left.count() <= 200);
}

BOOST_AUTO_TEST_CASE(a_standby_answers_for_the_leader_and_has_jars_of_its_own) {
  flink_world w;
  w.start(1, 2);
  const auto addresses = addresses_of_job_managers(w);
  BOOST_REQUIRE_EQUAL(addresses.size(), 2U);
  const auto ask = [&](std::size_t which, const flink_body& body) {
    return w.f.call({"c-rest.prod", 8081, addresses[which]}, body);
  };
  const auto fetched = w.files.call({fetch_artifact{"https://jars/counter.jar"}});
  const auto artifact = std::get<artifact_fetched>(fetched.result).artifact;
  const auto jar = std::get<jar_uploaded>(ask(0, upload_jar{artifact}).result).jar;
  auto run = w.submission("orders", 1, 1);
  run.jar = jar;
  BOOST_TEST(std::get<refusal>(ask(1, run).result).message.find(jar) != std::string::npos,
             "it lies with the other one");
  BOOST_CHECK(std::holds_alternative<job_accepted>(ask(0, run).result));
  w.pass(seconds{20});
  for (const std::size_t which : {0U, 1U})
    BOOST_TEST(std::get<jobs_overview>(ask(which, get_jobs_overview{}).result).jobs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(standbys_are_ready_while_somebody_leads) {
  flink_world w;
  w.start(1, 2);
  BOOST_TEST(addresses_of_job_managers(w).size() == 2U);
  w.f.crash_job_manager(in_prod("c"));
  BOOST_TEST(w.until(seconds{20}, [&] { return addresses_of_job_managers(w).empty(); }).count() <
             10'000);
  BOOST_TEST(
      w.until(seconds{60}, [&] { return addresses_of_job_managers(w).size() == 2; }).count() <
          30'000,
      "one of them leads, the other stands by");
}

BOOST_AUTO_TEST_CASE(without_ha_jobs_are_gone_with_their_job_manager) {
  flink_world w{1, {}, checkpoints_on};
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{25});
  w.f.crash_job_manager(in_prod("c"));
  // The tasks run on until the TaskManagers miss their JobManager.
  BOOST_TEST(w.f.live_executions(lineage_of_orders) == 1u);
  BOOST_TEST(w.f.executions().back().orphaned.has_value());
  w.pass(seconds{21});
  BOOST_TEST(w.f.live_executions(lineage_of_orders) == 0u);
  w.pass(seconds{60});
  BOOST_TEST(w.state(job) == "");
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).task_managers == 2);
  BOOST_TEST(w.listed("/data/checkpoints").size() == 1u);
}

BOOST_AUTO_TEST_CASE(tasks_of_a_dead_leader_stop_when_the_new_one_is_known) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.f.crash_job_manager(in_prod("c"));
  w.until(seconds{90}, [&] { return works(w, job); });
  const auto& all = w.f.executions();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].end.has_value());
  BOOST_TEST(*all[0].end < w.f.starts().back().at);
  BOOST_TEST(all[0].position_at_end >= 5'000);
}

BOOST_AUTO_TEST_CASE(a_leader_that_is_cut_off_steps_back) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.pass(seconds{25});
  const auto node = w.node_of(w.job_manager_pod());
  w.cut(node);
  BOOST_TEST(w.is_refused_for(get_jobs_overview{}, refusal_reason::unavailable));
  w.pass(seconds{9});
  BOOST_TEST(w.f.cluster_truth(in_prod("c")).has_value());
  w.pass(seconds{7});
  BOOST_TEST(!w.f.cluster_truth(in_prod("c")).has_value());
  BOOST_TEST(w.f.executions().back().how == execution_end::job_manager_lost);
  w.pass(seconds{60});
  w.heal(node);
  w.pass(seconds{60});
  BOOST_TEST(works(w, job));
  const auto& last = w.f.executions().back();
  BOOST_TEST(last.restored == last.newest_at_start->path);
}

/// Real renewals have a resourceVersion each; the model's are seen where somebody looks for them.
BOOST_AUTO_TEST_CASE(a_leader_with_a_silent_kubelet_renews_its_lock) {
  flink_world w;
  w.start();
  w.running("orders");
  const auto node = w.node_of(w.job_manager_pod());
  const auto version = [&] {
    return w.k.get<config_map>({"prod", "c-cluster-config-map"})->metadata.resource_version;
  };
  const auto calm = version();
  w.pass(seconds{20});
  BOOST_TEST(version() == calm);
  w.k.silence_kubelet(node);
  w.f.network_changed();
  w.pass(seconds{6});
  const auto renewed = version();
  BOOST_TEST(renewed != calm);
  w.pass(seconds{60});
  BOOST_TEST(version() != renewed);
  BOOST_TEST(!w.f.executions().back().end.has_value());
  w.cut(node);
  w.pass(seconds{1});
  const auto last = version();
  w.pass(seconds{60});
  BOOST_TEST(version() == last);
}

BOOST_AUTO_TEST_CASE(a_short_outage_of_the_api_server_is_survived_a_long_one_is_not) {
  const auto executions_after = [](milliseconds outage) {
    flink_world w;
    w.start();
    const auto job = w.running("orders");
    w.pass(seconds{25});
    w.k.set_api(api_state::down);
    w.f.network_changed();
    w.pass(outage);
    w.k.set_api(api_state::up);
    w.f.network_changed();
    w.pass(seconds{90});
    BOOST_TEST(works(w, job));
    const auto& last = w.f.executions().back();
    if (last.newest_at_start) BOOST_TEST(last.restored == last.newest_at_start->path);
    return w.f.executions().size();
  };
  BOOST_TEST(executions_after(seconds{9}) == 1u);
  BOOST_TEST(executions_after(seconds{40}) == 2u);
}

BOOST_AUTO_TEST_CASE(a_job_that_ended_loses_its_ha_data_a_little_later) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  const auto name = in_prod("c-" + job.hex + "-config-map");
  BOOST_TEST(w.k.get<config_map>(name));
  w.f.finish_job(in_prod("orders"));
  BOOST_TEST(w.k.get<config_map>(name));
  w.pass(seconds{3});
  BOOST_TEST(!w.k.get<config_map>(name));
  BOOST_TEST(
      !w.k.get<config_map>(in_prod("c-cluster-config-map"))->data.contains("jobGraph-" + job.hex));
}

BOOST_AUTO_TEST_CASE(a_job_that_ended_is_not_recovered_even_if_its_data_were_not_removed) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.f.finish_job(in_prod("orders"));
  w.f.crash_job_manager(in_prod("c"));
  const auto name = in_prod("c-" + job.hex + "-config-map");
  BOOST_TEST(w.k.get<config_map>(name));
  w.pass(seconds{90});
  BOOST_TEST(w.state(job) == "");
  BOOST_TEST(!w.k.get<config_map>(name));
  BOOST_TEST(w.f.executions().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_deleted_in_the_config_maps_is_not_recovered) {
  flink_world w;
  w.start();
  const auto job = w.running("orders");
  w.remove(object_kind::config_map, in_prod("c-cluster-config-map"));
  w.f.crash_job_manager(in_prod("c"));
  w.pass(seconds{90});
  BOOST_TEST(w.state(job) == "");
  BOOST_TEST(w.ask<cluster_overview>(get_cluster_overview{}).task_managers == 2);
}

BOOST_AUTO_TEST_CASE(a_process_that_lives_on_without_its_pod_is_a_second_execution) {
  flink_world w{1, {}, checkpoints_on};
  w.start();
  w.running("orders");
  const auto old = w.job_manager_pod();
  w.k.cordon_node(w.node_of(old));
  w.cut(w.node_of(old));
  w.k.delete_pod(old, pod_deletion::force, "person");
  w.until_rest();
  w.ask<job_accepted>(w.submission("orders", 2, 2));
  w.pass(seconds{60});
  const auto& all = w.f.executions();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].live());
  BOOST_TEST(all[1].live_at_start == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
