/// What becomes of a job, by its restartPolicy and by what happened: the table in actors/README.md
/// is what whole runs show. DREY_REWRITE=1 writes it anew.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

#include <boost/test/unit_test.hpp>

#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

const object_name session{"flink", "session"};
const object_name orders{"flink", "orders"};
constexpr milliseconds happens_at{150'000};

enum class availability { none, high };
enum class mode { of_session, of_application, of_native_application };

struct column {
  const char* heading;
  availability cluster;
  timeline_action event;
};

/// Of an application the job's own cluster has its name.
std::vector<column> columns_of_application(const char* task_manager) {
  return {
      {"its tasks fail for good", availability::none, fail_job{orders}},
      {"its TaskManager is lost", availability::none, evict_pod{{"flink", task_manager}}},
      {"JobManager lost, HA", availability::high, crash_job_manager{orders}},
      {"JobManager's process ends, no HA", availability::none, crash_job_manager{orders}},
      {"JobManager's pod goes, no HA", availability::none, evict_job_manager{orders}},
      {"somebody cancels it in Flink", availability::none, cancel_in_flink{orders}},
  };
}
std::vector<column> columns_of_session() {
  return {
      {"its tasks fail for good", availability::none, fail_job{orders}},
      {"its TaskManager is lost", availability::none,
       evict_pod{{"flink", "session-taskmanager-0"}}},
      {"JobManager lost, HA", availability::high, crash_job_manager{session}},
      {"JobManager lost, no HA", availability::none, crash_job_manager{session}},
      {"somebody cancels it in Flink", availability::none, cancel_in_flink{orders}},
  };
}

struct row {
  const char* heading;
  std::optional<restart_policy> policy;
};
constexpr row rows[] = {
    {"absent", std::nullopt},
    {"ON_FAILURE", restart_policy::on_failure},
    {"NEVER", restart_policy::never},
    {"nostart", restart_policy::nostart},
};

flink_deployment_spec cluster_spec(availability which) {
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  spec.flink_version = flink_version::v1_20;
  spec.service_account = "flink";
  spec.mode = deployment_mode::standalone;
  spec.job_manager.replicas = 1;
  spec.job_manager.resource = resource_spec{1, "2048m", {}, {}};
  spec.task_manager.replicas = 1;
  spec.task_manager.resource = resource_spec{1, "2048m", {}, {}};
  spec.flink_configuration = {{"taskmanager.numberOfTaskSlots", "2"},
                              {"execution.checkpointing.interval", "10 s"},
                              {"execution.checkpointing.dir", "s3://flink/checkpoints"}};
  if (which == availability::high) {
    spec.flink_configuration["high-availability.type"] = "kubernetes";
    spec.flink_configuration["high-availability.storageDir"] = "s3://flink/ha";
  }
  return spec;
}

object_ptr cluster(const object_name& name, flink_deployment_spec spec) {
  flink_deployment one;
  one.metadata.ns = name.ns;
  one.metadata.name = name.name;
  one.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return std::make_shared<object>(std::move(one));
}

job_spec job_of(const std::optional<restart_policy>& policy) {
  job_spec job;
  job.jar_uri = "https://jars.example.com/orders.jar";
  job.parallelism = 2;
  job.upgrade = upgrade_mode::last_state;
  job.restart = policy;
  return job;
}

object_ptr session_job(const std::optional<restart_policy>& policy) {
  flink_session_job_spec spec;
  spec.deployment_name = session.name;
  spec.job = job_of(policy);
  flink_session_job one;
  one.metadata.ns = orders.ns;
  one.metadata.name = orders.name;
  one.spec = std::make_shared<const flink_session_job_spec>(std::move(spec));
  return std::make_shared<object>(std::move(one));
}

std::vector<object_ptr> resources(mode which, availability of_cluster,
                                  const std::optional<restart_policy>& policy) {
  auto spec = cluster_spec(of_cluster);
  if (which == mode::of_session) return {cluster(session, std::move(spec)), session_job(policy)};
  if (which == mode::of_native_application) {
    spec.mode = deployment_mode::native;
    spec.task_manager.replicas.reset();
  }
  spec.job = job_of(policy);
  return {cluster(orders, std::move(spec))};
}

std::string reason_in_status(const world& one) {
  const auto job = one.kube.find(object_kind::flink_session_job, orders);
  const auto live = job ? job : one.kube.find(object_kind::flink_deployment, orders);
  const auto& conditions = job ? std::get<flink_session_job>(*live).status.conditions
                               : std::get<flink_deployment>(*live).status.conditions;
  const auto stalled = std::ranges::find(conditions, "Stalled", &condition::type);
  BOOST_REQUIRE(stalled != conditions.end());
  BOOST_TEST(stalled->status == "True");
  return "`" + stalled->reason + "`";
}

/// One whole run, in the table's words.
std::string outcome(mode which, const row& of, const column& under) {
  scenario what;
  what.name = "restart policies";
  what.until = milliseconds{420'000};
  what.nodes = {"node-1", "node-2"};
  what.resources = resources(which, under.cluster, of.policy);
  what.events.push_back({happens_at, under.event, 0});
  world one{what, 1, {}};
  const auto result = one.run();
  BOOST_CHECK_MESSAGE(held(result), complaints_of(result));
  const auto submissions = one.jobs.submissions().size();
  if (submissions == 0) return "refused: " + reason_in_status(one);
  if (one.jobs.live_executions(one.jobs.executions().back().lineage) == 0)
    return "stays down: " + reason_in_status(one);
  BOOST_TEST(one.jobs.starts().size() == 2U);
  return submissions == 1 ? "Flink restarts it" : "drey starts it again";
}

std::string table(mode which) {
  const auto columns = which == mode::of_session ? columns_of_session()
                       : which == mode::of_application
                           ? columns_of_application("orders-taskmanager-0")
                           : columns_of_application("orders-taskmanager-1-1");
  std::string text = which == mode::of_session       ? "| session job |"
                     : which == mode::of_application ? "| application |"
                                                     : "| native application |";
  std::string rule = "|---|";
  for (const auto& one : columns) {
    text += std::string(" ") + one.heading + " |";
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (const auto& of : rows) {
    text += std::string("| ") + of.heading + " |";
    for (const auto& under : columns) BOOST_TEST_CONTEXT(of.heading << ", " << under.heading)
    text += " " + outcome(which, of, under) + " |";
    text += "\n";
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(restart_policies_do_what_the_table_says) {
  const std::string path = DREY_SOURCE_DIR "/actors/README.md";
  std::ifstream in{path};
  std::string readme{std::istreambuf_iterator<char>{in}, {}};
  const std::string mark = "<!-- restart policies -->\n";
  const auto found = readme.find(mark);
  BOOST_REQUIRE(found != std::string::npos);
  const auto begin = found + mark.size();
  const auto end = readme.find("<!-- end of restart policies -->", begin);
  BOOST_REQUIRE(end != std::string::npos);
  const auto shown = table(mode::of_session) + "\n" + table(mode::of_application) + "\n" +
                     table(mode::of_native_application);
  if (std::getenv("DREY_REWRITE") == nullptr) {
    BOOST_TEST(readme.substr(begin, end - begin) == shown);
    return;
  }
  readme.replace(begin, end - begin, shown);
  std::ofstream{path} << readme;
}

}  // namespace drey::sim
