/// Rows of the restart boundary: what each change of a FlinkDeployment needs, in both modes.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "protocol/primary_codec.hpp"
#include "tests/rows/restart_boundary_edits.hpp"

namespace drey::rows {

namespace {

using namespace restart_boundary_edits;
using enum restart_action;
constexpr auto standalone = deployment_mode::standalone;
constexpr auto native = deployment_mode::native;

std::string text(const std::vector<spec_change>& changes) {
  std::string all;
  for (const auto& one : changes)
    all += one.path + " " + std::string(name_of(one.what)) + " " +
           std::string(name_of(one.action)) + "\n";
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restart_boundary_rows)

BOOST_AUTO_TEST_CASE(one_edit_each) {
  const auto before = rich();
  for (const auto& one : edits())
    for (const auto mode : {standalone, native})
      BOOST_TEST_CONTEXT(one.because << ", " << name_of(mode) << ": " << one.patch) {
        const auto changes = changes_between(before, patched(before, one.patch), mode);
        BOOST_REQUIRE(changes.size() == 1U);
        BOOST_TEST(changes[0].path == one.path);
        BOOST_TEST(changes[0].action == (mode == standalone ? one.in_standalone : one.in_native));
        BOOST_TEST(action_of(changes) == changes[0].action);
      }
}

BOOST_AUTO_TEST_CASE(one_key_each) {
  const auto before = rich();
  for (const auto& one : key_edits()) {
    auto after = before;
    after.flink_configuration[one.key] = "true";
    for (const auto mode : {standalone, native})
      BOOST_TEST_CONTEXT(one.because << ", " << name_of(mode)) {
        const auto changes = changes_between(before, after, mode);
        BOOST_REQUIRE(changes.size() == 1U);
        BOOST_TEST(changes[0].path == "spec.flinkConfiguration[" + std::string(one.key) + "]");
        BOOST_TEST(changes[0].action == (mode == standalone ? one.in_standalone : one.in_native));
        BOOST_TEST(changes_between(after, before, mode) == changes, "its removal is the same");
      }
  }
}

BOOST_AUTO_TEST_CASE(the_mode_is_chosen_once) {
  const auto said = [](std::optional<deployment_mode> was, std::optional<deployment_mode> is,
                       deployment_mode chosen) {
    flink_deployment_spec before;
    flink_deployment_spec after;
    before.mode = was;
    after.mode = is;
    return text(changes_between(before, after, chosen));
  };
  BOOST_TEST(said(standalone, native, standalone) == "spec.mode mode refuse\n");
  BOOST_TEST(said(native, standalone, native) == "spec.mode mode refuse\n");
  BOOST_TEST(said({}, native, standalone) == "spec.mode mode refuse\n");
  BOOST_TEST(said({}, standalone, standalone) == "spec.mode mode_named nothing\n");
  BOOST_TEST(said(native, {}, native) == "spec.mode mode_named nothing\n");
  flink_deployment_spec silent;
  BOOST_TEST(mode_when_new(silent) == native);
  silent.task_manager.replicas = 2;
  BOOST_TEST(mode_when_new(silent) == standalone);
  silent.mode = native;
  BOOST_TEST(mode_when_new(silent) == native);
}

BOOST_AUTO_TEST_CASE(fewer_task_managers_restart_jobs_where_the_spec_lets_them) {
  const auto before = patched(rich(), R"({"taskManager":{"scaleDown":"disruptive"}})");
  const auto said = [&](const char* replicas, deployment_mode mode) {
    return text(changes_between(
        before, patched(before, "{\"taskManager\":{\"replicas\":" + std::string(replicas) + "}}"),
        mode));
  };
  const std::string path = "spec.taskManager.replicas ";
  BOOST_TEST(said("2", standalone) == path + "task_manager_removal remove_task_managers\n");
  BOOST_TEST(said("2", native) == path + "task_manager_removal nothing\n");
  BOOST_TEST(said("4", standalone) == path + "task_manager_count scale\n");
}

BOOST_AUTO_TEST_CASE(an_application_cluster_stays_one_and_its_job_is_its_own) {
  const auto session = rich();
  const auto application = patched(session, R"({"job":{"parallelism":2,"args":["a"]}})");
  BOOST_TEST(text(changes_between(application, session, native)) ==
             "spec.job cluster_kind refuse\n");
  const auto wider = patched(application, R"({"job":{"parallelism":4,"args":["b"]}})");
  BOOST_TEST(text(changes_between(application, wider, native)) ==
             "spec.job.args application_job nothing\n"
             "spec.job.parallelism application_job nothing\n");
  const auto given =
      patched(application, R"({"flinkConfiguration":{"execution.checkpointing.interval":"77 s"}})");
  BOOST_TEST(text(changes_between(application, given, standalone)) ==
             "spec.flinkConfiguration[execution.checkpointing.interval] application_job nothing\n");
}

/// Before 1.17 Flink takes no configuration with a job.
BOOST_AUTO_TEST_CASE(old_versions_have_the_defaults_of_jobs_in_the_job_manager) {
  const auto said = [](const char* version) {
    const auto before = patched(rich(), (R"({"flinkVersion":")" + std::string(version) +
                                         R"(","flinkConfiguration":{"state.backend":"hashmap"}})")
                                            .c_str());
    return text(changes_between(
        before, patched(before, R"({"flinkConfiguration":{"state.backend":"rocksdb"}})"),
        standalone));
  };
  const std::string path = "spec.flinkConfiguration[state.backend] ";
  BOOST_TEST(said("v1_12") == path + "job_manager_default fail_over_job_manager\n");
  BOOST_TEST(said("v1_16") == path + "job_manager_default fail_over_job_manager\n");
  BOOST_TEST(said("v1_17") == path + "submission_default nothing\n");
  BOOST_TEST(said("v2_3") == path + "submission_default nothing\n");
}

BOOST_AUTO_TEST_CASE(several_changes_need_what_serves_them_all) {
  const auto needed = [](std::vector<restart_action> all) {
    std::vector<spec_change> changes;
    for (const auto one : all) changes.push_back({"spec.x", change_of::image, one});
    return action_of(changes);
  };
  BOOST_TEST(needed({}) == nothing);
  BOOST_TEST(needed({nothing, patch}) == patch);
  BOOST_TEST(needed({scale, patch}) == scale);
  BOOST_TEST(needed({scale, replace_task_managers}) == replace_task_managers);
  BOOST_TEST(needed({fail_over_job_manager, patch}) == fail_over_job_manager);
  BOOST_TEST(needed({replace_task_managers, fail_over_job_manager}) == restart_both);
  BOOST_TEST(needed({fail_over_job_manager, scale, replace_task_managers}) == restart_both);
  BOOST_TEST(needed({restart_both, refuse, nothing}) == refuse);
  BOOST_TEST(needed({replace_task_managers, refuse, fail_over_job_manager}) == refuse);
  std::array<restart_action, 7> all{
      nothing, patch, scale, replace_task_managers, fail_over_job_manager, restart_both, refuse};
  for (const auto a : all)
    for (const auto b : all) {
      BOOST_TEST(needed({a, b}) == needed({b, a}));
      for (const auto c : all) BOOST_TEST(needed({a, needed({b, c})}) == needed({a, b, c}));
    }
}

BOOST_AUTO_TEST_CASE(several_edits_are_told_one_by_one) {
  const auto before = rich();
  const auto after = patched(before, R"({"taskManager":{"resource":{"memory":"3g"},"replicas":9},
      "ingress":null,"flinkConfiguration":{"web.timeout":"9000"}})");
  const auto changes = changes_between(before, after, standalone);
  BOOST_TEST(text(changes) ==
             "spec.flinkConfiguration[web.timeout] job_manager_side fail_over_job_manager\n"
             "spec.ingress.template ingress patch\n"
             "spec.taskManager.replicas task_manager_count scale\n"
             "spec.taskManager.resource.memory task_manager_side replace_task_managers\n");
  BOOST_TEST(action_of(changes) == restart_both);
}

BOOST_AUTO_TEST_CASE(what_means_the_same_is_no_change) {
  const auto before = rich();
  const auto same = [&](const char* spec) {
    BOOST_TEST(text(changes_between(before, patched(before, spec), standalone)) == "", spec);
  };
  same("{}");
  same(R"({"jobManager":{"resource":{"cpu":"1000m"}}})");
  same(R"({"ingress":{"template":"a.example.com","labels":{}}})");
  auto reordered = before;
  reordered.pod_template = R"({"spec":{"initContainers":[{"image":"p:1","name":"plugins"}],)"
                           R"("containers":[{"env":[{"value":"1","name":"A"}],)"
                           R"("name":"flink-main-container"}]}})";
  BOOST_TEST(reordered.pod_template != before.pod_template);
  BOOST_TEST(text(changes_between(before, reordered, standalone)) == "");
  BOOST_TEST(text(changes_between({}, {}, standalone)) == "");
}

BOOST_AUTO_TEST_CASE(lists_of_templates) {
  const auto told = [](const char* was, const char* is) {
    flink_deployment_spec before;
    flink_deployment_spec after;
    before.pod_template = was;
    after.pod_template = is;
    std::string all;
    for (const auto& one : changes_between(before, after, standalone)) all += one.path + "\n";
    return all;
  };
  BOOST_TEST(told(R"({"l":[{"name":"a","v":1},{"name":"b"}]})", R"({"l":[{"name":"a","v":2}]})") ==
             "spec.podTemplate.l[a].v\nspec.podTemplate.l[b]\n");
  BOOST_TEST(told(R"({"l":[{"name":"a"}]})", R"({"l":[{"name":"n"},{"name":"a"}]})") ==
             "spec.podTemplate.l[n]\n");
  BOOST_TEST(told(R"({"l":[{"name":"a"},{"name":"b"}]})", R"({"l":[{"name":"b"},{"name":"a"}]})") ==
                 "spec.podTemplate.l\n",
             "their order may count");
  BOOST_TEST(told(R"({"l":[{"name":"a"},{"name":"a"}]})", R"({"l":[{"name":"a"}]})") ==
                 "spec.podTemplate.l\n",
             "a name that stands twice names nothing");
  BOOST_TEST(told(R"({"l":["a"]})", R"({"l":["b"]})") == "spec.podTemplate.l\n");
  BOOST_TEST(told(R"({"l":1})", R"({"l":{"m":1}})") == "spec.podTemplate.l\n");
  BOOST_TEST(told("", R"({"l":{"m":[]}})") == "", "what is empty is not there");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
