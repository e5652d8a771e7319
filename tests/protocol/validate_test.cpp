// The operator's own settings in validation; the rules themselves are in manifests/bad.
#include "protocol/validate.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/excluded_periods.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/redaction.hpp"

namespace drey {
namespace {

std::string first_of(const findings& all) {
  return all.empty() ? std::string("nothing") : text_of_finding(all.front());
}

flink_session_job job_from(std::string uri) {
  flink_session_job x;
  x.metadata.name = "j";
  auto spec = std::make_shared<flink_session_job_spec>();
  spec->deployment_name = "c";
  spec->job.emplace().jar_uri = std::move(uri);
  spec->job->parallelism = 1;
  x.spec = spec;
  return x;
}

std::string judged_uri(std::string uri, const validation_options& options) {
  return first_of(validate_session_job(job_from(std::move(uri)), nullptr, options));
}

BOOST_AUTO_TEST_SUITE(validation_options_and_rules)

BOOST_AUTO_TEST_CASE(the_operators_default_is_https_and_public_hosts) {
  const validation_options strict;
  BOOST_TEST(judged_uri("https://repo.example.com/a.jar", strict) == "nothing");
  BOOST_TEST(judged_uri("HTTPS://repo.example.com:8443/a.jar?x=y#z", strict) == "nothing");
  BOOST_TEST(judged_uri("http://repo.example.com/a.jar", strict).starts_with("spec.job.jarURI"));
  BOOST_TEST(judged_uri("s3://bucket/a.jar", strict).starts_with("spec.job.jarURI"));
}

BOOST_AUTO_TEST_CASE(an_address_with_a_password_is_not_repeated) {
  const auto told = judged_uri("https://me:hunter2@repo.example.com/a jar", {});
  BOOST_TEST(told.starts_with("spec.job.jarURI: is not a URI: '(hidden)'"), told);
  BOOST_TEST(judged_uri("a jar", {}).starts_with("spec.job.jarURI: is not a URI: 'a jar'"));
}

BOOST_AUTO_TEST_CASE(restricted_hosts_follow_the_option) {
  for (const std::string host :
       {"localhost", "a.localhost", "127.1.2.3", "0.0.0.0", "10.0.0.1", "169.254.169.254",
        "172.16.0.1", "172.31.9.9", "192.168.0.1", "224.0.0.1", "[::1]", "[::]", "[fe80::1]",
        "user@10.0.0.1", "[ff02::1]"}) {
    const auto uri = "https://" + host + "/a.jar";
    validation_options options;
    BOOST_TEST(judged_uri(uri, options).starts_with("spec.job.jarURI: the host"), host);
    options.hosts = restricted_hosts::warned;
    BOOST_TEST(judged_uri(uri, options).starts_with("warning: spec.job.jarURI"), host);
    options.hosts = restricted_hosts::allowed;
    BOOST_TEST(judged_uri(uri, options) == "nothing", host);
  }
  for (const std::string host :
       {"8.8.8.8", "172.32.0.1", "10.example.com", "[2001:db8::1]", "1.2.3"})
    BOOST_TEST(judged_uri("https://" + host + "/a.jar", {}) == "nothing", host);
}

flink_session_job triggered_by(std::optional<std::int64_t> nonce,
                               std::optional<std::int64_t> trigger) {
  auto x = job_from("https://repo.example.com/a.jar");
  auto spec = std::make_shared<flink_session_job_spec>(*x.spec);
  spec->job->savepoint_trigger_nonce = nonce;
  spec->job->savepoint_trigger = trigger;
  x.spec = spec;
  return x;
}

BOOST_AUTO_TEST_CASE(a_savepoint_is_asked_for_by_either_name) {
  const auto judged = [](const flink_session_job& x) {
    return first_of(validate_session_job(x, nullptr, {}));
  };
  BOOST_TEST(judged(triggered_by(2, {})) == "nothing");
  BOOST_TEST(judged(triggered_by({}, 2)) == "nothing");
  BOOST_TEST(judged(triggered_by(2, 2)) == "nothing");
  BOOST_TEST(judged(triggered_by(2, 3)) ==
             "spec.job.savepointTrigger: is 3, and spec.job.savepointTriggerNonce, which is the "
             "same by another name, is 2. Give one of the two");
  BOOST_CHECK(savepoint_nonce(*triggered_by(2, {}).spec->job) == 2);
  BOOST_CHECK(savepoint_nonce(*triggered_by({}, 3).spec->job) == 3);
  BOOST_CHECK(!savepoint_nonce(*triggered_by({}, {}).spec->job));
}

BOOST_AUTO_TEST_CASE(a_job_that_is_saved_when_it_is_deleted) {
  constexpr auto saves = "kubernetes.operator.job.savepoint-on-deletion";
  constexpr auto drains = "kubernetes.operator.job.drain-on-savepoint-deletion";
  const auto told = [](const configuration& own, const configuration& shared) {
    auto x = job_from("https://repo.example.com/a.jar");
    auto spec = std::make_shared<flink_session_job_spec>(*x.spec);
    spec->flink_configuration = own;
    x.spec = spec;
    flink_deployment cluster;
    cluster.metadata.name = "c";
    auto cluster_spec = std::make_shared<flink_deployment_spec>();
    cluster_spec->flink_configuration = shared;
    cluster.spec = cluster_spec;
    return first_of(validate_session_job(x, &cluster, {}));
  };
  const configuration stored{{"execution.checkpointing.savepoint-dir", "s3://sp"}};
  auto saving = stored;
  saving[saves] = "true";
  BOOST_TEST(told({}, saving) == "nothing");
  BOOST_TEST(told({{drains, "true"}}, saving) == "nothing");
  BOOST_TEST(told({{saves, "yes"}}, stored) ==
             "spec.flinkConfiguration[kubernetes.operator.job.savepoint-on-deletion]: is neither "
             "true nor false: 'yes'. Write true or false");
  BOOST_TEST(told({{drains, "true"}}, stored) ==
             "warning: spec.flinkConfiguration[kubernetes.operator.job.drain-on-savepoint-"
             "deletion]: has no effect unless kubernetes.operator.job.savepoint-on-deletion is "
             "true. Remove it, or set that to true");
  BOOST_TEST(told({{saves, "true"}}, {})
                 .starts_with("warning: "
                              "spec.flinkConfiguration[execution.checkpointing.savepoint-dir]: is "
                              "missing for kubernetes.operator.job.savepoint-on-deletion"));
}

BOOST_AUTO_TEST_CASE(more_schemes_can_be_allowed) {
  validation_options options;
  options.allowed_schemes = {"https", "s3", "local"};
  BOOST_TEST(judged_uri("s3://bucket/a.jar", options) == "nothing");
  BOOST_TEST(judged_uri("local:///opt/a.jar", options) == "nothing");
}

BOOST_AUTO_TEST_CASE(headers_of_a_jar_are_never_shown) {
  auto x = job_from("https://repo.example.com/a.jar");
  auto spec = std::make_shared<flink_session_job_spec>(*x.spec);
  spec->flink_configuration = {{"kubernetes.operator.user.artifacts.http.header", "X-A:'hush"}};
  x.spec = spec;
  BOOST_TEST(first_of(validate_session_job(x, nullptr, {})) ==
             "spec.flinkConfiguration[kubernetes.operator.user.artifacts.http.header]: has a quote "
             "that is not closed. Write Name:value,Name:'a:value,of:it'");
  BOOST_TEST(looks_secret("kubernetes.operator.user.artifacts.http.header", "X-A:1"));
}

BOOST_AUTO_TEST_CASE(the_sum_of_a_jar_is_64_digits) {
  const std::string uri = "https://repo.example.com/a.jar?b#sha256=";
  BOOST_TEST(judged_uri(uri + std::string(62, '0') + "aF", {}) == "nothing");
  BOOST_TEST(judged_uri("https://repo.example.com/a.jar#of-somebody", {}) == "nothing");
  for (const auto& wrong :
       {std::string{}, std::string(63, 'a'), std::string(65, 'a'), std::string(63, 'a') + "g"})
    BOOST_TEST(judged_uri(uri + wrong, {}).starts_with("spec.job.jarURI: '"), wrong);
}

BOOST_AUTO_TEST_CASE(a_job_without_a_jar_is_fine) {
  auto x = job_from("");
  auto spec = *x.spec;
  spec.job->jar_uri.reset();
  x.spec = std::make_shared<flink_session_job_spec>(spec);
  BOOST_TEST(first_of(validate_session_job(x, nullptr, {})) == "nothing");
}

BOOST_AUTO_TEST_CASE(the_operators_defaults_count_as_configuration) {
  flink_deployment x;
  x.metadata.name = "c";
  auto spec = std::make_shared<flink_deployment_spec>();
  spec->flink_version = flink_version::v1_20;
  spec->service_account = "flink";
  x.spec = spec;
  BOOST_TEST(validate_deployment(x, {}).size() == 2);  // both sizes of memory are missing
  validation_options options;
  options.defaults = {{"jobmanager.memory.process.size", "1g"},
                      {"taskmanager.memory.task.heap.size", "1g"},
                      {"taskmanager.memory.managed.size", "1g"}};
  BOOST_TEST(first_of(validate_deployment(x, options)) == "nothing");
  options.defaults["kubernetes.cluster-id"] = "x";
  BOOST_TEST(first_of(validate_deployment(x, options)).starts_with("spec.flinkConfiguration"));
}

BOOST_AUTO_TEST_CASE(a_limit_factor_is_a_number_from_one) {
  for (const auto& [text, fine] : {std::pair{"1", true},
                                   {"1.5", true},
                                   {"0.9", false},
                                   {"two", false},
                                   {"2x", false},
                                   {"nan", false},
                                   {"inf", false},
                                   {"1e9", false},
                                   {"", false}}) {
    flink_deployment x;
    x.metadata.name = "c";
    auto spec = std::make_shared<flink_deployment_spec>();
    spec->flink_version = flink_version::v1_20;
    spec->service_account = "flink";
    spec->flink_configuration = {{"jobmanager.memory.process.size", "1g"},
                                 {"taskmanager.memory.process.size", "1g"},
                                 {"kubernetes.taskmanager.memory.limit-factor", text}};
    x.spec = spec;
    const auto found = first_of(validate_deployment(x, {}));
    BOOST_TEST((found == "nothing") == fine, text << ": " << found);
    if (!fine)
      BOOST_TEST(found.find("kubernetes.taskmanager.memory.limit-factor") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_snapshots_target_must_be_there_while_it_waits) {
  flink_state_snapshot x;
  x.metadata.name = "s";
  auto spec = std::make_shared<flink_state_snapshot_spec>();
  spec->checkpoint = true;
  spec->job_kind = "FlinkSessionJob";
  spec->job_name = "j";
  x.spec = spec;
  BOOST_TEST(first_of(validate_snapshot(x, snapshot_target::found)) == "nothing");
  BOOST_TEST(first_of(validate_snapshot(x, snapshot_target::unknown)) == "nothing");
  BOOST_TEST(
      first_of(validate_snapshot(x, snapshot_target::missing)) ==
      "spec.jobReference.name: there is no FlinkSessionJob j. Name a job in the same namespace");
  x.status.state = "COMPLETED";
  BOOST_TEST(first_of(validate_snapshot(x, snapshot_target::missing)) == "nothing");
}

BOOST_AUTO_TEST_CASE(a_mode_that_was_chosen_for_a_silent_manifest_stays) {
  flink_deployment x;
  x.metadata.name = "c";
  auto spec = std::make_shared<flink_deployment_spec>();
  spec->flink_version = flink_version::v1_20;
  spec->service_account = "flink";
  spec->job_manager.resource.emplace().memory = "1g";
  spec->task_manager.resource.emplace().memory = "1g";
  x.spec = spec;
  x.status.mode = "standalone";
  x.status.reconciliation.last_reconciled_spec = R"({"spec":{}})";
  BOOST_TEST(first_of(validate_deployment(x, {})) == "nothing");
  spec->mode = deployment_mode::standalone;
  BOOST_TEST(first_of(validate_deployment(x, {})) == "nothing");
  spec->mode = deployment_mode::native;
  BOOST_TEST(first_of(validate_deployment(x, {})).starts_with("spec.mode: cannot change"));
}

BOOST_AUTO_TEST_CASE(what_was_deployed_is_the_stable_spec_of_a_job_that_went_back) {
  auto x = job_from("https://repo.example.com/a.jar");
  auto& specs = x.status.reconciliation;
  specs.last_reconciled_spec = R"({"spec":{"deploymentName":"c","job":{"parallelism":9}}})";
  specs.last_stable_spec = R"({"spec":{"deploymentName":"c","job":{"parallelism":2}}})";
  for (const std::string state : {"", "UPGRADING", "DEPLOYED", "ROLLING_BACK"}) {
    specs.state = state;
    BOOST_TEST(deployed_spec(x)->job->parallelism == 9, state);
  }
  specs.state = "ROLLED_BACK";
  BOOST_TEST(deployed_spec(x)->job->parallelism == 2);
  BOOST_TEST(stable_spec(specs.last_stable_spec)->job->parallelism == 2);
  BOOST_TEST(generation_in(reconciled_text(7, deployment_is::another, "{}")) == 7);
  BOOST_TEST(generation_in(specs.last_stable_spec) == 0);
  BOOST_TEST(!stable_spec(""));
  BOOST_TEST(!stable_spec(R"({"spec":{"deploymentName":"c","job":{"state":"suspended"}}})"));
}

BOOST_AUTO_TEST_CASE(excluded_periods_are_daily_or_cron) {
  for (const std::string_view text :
       {"09:00-17:00", "09:00:00-17:30:15", "00:00:00:000-23:59:59:999", "* * 9-17 ? * MON-FRI",
        "0 0/5 14,18 * * ?", "0 15 10 L * ?", "0 15 10 ? * 6#3", "0 0 12 1 1 ? 2027-2030",
        "09:00-17:00 && * * * ? * 2-6", "* * * ? * sat"})
    BOOST_TEST(is_excluded_period(text), text);
  for (const std::string_view text :
       {"", "09:00", "24:00-25:00", "17:00-09:00", "* * * * *", "60 * * * * ?", "a b c d e f",
        "09:00-17:00 && 18:00-19:00", "* * * * * ? && * * * * * ?", "09:00-17:00 &&",
        "* * * ? * FOO", "0 0 0 32 * ?"})
    BOOST_TEST(!is_excluded_period(text), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
