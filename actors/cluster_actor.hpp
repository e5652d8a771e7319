/// The shell around the machines of one FlinkDeployment: its JobManager's side, its set of
/// TaskManagers, and an actor per TaskManager. It polls Flink once for all jobs of the cluster,
/// keeps the slot ledger, and decides nothing else.
#pragma once

#include <map>

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/cluster_machine.hpp"
#include "actors/cluster_status.hpp"
#include "actors/primary_shell.hpp"
#include "actors/shell.hpp"
#include "actors/slot_ledger.hpp"
#include "actors/task_manager_set_machine.hpp"

namespace drey {

class cluster_shell {
public:
  static inline const char* name = "cluster";

  explicit cluster_shell(caf::event_based_actor* self) : self_(self) {}
  /// However it ends, its TaskManagers' actors end with it.
  ~cluster_shell();
  cluster_shell(const cluster_shell&) = delete;
  cluster_shell& operator=(const cluster_shell&) = delete;

  caf::behavior start(const surroundings& around, const object_ptr& primary);

  // ── for the runners ──
  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return cluster_.machine.known.name; }
  void prepare(cluster_machine& machine);
  void prepare(task_manager_set_machine& machine);
  void moved(const cluster_machine&);
  void moved(const task_manager_set_machine&) { look(); }

  void perform(std::uint8_t from, const add_finalizer& command);
  void perform(std::uint8_t from, const remove_finalizer& command);
  void perform(std::uint8_t from, const apply_child& command);
  void perform(std::uint8_t from, const apply_task_managers& command);
  void perform(std::uint8_t from, const remove_children& command);
  void perform(std::uint8_t from, const announce& command);
  void perform(std::uint8_t from, const set_deadline& command);

private:
  enum numbers : std::uint8_t { the_cluster, the_set, the_log, the_poll };
  using child_key = std::pair<object_kind, std::string>;

  struct member_job {
    object_name name;
    caf::actor actor;
    drey::pace pace = pace::in_transition;
  };
  struct member_task_manager {
    object_ptr live;
    caf::actor actor;
    drey::standing standing = drey::standing::joining;
    task_manager_known told;
    bool may_have_worked = false;  ///< it was registered, or ran before we began to look
  };

  cluster_known& known() { return cluster_.machine.known; }
  void seen(const object_ptr& live);
  void take_over();
  void child_seen(const object_ptr& live);
  void child_vanished(const object_ptr& last);
  void node_seen(const node& live);
  void woken(const timer& due);
  void look();

  // ── TaskManagers ──
  void task_manager_seen(const object_ptr& live);
  void task_manager_vanished(const std::string& uid);
  void tell_task_managers();
  std::vector<set_member> members() const;
  task_manager_count count() const;
  std::int32_t isolated() const;

  // ── jobs ──
  void join(const job_joined& message);
  void broadcast();
  cluster_view view() const;

  // ── polling ──
  std::string incarnation() const;
  void poll();
  void polled(const std::string& asked, const flink_answer& answer);
  void poll_failed();
  void ask_task_managers(const std::string& asked);
  void schedule_poll();
  bool in_transition() const;

  // ── calls ──
  void publish();
  void finalizer_is(const log_finalizer_report& told);
  void apply(std::uint8_t from, ticket request, const object_ptr& wanted);
  void created(const kube_answer& answer);
  void applied(std::uint8_t from, ticket request, const kube_answer& answer);
  void learn(std::uint8_t from, ticket request, const refusal& why);
  void remove_next(std::vector<std::pair<object_kind, std::string>> kinds, removal_seen so_far);
  flink_endpoint endpoint() const;
  const object_ptr* child(object_kind kind, const std::string& which) const;

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  machine_runner<cluster_machine, cluster_shell> cluster_{*this, "cluster", the_cluster};
  machine_runner<task_manager_set_machine, cluster_shell> set_{*this, "task_manager_set", the_set};
  std::unique_ptr<primary_shell> primary_;
  std::shared_ptr<const flink_deployment_spec> spec_;
  std::optional<cluster_children> wanted_;
  std::shared_ptr<const configuration> config_;
  std::map<child_key, object_ptr> children_;
  int creations_open_ = 0;            ///< first applies that are not answered yet
  milliseconds may_arrive_until_{0};  ///< one whose outcome stayed open may still be carried out
  std::map<std::string, object_ptr> job_manager_pods_;        // by UID
  std::map<std::string, member_task_manager> task_managers_;  // by pod UID
  std::map<std::string, std::string> nodes_;                  // name → Ready
  std::map<std::string, task_manager_info> registered_;       // by pod UID
  std::map<std::string, member_job> jobs_;                    // by UID
  std::shared_ptr<const jobs_overview> overview_;
  std::string overview_of_;  ///< the incarnation that `overview_` is of
  slot_ledger ledger_;
  std::int32_t slots_total_ = 0;
  std::uint64_t looks_ = 0;  ///< lists that were read
  int poll_failures_ = 0;
  bool registrations_known_ = false;
  milliseconds poll_wait_ = limits::poll_in_transition;
  ticket poll_timer_;
  cluster_view told_;
  milliseconds told_at_{0};
};

caf::behavior cluster_actor(caf::stateful_actor<cluster_shell>* self, surroundings around,
                            object_ptr primary);

}  // namespace drey
