/// Rows of a restart plan: what becomes of jobs when their cluster changes, and of changes of a
/// job.
#include "actors/restart_plan.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/primary_codec.hpp"
#include "tests/rows/restart_boundary_edits.hpp"

namespace drey {

inline std::ostream& operator<<(std::ostream& out, job_course x) { return out << name_of(x); }
inline std::ostream& operator<<(std::ostream& out, job_action x) { return out << name_of(x); }
inline std::ostream& operator<<(std::ostream& out, comparison x) { return out << name_of(x); }

}  // namespace drey

namespace drey::rows {

namespace {

using namespace restart_boundary_edits;
using enum restart_action;

flink_deployment cluster_of(flink_deployment_spec spec, const std::string& name = "session") {
  flink_deployment cluster;
  cluster.metadata.ns = "flink";
  cluster.metadata.name = name;
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

flink_session_job_spec spec_of_job(const std::string& json) {
  auto whole = nlohmann::json::parse(R"({"deploymentName":"session","job":{
      "jarURI":"https://example.com/a.jar","parallelism":2,"upgradeMode":"savepoint"}})");
  whole.merge_patch(nlohmann::json::parse(json));
  return std::get<flink_session_job_spec>(decode_session_job_spec(whole.dump()));
}

flink_session_job job_of(const std::string& json, const std::string& name = "orders") {
  flink_session_job job;
  job.metadata.ns = "flink";
  job.metadata.name = name;
  job.spec = std::make_shared<const flink_session_job_spec>(spec_of_job(json));
  return job;
}

/// With a directory for savepoints.
flink_deployment_spec whole() {
  return patched(rich(), R"({"flinkConfiguration":{"state.savepoints.dir":"s3://flink/sp"}})");
}

const char* const nothing_new = "{}";
const char* const task_managers = R"({"taskManager":{"resource":{"memory":"3g"}}})";
const char* const job_manager = R"({"jobManager":{"resource":{"memory":"3g"}}})";
const char* const both = R"({"image":"flink:1.20.2"})";
const char* const refused = R"({"mode":"native"})";

/// What a change of the cluster does to one job that runs on it.
struct course_row {
  const char* because;
  const char* cluster;  ///< over `whole`, before
  const char* change;
  const char* job;
  job_course course;
  std::int32_t restarts;
  std::int32_t restarts_most;
  std::int64_t low, high;
  const char* blocked_by = "";
  const char* caution = "";
};

const course_row course_rows[] = {
    {"nothing changes", "{}", nothing_new, "{}", job_course::untouched, 0, 0, 0, 0},
    {"more TaskManagers restart nobody", "{}", R"({"taskManager":{"replicas":9}})", "{}",
     job_course::untouched, 0, 0, 0, 0},
    {"what is refused does not happen", "{}", refused, "{}", job_course::untouched, 0, 0, 0, 0},
    {"TaskManagers are swapped, or go one by one", "{}", task_managers, "{}",
     job_course::moves_over, 1, 3, 2, 3},
    {"with HA the next JobManager knows it", "{}", job_manager, "{}", job_course::fails_over, 1, 2,
     10, 23},
    {"… and waits as long as the lease lasts",
     R"({"flinkConfiguration":)"
     R"({"high-availability.kubernetes.leader-election.lease-duration":"4 s"}})",
     job_manager, "{}", job_course::fails_over, 1, 2, 10, 12},
    {"… at least as long as anything takes",
     R"({"flinkConfiguration":)"
     R"({"high-availability.kubernetes.leader-election.lease-duration":"1 s"}})",
     job_manager, "{}", job_course::fails_over, 1, 2, 9, 9},
    {"without it drey submits it again",
     R"({"flinkConfiguration":{"high-availability.type":null}})", job_manager, "{}",
     job_course::is_resubmitted, 1, 1, 10, 15},
    {"all of it at once", "{}", both, "{}", job_course::starts_over, 1, 1, 15, 25},
    {"in native mode TaskManagers alone cannot change", R"({"mode":"native"})", task_managers, "{}",
     job_course::starts_over, 1, 1, 15, 25},
    {"what does not run cannot restart", "{}", both, R"({"job":{"state":"suspended"}})",
     job_course::not_running, 0, 0, 0, 0},
    // ── what stands against it ──
    {"NEVER is never restarted by drey", "{}", task_managers,
     R"({"job":{"restartPolicy":"NEVER"}})", job_course::moves_over, 1, 3, 2, 3,
     "spec.job.restartPolicy is NEVER"},
    {"nostart neither", "{}", both, R"({"job":{"restartPolicy":"nostart"}})",
     job_course::starts_over, 1, 1, 15, 25, "spec.job.restartPolicy is nostart"},
    {"nor a batch job, which begins anew", "{}", task_managers,
     R"({"flinkConfiguration":{"execution.runtime-mode":"batch"}})", job_course::moves_over, 1, 3,
     2, 3, "execution.runtime-mode is BATCH"},
    {"another version of Flink while it runs", "{}", R"({"flinkVersion":"v1_19"})", "{}",
     job_course::starts_over, 1, 1, 15, 25},
    {"… of which no savepoint can be taken",
     R"({"flinkConfiguration":{"state.savepoints.dir":null}})", R"({"flinkVersion":"v1_19"})", "{}",
     job_course::starts_over, 1, 1, 15, 25, "spec.flinkVersion changes"},
    {"without checkpoints there is nothing to begin from",
     R"({"flinkConfiguration":{"execution.checkpointing.interval":null}})", task_managers, "{}",
     job_course::moves_over, 1, 3, 2, 3, "", "no execution.checkpointing.interval"},
    {"… but its own", R"({"flinkConfiguration":{"execution.checkpointing.interval":null}})",
     task_managers, R"({"flinkConfiguration":{"execution.checkpointing.interval":"9 s"}})",
     job_course::moves_over, 1, 3, 2, 3},
};

struct job_edit_row {
  const char* because;
  const char* patch;
  const char* path;
  job_action action;
};

const job_edit_row job_edit_rows[] = {
    {"another jar", R"({"job":{"jarURI":"https://example.com/b.jar"}})", "spec.job.jarURI",
     job_action::restart},
    {"another class", R"({"job":{"entryClass":"B"}})", "spec.job.entryClass", job_action::restart},
    {"other arguments", R"({"job":{"args":["b"]}})", "spec.job.args", job_action::restart},
    {"another parallelism", R"({"job":{"parallelism":3}})", "spec.job.parallelism",
     job_action::restart},
    {"its configuration", R"({"flinkConfiguration":{"a":"b"}})", "spec.flinkConfiguration[a]",
     job_action::restart},
    {"drey's own settings",
     R"({"flinkConfiguration":{"kubernetes.operator.job.restart.failed":"true"}})",
     "spec.flinkConfiguration[kubernetes.operator.job.restart.failed]", job_action::nothing},
    {"it is suspended", R"({"job":{"state":"suspended"}})", "spec.job.state",
     job_action::suspend_or_resume},
    {"how it is upgraded next", R"({"job":{"upgradeMode":"last-state"}})", "spec.job.upgradeMode",
     job_action::nothing},
    {"a snapshot for the first start", R"({"job":{"initialSavepointPath":"s3://x"}})",
     "spec.job.initialSavepointPath", job_action::nothing},
    {"state without an owner", R"({"job":{"allowNonRestoredState":true}})",
     "spec.job.allowNonRestoredState", job_action::nothing},
    {"a savepoint is taken", R"({"job":{"savepointTriggerNonce":2}})",
     "spec.job.savepointTriggerNonce", job_action::nothing},
    {"the same by its other name", R"({"job":{"savepointTrigger":2}})", "spec.job.savepointTrigger",
     job_action::nothing},
    {"a checkpoint is taken", R"({"job":{"checkpointTriggerNonce":2}})",
     "spec.job.checkpointTriggerNonce", job_action::nothing},
    {"the policy", R"({"job":{"restartPolicy":"NEVER"}})", "spec.job.restartPolicy",
     job_action::nothing},
    {"from its savepoint", R"({"job":{"savepointRedeployNonce":2}})",
     "spec.job.savepointRedeployNonce", job_action::restart},
    {"a restart is asked for", R"({"restartNonce":2})", "spec.restartNonce", job_action::restart},
    {"… and no longer", R"({"restartNonce":null})", "spec.restartNonce", job_action::nothing},
    {"it does not move", R"({"deploymentName":"other"})", "spec.deploymentName",
     job_action::refuse},
    {"a field that nobody knows", R"({"job":{"jarUri":"x"}})", "spec.job.jarUri",
     job_action::nothing},
};

const cluster_plan& only(const restart_plan& plan) {
  BOOST_REQUIRE(plan.clusters.size() == 1U);
  return plan.clusters.front();
}

bool only_begins(const std::vector<std::string>& all, const std::string& with) {
  return with.empty() ? all.empty() : all.size() == 1 && all.front().starts_with(with);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restart_plan_rows)

BOOST_AUTO_TEST_CASE(courses) {
  for (const auto& one : course_rows) BOOST_TEST_CONTEXT(one.because) {
      const auto before = patched(whole(), one.cluster);
      const auto plan =
          plan_between({{cluster_of(before)}, {job_of(one.job)}},
                       {{cluster_of(patched(before, one.change))}, {job_of(one.job)}});
      BOOST_REQUIRE(only(plan).jobs.size() == 1U);
      const auto& job = only(plan).jobs.front();
      BOOST_TEST(job.is == comparison::unchanged);
      BOOST_TEST(job.course == one.course);
      BOOST_TEST(job.restarts == one.restarts);
      BOOST_TEST(job.restarts_most == one.restarts_most);
      BOOST_TEST((job.outage ? job.outage->low.count() : 0) == one.low);
      BOOST_TEST((job.outage ? job.outage->high.count() : 0) == one.high);
      BOOST_TEST(only_begins(job.blocked_by, one.blocked_by));
      BOOST_TEST(only_begins(job.cautions, one.caution));
    }
}

/// What stands against it is what shall be: whoever allows it in the same breath has allowed it.
BOOST_AUTO_TEST_CASE(a_block_goes_with_the_change) {
  const auto blocked = [](const char* job_now, const char* job_then) {
    const auto plan = plan_between({{cluster_of(whole())}, {job_of(job_now)}},
                                   {{cluster_of(patched(whole(), both))}, {job_of(job_then)}});
    return only(plan).jobs.front().blocked_by.size();
  };
  const char* const never = R"({"job":{"restartPolicy":"NEVER"}})";
  BOOST_TEST(blocked(never, never) == 1U);
  BOOST_TEST(blocked(never, "{}") == 0U);
  BOOST_TEST(blocked("{}", never) == 1U);
}

BOOST_AUTO_TEST_CASE(changes_of_a_job) {
  const auto before = spec_of_job(R"({"restartNonce":1})");
  for (const auto& one : job_edit_rows) BOOST_TEST_CONTEXT(one.because) {
      auto patch = nlohmann::json::parse(one.patch);
      if (!patch.contains("restartNonce")) patch["restartNonce"] = 1;
      const auto changes = job_changes_between(before, spec_of_job(patch.dump()));
      BOOST_REQUIRE(changes.size() == 1U);
      BOOST_TEST(changes[0].path == one.path);
      BOOST_TEST(changes[0].action == one.action);
    }
  BOOST_TEST(job_changes_between(before, before).empty());
}

BOOST_AUTO_TEST_CASE(pods_that_restart) {
  const auto said = [](const flink_deployment_spec& before, const char* change) {
    const auto plan =
        plan_between({{cluster_of(before)}, {}}, {{cluster_of(patched(before, change))}, {}});
    const auto& one = only(plan);
    return std::to_string(one.job_managers) + " " +
           (one.task_managers ? std::to_string(*one.task_managers) : "all");
  };
  BOOST_TEST(said(whole(), nothing_new) == "0 0");
  BOOST_TEST(said(whole(), task_managers) == "0 3");
  BOOST_TEST(said(whole(), job_manager) == "2 0");
  BOOST_TEST(said(whole(), both) == "2 3");
  BOOST_TEST(said(whole(), refused) == "0 0");
  BOOST_TEST(said(patched(whole(), refused), task_managers) == "2 all", "as Flink made them");
  BOOST_TEST(said({}, R"({"taskManager":{"resource":{"memory":"3g"}}})") == "1 all");
}

BOOST_AUTO_TEST_CASE(what_comes_and_goes) {
  const auto plan = plan_between(
      {{cluster_of(whole(), "a"), cluster_of(whole(), "b")},
       {job_of(R"({"deploymentName":"a"})", "gone"), job_of(R"({"deploymentName":"b"})", "left")}},
      {{cluster_of(whole(), "a"), cluster_of(whole(), "c")},
       {job_of(R"({"deploymentName":"b"})", "left"), job_of(R"({"deploymentName":"c"})", "new"),
        job_of(R"({"deploymentName":"d"})", "lonely")}});
  BOOST_REQUIRE(plan.clusters.size() == 4U);
  const auto expect = [&](std::size_t at, comparison is, job_course course) {
    BOOST_TEST(plan.clusters[at].is == is);
    BOOST_TEST(plan.clusters[at].action == nothing);
    BOOST_REQUIRE(plan.clusters[at].jobs.size() == 1U);
    BOOST_TEST(plan.clusters[at].jobs[0].course == course);
  };
  expect(0, comparison::unchanged, job_course::ends);
  expect(1, comparison::removed, job_course::ends);
  expect(2, comparison::added, job_course::starts);
  expect(3, comparison::not_given, job_course::starts);
  BOOST_TEST(
      only_begins(plan.clusters[1].jobs[0].cautions, "its cluster is removed, and it is not"));
  BOOST_TEST(exit_code_of(action_of(plan)) == 0);
}

BOOST_AUTO_TEST_CASE(the_mode_of_a_live_cluster_is_what_its_status_says) {
  auto live = cluster_of(patched(whole(), R"({"mode":null})"));
  live.status.mode = "native";
  const auto plan =
      plan_between({{live}, {}}, {{cluster_of(patched(*live.spec, task_managers))}, {}});
  BOOST_TEST(only(plan).mode == deployment_mode::native);
  BOOST_TEST(only(plan).action == restart_both);
}

BOOST_AUTO_TEST_CASE(cautions_of_a_cluster) {
  const auto said = [](const char* change) {
    const auto plan =
        plan_between({{cluster_of(whole())}, {}}, {{cluster_of(patched(whole(), change))}, {}});
    std::string all;
    for (const auto& one : only(plan).cautions) all += one.substr(0, one.find_first_of(",:")) + "|";
    return all;
  };
  BOOST_TEST(said(nothing_new) == "");
  BOOST_TEST(said(R"({"flinkVersion":"v1_19","image":"flink:1.19"})") ==
             "Flink goes from 1.20 to 1.19|");
  BOOST_TEST(said(R"({"flinkVersion":"v2_0"})") ==
             "Flink goes from 1.20 to 2.0|spec.image stays as it is|");
  BOOST_TEST(said(R"({"jobManager":{"replicas":1},"taskManager":{"replicas":1}})") ==
             "fewer JobManagers|fewer TaskManagers|");
  BOOST_TEST(said(R"({"jobManager":{"replicas":3},"taskManager":{"replicas":4}})") == "");
}

BOOST_AUTO_TEST_CASE(fewer_task_managers_where_those_with_tasks_go) {
  const auto cluster = patched(whole(), R"({"taskManager":{"scaleDown":"disruptive"}})");
  const auto plan = plan_between(
      {{cluster_of(cluster)}, {job_of("{}")}},
      {{cluster_of(patched(cluster, R"({"taskManager":{"replicas":1}})"))}, {job_of("{}")}});
  BOOST_TEST(only(plan).action == remove_task_managers);
  BOOST_TEST(only(plan).task_managers.value_or(0) == 2);
  BOOST_TEST(only(plan).cautions.size() == 0U);
  BOOST_TEST(only(plan).jobs[0].course == job_course::may_move);
  BOOST_TEST(only(plan).jobs[0].restarts_most == 1);
  BOOST_TEST(exit_code_of(action_of(plan)) == 3);
}

BOOST_AUTO_TEST_CASE(without_ordinals_jobs_move_twice) {
  const auto said = [](const flink_deployment_spec& before, const char* change) {
    resource_set given{{cluster_of(before)}, {job_of("{}")}};
    given.without_ordinals = {name_in_plan(given.clusters[0].metadata)};
    const auto plan = plan_between(given, {{cluster_of(patched(before, change))}, {job_of("{}")}});
    const auto& job = only(plan).jobs[0];
    return std::to_string(job.restarts) + " to " + std::to_string(job.restarts_most);
  };
  BOOST_TEST(said(whole(), task_managers) == "2 to 4", "three that are replaced one by one");
  BOOST_TEST(said(whole(), both) == "1 to 1", "jobs are stopped for it");
  BOOST_TEST(said(whole(), job_manager) == "1 to 2");
  BOOST_TEST(said(whole(), nothing_new) == "0 to 0");
}

BOOST_AUTO_TEST_CASE(the_heaviest_of_all_is_the_exit_code) {
  const auto said = [](const char* one, const char* other) {
    const auto plan = plan_between(
        {{cluster_of(whole(), "a"), cluster_of(whole(), "b")}, {}},
        {{cluster_of(patched(whole(), one), "a"), cluster_of(patched(whole(), other), "b")}, {}});
    return exit_code_of(action_of(plan));
  };
  BOOST_TEST(said(nothing_new, R"({"ingress":null,"taskManager":{"replicas":9}})") == 0);
  BOOST_TEST(said(nothing_new, task_managers) == 3);
  BOOST_TEST(said(job_manager, task_managers) == 4, "each cluster is for itself");
  BOOST_TEST(said(both, task_managers) == 5);
  BOOST_TEST(said(refused, both) == 6);
  const auto moved = plan_between({{cluster_of(whole())}, {job_of("{}")}},
                                  {{cluster_of(whole())}, {job_of(R"({"deploymentName":"x"})")}});
  BOOST_TEST(exit_code_of(action_of(moved)) == 6);
}

BOOST_AUTO_TEST_CASE(a_launch_of_a_native_application_has_task_managers_of_its_own) {
  const auto native = [](const std::string& patch, const char* type) {
    auto spec = patched(rich(), patch);
    spec.mode = deployment_mode::native;
    spec.flink_configuration["high-availability.type"] = type;
    return spec;
  };
  const std::string job = R"("job":{"jarURI":"local:///opt/flink/usrlib/a.jar","parallelism":2,
                             "upgradeMode":"stateless","args":[)";
  const auto plan = [&](const std::string& after, const char* type) {
    return plan_between({{cluster_of(native("{" + job + "]}}", type))}, {}},
                        {{cluster_of(native(after, type))}, {}})
        .clusters.front();
  };
  const auto launched = plan("{" + job + "\"7\"]}}", "kubernetes");
  BOOST_TEST(launched.job_managers == 1);
  BOOST_TEST(!launched.task_managers);
  const auto failed_over =
      plan("{" + job + R"(]},"jobManager":{"resource":{"memory":"3g"}}})", "kubernetes");
  BOOST_TEST(failed_over.job_managers > 0);
  BOOST_TEST(failed_over.task_managers.value() == 0);
  const auto alone = plan("{" + job + R"(]},"jobManager":{"resource":{"memory":"3g"}}})", "NONE");
  BOOST_TEST(!alone.task_managers);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
