/// What an application's FlinkDeployment comes to: its job, the arguments of a launch, and the
/// workload that runs it.
#include "actors/application.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "actors/launch_guard.hpp"

namespace drey::rows {

namespace {

using nlohmann::json;

enum class recovery { none, high_availability };

flink_deployment application(recovery how, deployment_mode mode = deployment_mode::standalone) {
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  spec.mode = mode;
  spec.flink_version = flink_version::v1_20;
  spec.service_account = "flink";
  spec.flink_configuration = {{"taskmanager.numberOfTaskSlots", "2"},
                              {"execution.checkpointing.interval", "10 s"},
                              {"kubernetes.operator.job.restart.failed", "true"},
                              {"web.timeout", "9000"}};
  if (how == recovery::high_availability) {
    spec.flink_configuration["high-availability.type"] = "kubernetes";
    spec.flink_configuration["high-availability.storageDir"] = "s3://flink/ha";
  }
  spec.job = job_spec{};
  spec.job->jar_uri = "http://jars.example.com/billing.jar";
  spec.job->entry_class = "com.example.Billing";
  spec.job->parallelism = 3;
  spec.job->args = {"--rate", "7"};
  flink_deployment one;
  one.metadata.ns = "flink";
  one.metadata.name = "billing";
  one.metadata.uid = "u1";
  one.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return one;
}

cluster_children children(const flink_deployment& cluster) {
  return std::get<cluster_children>(children_of(cluster));
}

json container_of(const object& workload) {
  const auto* job = std::get_if<batch_job>(&workload);
  const auto& pods = job != nullptr ? job->pods : std::get<deployment>(workload).pods;
  return json::parse(pods.spec)["containers"][0];
}

const launch from_nothing{{"ab"}, 0, "", {"--job-id", "ab", "-D", "a=b", "--rate", "7"}};
const launch from_savepoint{{"ab"}, 2, "s3://flink/savepoint-1", {"--job-id", "ab"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(application_rows)

BOOST_AUTO_TEST_CASE(its_job_is_shown_as_a_session_job) {
  auto cluster = application(recovery::none);
  flink_session_job_status told;
  told.lifecycle_state = "STABLE";
  told.job.state = "RUNNING";
  cluster.status.application = told;
  const auto job = session_job_of(cluster);
  BOOST_TEST(job.metadata.uid == "u1");
  BOOST_TEST(job.spec->deployment_name == "billing");
  BOOST_TEST((job.spec->job == cluster.spec->job));
  BOOST_TEST((job.status == told));
  const configuration own{{"execution.checkpointing.interval", "10 s"},
                          {"kubernetes.operator.job.restart.failed", "true"}};
  BOOST_TEST((job.spec->flink_configuration == own));
}

BOOST_AUTO_TEST_CASE(a_job_that_does_not_say_how_wide_it_is_takes_all_slots) {
  auto cluster = application(recovery::none);
  auto spec = *cluster.spec;
  spec.job->parallelism = 0;
  spec.task_manager.replicas = 4;
  BOOST_TEST(session_job_spec_of("billing", spec).job->parallelism == 8);
}

BOOST_AUTO_TEST_CASE(as_many_task_managers_as_the_job_needs) {
  auto spec = *application(recovery::none).spec;
  BOOST_TEST(wanted_task_managers(spec) == 2);
  spec.task_manager.replicas = 5;
  BOOST_TEST(wanted_task_managers(spec) == 5);
}

BOOST_AUTO_TEST_CASE(its_status_stands_in_the_cluster_and_is_repeated_for_others) {
  flink_session_job_status told;
  told.job.state = "RUNNING";
  told.lifecycle_state = "STABLE";
  object before{application(recovery::none)};
  std::get<flink_deployment>(before).status.job_manager_deployment_status = "READY";
  std::get<flink_deployment>(before).status.job.unknown = R"({"mood":"fair"})";
  const auto after = with_job_status(before, told);
  const auto& status = std::get<flink_deployment>(*after).status;
  BOOST_TEST((*status.application == told));
  BOOST_TEST(status.job.state == "RUNNING");
  BOOST_TEST(status.job.unknown == R"({"mood":"fair"})", "what another release has there stays");
  BOOST_TEST(status.job_manager_deployment_status == "READY");
}

BOOST_AUTO_TEST_CASE(the_arguments_of_a_launch) {
  const auto job = *application(recovery::none).spec->job;
  const std::vector<std::string> wanted{"--jars",
                                        "http://jars.example.com/billing.jar",
                                        "--job-id",
                                        "ab",
                                        "--job-classname",
                                        "com.example.Billing",
                                        "-D",
                                        "execution.submit-failed-job-on-application-error=true",
                                        "-D",
                                        "parallelism.default=3",
                                        "-D",
                                        "pipeline.name=billing",
                                        "-D",
                                        "user.artifacts.raw-http-enabled=true",
                                        "-D",
                                        "execution.shutdown-on-application-finish=false",
                                        "--rate",
                                        "7"};
  const auto found = launch_arguments(job, {"ab"}, {{"pipeline.name", "billing"}},
                                      {flink_version::v1_20, deployment_mode::standalone});
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

/// Of each launch its own: what is over of another one is not it.
BOOST_AUTO_TEST_CASE(since_2_3_a_launch_is_an_application_of_its_jobs_id) {
  const auto job = *application(recovery::none).spec->job;
  const auto names_it = [&](flink_version version, deployment_mode mode) {
    const auto found = launch_arguments(job, {"ab"}, {}, {version, mode});
    return std::ranges::count(found, "$internal.application.id=ab");
  };
  BOOST_TEST(names_it(flink_version::v2_3, deployment_mode::standalone) == 1);
  BOOST_TEST(names_it(flink_version::v2_3, deployment_mode::native) == 1);
  BOOST_TEST(names_it(flink_version::v2_2, deployment_mode::standalone) == 0);
}

BOOST_AUTO_TEST_CASE(before_1_20_its_jar_is_in_the_image) {
  const auto job = *application(recovery::none).spec->job;
  const auto found =
      launch_arguments(job, {"ab"}, {}, {flink_version::v1_19, deployment_mode::standalone});
  BOOST_TEST(found.front() == "--job-id");
}

BOOST_AUTO_TEST_CASE(without_high_availability_it_is_a_job_that_is_run_once) {
  const auto all = children(application(recovery::none));
  const auto& workload = *all.application_job_manager;
  BOOST_REQUIRE(std::holds_alternative<batch_job>(workload));
  BOOST_TEST(std::get<batch_job>(workload).pods.spec.find("\"restartPolicy\":\"Never\"") !=
             std::string::npos);
  for (const auto& one : all.job_manager_side)
    BOOST_TEST((kind_of(*one) != object_kind::batch_job));
  const auto launched = with_launch(all.application_job_manager, from_savepoint);
  const json wanted{"standalone-job", "--fromSavepoint", "s3://flink/savepoint-1", "--job-id",
                    "ab"};
  BOOST_TEST(container_of(*launched)["args"] == wanted);
  BOOST_TEST(launch_of(*launched) == "ab-2");
  BOOST_TEST(is_current(*launched, *all.application_job_manager));
}

BOOST_AUTO_TEST_CASE(with_high_availability_only_the_first_process_begins_where_the_launch_does) {
  const auto all = children(application(recovery::high_availability));
  const auto launched = with_launch(all.application_job_manager, from_savepoint);
  BOOST_REQUIRE(std::holds_alternative<deployment>(*launched));
  const auto container = container_of(*launched);
  const json wanted{"standalone-job",
                    "-D",
                    "jobmanager.rpc.address=$(_POD_IP_ADDRESS)",
                    "--fromSavepoint",
                    "$(DREY_RESTORE)",
                    "--job-id",
                    "ab"};
  BOOST_TEST(container["args"] == wanted);
  BOOST_TEST(container["env"].dump().find("flink-launch-billing") != std::string::npos);
  BOOST_TEST(restore_text(from_savepoint) == "s3://flink/savepoint-1");
  BOOST_TEST((form_of_launch(*launched) == argument_form::path));
  BOOST_TEST(guarded_restore_text(argument_form::path) == no_metadata);
  const auto begun_anew = with_launch(all.application_job_manager, from_nothing);
  const auto empty = container_of(*begun_anew);
  BOOST_TEST(empty["args"][3] == "-D");
  BOOST_TEST(empty["args"][4] == "$(DREY_RESTORE)");
  BOOST_TEST((form_of_launch(*begun_anew) == argument_form::property));
  BOOST_TEST(guarded_restore_text(argument_form::property) ==
             "execution.savepoint.path=" + std::string(no_metadata));
}

BOOST_AUTO_TEST_CASE(the_first_process_takes_where_the_launch_begins_away) {
  const auto wanted = children(application(recovery::high_availability)).application_job_manager;
  const auto container = container_of(*with_launch(wanted, from_savepoint));
  const json command{"bash", "-c", taking_script(), "flink-launch-billing",
                     "/docker-entrypoint.sh"};
  BOOST_TEST(container["command"] == command);
  const auto patch = json::parse(taking_patch(from_savepoint));
  BOOST_TEST(patch[0]["op"] == "test");
  BOOST_TEST(patch[0]["value"] == restore_text(from_savepoint));
  BOOST_TEST(patch[1]["op"] == "replace");
  const auto taken = patch[1]["value"].get<std::string>();
  BOOST_TEST(taken == std::string(no_metadata) + "/<pod>");
  BOOST_TEST(is_guarded(taken));
  BOOST_TEST(!is_guarded(restore_text(from_nothing)));
  BOOST_TEST(was_taken_by(taken, "<pod>"));
  BOOST_TEST(!was_taken_by(taken, "pod"));
  BOOST_TEST(!was_taken_by("s3://flink/<pod>", "<pod>"));
}

BOOST_AUTO_TEST_CASE(a_launch_begins_with_one_process_and_keeps_its_taking) {
  auto cluster = application(recovery::high_availability);
  cluster.spec = std::make_shared<const flink_deployment_spec>([&] {
    auto spec = *cluster.spec;
    spec.job_manager.replicas = 2;
    return spec;
  }());
  const auto wanted = children(cluster).application_job_manager;
  const auto launched = with_launch(wanted, from_savepoint);
  BOOST_TEST(std::get<deployment>(*launched).replicas == 1);
  const auto kept = with_launch_of(wanted, *launched);
  BOOST_TEST(std::get<deployment>(*kept).replicas == 2);
  BOOST_TEST(container_of(*kept) == container_of(*launched));
  BOOST_TEST(container_of(*with_launch_of(with_template_of(wanted, *launched), *launched)) ==
             container_of(*launched));
}

BOOST_AUTO_TEST_CASE(in_native_mode_a_launch_is_configuration) {
  auto job = *application(recovery::none).spec->job;
  job.args = {"--name", "it's; here"};
  job.allow_non_restored_state = true;
  const auto found =
      launch_arguments(job, {"ab"}, {}, {flink_version::v1_20, deployment_mode::native});
  const std::vector<std::string> wanted{
      "-D", "$internal.application.main=com.example.Billing",
      "-D", "$internal.application.program-args='--name';'it''s; here'",
      "-D", "$internal.pipeline.job-id=ab",
      "-D", "execution.savepoint.ignore-unclaimed-state=true",
      "-D", "execution.submit-failed-job-on-application-error=true",
      "-D", "parallelism.default=3",
      "-D", "pipeline.jars=http://jars.example.com/billing.jar",
      "-D", "user.artifacts.raw-http-enabled=true",
      "-D", "execution.shutdown-on-application-finish=false"};
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_native_mode_its_job_hangs_task_managers_on_a_deployment_without_pods) {
  const auto all = children(application(recovery::none, deployment_mode::native));
  BOOST_REQUIRE(std::holds_alternative<batch_job>(*all.application_job_manager));
  BOOST_REQUIRE(all.task_manager_owner);
  const auto& owner = std::get<deployment>(*all.task_manager_owner);
  BOOST_TEST(owner.metadata.name == "billing");
  BOOST_TEST(owner.replicas == 0);
  BOOST_TEST(is_task_manager_owner(*all.task_manager_owner));
  BOOST_TEST(!all.task_manager_set);
  const auto container = container_of(*with_launch(all.application_job_manager, from_savepoint));
  const json wanted{"bash",
                    "-c",
                    R"(exec kubernetes-jobmanager.sh kubernetes-application "$@")",
                    "kubernetes-jobmanager.sh",
                    "-D",
                    "execution.savepoint.path=s3://flink/savepoint-1",
                    "--job-id",
                    "ab"};
  BOOST_TEST(container["args"] == wanted);
}

BOOST_AUTO_TEST_CASE(in_native_mode_with_high_availability_it_is_the_owner_itself) {
  const auto all = children(application(recovery::high_availability, deployment_mode::native));
  BOOST_TEST(!all.task_manager_owner);
  BOOST_TEST(!is_task_manager_owner(*all.application_job_manager));
  const auto launched = with_launch(all.application_job_manager, from_savepoint);
  BOOST_TEST(container_of(*launched)["args"][4] == "-D");
  BOOST_TEST(container_of(*launched)["args"][5] == "execution.savepoint.path=$(DREY_RESTORE)");
  BOOST_TEST((form_of_launch(*launched) == argument_form::path));
  BOOST_TEST(container_of(*launched)["command"][3] == "flink-launch-billing");
  const auto begun_anew = with_launch(all.application_job_manager, from_nothing);
  BOOST_TEST(container_of(*begun_anew)["args"][5] == "$(DREY_RESTORE)");
  BOOST_TEST((form_of_launch(*begun_anew) == argument_form::property));
}

BOOST_AUTO_TEST_CASE(another_template_keeps_the_launch) {
  const auto live = with_launch(
      children(application(recovery::high_availability)).application_job_manager, from_savepoint);
  auto changed = application(recovery::high_availability);
  auto spec = *changed.spec;
  spec.job_manager.resource = resource_spec{2, "3072m", {}, {}};
  changed.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  const auto wanted = children(changed).application_job_manager;
  BOOST_TEST(!is_current(*live, *wanted));
  const auto patched = with_launch_of(wanted, *live);
  BOOST_TEST(launch_of(*patched) == "ab-2");
  BOOST_TEST(container_of(*patched)["args"] == container_of(*live)["args"]);
  BOOST_TEST(is_current(*patched, *wanted));
}

BOOST_AUTO_TEST_CASE(what_flink_takes_with_a_job_is_not_in_its_job_managers_file) {
  const auto all = children(application(recovery::none));
  const auto& file = std::get<config_map>(*all.job_manager_side.front()).data.begin()->second;
  BOOST_TEST(file.find("execution.checkpointing.interval") == std::string::npos);
  BOOST_TEST(file.find("web.timeout") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
