// Flink's REST API: what is sent to which version, and what odd answers mean.
#include "protocol/flink_http.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;
using nlohmann::json;

namespace {

const job_id job{"00000000000000000000000000000007"};

run_jar full_run(flink_version version) {
  run_jar x;
  x.jar = "1_counter.jar";
  x.version = version;
  x.job = job;
  x.entry_class = "org.example.Counter";
  x.args = {"--rate", "7 8"};
  x.parallelism = 2;
  x.allow_non_restored_state = true;
  x.savepoint_path = "file:///data/chk-7";
  x.flink_configuration = {{"pipeline.name", "count"}};
  return x;
}

json body_for(flink_version version) {
  return json::parse(to_http(flink_body{full_run(version)}).body);
}

refusal_reason reason(const flink_body& asked, int status, std::string body) {
  const auto answer = flink_answer_of(asked, {status, {}, std::move(body)});
  const auto* why = std::get_if<refusal>(&answer.result);
  BOOST_REQUIRE_MESSAGE(why, meaning_of(answer));
  return why->reason;
}

std::string error_with(const std::string& text) { return json{{"errors", {text}}}.dump(); }

struct case_of_refusal {
  flink_body asked;
  int status;
  std::string body;
  refusal_reason expected;
};

/// One answer of each kind that drey asks for.
std::vector<std::pair<flink_body, flink_answer>> all_answers() {
  checkpoints seen;
  seen.completed = {7, "file:/data/chk-7", 70};
  seen.restored = {6, "file:/data/savepoint-6", 60};
  seen.count_completed = 3;
  seen.history = {{{8, "", 80}, "IN_PROGRESS", true},
                  {{7, "file:/data/chk-7", 70}, "COMPLETED", false}};
  return {
      {get_jobs_overview{}, {jobs_overview{{{job, "count", "RUNNING", 5, 4, 3, 1}}}}},
      {get_cluster_overview{}, {cluster_overview{2, 8, 3, "1.20.1"}}},
      {get_dashboard{}, {dashboard{"1.20.1", "cb1e7b5 @ 2025-02-07T19:03:11+01:00"}}},
      {get_task_managers{}, {task_managers{{{"uid-1", 4, 1}, {"uid-2", 4, 4}}}}},
      {get_checkpoints{job}, {seen}},
      {get_checkpoint_config{job}, {checkpoint_config{true, false}}},
      {get_checkpoint_config{job}, {checkpoint_config{true, true}}},
      {get_checkpoint_config{job}, {checkpoint_config{false, false}}},
      {upload_jar{"/tmp/a.jar"}, {jar_uploaded{"1_a.jar"}}},
      {full_run(flink_version::v1_20), {job_accepted{job}}},
      {delete_jar{"1_a.jar"}, {flink_done{}}},
      {cancel_job{job}, {flink_done{}}},
      {trigger_savepoint{job, "t", "file:///s"}, {flink_done{"t"}}},
      {trigger_savepoint{job, "", "file:///s", "", flink_version::v1_14}, {flink_done{"theirs"}}},
      {trigger_checkpoint{job}, {flink_done{}}},
      {get_savepoint{job, "t"}, {savepoint_progress{"COMPLETED", "file:/s/savepoint-1", ""}}},
      {get_savepoint{job, "t"}, {savepoint_progress{"COMPLETED", "", "java.io.IOException: no"}}},
      {get_savepoint{job, "t"}, {savepoint_progress{"IN_PROGRESS", "", ""}}},
      {trigger_savepoint{job, "t", "file:///s", "NATIVE"}, {flink_done{"t"}}},
      {trigger_checkpoint{job, "t"}, {flink_done{}}},
      {get_triggered_checkpoint{job, "t"}, {checkpoint_progress{"IN_PROGRESS", 0, ""}}},
      {get_triggered_checkpoint{job, "t"}, {checkpoint_progress{"COMPLETED", 7, ""}}},
      {get_triggered_checkpoint{job, "t"}, {checkpoint_progress{"COMPLETED", 0, "declined"}}},
      {get_job{job}, {job_details{"RUNNING", {{"v1", "Source", 2, 128, 2, 0}}}}},
      {rescale_job{job, 4, {"v1", "v2"}}, {flink_done{}}},
      {dispose_savepoint{"file:///s/savepoint-1"}, {disposal_accepted{"d"}}},
      {get_disposal{"d"}, {disposal_progress{"IN_PROGRESS", ""}}},
      {get_disposal{"d"}, {disposal_progress{"COMPLETED", ""}}},
      {get_disposal{"d"}, {disposal_progress{"COMPLETED", "java.io.IOException: no"}}},
  };
}

checkpoints with_history(const std::string& items) {
  const auto answer = flink_answer_of(get_checkpoints{job}, {200, {}, R"({"counts":{"completed":4},
    "latest":{"completed":{"id":9,"external_path":"file:/chk-9","trigger_timestamp":9}},
    "history":)" + items + "}"});
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<checkpoints>(answer.result), meaning_of(answer));
  return std::get<checkpoints>(answer.result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_http)

BOOST_AUTO_TEST_CASE(a_run_is_spelled_for_its_version) {
  const auto newest = body_for(flink_version::v1_20);
  BOOST_TEST(newest == json::parse(R"({"jobId":"00000000000000000000000000000007",
    "entryClass":"org.example.Counter","programArgsList":["--rate","7 8"],"parallelism":2,
    "allowNonRestoredState":true,"savepointPath":"file:///data/chk-7","claimMode":"NO_CLAIM",
    "flinkConfiguration":{"pipeline.name":"count"}})"));
  const auto older = body_for(flink_version::v1_19);
  BOOST_TEST(older.at("restoreMode") == "NO_CLAIM");
  BOOST_TEST(!older.contains("claimMode"));
  const auto oldest = body_for(flink_version::v1_12);
  BOOST_TEST(!oldest.contains("restoreMode"));
  BOOST_TEST(!oldest.contains("flinkConfiguration"));
  BOOST_TEST(oldest.contains("jobId"));
}

/// Flink 1.12.5 refused both with a trigger id (lab): "Request did not match expected format".
BOOST_AUTO_TEST_CASE(before_1_15_nothing_is_told_a_trigger_id) {
  const auto body = [](const flink_body& asked) { return json::parse(to_http(asked).body); };
  BOOST_TEST(body(trigger_savepoint{job, "t", "d", "NATIVE", flink_version::v1_14}) ==
             json::parse(R"({"target-directory":"d","cancel-job":false})"));
  BOOST_TEST(body(trigger_savepoint{job, "t", "d", "NATIVE", flink_version::v1_15}) ==
             json::parse(R"({"target-directory":"d","cancel-job":false,"formatType":"NATIVE",
               "triggerId":"t"})"));
  BOOST_TEST(body(stop_job{job, flink_version::v1_14, "t", "d"}) ==
             json::parse(R"({"targetDirectory":"d","drain":false})"));
}

BOOST_AUTO_TEST_CASE(what_was_triggered_is_known_by_the_id_in_the_answer) {
  for (const flink_body& asked : {flink_body{trigger_savepoint{job, "t", "d"}},
                                  flink_body{stop_job{job, flink_version::v1_20, "t", "d"}}}) {
    const auto told = flink_answer_of(asked, {202, {}, R"({"request-id":"theirs"})"});
    BOOST_TEST(std::get<flink_done>(told.result).request == "theirs");
  }
}

/// An id that was used before, in 1.12.5: what lives comes first.
BOOST_AUTO_TEST_CASE(of_an_id_that_is_listed_twice_the_first_counts) {
  const auto told = flink_answer_of(get_jobs_overview{}, {200, {}, R"({"jobs":[
    {"jid":"07","name":"x","state":"RUNNING","start-time":5,"tasks":{"total":2,"running":2}},
    {"jid":"08","name":"y","state":"RUNNING","start-time":4,"tasks":{"total":2,"running":2}},
    {"jid":"07","name":"x","state":"CANCELED","start-time":1,"tasks":{"total":2}}]})"});
  const auto& jobs = std::get<jobs_overview>(told.result).jobs;
  BOOST_REQUIRE_EQUAL(jobs.size(), 2U);
  BOOST_TEST(jobs[0].state == "RUNNING");
  BOOST_TEST(jobs[1].id.hex == "08");
}

BOOST_AUTO_TEST_CASE(a_run_says_nothing_that_was_not_asked) {
  run_jar bare;
  bare.jar = "x";
  bare.job = job;
  BOOST_TEST(json::parse(to_http(flink_body{bare}).body) ==
             json::parse(R"({"jobId":"00000000000000000000000000000007"})"));
}

BOOST_AUTO_TEST_CASE(requests_make_a_round_trip) {
  for (const auto& [asked, answer] : all_answers()) {
    const auto request = to_http(asked);
    const auto again = flink_body_of(request);
    BOOST_REQUIRE_MESSAGE(again, request.path);
    BOOST_TEST((to_http(*again) == request), request.path);
  }
}

BOOST_AUTO_TEST_CASE(answers_make_a_round_trip) {
  for (const auto& [asked, answer] : all_answers()) {
    const auto again = flink_answer_of(asked, to_http(asked, answer));
    BOOST_TEST(meaning_of(again) == meaning_of(answer));
    BOOST_TEST(to_http(asked, again).body == to_http(asked, answer).body);
  }
}

BOOST_AUTO_TEST_CASE(refusals_make_a_round_trip) {
  const flink_body asked = full_run(flink_version::v1_20);
  for (const auto expected :
       {refusal_reason::already_exists, refusal_reason::not_found, refusal_reason::invalid,
        refusal_reason::forbidden, refusal_reason::unavailable, refusal_reason::unknown_outcome,
        refusal_reason::too_many_requests, refusal_reason::malformed}) {
    const auto response = to_http(asked, {refusal{expected, "because", {}}});
    BOOST_TEST((reason(asked, response.status, response.body) == expected), name_of(expected));
  }
}

BOOST_AUTO_TEST_CASE(a_job_without_checkpointing_has_no_checkpoints) {
  const auto answer = flink_answer_of(get_checkpoints{job},
                                      {404, {}, error_with("Checkpointing has not been enabled.")});
  BOOST_TEST(meaning_of(answer) == "checkpoints completed=none savepoint=none restored=none");
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_cannot_be_addressed_has_no_path) {
  const auto answer = flink_answer_of(get_checkpoints{job}, {200, {}, R"({"counts":{"completed":1},
    "latest":{"completed":{"id":3,"trigger_timestamp":9,
      "external_path":"<checkpoint-not-externally-addressable>"},"savepoint":null}})"});
  const auto& seen = std::get<checkpoints>(answer.result);
  BOOST_TEST((seen.completed == checkpoint_info{3, "", 9}));
  BOOST_TEST(!seen.savepoint.has_value());
}

BOOST_AUTO_TEST_CASE(why_the_last_checkpoint_failed) {
  const auto failure_with = [](const std::string& latest) {
    const auto answer = flink_answer_of(
        get_checkpoints{job},
        {200, {}, R"({"counts":{"completed":1},"latest":{)" + latest + R"(},"history":[]})"});
    return std::get<checkpoints>(answer.result).failure;
  };
  const std::string failed = R"("failed":{"id":5,"failure_message":"Failure to finalize"})";
  BOOST_TEST(failure_with(failed) == "Failure to finalize");
  BOOST_TEST(failure_with(R"("completed":{"id":4},)" + failed) == "Failure to finalize");
  BOOST_TEST(failure_with(R"("completed":{"id":6},)" + failed) == "", "one completed since then");
  BOOST_TEST(failure_with(R"("failed":null)") == "");
  BOOST_TEST(failure_with(R"("failed":{"id":5,"failure_message":null})") == "");
}

BOOST_AUTO_TEST_CASE(the_history_tells_of_what_was_overtaken) {
  const auto seen = with_history(R"([
    {"className":"in_progress","id":11,"status":"IN_PROGRESS","is_savepoint":false,
     "trigger_timestamp":11},
    {"id":10,"status":"FAILED","is_savepoint":true,"trigger_timestamp":10,
     "external_path":"file:/chk-10","failure_message":"expired"},
    {"id":9,"status":"COMPLETED","is_savepoint":false,"trigger_timestamp":9,
     "external_path":"file:/chk-9","discarded":false},
    {"@class":"completed","id":8,"status":"COMPLETED","is_savepoint":true,"trigger_timestamp":8,
     "external_path":"file:/savepoint-8","discarded":false},
    {"id":7,"status":"COMPLETED","is_savepoint":false,"trigger_timestamp":7,
     "external_path":"file:/chk-7","discarded":true},
    {"id":6,"status":"COMPLETED","external_path":null},
    {"id":5,"status":"COMPLETED","external_path":"<checkpoint-not-externally-addressable>"},
    {"id":4,"status":"ARCHIVED","external_path":"file:/chk-4"},
    {"id":3,"status":null,"is_savepoint":null}])");
  BOOST_REQUIRE_EQUAL(seen.history.size(), 9u);
  BOOST_TEST((seen.history[0] == triggered_checkpoint{{11, "", 11}, "IN_PROGRESS", false}));
  BOOST_TEST(
      (seen.history[3] == triggered_checkpoint{{8, "file:/savepoint-8", 8}, "COMPLETED", true}));
  const auto path_of = [&](std::int64_t id) {
    const auto* found = checkpoint_with_id(seen, id);
    return found != nullptr ? found->path : "none";
  };
  BOOST_TEST(path_of(9) == "file:/chk-9");
  BOOST_TEST(path_of(8) == "file:/savepoint-8");
  BOOST_TEST(path_of(7) == "file:/chk-7", "whether its files are still there or not");
  BOOST_TEST(path_of(6) == "");
  BOOST_TEST(path_of(5) == "");
  for (const std::int64_t id : {12, 11, 10, 4, 3, 2}) BOOST_TEST(path_of(id) == "none", id);
}

BOOST_AUTO_TEST_CASE(without_a_history_the_latest_is_known) {
  for (const auto* nothing : {"[]", "null"}) {
    const auto seen = with_history(nothing);
    BOOST_TEST(seen.history.empty());
    BOOST_TEST(checkpoint_with_id(seen, 9)->path == "file:/chk-9");
    BOOST_TEST(checkpoint_with_id(seen, 8) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(an_odd_answer_has_one_meaning) {
  const flink_body run = full_run(flink_version::v1_20);
  const flink_body read = get_jobs_overview{};
  const flink_body trigger = trigger_savepoint{job, "t", "d"};
  const std::string html = "<html>Bad Gateway</html>";
  const std::vector<case_of_refusal> cases{
      {run, 500, error_with("Internal server error."), refusal_reason::unknown_outcome},
      {run, 500, error_with("The main method caused an error: x"), refusal_reason::invalid},
      {run, 500, html, refusal_reason::unknown_outcome},
      {run, 502, html, refusal_reason::unknown_outcome},
      {run, 503, html, refusal_reason::unavailable},
      {run, 400, error_with("x\nCaused by: java.util.concurrent.TimeoutException: rpc timed out"),
       refusal_reason::unknown_outcome},
      {run, 404, error_with("Not found: /jars/x/run"), refusal_reason::unavailable},
      {run, 404, html, refusal_reason::malformed},
      {run, 413, html, refusal_reason::invalid},
      {run, 200, "", refusal_reason::malformed},
      {run, 200, R"({"jobid":""})", refusal_reason::malformed},
      {run, 302, "", refusal_reason::malformed},
      {read, 500, error_with("Internal server error."), refusal_reason::unavailable},
      {read, 404, error_with("Unable to load requested file /jobs/overview."),
       refusal_reason::unavailable},
      {read, 401, "", refusal_reason::forbidden},
      {read, 429, "", refusal_reason::too_many_requests},
      {read, 200, html, refusal_reason::malformed},
      {read, 200, R"({"jobs":[{"jid":7}]})", refusal_reason::malformed},
      {read, 200, "{}", refusal_reason::malformed},
      {trigger, 500, error_with("x"), refusal_reason::unknown_outcome},
      {trigger, 404, error_with("Job 7 not found"), refusal_reason::not_found},
      {get_savepoint{job, "t"}, 200, R"({"status":{"id":"COMPLETED"},"operation":{}})",
       refusal_reason::malformed},
      {cancel_job{job}, 409, error_with("Job cancellation failed because the job has already"),
       refusal_reason::conflict},
      {delete_jar{"x"}, 400, error_with("File x does not exist in y."), refusal_reason::not_found},
      // A page of a proxy, or half an answer, is not Flink's word that it was accepted.
      {cancel_job{job}, 200, html, refusal_reason::malformed},
      {cancel_job{job}, 202, "{", refusal_reason::malformed},
      {trigger, 202, R"({"request-id":"7)", refusal_reason::malformed},
      {delete_jar{"x"}, 200, "", refusal_reason::malformed},
  };
  for (const auto& one : cases)
    BOOST_TEST((reason(one.asked, one.status, one.body) == one.expected),
               one.status << " " << one.body << " means "
                          << name_of(reason(one.asked, one.status, one.body)));
}

BOOST_AUTO_TEST_CASE(the_root_cause_is_the_innermost_line) {
  BOOST_TEST(root_cause("Internal server error.\n<Exception on server side:\na.B: outer\n\tat x\n"
                        "Caused by: c.D: middle\n\tat y\nCaused by: e.F: inner\n\tat z\n\nEnd of "
                        "exception on server side>") == "e.F: inner");
  BOOST_TEST(root_cause("Internal server error.\n<Exception on server side:\na.B: only\n\tat x") ==
             "a.B: only");
  BOOST_TEST(root_cause("just this") == "just this");
  BOOST_TEST(root_cause("") == "");
  BOOST_TEST(root_cause(std::string(9000, 'x')).size() == 2048U);
}

BOOST_AUTO_TEST_CASE(a_long_message_is_cut_between_characters) {
  const auto text = shortened("ääääääääääää", 12);
  BOOST_TEST(text == "ääää…");
  BOOST_TEST(shortened("short", 12) == "short");
}

BOOST_AUTO_TEST_CASE(a_request_that_drey_does_not_make_is_none) {
  for (const auto* path : {"/", "/jobmanager/config", "/jobs", "/jobs/x/config",
                           "/jobs/%zz/checkpoints", "/jars", "/jobs/x/checkpoints/details/1"})
    BOOST_TEST(!flink_body_of({"GET", path, "", ""}).has_value(), path);
  BOOST_TEST(!flink_body_of({"POST", "/jars/x/run", "application/json", "{"}).has_value());
  BOOST_TEST(!flink_body_of({"PATCH", "/jobs/x", "", ""}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
