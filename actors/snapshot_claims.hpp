/// Who may still restore from a snapshot, so that its files must stay (rule 7).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_resources.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

/// Whether two paths name the same snapshot: "/a/", "file:/a" and "file:///a/_metadata" do.
bool is_same_snapshot(std::string_view a, std::string_view b);

/// A checkpoint that Flink keeps by itself: it shares files with others, so it is never disposed
/// of.
bool is_checkpoint_path(std::string_view path);

/// A savepoint of this job that it may go on from, as its resource says: of this branch of its
/// lineage, or what the branch began with.
bool is_linked(const flink_state_snapshot& snapshot, const std::string& job_uid,
               const lineage& history);

/// What of a snapshot's files is to go when its resource goes; empty: nothing is.
std::string disposable_path(const flink_state_snapshot& snapshot);

/// Of `all`, the cluster whose JobManager is asked to dispose of its files: the one that took it,
/// else another of its namespace; null: none can be asked.
const flink_deployment* disposer_of(const flink_state_snapshot& snapshot,
                                    const std::vector<object_ptr>& all);

/// A FlinkSessionJob, or the FlinkDeployment of an application.
struct job_reference {
  object_kind kind = object_kind::flink_session_job;
  object_name name;
  auto operator<=>(const job_reference&) const = default;
};
/// The job that it is of; none: it names none, or by a kind that has no jobs.
std::optional<job_reference> job_of(const flink_state_snapshot& snapshot);

struct snapshot_claim {
  std::string why;                     ///< a sentence for people
  std::optional<job_reference> job{};  ///< it may have newer state than is on record
  bool operator==(const snapshot_claim&) const = default;
};

/// Of each of `all` that may restore from `snapshot`.
std::vector<snapshot_claim> claims_on(const flink_state_snapshot& snapshot,
                                      const std::vector<object_ptr>& all);

}  // namespace drey
