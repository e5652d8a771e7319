/// Requests of Flink's REST API: paths and bodies by Flink version.
#include "protocol/flink_http.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

constexpr std::string_view json_type = "application/json";

std::string job_path(const job_id& job) { return "/jobs/" + url_encoded(job.hex); }
std::string jar_path(const std::string& jar) { return "/jars/" + url_encoded(jar); }

http_request get(std::string path) { return {"GET", std::move(path), "", ""}; }
http_request post(std::string path, std::string body) {
  return {"POST", std::move(path), std::string{json_type}, std::move(body)};
}

/// Unknown fields are refused by Flink, so each version gets those that it knows.
std::string body_of(const run_jar& x) {
  json_writer json;
  json.write("jobId", x.job.hex);
  json.write("entryClass", x.entry_class);
  json.write("programArgsList", x.args);
  if (x.parallelism > 0) json.write("parallelism", x.parallelism);
  json.write("allowNonRestoredState", x.allow_non_restored_state);
  json.write("savepointPath", x.savepoint_path);
  const auto& flink = capabilities_of(x.version);
  // The snapshot stays ours: Flink neither claims nor deletes it.
  if (!x.savepoint_path.empty() && !flink.claim_field.empty())
    json.put(flink.claim_field, "NO_CLAIM");
  if (flink.run_configuration) json.write("flinkConfiguration", x.flink_configuration);
  return json.dump();
}

std::string body_of(const trigger_savepoint& x) {
  json_writer json;
  json.write("target-directory", x.directory);
  json.write("cancel-job", false);
  if (capabilities_of(x.version).trigger_id) {
    json.write("formatType", x.format);
    json.write("triggerId", x.trigger_id);
  }
  return json.dump();
}

std::string body_of(const stop_job& x) {
  json_writer json;
  json.write("targetDirectory", x.directory);
  json.put("drain", x.drain);
  if (capabilities_of(x.version).trigger_id) json.write("triggerId", x.trigger_id);
  return json.dump();
}

http_request request_of(const get_jobs_overview&) { return get("/jobs/overview"); }
http_request request_of(const get_cluster_overview&) { return get("/overview"); }
http_request request_of(const get_dashboard&) { return get("/config"); }
http_request request_of(const get_task_managers&) { return get("/taskmanagers"); }
http_request request_of(const get_checkpoints& x) { return get(job_path(x.job) + "/checkpoints"); }
http_request request_of(const get_checkpoint_config& x) {
  return get(job_path(x.job) + "/checkpoints/config");
}
http_request request_of(const get_failure& x) {
  return get(job_path(x.job) + "/exceptions?maxExceptions=1");
}
http_request request_of(const upload_jar& x) {
  return {"POST", "/jars/upload", "multipart/form-data", "", x.artifact};
}
http_request request_of(const run_jar& x) { return post(jar_path(x.jar) + "/run", body_of(x)); }
http_request request_of(const delete_jar& x) { return {"DELETE", jar_path(x.jar), "", ""}; }
http_request request_of(const cancel_job& x) {
  return {"PATCH", job_path(x.job) + "?mode=cancel", "", ""};
}
http_request request_of(const trigger_savepoint& x) {
  return post(job_path(x.job) + "/savepoints", body_of(x));
}
http_request request_of(const stop_job& x) { return post(job_path(x.job) + "/stop", body_of(x)); }
http_request request_of(const trigger_checkpoint& x) {
  json_writer json;
  json.put("checkpointType", "CONFIGURED");
  json.write("triggerId", x.trigger_id);
  return post(job_path(x.job) + "/checkpoints", json.dump());
}
http_request request_of(const get_savepoint& x) {
  return get(job_path(x.job) + "/savepoints/" + url_encoded(x.trigger_id));
}

http_request request_of(const get_triggered_checkpoint& x) {
  return get(job_path(x.job) + "/checkpoints/" + url_encoded(x.trigger_id));
}
http_request request_of(const dispose_savepoint& x) {
  json_writer json;
  json.put("savepoint-path", x.path);
  return post("/savepoint-disposal", json.dump());
}
http_request request_of(const get_disposal& x) {
  return get("/savepoint-disposal/" + url_encoded(x.request));
}

http_request request_of(const get_job& x) { return get(job_path(x.job)); }
http_request request_of(const rescale_job& x) {
  json_writer json;
  for (const auto& vertex : x.vertices)
    json.put(vertex, {{"parallelism", {{"lowerBound", 1}, {"upperBound", x.parallelism}}}});
  return {"PUT", job_path(x.job) + "/resource-requirements", std::string{json_type}, json.dump()};
}

/// A newest version that would have written the same body.
flink_version version_of(json_reader& json) {
  if (json.has("claimMode")) return flink_version::v1_20;
  if (json.has("restoreMode"))
    return json.has("flinkConfiguration") ? flink_version::v1_19 : flink_version::v1_16;
  return flink_version::v1_20;
}

std::optional<flink_body> run_of(const std::string& jar, const std::string& body) {
  run_jar out;
  out.jar = jar;
  field_errors errors;
  const bool readable = read_json_object(body, errors, [&](json_reader& json) {
    out.version = version_of(json);
    json.read("jobId", out.job.hex);
    json.read("entryClass", out.entry_class);
    json.read("programArgsList", out.args);
    json.read("parallelism", out.parallelism);
    json.read("allowNonRestoredState", out.allow_non_restored_state);
    json.read("savepointPath", out.savepoint_path);
    json.read("flinkConfiguration", out.flink_configuration);
  });
  if (!readable || !errors.empty()) return std::nullopt;
  return out;
}

std::optional<flink_body> savepoint_of(const std::string& job, const std::string& body) {
  trigger_savepoint out;
  out.job.hex = job;
  field_errors errors;
  const bool readable = read_json_object(body, errors, [&](json_reader& json) {
    if (!json.has("triggerId")) out.version = flink_version::v1_14;
    json.read("target-directory", out.directory);
    json.read("formatType", out.format);
    json.read("triggerId", out.trigger_id);
  });
  if (!readable || !errors.empty()) return std::nullopt;
  return out;
}

std::optional<flink_body> stop_of(const std::string& job, const std::string& body) {
  stop_job out;
  out.job.hex = job;
  field_errors errors;
  const bool readable = read_json_object(body, errors, [&](json_reader& json) {
    if (!json.has("triggerId")) out.version = flink_version::v1_14;
    json.read("targetDirectory", out.directory);
    json.read("drain", out.drain);
    json.read("triggerId", out.trigger_id);
  });
  if (!readable || !errors.empty()) return std::nullopt;
  return out;
}

std::optional<flink_body> checkpoint_of(const std::string& job, const std::string& body) {
  trigger_checkpoint out;
  out.job.hex = job;
  field_errors errors;
  const bool readable = read_json_object(
      body, errors, [&](json_reader& json) { json.read("triggerId", out.trigger_id); });
  if (!readable || !errors.empty()) return std::nullopt;
  return out;
}

std::optional<flink_body> disposal_of(const std::string& body) {
  dispose_savepoint out;
  field_errors errors;
  const bool readable = read_json_object(
      body, errors, [&](json_reader& json) { json.read("savepoint-path", out.path); });
  if (!readable || !errors.empty()) return std::nullopt;
  return out;
}

/// Of a client that asks for the same parallelism of every vertex.
std::optional<flink_body> rescale_of(const std::string& job, const std::string& body) {
  rescale_job out;
  out.job.hex = job;
  field_errors errors;
  const bool readable = read_json_object(body, errors, [&](json_reader& json) {
    json.members([&](const std::string& vertex, json_reader& one) {
      one.object("parallelism", [&](json_reader& x) { x.read("upperBound", out.parallelism); });
      out.vertices.push_back(vertex);
    });
  });
  if (!readable || !errors.empty()) return std::nullopt;
  return out;
}

std::optional<flink_body> read_request_of(const std::vector<std::string>& path) {
  if (path == std::vector<std::string>{"overview"}) return get_cluster_overview{};
  if (path == std::vector<std::string>{"config"}) return get_dashboard{};
  if (path == std::vector<std::string>{"taskmanagers"}) return get_task_managers{};
  if (path == std::vector<std::string>{"jobs", "overview"}) return get_jobs_overview{};
  if (path.size() == 2 && path[0] == "savepoint-disposal") return get_disposal{path[1]};
  if (path.size() < 2 || path[0] != "jobs") return std::nullopt;
  if (path.size() == 2) return get_job{{path[1]}};
  if (path.size() == 3 && path[2] == "checkpoints") return get_checkpoints{{path[1]}};
  if (path.size() == 3 && path[2] == "exceptions") return get_failure{{path[1]}};
  if (path.size() == 4 && path[2] == "savepoints") return get_savepoint{{path[1]}, path[3]};
  if (path.size() == 4 && path[2] == "checkpoints" && path[3] == "config")
    return get_checkpoint_config{{path[1]}};
  if (path.size() == 4 && path[2] == "checkpoints")
    return get_triggered_checkpoint{{path[1]}, path[3]};
  return std::nullopt;
}

std::optional<flink_body> post_of(const std::vector<std::string>& path,
                                  const http_request& request) {
  if (path == std::vector<std::string>{"jars", "upload"}) return upload_jar{request.upload};
  if (path == std::vector<std::string>{"savepoint-disposal"}) return disposal_of(request.body);
  if (path.size() != 3) return std::nullopt;
  if (path[0] == "jars" && path[2] == "run") return run_of(path[1], request.body);
  if (path[0] == "jobs" && path[2] == "stop") return stop_of(path[1], request.body);
  if (path[0] == "jobs" && path[2] == "savepoints") return savepoint_of(path[1], request.body);
  if (path[0] == "jobs" && path[2] == "checkpoints") return checkpoint_of(path[1], request.body);
  return std::nullopt;
}

}  // namespace

http_request to_http(const flink_body& asked) {
  return std::visit([](const auto& x) { return request_of(x); }, asked);
}

std::optional<flink_body> flink_body_of(const http_request& request) {
  const auto parts = parts_of(request.path);
  if (!parts) return std::nullopt;
  const auto& path = parts->segments;
  if (request.method == "GET") return read_request_of(path);
  if (request.method == "POST") return post_of(path, request);
  if (request.method == "PUT" && path.size() == 3 && path[0] == "jobs" &&
      path[2] == "resource-requirements")
    return rescale_of(path[1], request.body);
  if (request.method == "DELETE" && path.size() == 2 && path[0] == "jars")
    return delete_jar{path[1]};
  if (request.method == "PATCH" && path.size() == 2 && path[0] == "jobs" &&
      parts->query_value("mode") == "cancel")
    return cancel_job{{path[1]}};
  return std::nullopt;
}

}  // namespace drey
