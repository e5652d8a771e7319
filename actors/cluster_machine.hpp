/// The JobManager's side of one session cluster: made, seen to come up, kept complete, and removed
/// in order. The set of TaskManagers and each TaskManager have machines of their own beside it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/cluster_words.hpp"
#include "actors/leader_vigil.hpp"
#include "actors/pod_trouble.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

enum class rest_state { not_asked, answers, silent };
constexpr std::string_view name_of(rest_state x) {
  constexpr std::string_view texts[] = {"not_asked", "answers", "silent"};
  return texts[static_cast<std::size_t>(x)];
}

/// A JobManager that was ready and is so no longer, in a container that runs, or did when its node
/// answered last.
struct unready_job_manager {
  std::string uid;  ///< of its pod
  object_name pod;
  milliseconds since{0};                    ///< wall clock, by its kubelet
  milliseconds seen{0};                     ///< monotonic: for so long it was so whenever we looked
  std::string node{};                       ///< that does not answer; empty: it does
  std::optional<milliseconds> node_wait{};  ///< a person's; none: Kubernetes alone acts
  leader_lock lock = leader_lock::unknown;  ///< looked at only where a person wants us to act
  bool operator==(const unready_job_manager&) const = default;
};

/// Sooner it is not worth telling: a standby is not ready, either, until somebody leads.
inline constexpr milliseconds unready_lasts{30'000};

struct cluster_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{1'000};
  milliseconds removal_poll{limits::poll_in_transition};
  milliseconds settle_poll{5'000};
  /// Deletion waits so long for a JobManager that runs and does not tell of its jobs: they may be
  /// there (FLINK-40542), but deletion must end.
  milliseconds unheard_max{300'000};
  /// REST that does not answer its kubelet for so long is dead, unless we could see nothing until
  /// now: after an outage of the API server a JobManager comes to its senses by itself.
  milliseconds dead_wait{180'000};
  milliseconds dead_seen = unready_lasts;
};

struct cluster_known {
  moment now;
  object_name name;
  std::string uid;
  std::int64_t generation = 0;
  bool deleting = false;
  bool finalizer = false;
  std::string problem;       ///< why nothing may be made from this spec; empty: nothing
  bool deployed = false;     ///< objects were made from an earlier spec, which goes on
  bool world_known = false;  ///< every cache has been filled once
  bool looked = false;       ///< and so has Flink been asked: what `known` says is all there is
  /// Until then an object that we, or an operator before us, asked for may still appear.
  milliseconds may_arrive_until{0};
  int children_count = 0;         ///< of the JobManager's side
  std::vector<int> out_of_date;   ///< those that are missing or were applied from another spec
  std::string foreign_child;      ///< a name we need is taken by another owner; empty: none
  bool job_manager_pod = false;   ///< one is there and not going
  bool job_manager_runs = false;  ///< a process does, whether it is ready and answers or not
  std::string refused;  ///< the API server will not take an object of it, and why; empty: it does
  std::optional<trouble> job_manager_trouble;    ///< of a pod of it, or that none can be made
  std::optional<trouble> task_managers_trouble;  ///< of the first that has any
  std::optional<trouble> slots_trouble;          ///< of all TaskManagers that have lost slots
  rest_state rest = rest_state::not_asked;
  /// None: it is ready, or was not yet.
  std::optional<unready_job_manager> unready;
  bool keeps_jobs = false;  ///< with high availability a next JobManager goes on with them
  std::vector<std::string> session_jobs;  ///< FlinkSessionJobs that name this cluster
  int unmanaged_jobs = 0;                 ///< live jobs in it that nobody declared
  deployment_mode mode = deployment_mode::standalone;
  bool application = false;  ///< it runs a job of its own, and no session jobs
  bool own_job = false;      ///< an application's job is not over yet
  bool rests = false;        ///< an application's job needs no process
  bool block_on_session_jobs = true;
  bool block_on_unmanaged_jobs = true;
  flink_deployment_status recorded;
};

struct cluster_machine {
  /// Nothing was made: the spec is not ours to run, or is wrong, or not all caches are filled.
  struct unclaimed {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const unclaimed&) const = default;
  };
  struct claiming {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const claiming&) const = default;
  };
  /// Objects are being applied, one after the other; `left` are still to come.
  struct applying {
    ticket request;
    std::vector<int> left;
    int tries = 1;
    static constexpr auto names = fields("request", "left", "tries");
    bool operator==(const applying&) const = default;
  };
  /// A back-off after a refused apply.
  struct hindered {
    ticket request;
    int tries = 0;
    std::string message;
    static constexpr auto names = fields("request", "tries", "message");
    bool operator==(const hindered&) const = default;
  };
  /// All objects are there; Kubernetes and Flink are bringing the JobManager up.
  struct starting {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const starting&) const = default;
  };
  struct ready {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const ready&) const = default;
  };
  /// Its pod is there but REST does not answer us. That alone never justifies doing anything.
  struct unreachable {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const unreachable&) const = default;
  };
  /// It has not answered its kubelet for long: the pod is being deleted, so that the Deployment
  /// makes another.
  struct replacing {
    ticket request;
    std::string uid;
    static constexpr auto names = fields("request", "uid");
    bool operator==(const replacing&) const = default;
  };
  /// Deletion was asked for and waits for the jobs to go, or to be told of.
  struct draining {
    ticket last;
    std::optional<milliseconds> unheard_since;  ///< what runs in the JobManager is not known
    static constexpr auto names = fields("last", "unheard_since");
    bool operator==(const draining&) const = default;
  };
  /// Stage after stage, until a whole pass has found nothing that was there.
  struct removing {
    ticket request;
    removal_stage stage = removal_stage::job_manager;
    milliseconds pass_since{0};
    bool clean = true;              ///< this pass has found nothing so far
    std::vector<std::string> left;  ///< what of the stage was there when it was looked at last
    static constexpr auto names = fields("request", "stage", "pass_since", "clean", "left");
    bool operator==(const removing&) const = default;
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

  using state = std::variant<unclaimed, claiming, applying, hindered, starting, ready, unreachable,
                             replacing, draining, removing, releasing, gone>;
  /// Those that wait for Kubernetes, Flink or a person are looked at with every poll; a removal
  /// goes on for as long as something is left, repeated by its deadline.
  using resting =
      state_machine::list<unclaimed, starting, ready, unreachable, draining, removing, gone>;
  using fact = std::variant<surroundings_seen, child_applied, removal_seen, finalizers_written,
                            call_refused, deadline_passed>;
  using command = std::variant<add_finalizer, remove_finalizer, apply_child, remove_children,
                               replace_job_manager, announce, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  using first_steps = to<unclaimed, claiming, applying, starting, draining, gone>;
  first_steps on(const unclaimed&, const surroundings_seen&) const;

  to<claiming, unclaimed> on(const claiming&, const finalizers_written&) const;
  to<claiming> on(const claiming&, const call_refused&) const;
  to<claiming, unclaimed> on(const claiming&, const deadline_passed&) const;

  to<applying, draining> on(const applying&, const surroundings_seen&) const;
  to<applying, starting> on(const applying&, const child_applied&) const;
  to<applying, hindered> on(const applying&, const call_refused&) const;
  to<applying, hindered> on(const applying&, const deadline_passed&) const;

  to<hindered, draining> on(const hindered&, const surroundings_seen&) const;
  to<hindered, applying, starting> on(const hindered&, const deadline_passed&) const;

  using kept = to<starting, ready, unreachable, replacing, applying, draining, hindered>;
  kept on(const starting&, const surroundings_seen&) const;
  kept on(const ready&, const surroundings_seen&) const;
  kept on(const unreachable&, const surroundings_seen&) const;

  to<replacing, starting, draining> on(const replacing&, const surroundings_seen&) const;
  to<replacing, unreachable> on(const replacing&, const deadline_passed&) const;

  to<draining, removing> on(const draining&, const surroundings_seen&) const;

  to<removing, releasing> on(const removing&, const removal_seen&) const;
  to<removing> on(const removing&, const call_refused&) const;
  to<removing> on(const removing&, const deadline_passed&) const;

  to<releasing, gone> on(const releasing&, const surroundings_seen&) const;
  to<releasing, gone> on(const releasing&, const finalizers_written&) const;
  to<releasing> on(const releasing&, const call_refused&) const;
  to<releasing, removing> on(const releasing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of requests that were given up; what is merely seen waits in `known` for a position
  /// that looks at it.
  using ignores = state_machine::list<
      in<unclaimed, child_applied, removal_seen, finalizers_written, call_refused, deadline_passed>,
      in<claiming, surroundings_seen, child_applied, removal_seen>,
      in<applying, removal_seen, finalizers_written>,
      in<hindered, child_applied, removal_seen, finalizers_written, call_refused>,
      in<starting, child_applied, removal_seen, finalizers_written, call_refused, deadline_passed>,
      in<ready, child_applied, removal_seen, finalizers_written, call_refused, deadline_passed>,
      in<unreachable, child_applied, removal_seen, finalizers_written, call_refused,
         deadline_passed>,
      in<replacing, child_applied, removal_seen, finalizers_written, call_refused>,
      in<draining, child_applied, removal_seen, finalizers_written, call_refused, deadline_passed>,
      in<removing, surroundings_seen, child_applied, finalizers_written>,
      in<releasing, child_applied, removal_seen>,
      in<gone, surroundings_seen, child_applied, removal_seen, finalizers_written, call_refused,
         deadline_passed>>;

  cluster_policy policy{};
  cluster_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<cluster_machine> state_machine::step(
    const cluster_machine&, const cluster_machine::state&, const cluster_machine::fact&);

}  // namespace drey
