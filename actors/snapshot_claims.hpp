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

/// What of a snapshot's files is to go when its resource goes; empty: nothing is.
std::string disposable_path(const flink_state_snapshot& snapshot);

/// Of `all`, the cluster whose JobManager is asked to dispose of its files: the one that took it,
/// else another of its namespace; null: none can be asked.
const flink_deployment* disposer_of(const flink_state_snapshot& snapshot,
                                    const std::vector<object_ptr>& all);

struct snapshot_claim {
  std::string why;  ///< a sentence for people
  object_name
      job;  ///< of a FlinkSessionJob that may have newer state than is on record; else empty
  bool operator==(const snapshot_claim&) const = default;
};

/// Of each of `all` that may restore from `snapshot`.
std::vector<snapshot_claim> claims_on(const flink_state_snapshot& snapshot,
                                      const std::vector<object_ptr>& all);

}  // namespace drey
