/// The JobManager of an application cluster: it comes to be for one launch of its job, and is gone
/// before there is another. A workload is only ever made because the job asks for it, from nothing
/// that may still live, so that no launch runs twice and none beside another (decision 0020).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/launch_words.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"
#include "protocol/time.hpp"

namespace drey {

struct launch_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{500};
  milliseconds settle_poll{5'000};
  /// Deletion waits so long for a JobManager that does not answer to let its job be cancelled.
  milliseconds farewell_wait{10'000};
};

struct launch_known {
  moment now;
  bool looked = false;   ///< every cache was filled once
  bool claimed = false;  ///< all else that it needs is there, and the spec is good
  bool deleting = false;
  bool rests = false;           ///< the job is to run nothing
  bool keeps_jobs = false;      ///< with high availability: a next process goes on with the job
  bool native = false;          ///< Flink makes its TaskManagers: they end with its launch
  bool ownerless = false;       ///< and what they hang on, beside a Job, is gone
  bool job_listed = false;      ///< its JobManager tells of the job
  bool job_lives = false;       ///< and it is not over
  bool job_runs = false;        ///< and it has tasks
  bool guarded = false;         ///< that it did was noted: no process begins with its path any more
  bool may_patch = false;       ///< the rollout permits a JobManager of the new spec
  bool may_replace = false;     ///< and the job of this one is over for it
  bool pods = false;            ///< a pod of a JobManager is there, or goes
  std::optional<launch> order;  ///< what the job asks for
  std::optional<launch_sight> workload;  ///< none: there is none, by the cache
  milliseconds deleting_since{0};        ///< monotonic
  milliseconds may_arrive_until{0};      ///< until then a workload may appear that was asked for
};

struct launch_machine {
  /// What is there is not known.
  struct unseen {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const unseen&) const = default;
  };
  struct looking {
    ticket request;
    std::vector<std::string> left;  ///< what was still there
    static constexpr auto names = fields("request", "left");
    bool operator==(const looking&) const = default;
  };
  /// No JobManager is there and none may come: nothing of the job runs.
  struct vacant {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const vacant&) const = default;
  };
  /// What earlier executions left goes first, HA metadata and the TaskManagers that Flink made: a
  /// JobManager would bring the ones back and take the others over.
  struct clearing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const clearing&) const = default;
  };
  struct preparing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const preparing&) const = default;
  };
  struct creating {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const creating&) const = default;
  };
  /// A workload is there.
  struct standing {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const standing&) const = default;
  };
  struct guarding {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const guarding&) const = default;
  };
  struct patching {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const patching&) const = default;
  };
  struct removing {
    ticket request;
    std::vector<std::string> left;
    static constexpr auto names = fields("request", "left");
    bool operator==(const removing&) const = default;
  };

  using state = std::variant<unseen, looking, vacant, clearing, preparing, creating, standing,
                             guarding, patching, removing>;
  using resting = state_machine::list<unseen, vacant, standing>;
  using fact =
      std::variant<surroundings_seen, removal_seen, child_applied, call_refused, deadline_passed>;
  using command = std::variant<look_at_job_managers, remove_job_managers, clear_earlier_launches,
                               prepare_launch, create_job_manager, guard_launch, patch_job_manager,
                               answer_launch, announce, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<unseen, looking, standing> on(const unseen&, const surroundings_seen&) const;

  to<looking, standing> on(const looking&, const surroundings_seen&) const;
  to<looking, vacant, standing> on(const looking&, const removal_seen&) const;
  to<looking> on(const looking&, const call_refused&) const;
  to<looking, unseen> on(const looking&, const deadline_passed&) const;

  to<vacant, looking, standing, clearing, creating> on(const vacant&,
                                                       const surroundings_seen&) const;

  to<clearing, preparing, looking> on(const clearing&, const removal_seen&) const;
  to<clearing> on(const clearing&, const call_refused&) const;
  to<clearing, unseen> on(const clearing&, const deadline_passed&) const;

  to<preparing, creating, looking> on(const preparing&, const child_applied&) const;
  to<preparing> on(const preparing&, const call_refused&) const;
  to<preparing, unseen> on(const preparing&, const deadline_passed&) const;

  to<creating, standing> on(const creating&, const child_applied&) const;
  to<creating, looking> on(const creating&, const call_refused&) const;
  to<creating, looking> on(const creating&, const deadline_passed&) const;

  to<standing, looking, guarding, patching, removing> on(const standing&,
                                                         const surroundings_seen&) const;

  to<guarding, standing> on(const guarding&, const child_applied&) const;
  to<guarding> on(const guarding&, const call_refused&) const;
  to<guarding, standing> on(const guarding&, const deadline_passed&) const;

  to<patching, standing> on(const patching&, const child_applied&) const;
  to<patching> on(const patching&, const call_refused&) const;
  to<patching, standing> on(const patching&, const deadline_passed&) const;

  to<removing, looking, vacant> on(const removing&, const removal_seen&) const;
  to<removing> on(const removing&, const call_refused&) const;
  to<removing, unseen> on(const removing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of requests that were given up; what is seen meanwhile is looked at when at rest.
  using ignores = state_machine::list<
      in<unseen, removal_seen, child_applied, call_refused, deadline_passed>,
      in<looking, child_applied>,
      in<vacant, removal_seen, child_applied, call_refused, deadline_passed>,
      in<clearing, surroundings_seen, child_applied>,
      in<preparing, surroundings_seen, removal_seen>, in<creating, surroundings_seen, removal_seen>,
      in<standing, removal_seen, child_applied, call_refused, deadline_passed>,
      in<guarding, surroundings_seen, removal_seen>, in<patching, surroundings_seen, removal_seen>,
      in<removing, surroundings_seen, child_applied>>;

  launch_policy policy{};
  launch_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<launch_machine> state_machine::step(
    const launch_machine&, const launch_machine::state&, const launch_machine::fact&);

}  // namespace drey
