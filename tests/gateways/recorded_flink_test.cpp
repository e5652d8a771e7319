// What the codec of Flink's REST API makes of a real Flink's answers.
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "protocol/flink_http.hpp"
#include "tests/gateways/meaning.hpp"
#include "tests/gateways/recorded_exchange.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

/// Beginning of the answer's meaning, by the recording's name; what 1.20 does not say, by the
/// server's, too.
const std::map<std::string, std::string> meanings{
    {"jar-delete", "done"},
    {"jar-delete-again", "not found: "},
    {"jar-run", "accepted"},
    {"jar-run-duplicate",
     "already exists: org.apache.flink.runtime.client.DuplicateJobSubmissionException"},
    {"jar-run-configuration",
     "invalid: org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databi"},
    {"flink-2.3/jar-run-duplicate",
     "already exists: org.apache.flink.runtime.client.DuplicateApplicationSubmissionException"},
    {"jar-run-main-throws", "invalid: java.lang.IllegalStateException: on purpose"},
    {"jar-run-no-jar",
     "not found: org.apache.flink.runtime.rest.handler.RestHandlerException: Jar"},
    {"jar-run-no-savepoint", "invalid: java.io.FileNotFoundException: Cannot find checkpoint"},
    {"jar-run-savepoint", "accepted"},
    {"jars-upload", "uploaded _counter-job.jar"},
    {"job-cancel", "done"},
    {"job-cancel-again", "done"},
    {"config", "1.20.1 of cb1e7b5 @ 2025-01-28T23:32:02+01:00"},
    {"flink-1.12/config", "1.12.5 of bfd0f20 @ 2021-07-23T05:52:23+02:00"},
    {"flink-2.3/config", "2.3.0 of c0f8d1a @ 2026-06-14T16:29:03+02:00"},
    {"job-checkpoints", "checkpoints completed=file:…/chk "},
    {"jar-run-id-used", "already exists: "},
    {"job-cancel-unknown", "not found: "},
    {"job-checkpoints-config", "checkpoints kept on cancellation"},
    {"job-checkpoints-failover", "checkpoints completed="},
    {"job-checkpoints-restored", "checkpoints completed="},
    {"job-exceptions", "failed: java.lang.IllegalStateException: "},
    {"job-exceptions-evicted", "failed: org.apache.flink.util.FlinkExpectedException: The TaskE"},
    {"job-exceptions-none", "never failed"},
    {"job", "job RUNNING 2/2 of at most 128 2/2 of at most 128"},
    {"job-malformed", "invalid: "},
    {"job-rescale", "done"},
    {"job-rescale-other-scheduler", "invalid: "},
    {"job-rescale-too-wide", "invalid: "},
    {"job-rescale-unknown-vertex", "invalid: "},
    {"job-rescale-unknown", "not found: "},
    {"job-unknown", "not found: "},
    {"jobs-overview", "jobs "},
    {"jobs-overview-503", "unavailable: Service temporarily unavailable"},
    {"jobs-overview-empty", "jobs"},
    {"jobs-overview-no-slots", "jobs RUNNING 0/"},
    {"jobs-overview-twice", "jobs RUNNING"},
    {"job-stop-refused", "invalid: "},
    {"overview", "overview of 1.20.1: 2 TaskManagers, 4 of 4 slots"},
    {"flink-1.12/overview", "overview of 1.12.5: 1 TaskManagers, 2 of 2 slots"},
    {"flink-2.3/overview", "overview of 2.3.0: 2 TaskManagers, 4 of 4 slots"},
    {"savepoint-completed", "COMPLETED file:"},
    {"savepoint-failed", "COMPLETED failed: java.io.IOException: Failed to create savepoint"},
    {"savepoint-in-progress", "IN_PROGRESS"},
    {"savepoint-no-job", "done"},
    {"savepoint-trigger", "done"},
    {"savepoint-trigger-again", "done"},
    {"savepoint-trigger-refused", "invalid: "},
    {"savepoint-unknown", "not found: "},
    {"taskmanagers", "taskmanagers 2/2 2/2"},
};

const recorded_exchange* find(const std::vector<recorded_exchange>& all, const std::string& name) {
  for (const auto& one : all)
    if (one.name == name) return &one;
  return nullptr;
}

checkpoints checkpoints_in(const recorded_exchange& exchange) {
  const auto asked = flink_body_of(exchange.request);
  BOOST_REQUIRE(asked);
  const auto answer = flink_answer_of(*asked, exchange.response);
  BOOST_REQUIRE(std::holds_alternative<checkpoints>(answer.result));
  return std::get<checkpoints>(answer.result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_flink)

BOOST_AUTO_TEST_CASE(every_answer_is_understood) {
  std::size_t asked_by_drey = 0, with_meaning = 0;
  for (const auto& exchange : recorded_exchanges("flink-")) {
    BOOST_TEST_CONTEXT(exchange.name << ": " << exchange.about) {
      const auto asked = flink_body_of(exchange.request);
      if (!asked) continue;
      ++asked_by_drey;
      const auto meaning = meaning_of(flink_answer_of(*asked, exchange.response));
      BOOST_TEST(!meaning.starts_with("malformed"), meaning);
      auto expected = meanings.find(exchange.server + "/" + exchange.name);
      if (expected == meanings.end()) expected = meanings.find(exchange.name);
      if (expected == meanings.end()) continue;
      ++with_meaning;
      BOOST_TEST(meaning.starts_with(expected->second), meaning);
    }
  }
  BOOST_TEST(asked_by_drey >= 18U);
  BOOST_TEST(with_meaning >= 16U);
}

BOOST_AUTO_TEST_CASE(a_savepoint_has_the_id_that_flink_says) {
  for (const auto& exchange : recorded_exchanges("flink-")) {
    if (exchange.name != "savepoint-trigger") continue;
    const auto asked = flink_body_of(exchange.request);
    BOOST_REQUIRE(asked);
    const auto& ours = std::get<trigger_savepoint>(*asked).trigger_id;
    const auto told = std::get<flink_done>(flink_answer_of(*asked, exchange.response).result);
    BOOST_TEST(told.request.size() == 32U);
    BOOST_TEST((told.request == ours) == (exchange.server != "flink-1.12"), exchange.server);
  }
}

BOOST_AUTO_TEST_CASE(half_of_any_answer_is_malformed_and_never_crashes) {
  for (auto exchange : recorded_exchanges("flink-")) {
    const auto asked = flink_body_of(exchange.request);
    if (!asked || exchange.response.status != 200) continue;
    const auto whole = exchange.response.body;
    for (std::size_t bytes = 0; bytes + 1 < whole.size(); bytes += 1 + whole.size() / 40) {
      exchange.response.body = whole.substr(0, bytes);
      const auto answer = flink_answer_of(*asked, exchange.response);
      const auto* why = std::get_if<refusal>(&answer.result);
      const bool only_status_counts = std::holds_alternative<delete_jar>(*asked);
      BOOST_TEST((only_status_counts || (why && why->reason == refusal_reason::malformed)),
                 exchange.name << " cut to " << bytes << " bytes: " << meaning_of(answer));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_job_that_a_new_job_manager_recovered_names_its_checkpoint) {
  const auto all = recorded_exchanges("flink-");
  const auto* exchange = find(all, "job-checkpoints-failover");
  BOOST_REQUIRE(exchange);
  const auto seen = checkpoints_in(*exchange);
  BOOST_REQUIRE(seen.restored);
  BOOST_TEST(seen.restored->id > 0);
  BOOST_TEST(seen.restored->time > 0);
  BOOST_TEST(seen.restored->path.find("/chk-" + std::to_string(seen.restored->id)) !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_history_begins_with_what_is_under_way) {
  const auto all = recorded_exchanges("flink-");
  const auto* exchange = find(all, "job-checkpoints");
  BOOST_REQUIRE(exchange);
  const auto seen = checkpoints_in(*exchange);
  BOOST_REQUIRE_EQUAL(seen.history.size(), 2U);
  const auto& under_way = seen.history[0];
  BOOST_TEST(under_way.what.id == 2);
  BOOST_TEST(under_way.what.path == "");
  BOOST_TEST(under_way.status == "IN_PROGRESS");
  BOOST_TEST(checkpoint_with_id(seen, 2) == nullptr);
  BOOST_REQUIRE(seen.completed);
  BOOST_TEST((seen.history[1] == triggered_checkpoint{*seen.completed, "COMPLETED", false}));
}

BOOST_AUTO_TEST_CASE(the_accepted_id_is_the_one_that_was_asked_for) {
  const auto all = recorded_exchanges("flink-");
  const auto* exchange = find(all, "jar-run");
  BOOST_REQUIRE(exchange);
  const auto asked = flink_body_of(exchange->request);
  BOOST_REQUIRE(asked);
  const auto answer = flink_answer_of(*asked, exchange->response);
  BOOST_TEST(std::get<job_accepted>(answer.result).job.hex == std::get<run_jar>(*asked).job.hex);
  BOOST_TEST(std::get<run_jar>(*asked).job.hex.size() == 32U);
}

BOOST_AUTO_TEST_SUITE_END()
