/// Carries a changed spec into a running cluster. What a change needs is decided by the table of
/// restart_boundary.hpp and written into status first; then the smallest thing is done: nothing is
/// restarted for what needs no restart, TaskManagers are brought up beside the old ones before
/// these go, and no step is taken before every job is well and has a fresh checkpoint. When a job
/// does not come back from a step, no further step is taken. Fewer TaskManagers than have tasks are
/// such a step, too, where the spec allows it. A change that fails is undone where that is asked
/// for (decision 0025): another spec counts from then on, and the way back is a change like any
/// other.
///
/// The other machines of the cluster do the work. This one says what they may do (`permits_of`).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/cluster_words.hpp"
#include "actors/disruption_brake.hpp"
#include "actors/job_stand.hpp"
#include "actors/restart_boundary.hpp"
#include "actors/task_manager_set_machine.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// On the FlinkDeployment, names of jobs with commas between them, or `*`: these may be restarted
/// by a changed spec although nobody would restart them unasked.
inline constexpr std::string_view allow_restart_key = "drey.io/allow-restart-of";

struct rollout_job {
  std::string name;
  job_stand stand = job_stand::unknown;
  std::string held;  ///< why it must not be restarted by our choice; empty: it may be
  stop_choice stop = stop_choice::with_savepoint;  ///< how it can be stopped for its cluster
  bool expendable = false;  ///< a person allowed that it is restarted, whatever becomes of it
  std::string refusal;      ///< why it could not be stopped; empty: it can
  bool rests = false;       ///< it was stopped by us, and nothing of it was started since
  static constexpr auto names =
      fields("name", "stand", "held", "stop", "expendable", "refusal", "rests");
  bool operator==(const rollout_job&) const = default;
};

struct rollout_policy {
  milliseconds answer_wait{30'000};
  milliseconds secure_wait{limits::savepoint_wait + limits::call_retry_max};
  /// Where jobs begin all the time, those that began after that are not waited for.
  milliseconds newcomer_wait{120'000};
  milliseconds stop_wait{limits::savepoint_wait + limits::call_retry_max};
  /// One that can't be stopped costs the others a restart: it is not tried again soon.
  milliseconds stop_again_wait{300'000};
  /// A job that does not work is waited for; what stays broken cannot be protected.
  milliseconds unhealthy_wait{120'000};
  /// New TaskManagers for which there has been no room for so long will not find any.
  milliseconds capacity_wait{15'000};
  milliseconds come_back_wait{300'000};
  /// TaskManagers that could not be deleted for so long are secured for anew.
  milliseconds deletion_wait{15'000};
};

/// What is known of going back to the last stable spec.
struct return_known {
  bool asked = false;         ///< kubernetes.operator.deployment.rollback.enabled
  bool other_stable = false;  ///< what restarts something is another in the last stable spec
  bool undone = false;        ///< the newest spec failed: the last stable one counts instead
  bool other_flink = false;   ///< the last stable spec is of another version of Flink
  std::int64_t stable_generation = 0;
  milliseconds readiness{limits::readiness_timeout};
  bool operator==(const return_known&) const = default;
};

struct rollout_known {
  moment now;
  bool looked = false;   ///< all caches are filled and Flink was asked
  bool claimed = false;  ///< its objects are ours to make: the spec is good, nothing is deleted
  bool made = false;     ///< all objects are there
  std::int64_t generation = 0;
  restart_action change = restart_action::nothing;  ///< from the spec in status to this one
  bool recorded = false;                            ///< the spec in status is this one
  std::optional<rollout_record> begun;              ///< as the API server holds it
  std::string version_change;      ///< Flink's version is to change: from what to what
  bool keeps_jobs = true;          ///< a new JobManager takes over the jobs of the one before
  bool job_manager_old = false;    ///< its workload was applied from another spec
  bool job_manager_down = false;   ///< none is ready, as Kubernetes tells
  bool task_managers_old = false;  ///< their set's template was applied from another spec
  bool rest_answers = false;
  bool told = true;               ///< the JobManager's newest answer says who is registered
  std::vector<rollout_job> jobs;  ///< of FlinkSessionJobs, and those that nobody declared
  set_tally task_managers;
  bool native = false;    ///< Flink makes them
  bool ordinals = true;   ///< the API server keeps where their window begins
  std::int32_t held = 0;  ///< TaskManagers that are wanted, and not made for want of room
  std::string failure;    ///< of new TaskManagers; empty: none of them fails
  std::string refused;    ///< what the API server will not take of its objects; empty: it does
  std::string trouble;    ///< of its JobManager, as Kubernetes tells; empty: none is known
  return_known back;
  set_surplus surplus;
  std::string set;            ///< the name that the TaskManagers' names begin with
  bool disruptive = false;    ///< of too many TaskManagers those with tasks may go, too
  drey::turn turn{true, {}};  ///< among the clusters of the fleet (decision 0034)
};

/// What is being carried out.
struct rollout_plan {
  restart_action action = restart_action::nothing;
  std::int64_t generation = 0;
  /// TaskManagers that worked before the first step that took some; 0: none did yet. As long as
  /// there are fewer, none has come for those, and no more go.
  std::int32_t registered = 0;
  static constexpr auto names = fields("action", "generation", "registered");
  bool operator==(const rollout_plan&) const = default;
};

/// One step, and the jobs that worked before it: they must come back.
struct rollout_step {
  std::int32_t retire_below = 0;  ///< ordinals below go; 0: no TaskManager goes
  std::vector<std::string> jobs;
  /// TaskManagers with tasks go from an end until so many are left; none: none does, or an operator
  /// before us took that step.
  std::optional<std::int32_t> down_to = {};
  static constexpr auto names = fields("retire_below", "jobs", "down_to");
  bool operator==(const rollout_step&) const = default;
};

struct secure_jobs {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const secure_jobs&) const = default;
};
/// Every working job has a checkpoint that is newer than the order.
struct jobs_secured {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const jobs_secured&) const = default;
};
struct jobs_insecure {
  ticket request;
  std::string why;  ///< names the job
  static constexpr auto names = fields("request", "why");
  bool operator==(const jobs_insecure&) const = default;
};

struct rollout_machine {
  /// What an operator before us began is not looked at yet.
  struct beginning {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const beginning&) const = default;
  };
  /// What runs is what the spec asks for.
  struct settled {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const settled&) const = default;
  };
  /// The spec and what it needs are being written into status.
  struct recording {
    ticket request;
    rollout_plan plan;
    static constexpr auto names = fields("request", "plan");
    bool operator==(const recording&) const = default;
  };
  /// Waits for jobs that are not well, or for a person to allow what must not be done unasked.
  struct preparing {
    ticket last;
    rollout_plan plan;
    milliseconds since{0};
    static constexpr auto names = fields("last", "plan", "since");
    bool operator==(const preparing&) const = default;
  };
  /// New TaskManagers come up beside the old ones.
  struct growing {
    ticket last;
    rollout_plan plan;
    milliseconds unwell_since{0};
    milliseconds stuck_since{0};
    std::optional<milliseconds> lacking_since = {};  ///< new ones, where that is undone one day
    static constexpr auto names =
        fields("last", "plan", "unwell_since", "stuck_since", "lacking_since");
    bool operator==(const growing&) const = default;
  };
  /// Every job is stopped with a savepoint of its own, and rests until the cluster is another.
  struct stopping {
    ticket request;
    rollout_plan plan;
    rollout_step step;
    static constexpr auto names = fields("request", "plan", "step");
    bool operator==(const stopping&) const = default;
  };
  /// Every working job makes a checkpoint; then those that began meanwhile.
  struct securing {
    ticket request;
    rollout_plan plan;
    rollout_step step;
    milliseconds since{0};
    std::vector<std::string> unwell{};  ///< jobs that did not work when this began
    static constexpr auto names = fields("request", "plan", "step", "since", "unwell");
    bool operator==(const securing&) const = default;
  };
  /// A checkpoint did not come about; it is tried again.
  struct hindered {
    ticket request;
    rollout_plan plan;
    std::string why;
    static constexpr auto names = fields("request", "plan", "why");
    bool operator==(const hindered&) const = default;
  };
  struct stepping {
    ticket request;
    rollout_plan plan;
    rollout_step step;
    milliseconds since{0};  ///< where TaskManagers are deleted one by one, else 0
    static constexpr auto names = fields("request", "plan", "step", "since");
    bool operator==(const stepping&) const = default;
  };
  /// A job did not come back from a step. Nothing more is done until it has.
  struct halted {
    ticket last;
    rollout_plan plan;
    rollout_step step;
    static constexpr auto names = fields("last", "plan", "step");
    bool operator==(const halted&) const = default;
  };

  /// That the newest spec is undone is being written into status.
  struct undoing {
    ticket request;
    rollout_plan plan;
    rollback_record record;
    static constexpr auto names = fields("request", "plan", "record");
    bool operator==(const undoing&) const = default;
  };

  using state = std::variant<beginning, settled, recording, preparing, growing, stopping, securing,
                             hindered, stepping, halted, undoing>;
  /// Those that wait for people, jobs or room are looked at with every poll.
  using resting = state_machine::list<beginning, settled, preparing, growing, halted>;
  using fact = std::variant<surroundings_seen, status_written, status_superseded, jobs_secured,
                            jobs_insecure, deadline_passed>;
  using command = std::variant<record_intent, secure_jobs, announce, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  using first_steps = to<beginning, settled, recording, preparing, stopping, stepping, halted>;
  first_steps on(const beginning&, const surroundings_seen&) const;
  to<settled, beginning, recording> on(const settled&, const surroundings_seen&) const;

  to<recording, preparing> on(const recording&, const status_written&) const;
  to<recording, beginning> on(const recording&, const status_superseded&) const;
  to<recording, beginning> on(const recording&, const deadline_passed&) const;

  using prepared =
      to<preparing, beginning, settled, recording, growing, stopping, securing, stepping>;
  prepared on(const preparing&, const surroundings_seen&) const;
  to<growing, beginning, settled, recording, securing, undoing> on(const growing&,
                                                                   const surroundings_seen&) const;

  to<stopping, beginning, recording, stepping, hindered> on(const stopping&,
                                                            const surroundings_seen&) const;
  to<stopping, hindered> on(const stopping&, const deadline_passed&) const;

  to<securing, stepping> on(const securing&, const jobs_secured&) const;
  to<securing, hindered> on(const securing&, const jobs_insecure&) const;
  to<securing, hindered> on(const securing&, const deadline_passed&) const;
  to<hindered, preparing> on(const hindered&, const deadline_passed&) const;

  to<stepping, recording, preparing> on(const stepping&, const surroundings_seen&) const;
  to<stepping, halted> on(const stepping&, const deadline_passed&) const;
  to<halted, recording, preparing, undoing> on(const halted&, const surroundings_seen&) const;

  to<undoing, beginning> on(const undoing&, const status_written&) const;
  to<undoing, beginning> on(const undoing&, const status_superseded&) const;
  to<undoing, beginning> on(const undoing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  using answers =
      state_machine::list<status_written, status_superseded, jobs_secured, jobs_insecure>;
  /// Answers of requests that were given up; what is seen meanwhile waits in `known`.
  using ignores = state_machine::list<
      in<beginning, answers, deadline_passed>, in<settled, answers, deadline_passed>,
      in<recording, surroundings_seen, jobs_secured, jobs_insecure>,
      in<preparing, answers, deadline_passed>, in<growing, answers, deadline_passed>,
      in<stopping, answers>, in<securing, surroundings_seen, status_written, status_superseded>,
      in<hindered, surroundings_seen, answers>, in<stepping, answers>,
      in<halted, answers, deadline_passed>,
      in<undoing, surroundings_seen, jobs_secured, jobs_insecure>>;

  rollout_policy policy{};
  rollout_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<rollout_machine> state_machine::step(
    const rollout_machine&, const rollout_machine::state&, const rollout_machine::fact&);

/// What the machines of the JobManager's side and of the set of TaskManagers may do now.
struct rollout_permits {
  bool job_manager = false;    ///< apply its workload from the new spec
  bool task_managers = false;  ///< apply their set's template from the new spec
  bool spares = false;         ///< bring up new ones beside the old ones
  std::int32_t retire_below = 0;
  std::optional<std::int32_t> down_to;  ///< let those with tasks go until so many are left
};
rollout_permits permits_of(const rollout_machine::state& now);

/// Jobs may be started: none is about to be stopped for a restart of the cluster that they run on.
bool starts_jobs(const rollout_machine::state& now, const rollout_known& known);

/// Jobs are to be stopped for this order; 0: for none.
std::uint64_t rest_order_of(const rollout_machine::state& now);

/// What it does to its jobs, or would if it were its turn.
disruption disruption_of(const rollout_machine::state& now, const rollout_known& known);

/// It is at work, and every look counts.
bool is_brisk(const rollout_machine::state& now);

/// What is being carried out; none when nothing is.
std::optional<rollout_plan> plan_of(const rollout_machine::state& now);

}  // namespace drey
