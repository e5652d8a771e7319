/// What `drey plan` foretells of an edit of a cluster's spec is what happens: the pods that
/// restart, and how often each job does.
#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include <boost/test/unit_test.hpp>

#include "actors/restart_plan.hpp"
#include "tests/rows/restart_boundary_edits.hpp"
#include "tests/worlds/worlds.hpp"

namespace drey::sim {

namespace {

using rows::restart_boundary_edits::edits;
using rows::restart_boundary_edits::patched;

struct key_value {
  const char* key;
  const char* value;
};
/// Keys of Flink's configuration with values that a real cluster takes.
constexpr key_value keys[] = {
    {"taskmanager.numberOfTaskSlots", "5"},      {"taskmanager.memory.jvm-metaspace.size", "300m"},
    {"jobmanager.memory.off-heap.size", "160m"}, {"env.java.opts.taskmanager", "-Da=b"},
    {"metrics.reporter.prom.port", "9250"},      {"rest.flamegraph.enabled", "true"},
    {"restart-strategy.type", "fixed-delay"},    {"parallelism.default", "2"},
    {"kubernetes.taskmanager.labels", "a:b"},
};

flink_deployment cluster(deployment_mode mode) {
  flink_deployment one;
  one.metadata.ns = "flink";
  one.metadata.name = "session";
  auto spec = patched(
      rows::restart_boundary_edits::rich(),
      R"({"flinkConfiguration":{"execution.checkpointing.savepoint-dir":"s3://flink/sp"}})");
  if (mode == deployment_mode::native)
    spec = patched(spec, R"({"mode":"native","taskManager":{"replicas":null}})");
  one.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return one;
}

flink_session_job job(const std::string& name, std::int64_t parallelism) {
  flink_session_job_spec spec;
  spec.deployment_name = "session";
  spec.job = job_spec{};
  spec.job->jar_uri = "https://jars.example.com/" + name + ".jar";
  spec.job->parallelism = static_cast<std::int32_t>(parallelism);
  spec.job->upgrade = upgrade_mode::last_state;
  flink_session_job one;
  one.metadata.ns = "flink";
  one.metadata.name = name;
  one.spec = std::make_shared<const flink_session_job_spec>(std::move(spec));
  return one;
}

constexpr milliseconds edited_at{120'000};

/// The cluster and two jobs; after two minutes a person applies `edit` to the cluster's spec.
scenario edited(deployment_mode mode, const std::string& edit) {
  scenario what;
  what.name = "edit";
  what.until = milliseconds{420'000};
  what.nodes = {"node-1", "node-2", "node-3"};
  what.resources = {std::make_shared<object>(cluster(mode)),
                    std::make_shared<object>(job("orders", 2)),
                    std::make_shared<object>(job("clicks", 1))};
  what.events.push_back(
      {edited_at, patch_object{object_kind::flink_deployment, {"flink", "session"}, {edit}, {}, {}},
       0});
  return what;
}

struct least_and_most {
  std::int32_t least = 0;
  std::int32_t most = 0;
};
/// As many as Flink has made.
constexpr std::int32_t all_of_them = -1;
/// What restarted, or is to.
struct restarts {
  std::int32_t job_managers = 0;
  std::int32_t task_managers = 0;
  std::map<std::string, least_and_most> jobs;
};
std::ostream& operator<<(std::ostream& out, const restarts& x) {
  out << x.job_managers << " JobManagers, " << x.task_managers << " TaskManagers";
  for (const auto& [name, times] : x.jobs)
    out << ", " << name << " " << times.least << " to " << times.most << " times";
  return out;
}
/// What was seen is what was foretold: with standbys alone that is a range.
bool operator==(const restarts& seen, const restarts& foretold) {
  return seen.job_managers == foretold.job_managers &&
         seen.task_managers == foretold.task_managers &&
         std::ranges::equal(seen.jobs, foretold.jobs, [](const auto& a, const auto& b) {
           return a.first == b.first && a.second.least >= b.second.least &&
                  a.second.most <= b.second.most;
         });
}

restarts foretold(deployment_mode mode, const std::string& edit) {
  auto after = cluster(mode);
  after.spec = std::make_shared<const flink_deployment_spec>(patched(*after.spec, edit));
  const std::vector<flink_session_job> jobs{job("orders", 2), job("clicks", 1)};
  const auto plan = plan_between({{cluster(mode)}, jobs}, {{after}, jobs});
  const auto& of_cluster = plan.clusters.at(0);
  restarts all{of_cluster.job_managers, of_cluster.task_managers.value_or(all_of_them), {}};
  for (const auto& one : of_cluster.jobs)
    all.jobs[one.name.name] = {one.restarts, one.restarts_most};
  return all;
}

/// UIDs of the pods of one component.
std::set<std::string> pods_of(const kubernetes& kube, const std::string& component) {
  std::set<std::string> uids;
  for (const auto& [name, live] : kube.all(object_kind::pod))
    if (const auto& meta = metadata_of(*live);
        meta.labels.contains("component") && meta.labels.at("component") == component)
      uids.insert(meta.uid);
  return uids;
}

std::int32_t lost(const std::set<std::string>& before, const std::set<std::string>& after) {
  std::int32_t count = 0;
  for (const auto& uid : before) count += after.contains(uid) ? 0 : 1;
  return count;
}

restarts seen(deployment_mode mode, const std::string& edit) {
  world one{edited(mode, edit), 1, {}};
  std::set<std::string> job_managers;
  std::set<std::string> task_managers;
  one.time.after(edited_at - milliseconds{1}, [&] {
    job_managers = pods_of(one.kube, "jobmanager");
    task_managers = pods_of(one.kube, "taskmanager");
  });
  const auto result = one.run();
  BOOST_CHECK_MESSAGE(held(result), complaints_of(result));
  BOOST_TEST(job_managers.size() == 2U);
  const bool native = mode == deployment_mode::native;
  BOOST_TEST(task_managers.size() == (native ? 1U : 3U));
  // Those without tasks go when fewer are wanted: that is no restart.
  const bool fewer = edit == R"({"taskManager":{"replicas":1}})";
  auto gone = fewer ? 0 : lost(task_managers, pods_of(one.kube, "taskmanager"));
  if (native && gone == static_cast<std::int32_t>(task_managers.size())) gone = all_of_them;
  restarts all{lost(job_managers, pods_of(one.kube, "jobmanager")), gone, {}};
  for (const auto& start : one.jobs.starts()) {
    const auto name = resource_of(one.jobs.executions()[start.execution].lineage);
    ++all.jobs[std::string(name.substr(name.find('/') + 1))].most;
  }
  for (auto& [name, times] : all.jobs) times.least = --times.most;  // the first start is no restart
  return all;
}

}  // namespace

namespace {

void happens_as_foretold(deployment_mode mode) {
  for (const auto& one : edits()) BOOST_TEST_CONTEXT(one.because << ": " << one.patch)
  BOOST_TEST(seen(mode, one.patch) == foretold(mode, one.patch));
  for (const auto& one : keys) {
    const auto edit =
        R"({"flinkConfiguration":{")" + std::string(one.key) + R"(":")" + one.value + R"("}})";
    BOOST_TEST_CONTEXT(edit)
    BOOST_TEST(seen(mode, edit) == foretold(mode, edit));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_foretold_of_an_edit_is_what_happens) {
  happens_as_foretold(deployment_mode::standalone);
}

BOOST_AUTO_TEST_CASE(what_is_foretold_of_an_edit_in_native_mode_is_what_happens) {
  happens_as_foretold(deployment_mode::native);
}

}  // namespace drey::sim
