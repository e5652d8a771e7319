/// Flink's REST API as its server sees it: answers written as a JobManager writes them.
#include <type_traits>

#include "protocol/flink_http.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

std::string body_of(const flink_body&, const jobs_overview& x) {
  json_writer json;
  auto jobs = nlohmann::json::array();
  for (const auto& job : x.jobs) {
    json_writer row;
    row.put("jid", job.id.hex);
    row.put("name", job.name);
    row.put("state", job.state);
    row.write("start-time", job.start_time);
    row.object("tasks", [&](json_writer& tasks) {
      tasks.write("total", job.tasks_total);
      tasks.write("running", job.tasks_running);
      tasks.write("finished", job.tasks_finished);
    });
    jobs.push_back(std::move(row).take());
  }
  json.put("jobs", std::move(jobs));
  return json.dump();
}

std::string body_of(const flink_body&, const cluster_overview& x) {
  json_writer json;
  json.write("taskmanagers", x.task_managers);
  json.write("slots-total", x.slots_total);
  json.write("slots-available", x.slots_available);
  json.write("flink-version", x.flink_version);
  return json.dump();
}

std::string body_of(const flink_body&, const dashboard& x) {
  json_writer json;
  json.write("flink-version", x.flink_version);
  json.write("flink-revision", x.flink_revision);
  return json.dump();
}

std::string body_of(const flink_body&, const task_managers& x) {
  json_writer json;
  auto all = nlohmann::json::array();
  for (const auto& one : x.all)
    all.push_back({{"id", one.id}, {"slotsNumber", one.slots}, {"freeSlots", one.slots_free}});
  json.put("taskmanagers", std::move(all));
  return json.dump();
}

void write_checkpoint(json_writer& json, std::string_view time, const checkpoint_info& x) {
  json.write("id", x.id);
  json.write(time, x.time);
  json.put("external_path", x.path);
}

void write_latest(json_writer& latest, std::string_view which, std::string_view time,
                  const std::optional<checkpoint_info>& x) {
  if (x) latest.object(which, [&](json_writer& json) { write_checkpoint(json, time, *x); });
}

void write_triggered(json_writer& json, const triggered_checkpoint& x) {
  write_checkpoint(json, "trigger_timestamp", x.what);
  json.write("status", x.status);
  json.write("is_savepoint", x.is_savepoint);
}

std::string body_of(const flink_body&, const checkpoints& x) {
  json_writer json;
  json.object("counts", [&](json_writer& counts) { counts.write("completed", x.count_completed); });
  json.present("latest", [&](json_writer& latest) {
    write_latest(latest, "completed", "trigger_timestamp", x.completed);
    write_latest(latest, "savepoint", "trigger_timestamp", x.savepoint);
    write_latest(latest, "restored", "restore_timestamp", x.restored);
    if (!x.failure.empty())
      latest.object("failed", [&](json_writer& json) {
        json.put("id", x.completed ? x.completed->id + 1 : 1);
        json.put("failure_message", x.failure);
      });
  });
  json.each("history", x.history, write_triggered);
  return json.dump();
}

std::string body_of(const flink_body&, const checkpoint_config& x) {
  json_writer json;
  json.present("externalization", [&](json_writer& how) {
    how.put("enabled", x.externalized);
    how.put("delete_on_cancellation", x.deleted_on_cancellation);
  });
  return json.dump();
}

std::string body_of(const flink_body&, const job_failure& x) {
  json_writer json;
  auto entries = nlohmann::json::array();
  if (!x.cause.empty()) entries.push_back({{"stacktrace", x.cause}});
  json.present("exceptionHistory",
               [&](json_writer& history) { history.put("entries", std::move(entries)); });
  return json.dump();
}

std::string body_of(const flink_body& asked, const job_details& x) {
  json_writer json;
  if (const auto* of = std::get_if<get_job>(&asked)) json.put("jid", of->job.hex);
  json.put("state", x.state);
  auto all = nlohmann::json::array();
  for (const auto& one : x.vertices)
    all.push_back({{"id", one.id},
                   {"name", one.name},
                   {"maxParallelism", one.max_parallelism},
                   {"parallelism", one.parallelism},
                   {"tasks", {{"RUNNING", one.tasks_running}, {"FINISHED", one.tasks_finished}}}});
  json.put("vertices", std::move(all));
  return json.dump();
}

std::string body_of(const flink_body&, const jar_uploaded& x) {
  json_writer json;
  json.put("filename", "/tmp/flink-web-upload/" + x.jar);
  json.put("status", "success");
  return json.dump();
}

std::string body_of(const flink_body&, const job_accepted& x) {
  json_writer json;
  json.put("jobid", x.job.hex);
  return json.dump();
}

std::string body_of(const flink_body& asked, const flink_done& x) {
  json_writer json;
  if (std::holds_alternative<trigger_savepoint>(asked) || std::holds_alternative<stop_job>(asked))
    json.put("request-id", x.request);
  if (const auto* checkpoint = std::get_if<trigger_checkpoint>(&asked))
    json.put("request-id", checkpoint->trigger_id);
  return json.dump();
}

std::string body_of(const flink_body&, const savepoint_progress& x) {
  json_writer json;
  json.object("status", [&](json_writer& status) { status.write("id", x.state); });
  json.object("operation", [&](json_writer& operation) {
    operation.write("location", x.location);
    operation.object("failure-cause",
                     [&](json_writer& cause) { cause.write("stack-trace", x.failure); });
  });
  return json.dump();
}

std::string body_of(const flink_body&, const checkpoint_progress& x) {
  json_writer json;
  json.object("status", [&](json_writer& status) { status.write("id", x.state); });
  json.object("operation", [&](json_writer& operation) {
    if (x.state == "COMPLETED" && x.failure.empty()) operation.put("checkpointId", x.checkpoint_id);
    operation.object("failureCause",
                     [&](json_writer& cause) { cause.write("stack-trace", x.failure); });
  });
  return json.dump();
}

std::string body_of(const flink_body&, const disposal_accepted& x) {
  json_writer json;
  json.put("request-id", x.request);
  return json.dump();
}

std::string body_of(const flink_body&, const disposal_progress& x) {
  json_writer json;
  json.object("status", [&](json_writer& status) { status.write("id", x.state); });
  json.object("operation", [&](json_writer& operation) {
    operation.object("failure-cause",
                     [&](json_writer& cause) { cause.write("stack-trace", x.failure); });
  });
  return json.dump();
}

std::string error_body(std::string message) {
  json_writer json;
  json.put("errors", nlohmann::json::array({std::move(message)}));
  return json.dump();
}

/// What a JobManager says first; the cause stands in the stack trace below.
std::string message_of(const flink_body& asked, const refusal& why) {
  if (why.reason == refusal_reason::already_exists)
    return "Could not execute application.\nCaused by: org.apache.flink.runtime.client."
           "DuplicateJobSubmissionException: " +
           why.message;
  if (std::holds_alternative<run_jar>(asked) && why.reason == refusal_reason::not_found)
    return "Jar file " + std::get<run_jar>(asked).jar + " does not exist";
  return why.message.empty() ? std::string{name_of(why.reason)} : why.message;
}

int status_of(const flink_body& asked, refusal_reason reason) {
  switch (reason) {
    case refusal_reason::not_found:
      return std::holds_alternative<run_jar>(asked) ? 400 : 404;
    case refusal_reason::conflict:
      return 409;
    case refusal_reason::forbidden:
      return 403;
    case refusal_reason::too_many_requests:
      return 429;
    case refusal_reason::unavailable:
      return 503;
    case refusal_reason::unknown_outcome:
      return 504;
    case refusal_reason::already_exists:
    case refusal_reason::invalid:
    case refusal_reason::gone:
    case refusal_reason::malformed:
      break;
  }
  return 400;
}

/// Triggering and cancelling are accepted, the rest is done.
int status_of(const flink_body& asked) {
  const bool later = std::holds_alternative<cancel_job>(asked) ||
                     std::holds_alternative<stop_job>(asked) ||
                     std::holds_alternative<trigger_savepoint>(asked) ||
                     std::holds_alternative<trigger_checkpoint>(asked) ||
                     std::holds_alternative<dispose_savepoint>(asked);
  return later ? 202 : 200;
}

}  // namespace

http_response to_http(const flink_body& asked, const flink_answer& answer) {
  if (const auto* why = std::get_if<refusal>(&answer.result)) {
    if (why->reason == refusal_reason::malformed) return {200, {}, "<html>" + why->message};
    return {status_of(asked, why->reason), why->retry_after, error_body(message_of(asked, *why))};
  }
  return std::visit(
      [&](const auto& x) -> http_response {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(x)>, refusal>)
          return {};
        else
          return {status_of(asked), {}, body_of(asked, x)};
      },
      answer.result);
}

}  // namespace drey
