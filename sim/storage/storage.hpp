/// Where snapshots and jars live: a small object store with listing. It survives every process; it
/// is written by Flink only and read by Flink (restores), by drey (listing) and by the checkers.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "protocol/ids.hpp"
#include "protocol/storage_call.hpp"
#include "sim/choices.hpp"
#include "sim/faults.hpp"
#include "sim/storage/artifacts.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

/// One complete snapshot: its `_metadata` is written.
struct snapshot_file {
  std::string path;          ///< normal form, see `normal_path`
  milliseconds taken{0};     ///< virtual time at which the state was taken (barriers injected)
  milliseconds modified{0};  ///< virtual time at which it became durable
  std::int64_t checkpoint_id = 0;
  std::int64_t position = 0;  ///< of the sink ledger, at `taken`
  std::string lineage;        ///< whose state it is; see ledger.hpp
  job_id job;
  bool drained = false;     ///< a savepoint after the end of event time
  std::int32_t format = 0;  ///< version of its `_metadata`; 0: what lies there is no snapshot
  bool operator==(const snapshot_file&) const = default;
};

/// One spelling for a path: "/a/", "file:/a", "file:///a" and "file:///a/_metadata" are all
/// "file:///a".
std::string normal_path(std::string_view path);

/// As Flink prints a path: "file:///a" as "file:/a", others unchanged. Source: Flink's
/// `Path.toString`, seen in `external_path` and `location`.
std::string path_as_flink_prints(std::string_view path);

/// Whether the operator can list the store. Flink itself always reads and writes it.
enum class store_listing { listed, unlisted };

class storage {
public:
  storage(const timeline& time, choices& chance, const fault_profile& faults);

  /// Refusals by the profile (`unavailable`) included; nothing else is between the caller and the
  /// store.
  storage_answer call(const storage_request& request);

  void set_listing(store_listing listing) { listing_ = listing; }

  /// Replaces what is at the same path.
  void write(snapshot_file file);
  void remove(std::string_view path);
  /// Null: not there. Any spelling of the path.
  const snapshot_file* find(std::string_view path) const;
  const std::map<std::string, snapshot_file>& all() const { return snapshots_; }
  /// The snapshot of this lineage whose state was taken last; null: none.
  const snapshot_file* newest_of(std::string_view whose) const;

  /// Called before every listing: whoever computes snapshots lazily writes them now.
  void before_listing(std::function<void()> what) { before_listing_ = std::move(what); }

  /// What `fetch_artifact` brought and nobody released.
  const artifact_store& artifacts() const { return artifacts_; }

private:
  storage_answer perform(const list_snapshots& x);
  storage_answer perform(const fetch_artifact& x);
  storage_answer perform(const release_artifact& x);

  const timeline& time_;
  choices& chance_;
  const fault_profile& faults_;
  store_listing listing_ = store_listing::listed;
  std::function<void()> before_listing_;
  std::map<std::string, snapshot_file> snapshots_;
  artifact_store artifacts_;
};

}  // namespace drey::sim
