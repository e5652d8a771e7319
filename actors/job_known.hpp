/// What the machine of a session job goes by: its policy, and the folded picture of its world.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "actors/cluster_view.hpp"
#include "actors/job_need.hpp"
#include "actors/job_progress.hpp"
#include "actors/restore_decision.hpp"
#include "protocol/boxed.hpp"
#include "protocol/described.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/limits.hpp"
#include "protocol/time.hpp"

namespace drey {

struct job_policy {
  milliseconds answer_wait{30'000};
  milliseconds submission_wait{limits::submission_wait};
  milliseconds start_wait{300'000};
  milliseconds missing_wait{
      15'000};  ///< absent from the list for so long, under one JobManager: lost
  milliseconds settle_wait{limits::settle_wait};
  milliseconds fenced_wait{3'000};  ///< the same where the job id fences a second arrival
  milliseconds poll{1'000};
  milliseconds blocked_look{60'000};
  milliseconds stop_patience{limits::savepoint_wait};
  milliseconds stop_look{500};
  milliseconds secure_patience{60'000};    ///< for the checkpoint before a rescaling
  milliseconds rescale_patience{300'000};  ///< then the job is stopped and started for it
  int gather_tries_max = 8;
  int store_tries_max = 4;
};

/// How often it could not be stopped for its cluster's order. Not in status: a new operator begins
/// anew.
struct rest_attempts {
  std::uint64_t order = 0;
  std::int32_t failures = 0;
  std::string message;  ///< of the last one
  milliseconds retry_at{0};
  static constexpr auto names = fields("order", "failures", "message", "retry_at");
  bool operator==(const rest_attempts&) const = default;
};

/// Flink is to change the parallelism of this execution, to what was carried out last.
struct pending_rescale {
  job_id job;
  std::int64_t generation = 0;
  milliseconds since{0};  ///< wall
  static constexpr auto names = fields("job", "generation", "since");
  bool operator==(const pending_rescale&) const = default;
};

/// Whether the checkpoints of an execution outlive its cancelling, as Flink told.
struct told_retention {
  job_id job;
  bool kept = true;
};

/// The snapshot that the spec names to begin with, for a job that does not run on its own state.
struct referenced_snapshot {
  std::string path;                         ///< empty: it cannot be begun with
  std::string why;                          ///< it cannot; empty: it is being looked at
  std::string of;                           ///< what names it (`start_named_by`)
  std::optional<std::int32_t> format = {};  ///< as `stored_snapshot`
};

/// The folded picture of the world.
struct job_known {
  moment now;
  object_name name;
  std::string uid;
  std::int64_t generation = 0;
  bool deleting = false;
  bool finalizer = false;
  std::shared_ptr<const flink_session_job_spec> asked;  ///< the newest spec, as it is
  /// What is wanted: the newest spec; the last stable one when that is undone; when it is wrong the
  /// one that was carried out last.
  std::shared_ptr<const flink_session_job_spec> spec;
  /// What was carried out last, as status says; null: nothing was yet.
  std::shared_ptr<const flink_session_job_spec> deployed;
  job_need need = job_need::nothing;                     ///< from `deployed` to `spec`
  std::string stable_text;                               ///< `lastStableSpec`
  std::shared_ptr<const flink_session_job_spec> stable;  ///< the same, read; null: there is none
  std::optional<trial_record> trial;                     ///< of `deployed`, until it is stable
  std::optional<rollback_record> rollback;               ///< of the present generation
  std::optional<parallelism_record> parallelism;         ///< none: as its spec says
  std::optional<pending_rescale> rescale;                ///< `status.operation`, until it is done
  std::string problem;  ///< what is wrong with the newest spec; empty: nothing
  shared_value<flink_session_job_status> recorded;  ///< as the API server holds it
  lineage history;
  change_record change;  ///< a change that could not be carried out
  rest_attempts rests;
  cluster_view cluster;
  milliseconds answers_since{0};  ///< monotonic: since when this JobManager answers
  shared_value<pointers> found;   ///< while its newest state is looked for; few jobs have any
  job_progress progress;
  referenced_snapshot reference;
  std::int32_t granted = 0;                 ///< slots that its cluster reserved last
  std::optional<told_retention> retention;  ///< asked for before state is kept by cancelling
  bool saving = false;                      ///< somebody takes a savepoint or checkpoint of it
};

}  // namespace drey
