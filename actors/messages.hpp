/// What the actors say to each other. Local messages of one process: never serialised.
#pragma once

#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/checkpoint_machine.hpp"
#include "actors/cluster_view.hpp"
#include "actors/disruption_brake.hpp"
#include "actors/job_stand.hpp"
#include "actors/job_words.hpp"
#include "actors/launch_words.hpp"
#include "actors/room.hpp"
#include "actors/snapshot_claims.hpp"
#include "actors/snapshot_source.hpp"
#include "actors/task_manager_machine.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

/// The root to an owner: your primary, one of your children, or a node, as it is now.
struct object_seen {
  object_ptr live;
};
/// It is not there any more (by the cache).
struct object_vanished {
  object_ptr last;
};
/// An actor to the root: a read of ours found our resource paused, perhaps before the watch did.
struct pause_seen {
  object_ptr live;
};
/// The same of one whose status has other writers beside drey.
struct writers_seen {
  object_ptr live;
};
/// A cluster to the root: what have the nodes room for? Answered by one `room_told`, behind every
/// pod that is counted in it.
struct room_wanted {
  std::string uid;
};
struct room_told {
  free_room rooms;
};
/// A cluster to the root: what its changed spec does now. Answered by a `turn_told` whenever the
/// turn of one that wants one is another.
struct disruption_told {
  std::string uid;
  disruption what = disruption::none;
  std::uint64_t asked = 0;  ///< grows whenever it begins to want a turn
};
struct turn_told {
  turn now;
  std::uint64_t asked = 0;  ///< what it answers
};
/// A cluster to the root: which session jobs are declared for me? Answered by one `jobs_declared`.
struct jobs_wanted {
  std::string uid;
};
struct jobs_declared {
  std::vector<object_ptr> all;
};
/// The root to an actor: all reflectors have listed once; absence means something from now on.
struct world_known {};
/// The root to a job: an older one names a directory of its own, too. Empty: none does any more.
struct directories_taken {
  std::string problem;
};

/// A cluster to its jobs.
struct cluster_changed {
  cluster_view view;
  caf::actor cluster;  ///< who says so; null: there is no such cluster
};
/// The root to a cluster: this session job is yours; it will be told of every look.
struct job_joined {
  std::string uid;
  object_name name;
  caf::actor actor;
};
struct job_left {
  std::string uid;
};
/// A job to its cluster: slots before a submission, and how often it wants to be told.
struct slots_wanted {
  std::string uid;
  ticket request;
  std::int32_t count = 0;  ///< it cannot do with fewer
  std::int32_t most = 0;   ///< it takes so many, where nobody else needs them
};
struct slots_freed {
  std::string uid;
};
struct slots_reply {
  ticket request;
  slots answer = slots::short_of;
  std::int32_t count = 0;  ///< that are reserved
};
/// A job to its cluster: where it stands, for the cluster to know whether it may be disturbed.
struct job_stands {
  std::string uid;
  job_id id;  ///< of its newest execution
  job_stand stand = job_stand::unknown;
  std::string held;  ///< why it must not be restarted unasked; empty: it may be
  stop_choice stop = stop_choice::with_savepoint;  ///< how it would be stopped for its cluster
  std::string refusal;  ///< why it could not be stopped for it; empty: it can
  slot_share share = {};
  bool rests = false;  ///< it was stopped by us, and nothing of it was started since
  bool operator==(const job_stands&) const = default;
};
/// A cluster to a job: make a fresh checkpoint; answered by one `job_safety`.
struct checkpoint_order {
  ticket order;
};
struct job_safety {
  std::string uid;
  ticket order;
  safety outcome = safety::insecure;
  std::string why;
};
/// The job of an application to its cluster: a JobManager is to be made for this launch. Answered
/// by one `launch_told`, unless another one is wanted before.
struct launch_wanted {
  std::string uid;
  ticket request;
  launch what;
};
struct launch_told {
  ticket request;
  std::optional<refusal> why;  ///< none: the JobManager's workload is there
};
enum class pace { at_rest, in_transition };
struct pace_wanted {
  std::string uid;
  drey::pace pace = pace::at_rest;
};

/// A cluster to the root: the job of the application has an actor, and passes on what it is told.
struct job_made {
  std::string uid;
};

/// The root to a job: this snapshot is of you; it will be told of every change that matters to it.
struct snapshot_joined {
  std::string uid;
  caf::actor actor;
};
struct snapshot_left {
  std::string uid;
};
/// A job to its snapshots, or the root where there is no such job.
struct source_changed {
  snapshot_source source;
};
/// A snapshot to the root, and the root to that job: what is your newest state? Put it on record.
struct newest_wanted {
  job_reference job;
};

/// A snapshot to the root: who in other namespaces may restore from you, as far as is seen?
struct claims_wanted {
  std::string uid;
  ticket request;
  object_ptr snapshot;
};
struct claims_told {
  ticket request;
  std::vector<snapshot_claim> claims;
};

/// A timer of machine `machine` of the receiving shell.
struct timer {
  std::uint8_t machine = 0;
  ticket which;
};
/// A TaskManager to its cluster: what became of its pod.
struct task_manager_stands {
  std::string pod_uid;
  drey::standing standing = drey::standing::joining;
};
/// A cluster to the actor of one TaskManager.
struct task_manager_observed {
  task_manager_known picture;
};
struct task_manager_vanished {};

/// Leadership to the root.
struct leadership_gained {};
struct leadership_lost {};
/// Stop leading in order: nothing new is begun, the Lease is released.
struct step_down {};

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::object_seen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::object_vanished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::pause_seen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::writers_seen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::jobs_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::jobs_declared)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::room_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::room_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::disruption_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::turn_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::world_known)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::directories_taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::cluster_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::job_joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::job_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::slots_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::slots_freed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::slots_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::job_stands)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::checkpoint_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::job_safety)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::pace_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::launch_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::launch_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::snapshot_joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::snapshot_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::source_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::job_made)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::newest_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::claims_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::claims_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::task_manager_stands)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::task_manager_observed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::task_manager_vanished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::leadership_gained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::leadership_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::step_down)
