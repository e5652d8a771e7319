/// Who belongs to a cluster, as its shell keeps them.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <caf/actor.hpp>

#include "actors/launch_words.hpp"
#include "actors/messages.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/rollout_machine.hpp"
#include "actors/task_manager_machine.hpp"
#include "protocol/limits.hpp"

namespace drey {

/// What is done with objects that a live list finds.
enum class removal_of {
  nothing,    ///< whoever owns TaskManagers of Flink's own is no JobManager, and does not count
  workloads,  ///< pods go by their owner
  leftovers   ///< of launches before: no Deployment but that owner, nor pods that cannot come back
};

using child_key = std::pair<object_kind, std::string>;
/// Looks them up by a text of any kind.
struct child_order {
  using is_transparent = void;
  bool operator()(const auto& a, const auto& b) const {
    return a.first != b.first ? a.first < b.first
                              : std::string_view{a.second} < std::string_view{b.second};
  }
};

struct cluster_job {
  object_name name;
  caf::actor actor;
  drey::pace pace = pace::in_transition;
  job_stands stands;
};

struct cluster_room {
  std::optional<free_room> rooms;  ///< as the root told; none: not asked yet, or out of date
  std::int32_t placed = 0;         ///< TaskManagers with a node that are counted in it
  milliseconds asked{0};
  std::optional<quotas_read> quotas;  ///< of its namespace; none: not asked yet, or out of date
  std::int32_t quota_pods = 0;        ///< TaskManagers that they counted
  milliseconds quotas_asked{0};
  std::optional<milliseconds> lacking_since;  ///< pods that the set asks for are not made
  quota_amounts each;  ///< what a TaskManager of the wanted spec takes of them
};

/// What was deployed last, as status says, beside what is wanted.
struct compared_specs {
  std::string text;  ///< in status
  std::shared_ptr<const flink_deployment_spec> wanted;
  restart_action change = restart_action::nothing;
  bool known = false;       ///< the text could be read
  bool same = false;        ///< and is what is wanted
  bool keeps_jobs = false;  ///< with high availability before and after
  std::string version;      ///< Flink's, of what was deployed
};

/// The way back to what was stable last.
struct stable_return {
  std::string text;  ///< in status
  std::shared_ptr<const flink_deployment_spec> of;
  return_known known;
};

struct asked_for_checkpoints {
  ticket request;
  std::set<std::string> waits_for;  ///< UIDs of jobs that were asked for one
};

/// That no JobManager was ready, by a live read.
struct read_absence {
  std::optional<milliseconds> asked;
  std::optional<milliseconds> seen;
};

/// Since when the JobManager that answers does so.
struct answering_incarnation {
  std::string incarnation;
  milliseconds since{0};
};

/// That a JobManager of an application is to be launched, for whoever asked.
struct launch_order {
  ticket request;
  std::optional<launch> wanted;
};

struct cluster_refusal {
  std::string of_set;   ///< what the API server said to the set's last apply; empty: taken
  std::string message;  ///< of the StatefulSet's controller; empty: no pod is refused
  std::optional<milliseconds> since;  ///< pods are missing
  std::optional<milliseconds> asked;
  std::optional<milliseconds> nudged;  ///< the set was touched, so that its controller tries again
  int nudges = 0;
  std::string nudge;  ///< what stands on the set since then; empty: it was not touched

  /// Its controller tries again ever later, up to 17 min; whoever mended the cause waits for that.
  bool is_nudge_due(milliseconds now) const {
    if (message.empty() || !since || now - *since < limits::nudge_first / 2) return false;
    constexpr int doubled_max = 5;
    const auto wait = limits::nudge_first * (1 << std::clamp(nudges - 1, 0, doubled_max));
    return !nudged || now - *nudged >= std::min(wait, limits::nudge_max);
  }
};

/// Why an application's job FAILED: by itself, or in a process that found no HA metadata of it.
enum class end_cause { unread, own, found_nothing };

/// It FAILED before it had any task.
struct early_end {
  std::string of;  ///< the incarnation of the JobManager that tells so; empty: none did
  milliseconds since{0};
  std::optional<milliseconds> asked;
  end_cause is = end_cause::unread;
};

struct cluster_task_manager {
  object_ptr live;
  caf::actor actor;
  drey::standing standing = drey::standing::joining;
  task_manager_known told;
  bool may_have_worked = false;  ///< it was registered, or ran before we began to look
  bool was_registered = false;   ///< as we saw it
  bool failing = false;          ///< its container does not start, or ends again and again
};

}  // namespace drey
