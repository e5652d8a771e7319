// `drey plan` as a person and a pipeline see it.
#include "sim/commands/plan_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace drey::sim {
namespace {

const std::string session = R"(apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink}
spec:
  image: flink:1.20
  flinkVersion: v1_20
  mode: standalone
  serviceAccount: flink
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "4"
    high-availability.type: kubernetes
    high-availability.storageDir: s3://flink/ha
    execution.checkpointing.interval: 10 s
    execution.checkpointing.dir: s3://flink/checkpoints
    s3.secret-key: old-word
  jobManager: {resource: {memory: 2g}}
  taskManager: {replicas: 3, resource: {memory: 2g}}
)";

const std::string orders = R"(---
apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: orders, namespace: flink}
spec:
  deploymentName: session
  job: {jarURI: "https://example.com/a.jar", parallelism: 2, upgradeMode: last-state}
)";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

/// Two files of a folder that goes with the test.
class folder {
public:
  folder() { std::filesystem::create_directories(path_); }
  ~folder() { std::filesystem::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  std::string file(const std::string& name, const std::string& text) const {
    auto path = (path_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path() / "drey_plan_test";
};

struct printed {
  int code = -1;
  std::string out;
  std::string err;
};

printed planned(const std::string& before, const std::string& after,
                plan_options::form as = plan_options::form::text,
                ordinals_fate ordinals = ordinals_fate::kept) {
  const folder files;
  const auto old_path = files.file("old.yaml", before);
  const auto new_path = files.file("new.yaml", after);
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_plan({old_path, new_path, as, ordinals}, out, err);
  auto told = err.str();
  for (auto at = told.find(old_path); at != told.npos; at = told.find(old_path))
    told.replace(at, old_path.size(), "OLD");
  for (auto at = told.find(new_path); at != told.npos; at = told.find(new_path))
    told.replace(at, new_path.size(), "NEW");
  return {code, out.str(), told};
}

BOOST_AUTO_TEST_SUITE(plan_command)

BOOST_AUTO_TEST_CASE(task_managers_are_replaced) {
  const auto after = replaced(session, "taskManager: {replicas: 3, resource: {memory: 2g}}",
                              "taskManager: {replicas: 3, resource: {memory: 3g}}") +
                     replaced(orders, "parallelism: 2", "parallelism: 4, restartPolicy: NEVER");
  const auto x = planned(session + orders, after);
  BOOST_TEST(x.code == 3);
  BOOST_TEST(x.err.empty());
  BOOST_TEST(x.out ==
             "flink/session (standalone): replace the TaskManagers\n"
             "  spec.taskManager.resource.memory: 2g → 3g\n"
             "    replace the TaskManagers: only TaskManagers have it, from their start on\n"
             "  pods that restart: no JobManager, 3 TaskManagers\n"
             "  job orders: 1 restart, about 2 to 3 s without all its tasks, when the new "
             "TaskManagers are up; up to 3 restarts where no machine has room for spare ones\n"
             "    blocked: spec.job.restartPolicy is NEVER: drey does not restart it by itself\n"
             "    it alone restarts for spec.job.parallelism\n"
             "    no restart for spec.job.restartPolicy\n"
             "    not in place: jobmanager.scheduler of its cluster is not adaptive\n"
             "drey does not begin while a job blocks it\n"
             "jobs that are not given are not counted\n"
             "plan: replace the TaskManagers (exit code 3)\n");
}

BOOST_AUTO_TEST_CASE(without_ordinals_jobs_move_twice) {
  const auto after = replaced(session, "taskManager: {replicas: 3, resource: {memory: 2g}}",
                              "taskManager: {replicas: 3, resource: {memory: 3g}}");
  const auto x =
      planned(session + orders, after + orders, plan_options::form::text, ordinals_fate::dropped);
  BOOST_TEST(x.code == 3);
  BOOST_TEST(x.out.find("  job orders: 2 restarts, each about 2 to 3 s without all its tasks: onto "
                        "spare TaskManagers, and again when these go, for this Kubernetes keeps no "
                        "ordinals of StatefulSets; up to 4 restarts where machines have room for "
                        "few spare ones\n") != std::string::npos,
             x.out);
}

BOOST_AUTO_TEST_CASE(parallelism_changes_in_place) {
  const auto adaptive =
      replaced(session, "    s3.secret-key: old-word\n", "    jobmanager.scheduler: adaptive\n");
  const auto x =
      planned(adaptive + orders, adaptive + replaced(orders, "parallelism: 2", "parallelism: 4"));
  BOOST_TEST(x.code == 0);
  BOOST_TEST(
      x.out ==
      "flink/session (standalone): nothing changes\n"
      "  job orders: runs on\n"
      "    in place, no restart: spec.job.parallelism\n"
      "    Flink moves its tasks to the new number from a checkpoint, under the same job id; "
      "where its program sets the parallelism of a part, it is stopped and started\n"
      "plan: no pod restarts (exit code 0)\n");
}

BOOST_AUTO_TEST_CASE(why_parallelism_does_not_change_in_place) {
  const auto adaptive =
      replaced(session, "    s3.secret-key: old-word\n", "    jobmanager.scheduler: adaptive\n");
  const auto more = [](const std::string& job) {
    return replaced(job, "parallelism: 2", "parallelism: 4");
  };
  const auto why = [&](const std::string& before, const std::string& after) {
    const auto x = planned(before, after, plan_options::form::json);
    const auto whole = nlohmann::json::parse(x.out);
    const auto& job = whole.at("clusters").at(0).at("jobs").at(0);
    BOOST_TEST(job.at("own_action") == "restart");
    return job.at("not_in_place").get<std::string>();
  };
  BOOST_TEST(why(session + orders, session + more(orders)) ==
             "jobmanager.scheduler of its cluster is not adaptive");
  BOOST_TEST(why(orders, more(orders)) == "its cluster is not given");
  const auto stateless = replaced(orders, "last-state", "stateless");
  BOOST_TEST(why(adaptive + stateless, adaptive + more(stateless)) ==
             "spec.job.upgradeMode is stateless: its state is given up with each change");
  BOOST_TEST(why(adaptive + orders, replaced(adaptive, "image: flink:1.20", "image: flink:1.20.2") +
                                        more(orders)) == "it is stopped for its cluster");
  const auto whole = nlohmann::json::parse(
      planned(adaptive + orders, adaptive + replaced(more(orders), "a.jar", "b.jar"),
              plan_options::form::json)
          .out);
  const auto& job = whole.at("clusters").at(0).at("jobs").at(0);
  BOOST_TEST(job.at("own_action") == "restart", "another jar, too");
  BOOST_TEST(job.at("not_in_place").is_null());
}

BOOST_AUTO_TEST_CASE(the_job_of_an_application_in_place) {
  const auto application = [](const std::string& mode, const std::string& parallelism) {
    auto text =
        replaced(session, "    s3.secret-key: old-word\n", "    jobmanager.scheduler: adaptive\n");
    text = replaced(text, "taskManager: {replicas: 3, ", "taskManager: {");
    return replaced(text, "mode: standalone", "mode: " + mode) +
           "  job: {jarURI: \"local:///opt/flink/usrlib/a.jar\", parallelism: " + parallelism +
           ", upgradeMode: last-state}\n";
  };
  for (const auto* mode : {"standalone", "native"}) {
    const auto x = planned(application(mode, "4"), application(mode, "8"));
    BOOST_TEST(x.code == 0);
    BOOST_TEST(x.out.find("    in place, no restart: spec.job.parallelism\n") != std::string::npos,
               x.out);
    BOOST_TEST(x.out.find("pods that restart") == std::string::npos, x.out);
  }
}

BOOST_AUTO_TEST_CASE(the_job_manager_fails_over) {
  const auto after = replaced(session, "jobManager: {resource: {memory: 2g}}",
                              "jobManager: {resource: {memory: 3g}}");
  const auto x = planned(session + orders, after + orders);
  BOOST_TEST(x.code == 4);
  BOOST_TEST(x.out ==
             "flink/session (standalone): fail over the JobManager\n"
             "  spec.jobManager.resource.memory: 2g → 3g\n"
             "    fail over the JobManager: only the JobManager has it, from its start on; "
             "TaskManagers register with the next one\n"
             "  pods that restart: 1 JobManager, no TaskManager\n"
             "  job orders: 1 restart, about 10 to 23 s: the next JobManager waits for the lock of "
             "the one before, then starts it from its newest checkpoint\n"
             "jobs that are not given are not counted\n"
             "plan: fail over the JobManager (exit code 4)\n");
}

BOOST_AUTO_TEST_CASE(both_restart_and_a_job_blocks_it) {
  const auto was =
      session + replaced(orders, "parallelism: 2", "parallelism: 2, restartPolicy: NEVER");
  const auto x =
      planned(was, replaced(replaced(was, "flink:1.20", "flink:1.19"), "v1_20", "v1_19"));
  BOOST_TEST(x.code == 5);
  BOOST_TEST(
      x.out ==
      "flink/session (standalone): restart JobManager and TaskManagers\n"
      "  spec.flinkVersion: v1_20 → v1_19\n"
      "    restart JobManager and TaskManagers: JobManager and TaskManagers must be of one "
      "version, and jobs go from one to the other by savepoint\n"
      "  spec.image: flink:1.20 → flink:1.19\n"
      "    restart JobManager and TaskManagers: every process runs from it\n"
      "  mind: Flink goes from 1.20 to 1.19, back: an older version may not read state of a newer "
      "one\n"
      "  pods that restart: 1 JobManager, 3 TaskManagers\n"
      "  job orders: 1 restart, about 15 to 25 s: it is stopped with a savepoint first, and "
      "goes on from that on the changed cluster\n"
      "    blocked: spec.job.restartPolicy is NEVER: drey does not restart it by itself\n"
      "    blocked: spec.flinkVersion changes, and no savepoint can be taken: set "
      "execution.checkpointing.savepoint-dir\n"
      "drey does not begin while a job blocks it\n"
      "jobs that are not given are not counted\n"
      "plan: restart JobManager and TaskManagers (exit code 5)\n");
}

BOOST_AUTO_TEST_CASE(nothing_restarts) {
  const auto same = planned(session + orders, session + orders);
  BOOST_TEST(same.code == 0);
  BOOST_TEST(same.out ==
             "flink/session (standalone): nothing changes\n"
             "  job orders: runs on\n"
             "plan: no pod restarts (exit code 0)\n");
  const auto scaled = planned(session, replaced(session, "replicas: 3", "replicas: 5"));
  BOOST_TEST(scaled.code == 0);
  BOOST_TEST(scaled.out ==
             "flink/session (standalone): scale; no pod restarts\n"
             "  spec.taskManager.replicas: 3 → 5\n"
             "    scale: TaskManagers are added, or go when they are empty\n"
             "plan: no pod restarts (exit code 0)\n");
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  const auto x = planned(session, replaced(session, "mode: standalone", "mode: native"));
  BOOST_TEST(x.code == 6);
  BOOST_TEST(x.out ==
             "flink/session (standalone): refused\n"
             "  spec.mode: standalone → native\n"
             "    refused: the mode is chosen once: make a new FlinkDeployment\n"
             "plan: refused (exit code 6)\n");
  const auto moved = planned(session + orders, session + replaced(orders, "deploymentName: session",
                                                                  "deploymentName: another"));
  BOOST_TEST(moved.code == 6);
  BOOST_TEST(moved.out.find("refused, a job stays on its cluster: spec.deploymentName") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(clusters_that_come_and_go) {
  const auto x = planned(replaced(session, "name: session", "name: first") + orders,
                         replaced(session, "name: session", "name: second"));
  BOOST_TEST(x.code == 0);
  BOOST_TEST(x.out ==
             "flink/first (standalone): is given only as it is: deleting it ends its jobs\n"
             "flink/second (standalone): is new, and is created\n"
             "flink/session: is not given; only the jobs on it are looked at\n"
             "  job orders: ends\n"
             "plan: no pod restarts (exit code 0)\n");
}

BOOST_AUTO_TEST_CASE(secrets_are_hidden) {
  const auto after = replaced(session, "old-word", "new-word");
  for (const auto as : {plan_options::form::text, plan_options::form::json}) {
    const auto x = planned(session, after, as);
    BOOST_TEST(x.code == 5);
    BOOST_TEST(x.out.find("spec.flinkConfiguration[s3.secret-key]") != std::string::npos);
    BOOST_TEST(x.out.find("(hidden)") != std::string::npos);
    BOOST_TEST(x.out.find("-word") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(json_for_pipelines) {
  const auto x =
      planned(session + orders,
              replaced(session, "numberOfTaskSlots: \"4\"", "numberOfTaskSlots: \"8\"") + orders,
              plan_options::form::json);
  BOOST_TEST(x.code == 3);
  const auto whole = nlohmann::json::parse(x.out);
  BOOST_TEST(whole.at("action") == "replace_task_managers");
  BOOST_TEST(whole.at("exit_code") == 3);
  const auto& cluster = whole.at("clusters").at(0);
  BOOST_TEST(cluster.at("name") == "session");
  BOOST_TEST(cluster.at("is") == "changed");
  BOOST_TEST(cluster.at("mode") == "standalone");
  const nlohmann::json change{{"path", "spec.flinkConfiguration[taskmanager.numberOfTaskSlots]"},
                              {"what", "task_manager_side"},
                              {"action", "replace_task_managers"},
                              {"why", "only TaskManagers have it, from their start on"},
                              {"before", "4"},
                              {"after", "8"}};
  BOOST_TEST(cluster.at("changes") == nlohmann::json::array({change}));
  BOOST_TEST(cluster.at("restarting_pods").at("task_managers") == 3);
  const auto& job = cluster.at("jobs").at(0);
  BOOST_TEST(job.at("course") == "moves_over");
  BOOST_TEST(job.at("restarts") == 1);
  BOOST_TEST(job.at("outage_seconds").at("high") == 3);
}

BOOST_AUTO_TEST_CASE(manifests_that_are_wrong) {
  const auto unnamed = planned(session, replaced(session, "  serviceAccount: flink\n", ""));
  BOOST_TEST(unnamed.code == 2);
  BOOST_TEST(unnamed.out.empty());
  BOOST_TEST(unnamed.err ==
             "NEW:4: spec.serviceAccount: is missing. Name the service account of Flink's pods\n");
  const auto twice = planned(session + "---\n" + session, session);
  BOOST_TEST(twice.code == 2);
  BOOST_TEST(twice.err ==
             "OLD:21: metadata.name: FlinkDeployment 'session' was given before, in line 3. Keep "
             "one of the two\n");
  const auto in_default = replaced(session, ", namespace: flink", "");
  const auto same =
      planned(in_default + "---\n" + replaced(session, "flink}", "default}"), session);
  BOOST_TEST(same.code == 2, "no namespace is the namespace default");
  const auto nothing = planned(session, "");
  BOOST_TEST(nothing.code == 2);
  BOOST_TEST(nothing.err.ends_with(
      "NEW:1: holds no FlinkDeployment and no FlinkSessionJob. Give all manifests of the clusters "
      "in question\n"));
  const auto broken = planned("a: [\n", session);
  BOOST_TEST(broken.code == 2);
  BOOST_TEST(broken.err.starts_with("OLD:"));
  const auto warned = planned(session, replaced(session, "replicas: 3", "replica: 3, replicas: 3"));
  BOOST_TEST(warned.code == 0);
  BOOST_TEST(warned.err.find("warning: spec.taskManager.replica: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  const folder files;
  std::ostringstream out;
  std::ostringstream err;
  BOOST_TEST(run_plan({"/nowhere.yaml", files.file("new.yaml", session)}, out, err) == 1);
  BOOST_TEST(out.str().empty());
  BOOST_TEST(err.str() == "/nowhere.yaml: cannot be read. Give the path of a YAML file\n");
}

BOOST_AUTO_TEST_CASE(options_fill_the_struct) {
  CLI::App app;
  plan_options options;
  add_plan_options(app, options);
  app.parse(
      std::vector<std::string>{"--json", "b.yaml", "a.yaml"});  // last first, as CLI11 wants it
  BOOST_TEST(options.before == "a.yaml");
  BOOST_TEST(options.after == "b.yaml");
  BOOST_TEST((options.as == plan_options::form::json));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey::sim
