/// Answers of Flink's REST API, read.
#include <set>

#include "protocol/flink_http.hpp"
#include "protocol/json_reader.hpp"

namespace drey {

namespace {

constexpr std::int64_t answer_bytes_max = 16 << 20;
/// What Flink writes for a checkpoint that nobody can restore from.
constexpr std::string_view not_addressable = "<checkpoint-not-externally-addressable>";

/// Flink before 1.15 may list an id twice: what lives under it, and behind that what has ended
/// under it (lab, 1.12.5).
bool read_answer(json_reader& json, jobs_overview& out) {
  std::set<std::string> listed;
  return json.each("jobs", [&](json_reader& item) {
    job_overview job;
    item.read("jid", job.id.hex);
    item.read("name", job.name);
    item.read("state", job.state);
    item.read("start-time", job.start_time);
    item.object("tasks", [&](json_reader& tasks) {
      tasks.read("total", job.tasks_total);
      tasks.read("running", job.tasks_running);
      tasks.read("finished", job.tasks_finished);
    });
    if (listed.insert(job.id.hex).second) out.jobs.push_back(std::move(job));
  });
}

bool read_answer(json_reader& json, cluster_overview& out) {
  json.read("flink-version", out.flink_version);
  return json.read("taskmanagers", out.task_managers) &&
         json.read("slots-total", out.slots_total) &&
         json.read("slots-available", out.slots_available);
}

bool read_answer(json_reader& json, dashboard& out) {
  json.read("flink-revision", out.flink_revision);
  return json.read("flink-version", out.flink_version);
}

bool read_answer(json_reader& json, task_managers& out) {
  return json.each("taskmanagers", [&](json_reader& item) {
    task_manager_info one;
    item.read("id", one.id);
    item.read("slotsNumber", one.slots);
    item.read("freeSlots", one.slots_free);
    out.all.push_back(std::move(one));
  });
}

checkpoint_info read_checkpoint(json_reader& json, std::string_view time) {
  checkpoint_info found;
  json.read("id", found.id);
  json.read("external_path", found.path);
  json.read(time, found.time);
  if (found.path == not_addressable) found.path.clear();
  return found;
}

void read_latest(json_reader& latest, std::string_view which, std::string_view time,
                 std::optional<checkpoint_info>& out) {
  latest.object(which, [&](json_reader& json) { out = read_checkpoint(json, time); });
}

void read_history(json_reader& json, std::vector<triggered_checkpoint>& out) {
  json.each("history", [&](json_reader& item) {
    triggered_checkpoint one{read_checkpoint(item, "trigger_timestamp"), {}, false};
    item.read("status", one.status);
    item.read("is_savepoint", one.is_savepoint);
    out.push_back(std::move(one));
  });
}

/// Of one that is older than the newest that completed nothing is told.
void read_failed(json_reader& latest, checkpoints& out) {
  latest.object("failed", [&](json_reader& json) {
    const auto failed = read_checkpoint(json, "trigger_timestamp");
    if (out.completed && out.completed->id > failed.id) return;
    json.read("failure_message", out.failure);
  });
}

bool read_answer(json_reader& json, checkpoints& out) {
  const bool counted = json.object(
      "counts", [&](json_reader& counts) { counts.read("completed", out.count_completed); });
  const bool listed = json.object("latest", [&](json_reader& latest) {
    read_latest(latest, "completed", "trigger_timestamp", out.completed);
    read_latest(latest, "savepoint", "trigger_timestamp", out.savepoint);
    read_latest(latest, "restored", "restore_timestamp", out.restored);
    read_failed(latest, out);
  });
  read_history(json, out.history);
  return counted && listed;
}

bool read_answer(json_reader& json, checkpoint_config& out) {
  bool told = false;
  json.object("externalization", [&](json_reader& how) {
    told = how.read("enabled", out.externalized) &&
           how.read("delete_on_cancellation", out.deleted_on_cancellation);
  });
  return told;
}

bool read_answer(json_reader& json, jar_uploaded& out) {
  std::string file;
  if (!json.read("filename", file)) return false;
  out.jar = file.substr(file.rfind('/') + 1);
  return !out.jar.empty();
}

bool read_answer(json_reader& json, job_accepted& out) {
  return json.read("jobid", out.job.hex) && !out.job.hex.empty();
}

/// One of two spellings: savepoints say "failure-cause", checkpoints "failureCause".
void read_failure(json_reader& operation, std::string_view spelling, std::string& out) {
  operation.object(spelling, [&](json_reader& cause) {
    std::string trace, type;
    cause.read("class", type);
    cause.read("stack-trace", trace);
    out = root_cause(trace);
    if (out.empty()) out = type.empty() ? "Flink gave no cause" : type;
  });
}

void read_state(json_reader& json, std::string& out) {
  json.object("status", [&](json_reader& status) { status.read("id", out); });
}

bool read_answer(json_reader& json, checkpoint_progress& out) {
  read_state(json, out.state);
  bool told = false;
  json.object("operation", [&](json_reader& operation) {
    told = operation.read("checkpointId", out.checkpoint_id);
    read_failure(operation, "failureCause", out.failure);
  });
  if (out.state == "IN_PROGRESS") return true;
  return out.state == "COMPLETED" && told == out.failure.empty();
}

bool read_answer(json_reader& json, disposal_accepted& out) {
  return json.read("request-id", out.request) && !out.request.empty();
}

bool read_answer(json_reader& json, disposal_progress& out) {
  read_state(json, out.state);
  json.object("operation", [&](json_reader& operation) {
    read_failure(operation, "failure-cause", out.failure);
  });
  return out.state == "IN_PROGRESS" || out.state == "COMPLETED";
}

bool read_answer(json_reader& json, savepoint_progress& out) {
  read_state(json, out.state);
  json.object("operation", [&](json_reader& operation) {
    operation.read("location", out.location);
    read_failure(operation, "failure-cause", out.failure);
  });
  if (out.state == "IN_PROGRESS") return true;
  return out.state == "COMPLETED" && (out.location.empty() != out.failure.empty());
}

/// The history is what newer versions have, the root what older ones have.
bool read_answer(json_reader& json, job_failure& out) {
  std::string trace;
  const bool old = json.read("root-exception", trace);
  const bool listed = json.object("exceptionHistory", [&](json_reader& history) {
    std::string newest;
    history.each("entries", [&](json_reader& entry) {
      if (newest.empty()) entry.read("stacktrace", newest);
    });
    if (!newest.empty()) trace = std::move(newest);
  });
  out.cause = root_cause(trace);
  return old || listed;
}

bool read_answer(json_reader& json, job_details& out) {
  json.read("state", out.state);
  return json.each("vertices", [&](json_reader& item) {
    job_vertex one;
    item.read("id", one.id);
    item.read("name", one.name);
    item.read("parallelism", one.parallelism);
    item.read("maxParallelism", one.max_parallelism);
    item.object("tasks", [&](json_reader& tasks) {
      tasks.read("RUNNING", one.tasks_running);
      tasks.read("FINISHED", one.tasks_finished);
    });
    out.vertices.push_back(std::move(one));
  });
}

refusal malformed_answer(const http_response& response, const field_errors& errors) {
  const std::string why =
      errors.empty() ? "something that was expected is missing" : text_of_error(errors.front());
  return {refusal_reason::malformed,
          "Flink's answer cannot be understood: " + why + ": " + shortened(response.body, 200)};
}

template <class Answer>
flink_answer answered(const http_response& response) {
  Answer out;
  field_errors errors;
  bool complete = false;
  read_json_object(
      response.body, errors, [&](json_reader& json) { complete = read_answer(json, out); },
      answer_bytes_max);
  if (!complete || !errors.empty()) return {malformed_answer(response, errors)};
  return {std::move(out)};
}

flink_answer answer_to(const get_jobs_overview&, const http_response& response) {
  return answered<jobs_overview>(response);
}
flink_answer answer_to(const get_cluster_overview&, const http_response& response) {
  return answered<cluster_overview>(response);
}
flink_answer answer_to(const get_dashboard&, const http_response& response) {
  return answered<dashboard>(response);
}
flink_answer answer_to(const get_task_managers&, const http_response& response) {
  return answered<task_managers>(response);
}
flink_answer answer_to(const get_failure&, const http_response& response) {
  return answered<job_failure>(response);
}
flink_answer answer_to(const get_job&, const http_response& response) {
  return answered<job_details>(response);
}
flink_answer answer_to(const get_checkpoints&, const http_response& response) {
  return answered<checkpoints>(response);
}
flink_answer answer_to(const get_checkpoint_config&, const http_response& response) {
  return answered<checkpoint_config>(response);
}
flink_answer answer_to(const upload_jar&, const http_response& response) {
  return answered<jar_uploaded>(response);
}
flink_answer answer_to(const run_jar&, const http_response& response) {
  return answered<job_accepted>(response);
}
flink_answer answer_to(const get_savepoint&, const http_response& response) {
  return answered<savepoint_progress>(response);
}
flink_answer answer_to(const get_triggered_checkpoint&, const http_response& response) {
  return answered<checkpoint_progress>(response);
}
flink_answer answer_to(const dispose_savepoint&, const http_response& response) {
  return answered<disposal_accepted>(response);
}
flink_answer answer_to(const get_disposal&, const http_response& response) {
  return answered<disposal_progress>(response);
}
flink_answer savepoint_taken(const http_response& response) {
  flink_done out;
  field_errors errors;
  const bool readable = read_json_object(
      response.body, errors, [&](json_reader& json) { json.read("request-id", out.request); },
      answer_bytes_max);
  if (!readable) return {malformed_answer(response, errors)};
  return {std::move(out)};
}
flink_answer answer_to(const trigger_savepoint&, const http_response& response) {
  return savepoint_taken(response);
}
flink_answer answer_to(const stop_job&, const http_response& response) {
  return savepoint_taken(response);
}
/// Jar deleted, cancellation or checkpoint under way: the status says it, but only when Flink does,
/// and not a proxy with a page of its own.
template <class Asked>
flink_answer answer_to(const Asked&, const http_response& response) {
  field_errors errors;
  if (!read_json_object(
          response.body, errors, [](json_reader&) {}, answer_bytes_max))
    return {malformed_answer(response, errors)};
  return {flink_done{}};
}

bool checkpointing_is_off(const http_response& response) {
  return response.status == 404 &&
         response.body.find("Checkpointing has not been enabled") != std::string::npos;
}

}  // namespace

flink_answer flink_answer_of(const flink_body& asked, const http_response& response) {
  if (std::holds_alternative<get_checkpoints>(asked) && checkpointing_is_off(response))
    return {checkpoints{}};
  if (std::holds_alternative<get_checkpoint_config>(asked) && checkpointing_is_off(response))
    return {checkpoint_config{}};
  if (response.status < 200 || response.status > 299) return {flink_refusal(asked, response)};
  return std::visit([&](const auto& x) { return answer_to(x, response); }, asked);
}

}  // namespace drey
