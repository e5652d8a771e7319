/// One job as its JobMaster knows it: state, slots, checkpoints. Plain data; what is done with it
/// stands in the files named after the deed (dispatcher, scheduling, checkpoints, savepoints).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/flink_call.hpp"
#include "sim/flink/flink.hpp"
#include "sim/flink/restart_strategy.hpp"
#include "sim/flink/settings.hpp"

namespace drey::sim {

/// Flink's JobStatus, as far as a session cluster shows it.
enum class job_state {
  initializing,
  created,
  running,
  restarting,
  failing,
  failed,
  cancelling,
  canceled,
  finished,
};
std::string_view name_of(job_state x);  // "RUNNING"
constexpr bool is_terminal(job_state x) {
  return x == job_state::failed || x == job_state::canceled || x == job_state::finished;
}

struct completed_checkpoint {
  std::int64_t id = 0;
  std::string path;  ///< normal form; empty: in the JobManager's memory only
  std::int64_t position = 0;
  milliseconds taken{0};
  milliseconds done{0};
  bool drained = false;  ///< its event time has ended
};

/// What is stored of a job beside its checkpoints: enough to start it again (Flink's JobGraph).
struct job_graph {
  job_id id;
  std::string name;
  std::string lineage;
  job_settings settings;
  std::int32_t parallelism = 1;
  std::string savepoint_path;  ///< as submitted, normal form; empty: from nothing
  bool crashes = false;        ///< its tasks fail a moment after each start
  bool fixed_sink = false;     ///< its program gives its sink one task, whatever its parallelism
};

/// The tasks of a slot: the model's jobs are a source chain and a sink chain.
inline constexpr std::int32_t tasks_per_slot = 2;

struct flink_job {
  job_graph graph;
  std::uint64_t serial = 0;   ///< tells apart two jobs of one id
  std::uint64_t attempt = 0;  ///< grows with every change that makes planned steps stale
  std::size_t execution = 0;  ///< in the ledger
  job_state state = job_state::initializing;
  bool has_tasks = false;  ///< false: it is being initialised, or failed at that
  milliseconds registered{0};
  milliseconds ended{0};

  // ── slots and tasks ──
  std::map<std::uint64_t, std::int32_t> slots;  ///< held, by TaskManager process
  std::int32_t width =
      0;  ///< parallelism of its tasks: fewer than asked for under the adaptive scheduler
  std::optional<milliseconds> waiting_since;  ///< for slots
  timeline::handle slot_timeout = 0;          ///< planned end of the waiting
  bool tasks_run = false;                     ///< as the JobMaster sees it
  restart_history restarts;
  std::string failure;  ///< why it failed last
  milliseconds running_since{0};

  // ── progress: the position grows while `flowing_since` is set ──
  std::optional<milliseconds> flowing_since;
  std::int64_t position = 0;  ///< at `flowing_since`, or now

  /// Trigger of a stop with savepoint that is under way: its sources have ended, and no checkpoint
  /// is taken.
  std::string stopping;

  // ── checkpoints ──
  checkpoint_flow flow = checkpoint_flow::open;  ///< blocked by a scenario
  bool store_out_of_reach = false;               ///< the JobManager is cut off
  std::int64_t next_checkpoint = 1;
  std::optional<std::int64_t> begun;  ///< number of the checkpoint under way, once it matters
  std::int64_t count_completed = 0;
  milliseconds next_trigger{0};
  milliseconds checkpoint_length{0};
  std::deque<completed_checkpoint> retained;  ///< oldest first
  bool pointer_changed = false;               ///< `retained` is not yet in the HA ConfigMap
  std::optional<checkpoint_info> shown_completed;
  std::optional<checkpoint_info> shown_savepoint;
  std::optional<checkpoint_info> shown_restored;
  std::deque<triggered_checkpoint> history;  ///< oldest first; the periodic one under way is not
};

inline std::int32_t slots_held(const flink_job& x) {
  std::int32_t sum = 0;
  for (const auto& [number, count] : x.slots) sum += count;
  return sum;
}

/// `jobmanager.adaptive-scheduler.resource-stabilization-timeout`: so long a job waits for all the
/// slots that it wants before it begins with fewer.
inline constexpr milliseconds resource_stabilization{10'000};

}  // namespace drey::sim
