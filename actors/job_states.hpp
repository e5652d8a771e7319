/// The states of a session job's machine: each holds exactly what is known in it. What leads from
/// one to the next is in `job_machine.hpp`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "actors/job_words.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

struct job_states {
  /// Nothing of ours is in Flink, as far as status says; `known` says what is waited for.
  struct waiting {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const waiting&) const = default;
  };
  /// Our finalizer is being added: nothing may be made before it is there.
  struct claiming {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const claiming&) const = default;
  };
  /// The cluster has no room yet.
  struct reserving {
    ticket request;
    std::string path;
    drey::branch branch = drey::branch::same;
    milliseconds since{0};  ///< monotonic: when its cluster was first seen to have none
    static constexpr auto names = fields("request", "path", "branch", "since");
    bool operator==(const reserving&) const = default;
  };
  /// The intent to submit is being written into status.
  struct recording {
    ticket request;
    submission what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const recording&) const = default;
  };
  struct fetching {
    ticket request;
    submission what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const fetching&) const = default;
  };
  struct uploading {
    ticket request;
    submission what;
    std::string artifact;
    static constexpr auto names = fields("request", "what", "artifact");
    bool operator==(const uploading&) const = default;
  };
  /// Flink was asked to run it. It may do so even if we never hear of it.
  struct submitting {
    ticket request;
    submission what;
    std::string artifact;
    std::string jar;
    static constexpr auto names = fields("request", "what", "artifact", "jar");
    bool operator==(const submitting&) const = default;
  };
  /// It was certainly not accepted; it is tried again under the same id. Until then it keeps no
  /// slots from others.
  struct retrying {
    ticket request;
    submission what;
    std::string message;
    static constexpr auto names = fields("request", "what", "message");
    bool operator==(const retrying&) const = default;
  };
  /// Whether it was accepted is not known: the list of jobs tells, in time.
  struct resolving {
    ticket request;
    submission what;
    milliseconds absent_since{0};
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "what", "absent_since", "looks");
    bool operator==(const resolving&) const = default;
  };
  /// Flink has it; its tasks do not all run yet.
  struct starting {
    ticket request;
    job_id id;
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "id", "looks");
    bool operator==(const starting&) const = default;
  };
  struct running {
    ticket last;
    job_id id;
    milliseconds since{0};
    static constexpr auto names = fields("last", "id", "since");
    bool operator==(const running&) const = default;
  };
  /// Flink is bringing its tasks back, by its own strategy.
  struct restarting {
    ticket last;
    job_id id;
    static constexpr auto names = fields("last", "id");
    bool operator==(const restarting&) const = default;
  };
  /// Its parallelism is to be another: whether its parts let Flink change that is looked at, and
  /// slots are reserved for more.
  struct measuring {
    ticket request;
    job_id id;
    std::int32_t parallelism = 0;
    static constexpr auto names = fields("request", "id", "parallelism");
    bool operator==(const measuring&) const = default;
  };
  /// A checkpoint is made before Flink restarts its tasks.
  struct securing {
    ticket request;
    job_id id;
    std::int32_t parallelism = 0;
    milliseconds since{0};
    std::optional<std::int64_t> before;  ///< the newest when this began; none: not told yet
    static constexpr auto names = fields("request", "id", "parallelism", "since", "before");
    bool operator==(const securing&) const = default;
  };
  /// That Flink is to change its parallelism is being written into status.
  struct planning {
    ticket request;
    job_id id;
    std::int32_t parallelism = 0;
    std::int64_t generation = 0;
    static constexpr auto names = fields("request", "id", "parallelism", "generation");
    bool operator==(const planning&) const = default;
  };
  /// Flink changes its parallelism.
  struct rescaling {
    ticket request;
    job_id id;
    std::int32_t parallelism = 0;
    std::uint64_t looks = 0;       ///< lists read when this began
    std::string accepted_by = {};  ///< UID of the JobManager pod that took it; empty: none did
    static constexpr auto names = fields("request", "id", "parallelism", "looks", "accepted_by");
    bool operator==(const rescaling&) const = default;
  };
  /// That it is to be stopped is being written into status.
  struct intending {
    ticket request;
    stop_order what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const intending&) const = default;
  };
  /// Flink was asked to stop it with a savepoint.
  struct stopping {
    ticket request;
    stop_order what;
    milliseconds since{0};
    std::uint64_t looks = 0;               ///< lists read when this began
    presence trigger = presence::present;  ///< absent: Flink does not know it, and is asked again
    static constexpr auto names = fields("request", "what", "since", "looks", "trigger");
    bool operator==(const stopping&) const = default;
  };
  /// Flink was asked to cancel it.
  struct halting {
    ticket request;
    stop_order what;
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "what", "looks");
    bool operator==(const halting&) const = default;
  };
  /// It was stopped because the spec says so. `path`: what it goes on from.
  struct suspended {
    ticket last;
    job_id id;
    std::string path;
    static constexpr auto names = fields("last", "id", "path");
    bool operator==(const suspended&) const = default;
  };
  /// A JobManager that answers does not list it.
  struct missing {
    ticket request;
    job_id id;
    milliseconds absent_since{0};
    std::uint64_t looks = 0;  ///< lists read when this began
    static constexpr auto names = fields("request", "id", "absent_since", "looks");
    bool operator==(const missing&) const = default;
  };
  /// Its execution is over or lost: the newest state is being established. `final_state` empty:
  /// lost.
  struct gathering {
    ticket request;
    job_id id;
    std::string final_state;
    int tries = 1;
    /// It is not listed by the JobManager that it was sent to: unless it left state behind, under a
    /// JobManager that is gone unseen, it never arrived, and is sent again.
    std::optional<submission> unlisted{};
    static constexpr auto names = fields("request", "id", "final_state", "tries", "unlisted");
    bool operator==(const gathering&) const = default;
  };
  /// The next start is known, and waits out its back-off.
  struct backing_off {
    ticket request;
    job_id id;
    std::string path;
    static constexpr auto names = fields("request", "id", "path");
    bool operator==(const backing_off&) const = default;
  };
  /// FINISHED, CANCELED or FAILED, and nothing is to be done about it.
  struct ended {
    ticket last;
    job_id id;
    std::string final_state;
    static constexpr auto names = fields("last", "id", "final_state");
    bool operator==(const ended&) const = default;
  };
  /// The newest state could not be established: a person must decide.
  struct blocked {
    ticket last;
    job_id id;
    std::int64_t generation = 0;
    std::string reason;
    static constexpr auto names = fields("last", "id", "generation", "reason");
    bool operator==(const blocked&) const = default;
  };
  /// The resource is being deleted: every id that was sent must be seen to be over. What is to be
  /// saved first is not cancelled: it is followed again as soon as its cluster answers.
  struct cancelling {
    ticket request;
    milliseconds quiet_since{0};
    std::uint64_t looks = 0;                 ///< lists read when this began
    arrival submission = arrival::possible;  ///< of one that status names
    last_state last = last_state::settled;
    static constexpr auto names = fields("request", "quiet_since", "looks", "submission", "last");
    bool operator==(const cancelling&) const = default;
  };
  struct releasing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const releasing&) const = default;
  };
  struct gone {
    static constexpr auto names = fields();
    bool operator==(const gone&) const = default;
  };

  using state =
      std::variant<waiting, claiming, reserving, recording, fetching, uploading, submitting,
                   retrying, resolving, starting, running, restarting, measuring, securing,
                   planning, rescaling, intending, stopping, halting, suspended, missing, gathering,
                   backing_off, ended, blocked, cancelling, releasing, gone>;
  /// `reserving` and `retrying` wait for room, `restarting` and `halting` for Flink: all may
  /// rightly last, and are looked at again with every poll of the cluster or, `retrying` and
  /// `halting`, with a deadline of their own.
  using resting = state_machine::list<waiting, reserving, retrying, running, restarting, halting,
                                      suspended, ended, blocked, gone>;
};

}  // namespace drey
