/// One call of Flink's REST API = one request with one answer. Sources: Flink's REST API
/// documentation (1.12 … 2.3) and what the lab's servers answered (tests/gateways/recorded/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/configuration.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/ids.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/rest_security.hpp"

namespace drey {

/// Where a JobManager listens.
struct flink_endpoint {
  std::string host;  ///< "<name>-rest.<namespace>": the name by which a certificate knows it
  std::int32_t port = 8081;
  std::string address = {};  ///< of one pod behind that name; empty: whichever answers
  rest_security security = rest_security::plain;
  static constexpr auto names = fields("host", "port", "address", "security");
  auto operator<=>(const flink_endpoint&) const = default;
};

// ── requests ────────────────────────────────────────────────────────────────────────────────────

struct get_jobs_overview {};     ///< GET /jobs/overview
struct get_cluster_overview {};  ///< GET /overview
struct get_dashboard {};         ///< GET /config
struct get_task_managers {};     ///< GET /taskmanagers
struct get_checkpoints {         ///< GET /jobs/:id/checkpoints
  job_id job;
};
struct get_checkpoint_config {  ///< GET /jobs/:id/checkpoints/config
  job_id job;
};
/// POST /jars/upload of a file that `fetch_artifact` brought.
struct upload_jar {
  std::string artifact;
};
/// POST /jars/:id/run. The job id is ours and decided before (rule 2).
struct run_jar {
  std::string jar;  ///< as the upload answered
  drey::flink_version version = flink_version::v1_20;
  job_id job;
  std::optional<std::string> entry_class;
  std::vector<std::string> args;
  std::int32_t parallelism = 0;  ///< 0: leave it to Flink
  std::optional<bool> allow_non_restored_state;
  std::string savepoint_path;  ///< empty: start from nothing
  configuration flink_configuration;
};
struct delete_jar {
  std::string jar;
};
struct cancel_job {  ///< PATCH /jobs/:id?mode=cancel
  job_id job;
};
/// POST /jobs/:id/savepoints with our own trigger id and a directory named by it.
struct trigger_savepoint {
  job_id job;
  std::string trigger_id;  ///< not sent to a version that cannot be told one (before 1.15)
  std::string directory;
  std::string format = {};  ///< "NATIVE", since Flink 1.15; empty: as Flink has it, canonical
  drey::flink_version version = flink_version::v1_20;
};
/// POST /jobs/:id/stop: a savepoint, after which the job is FINISHED and processes nothing more.
/// What became of it is told by `get_savepoint`. When it fails the job runs on.
struct stop_job {
  job_id job;
  drey::flink_version version = flink_version::v1_20;
  std::string trigger_id;  ///< not sent to a version that cannot be told one (before 1.15)
  std::string directory;
  bool drain = false;  ///< event time ends first: windows close that more records were to come to
};
/// POST /jobs/:id/checkpoints, of a kind as the job is configured; since Flink 1.17. Repeating it
/// does no harm: it is one more checkpoint, and with a trigger id that is known not even that.
struct trigger_checkpoint {
  job_id job;
  std::string trigger_id = {};  ///< empty: it will not be asked for
};
struct get_failure {  ///< GET /jobs/:id/exceptions
  job_id job;
};
struct get_savepoint {  ///< GET /jobs/:id/savepoints/:trigger
  job_id job;
  std::string trigger_id;
};
struct get_triggered_checkpoint {  ///< GET /jobs/:id/checkpoints/:trigger
  job_id job;
  std::string trigger_id;
};
struct get_job {  ///< GET /jobs/:id
  job_id job;
};
/// PUT /jobs/:id/resource-requirements, since Flink 1.18 under the adaptive scheduler: the job's
/// tasks are restarted from its newest checkpoint, under the same id. At least one slot does for
/// each vertex, as for a job that is submitted. Repeating it does no harm.
struct rescale_job {
  job_id job;
  std::int32_t parallelism = 1;       ///< at most, of every vertex
  std::vector<std::string> vertices;  ///< all of the job's: Flink refuses it when one is missing
};
/// POST /savepoint-disposal: the files of a savepoint go, a little later. Flink takes no id of ours
/// for it; repeating it does no harm, what is gone is not found.
struct dispose_savepoint {
  std::string path;
};
struct get_disposal {  ///< GET /savepoint-disposal/:request
  std::string request;
};

using flink_body =
    std::variant<get_jobs_overview, get_cluster_overview, get_dashboard, get_task_managers,
                 get_checkpoints, get_checkpoint_config, upload_jar, run_jar, delete_jar,
                 cancel_job, stop_job, trigger_savepoint, trigger_checkpoint, get_savepoint,
                 get_triggered_checkpoint, dispose_savepoint, get_disposal, get_failure, get_job,
                 rescale_job>;

struct flink_request {
  flink_endpoint endpoint;
  flink_body body;
};

/// True for every request that changes something.
bool is_mutating(const flink_body& body);

// ── answers ─────────────────────────────────────────────────────────────────────────────────────

/// One row of /jobs/overview. `state` is Flink's JobStatus; the tasks tell whether it works.
struct job_overview {
  job_id id;
  std::string name;
  std::string state;
  std::int64_t start_time = 0;  ///< epoch milliseconds
  std::int32_t tasks_total = 0;
  std::int32_t tasks_running = 0;
  std::int32_t tasks_finished = 0;
  bool operator==(const job_overview&) const = default;
};
struct jobs_overview {
  std::vector<job_overview> jobs;
};

struct cluster_overview {
  std::int32_t task_managers = 0;
  std::int32_t slots_total = 0;
  std::int32_t slots_available = 0;
  std::string flink_version;
};

/// What the web interface begins with.
struct dashboard {
  std::string flink_version;   ///< "1.20.1"
  std::string flink_revision;  ///< "cb1e7b5 @ 2025-02-07T19:03:11+01:00"
  bool operator==(const dashboard&) const = default;
};

struct task_manager_info {
  std::string id;  ///< `taskmanager.resource-id`: the pod's UID under drey
  std::int32_t slots = 0;
  std::int32_t slots_free = 0;
  bool operator==(const task_manager_info&) const = default;
};
struct task_managers {
  std::vector<task_manager_info> all;
};

struct checkpoint_info {
  std::int64_t id = 0;
  std::string path;  ///< `external_path`; empty: not externally addressable
  std::int64_t time = 0;
  bool operator==(const checkpoint_info&) const = default;
};
/// What was triggered and what became of it. One that newer ones have overtaken keeps its path,
/// also when its files are gone.
struct triggered_checkpoint {
  checkpoint_info what;  ///< without a path until it is complete
  std::string status;    ///< "IN_PROGRESS", "COMPLETED" or "FAILED"
  bool is_savepoint = false;
  bool operator==(const triggered_checkpoint&) const = default;
};
/// /jobs/:id/checkpoints; all absent when checkpointing is off (404 with that message).
struct checkpoints {
  std::optional<checkpoint_info> completed;
  std::optional<checkpoint_info> savepoint;
  std::optional<checkpoint_info> restored;
  std::int64_t count_completed = 0;
  /// Newest first; the last ten (`web.checkpoints.history`) of this JobManager.
  std::vector<triggered_checkpoint> history;
  /// Why the one that failed last did; empty: none has failed since one completed.
  std::string failure = {};
};
/// How the job makes checkpoints, as it was submitted and its program had it. Where it makes none,
/// cancelling deletes none.
struct checkpoint_config {
  bool externalized = true;  ///< false: they end with the job, however it ends
  bool deleted_on_cancellation = false;
  bool operator==(const checkpoint_config&) const = default;
};
/// The one of that number, however many completed after it; null: it is not complete, or no longer
/// told of.
const checkpoint_info* checkpoint_with_id(const checkpoints& told, std::int64_t id);

struct jar_uploaded {
  std::string jar;
};
struct job_accepted {
  job_id job;
};
struct flink_done {
  /// Of a savepoint or stop that was taken: the id by which Flink knows it. Before 1.15, which
  /// cannot be told ours, it is one of Flink's own.
  std::string request = {};
};
struct savepoint_progress {
  std::string state;     ///< "IN_PROGRESS" or "COMPLETED"
  std::string location;  ///< of a success
  std::string failure;   ///< of a failure; COMPLETED with both empty does not happen
};
/// Why the job failed last: the innermost cause, on one line; empty: it never did.
struct job_failure {
  std::string cause;
};

/// One part of the job's graph, and how it runs now.
struct job_vertex {
  std::string id;
  std::string name;
  std::int32_t parallelism = 0;
  std::int32_t max_parallelism = 0;  ///< state cannot be spread wider
  std::int32_t tasks_running = 0;
  std::int32_t tasks_finished = 0;
  static constexpr auto names =
      fields("id", "name", "parallelism", "max_parallelism", "tasks_running", "tasks_finished");
  bool operator==(const job_vertex&) const = default;
};
struct job_details {
  std::string state;
  std::vector<job_vertex> vertices;
};

struct checkpoint_progress {
  std::string state;               ///< "IN_PROGRESS" or "COMPLETED"
  std::int64_t checkpoint_id = 0;  ///< of a success
  std::string failure;             ///< of a failure
};
struct disposal_accepted {
  std::string request;  ///< asks `get_disposal`
};
struct disposal_progress {
  std::string state;    ///< "IN_PROGRESS" or "COMPLETED"
  std::string failure;  ///< of a failure
};

/// Refusals here: `not_found` is a certain 404 of that job, trigger or jar; `already_exists` a
/// duplicate job id; `invalid` another certain refusal (4xx, or a main() that threw).
struct flink_answer {
  std::variant<jobs_overview, cluster_overview, dashboard, task_managers, checkpoints,
               checkpoint_config, jar_uploaded, job_accepted, flink_done, savepoint_progress,
               checkpoint_progress, disposal_accepted, disposal_progress, job_failure, job_details,
               refusal>
      result;
};

}  // namespace drey
