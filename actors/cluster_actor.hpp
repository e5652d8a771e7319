/// The shell around the machines of one FlinkDeployment: its JobManager's side, its TaskManagers,
/// the rollout of a changed spec, an application's launches; and of the actors of TaskManagers and
/// its job. It polls Flink once for all jobs, keeps the slot ledger, and decides nothing else.
#pragma once

#include <map>
#include <set>

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/cluster_machine.hpp"
#include "actors/cluster_members.hpp"
#include "actors/cluster_restarts.hpp"
#include "actors/cluster_rollback.hpp"
#include "actors/cluster_status.hpp"
#include "actors/fleet_turn.hpp"
#include "actors/ingress_machine.hpp"
#include "actors/job_manager_place.hpp"
#include "actors/job_suspects.hpp"
#include "actors/launch_machine.hpp"
#include "actors/pod_ends.hpp"
#include "actors/pod_resources.hpp"
#include "actors/preflight_machine.hpp"
#include "actors/preflight_reader.hpp"
#include "actors/primary_shell.hpp"
#include "actors/replicas_contest.hpp"
#include "actors/rollout_machine.hpp"
#include "actors/shell.hpp"
#include "actors/slot_ledger.hpp"
#include "actors/slot_sharing_machine.hpp"
#include "actors/slots_lost.hpp"
#include "actors/task_manager_set_machine.hpp"
#include "actors/unmade_pod.hpp"

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
  void prepare(rollout_machine& machine);
  void prepare(ingress_machine& machine);
  void prepare(launch_machine& machine);
  void prepare(slot_sharing_machine& machine);
  void prepare(preflight_machine& machine);
  void moved(const cluster_machine&);
  void moved(const task_manager_set_machine&) { look(); }
  void moved(const rollout_machine&);
  void moved(const ingress_machine&);
  void moved(const launch_machine&);
  void moved(const slot_sharing_machine&) { look(); }
  void moved(const preflight_machine&) {}

  void perform(std::uint8_t from, const add_finalizer& command);
  void perform(std::uint8_t from, const remove_finalizer& command);
  void perform(std::uint8_t from, const apply_child& command);
  void perform(std::uint8_t from, const apply_task_managers& command);
  void perform(std::uint8_t from, const remove_task_managers& command);
  void perform(std::uint8_t from, const remove_children& command);
  void perform(std::uint8_t from, const replace_job_manager& command);
  void perform(std::uint8_t from, const record_intent& command);
  void perform(std::uint8_t from, const secure_jobs& command);
  void perform(std::uint8_t from, const apply_ingress& command);
  void perform(std::uint8_t from, const remove_ingress& command);
  void perform(std::uint8_t from, const look_at_job_managers& command);
  void perform(std::uint8_t from, const remove_job_managers& command);
  void perform(std::uint8_t from, const clear_earlier_launches& command);
  void perform(std::uint8_t from, const prepare_launch& command);
  void perform(std::uint8_t from, const create_job_manager& command);
  void perform(std::uint8_t from, const guard_launch& command);
  void perform(std::uint8_t from, const patch_job_manager& command);
  void perform(std::uint8_t from, const answer_launch& command);
  void perform(std::uint8_t from, const announce& command);
  void perform(std::uint8_t from, const secure_job& command);
  void perform(std::uint8_t from, const read_preflight& command);
  void perform(std::uint8_t from, const set_deadline& command);

private:
  enum numbers : std::uint8_t {
    the_cluster,
    the_set,
    the_rollout,
    the_ingress,
    the_launch,
    the_sharing,
    the_preflight,
    the_log,
    the_poll,
  };

  /// Jobs answer orders for a checkpoint by their number: those of shared slots lie above.
  static constexpr std::uint32_t sharing_orders = 1U << 31;

  using member_job = cluster_job;
  using member_task_manager = cluster_task_manager;
  cluster_known& known() { return cluster_.machine.known; }
  void seen(const object_ptr& live);
  void take_over();
  void choose_spec(const flink_deployment& cluster);
  void adopt(const flink_deployment& cluster);
  void child_seen(const object_ptr& live);
  void child_vanished(const object_ptr& last);
  void node_seen(const node& live);
  void woken(const timer& due);
  void look();

  // ── TaskManagers ──
  void task_manager_seen(const object_ptr& live);
  void task_manager_vanished(const std::string& uid);
  void tell_task_managers();
  task_manager_count count() const;
  std::int32_t isolated() const;
  std::int32_t other_job_managers() const;
  set_known picture_of_set() const;
  bool is_of_wanted(const pod& x) const;
  bool is_due(const object_ptr& wanted) const;
  object_ptr as_permitted(const object_ptr& wanted) const;
  bool is_made() const;
  bool job_manager_is_of_old(const object& workload) const;

  // ── native mode ──
  deployment_mode mode_for(const flink_deployment& cluster) const;
  static flink_deployment with_mode(flink_deployment cluster, deployment_mode mode);
  void heed_live_mode();
  bool is_native() const { return mode_ == deployment_mode::native; }
  std::int32_t native_room() const;
  bool lacks_owner() const;
  bool is_left_over(const object& found, removal_of what, const removal_seen& so_far) const;
  static void add_native(set_known& k, set_member seen, const pod& one);
  std::map<std::string, cluster_task_manager>::iterator member_called(const std::string& id);

  // ── a changed spec ──
  void compare_specs(rollout_known& k);
  return_known way_back();
  bool is_stable() const;
  void tell_of_specs(rollout_report& report) const;
  bool was_seen_down() const;
  bool asks_whether_down() const;
  bool job_manager_is_down(bool asks);
  bool may_step() const;
  rollout_permits permitted() const;
  job_stand stand_of(const member_job& job) const;
  std::vector<rollout_job> jobs_of_rollout() const;
  bool is_allowed(const std::string& job) const;
  void reported(const log_report& told);
  void safety_told(const job_safety& told);
  void forget_order(const std::string& uid);
  rollout_report report_of_rollout();

  // ── the job of an application ──
  void child_failed(const caf::down_msg& down);
  std::string launch_entry(std::string_view key) const;
  bool is_later_process() const;
  end_cause cause_of_end(const job_overview* row) const;
  void look_at_early_end(const job_overview* row);
  void read_early_end(const std::string& of);
  void look_after_application();
  /// To its job. One that has no actor yet is told all when it has.
  template <class T>
  void pass_on(const T& message) {
    if (application_) self_->send(application_, message);
  }
  bool runs_application() const { return application_ != nullptr; }
  const member_job* own_job() const;
  job_stand own_stand() const;
  bool saves_own_job() const;
  bool rests() const;
  bool ended_long_ago(const flink_session_job_status& told) const;
  const object_ptr* job_manager_workload() const;
  object_ptr wanted_job_manager() const;
  std::optional<launch_sight> sight_of_launch() const;
  bool is_over(const object& workload) const;
  bool rest_answers() const;
  bool is_spent() const;
  const job_overview* row_of_launch() const;
  std::string end_of_job_manager() const;
  void hear(const launch_wanted& message);
  void drop_stale_order();
  std::vector<std::pair<object_kind, std::string>> kinds_of_job_managers() const;
  void list_next(std::uint8_t from, std::vector<std::pair<object_kind, std::string>> kinds,
                 removal_seen so_far, removal_of what);
  bool nothing_runs() const;
  cluster_view application_view() const;

  // ── slots ──
  void hear(const slots_wanted& message);
  void hear(const slots_freed& message);
  std::int32_t grant(const slots_wanted& message);
  std::int32_t needed_beside(const std::string& uid) const;
  std::int32_t own_slots() const;
  bool is_calm() const;
  slots_there slots() const;

  // ── restarts ──
  cluster_sight sight() const;
  std::string rollout_step() const;
  void note_restarts();
  suspects_sight sight_of_suspects();
  void note_suspects();

  // ── jobs ──
  void join(const job_joined& message);
  void leave(const job_left& message);
  void pace_is(const pace_wanted& message);
  void broadcast();
  cluster_view view() const;
  cluster_view view_for(const std::string& uid) const;

  // ── polling ──
  bool has_standbys() const;
  const pod* job_manager() const;
  std::string incarnation() const;
  bool is_elected() const;
  std::optional<unready_job_manager> unready_one() const;
  const pod* abandoned_one() const;
  std::optional<milliseconds> abandoned_wait() const;
  void watch_lock(std::function<void()> then);
  bool knows_who_leads() const { return asked_who_leads_ || !is_elected(); }
  void ask_who_leads(std::function<void()> then);
  void poll();
  void poll_jobs();
  void polled(const std::string& asked, const flink_answer& answer);
  void poll_failed(const flink_answer& answer);
  void ask_task_managers(const std::string& asked);
  void ask_version(const std::string& asked);
  void schedule_poll();
  bool in_transition() const;

  // ── calls ──
  void publish(std::optional<ticket> intent);
  void warn_of(const flink_deployment& cluster);
  void tell_of_rest(flink_deployment_status& status) const;
  void tell_of_cluster(flink_deployment_status& status) const;
  void tell_of_ingress(flink_deployment_status& status) const;
  void tell_of_fight(flink_deployment_status& status);

  // ── what keeps pods from working ──
  const stateful_set* live_set() const;
  bool node_answers(const pod& on) const;
  void look_for_troubles();
  void look_for_refused_pods(milliseconds now);
  void look_for_unmade_pods(milliseconds now);
  void look_for_lost_slots();
  void look_for_place(milliseconds now);
  std::optional<trouble> trouble_of_job_managers(milliseconds wall) const;
  std::optional<trouble> trouble_of_task_managers(milliseconds wall);
  void announce_troubles();
  patience what_is_waited_for() const;
  void note_refusal(std::uint8_t from, const object& wanted, const kube_answer& answer);

  // ── room to grow ──
  over_commit guard() const;
  std::int32_t placed() const;
  std::optional<growth_room> room_to_grow() const;
  std::optional<std::int32_t> most() const;
  void look_for_room();
  void ask_quotas();
  void hear(const room_told& message);
  void hear(const jobs_declared& message);
  void finalizer_is(const log_finalizer_report& told);
  void apply(std::uint8_t from, ticket request, const object_ptr& wanted);
  void created(const kube_answer& answer);
  void applied(std::uint8_t from, ticket request, const kube_answer& answer);
  void learn(std::uint8_t from, ticket request, const refusal& why);
  template <class Fact>
  void give(std::uint8_t from, const Fact& fact) {
    if (from == the_set) return set_.learn(fact);
    if (from == the_ingress) return ingress_.learn(fact);
    if (from == the_launch) return launch_.learn(fact);
    cluster_.learn(fact);
  }
  flink_endpoint endpoint() const;
  const object_ptr* child(object_kind kind, std::string_view which) const;

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  machine_runner<cluster_machine, cluster_shell> cluster_{*this, "cluster", the_cluster};
  machine_runner<task_manager_set_machine, cluster_shell> set_{*this, "task_manager_set", the_set};
  machine_runner<rollout_machine, cluster_shell> rollout_{*this, "rollout", the_rollout};
  machine_runner<ingress_machine, cluster_shell> ingress_{*this, "ingress", the_ingress};
  machine_runner<launch_machine, cluster_shell> launch_{*this, "launch", the_launch};
  machine_runner<slot_sharing_machine, cluster_shell> sharing_{*this, "slot_sharing", the_sharing};
  machine_runner<preflight_machine, cluster_shell> preflight_{*this, "preflight", the_preflight};
  std::unique_ptr<preflight_reader> reader_;
  std::optional<condition> checked_;  ///< what the checks said last; none: nothing yet
  ticket checking_;
  std::unique_ptr<primary_shell> primary_;
  object_ptr recorded_of_;  ///< the copy of it that `known().recorded` is of
  caf::actor application_;  ///< of the cluster's own job; null: it is a session cluster
  launch_order order_;
  early_end early_end_;
  milliseconds launch_may_arrive_until_{0};  ///< as `may_arrive_until_`, of JobManagers alone
  std::set<std::string> removed_workloads_;  ///< UIDs of those whose deletion was accepted
  std::optional<milliseconds> deleting_since_;
  milliseconds born_{0};  ///< wall clock, of this actor
  read_absence down_;
  answering_incarnation answering_;
  std::shared_ptr<const flink_deployment_spec> seen_spec_;  ///< the newest, good or bad
  std::shared_ptr<const flink_deployment_spec> spec_;  ///< the good one that counts: what is wanted
  std::optional<undone_spec> undone_;
  struct {
    std::string text;  ///< what status says was stable last
    std::shared_ptr<const flink_deployment_spec> of;
    return_known known;
  } back_;
  /// At most, one JobManager and one TaskManager of that.
  struct {
    taken_resources job_manager, task_manager;
  } takes_;
  deployment_mode mode_ = deployment_mode::standalone;  ///< chosen once (decision 0029)
  std::optional<cluster_children> wanted_;
  std::shared_ptr<const configuration> config_;
  struct {
    std::string text;  ///< what status says was deployed last
    std::shared_ptr<const flink_deployment_spec> wanted;
    restart_action change = restart_action::nothing;
    bool known = false;       ///< the text could be read
    bool same = false;        ///< and is what is wanted
    bool keeps_jobs = false;  ///< with high availability before and after
  } compared_;
  struct {
    ticket request;
    std::set<std::string> waits_for;  ///< UIDs of jobs that were asked for a checkpoint
  } securing_;
  fleet_turn turn_;
  cluster_restarts restarts_;
  job_suspects suspects_;
  std::uint64_t listed_ = 0;  ///< number of the list that they were looked for in last
  replicas_contest contest_;
  cluster_room room_;
  job_manager_place place_;
  cluster_refusal refused_;
  slots_lost lost_;
  pod_ends ends_;
  unmade_pods unmade_;
  std::set<std::pair<std::string, std::string>> told_troubles_;  ///< UID and reason
  bool looked_for_troubles_ = false;
  patience waited_for_;
  demand each_;                ///< what a TaskManager of the wanted spec asks for
  std::string told_of_fight_;  ///< what the last look said of it; empty: there is none
  std::map<child_key, object_ptr, child_order> children_;
  std::string set_name_;              ///< of the StatefulSet of TaskManagers
  std::string removed_ingress_;       ///< UID of one whose deletion was accepted
  milliseconds ordinals_asked_{0};    ///< whether the API server keeps them, by an apply
  int creations_open_ = 0;            ///< first applies that are not answered yet
  milliseconds may_arrive_until_{0};  ///< one whose outcome stayed open may still be carried out
  std::map<std::string, object_ptr> job_manager_pods_;        // by UID
  std::map<std::string, member_task_manager> task_managers_;  // by pod UID
  std::map<std::string, std::string> nodes_;                  // name → Ready
  std::map<std::string, task_manager_info> registered_;       // by pod UID
  std::string registered_of_;                                 ///< the JobManager that told of them
  std::map<std::string, member_job> jobs_;                    // by UID
  std::shared_ptr<const jobs_overview> overview_;
  bool asked_who_leads_ = false;
  leader_vigil vigil_;  ///< over a JobManager on a node that does not answer
  std::string leader_;  ///< of several JobManagers: address of the one that leads, as read last
  std::string overview_of_;  ///< the incarnation that `overview_` is of
  drey::dashboard dashboard_;
  std::string dashboard_of_;  ///< the incarnation that told it
  slot_ledger ledger_;
  std::int32_t slots_total_ = 0;
  std::uint64_t looks_ = 0;  ///< lists that were read
  int poll_failures_ = 0;
  std::string poll_trouble_;  ///< what the last poll met; empty: an answer
  bool registrations_known_ = false;
  milliseconds overview_asked_{0};  ///< when what it said last was asked for
  milliseconds registrations_asked_{0};
  milliseconds poll_wait_ = limits::poll_in_transition;
  ticket poll_timer_;
  cluster_view told_;
  milliseconds told_at_{0};
};

extern template class machine_runner<cluster_machine, cluster_shell>;
extern template class machine_runner<task_manager_set_machine, cluster_shell>;
extern template class machine_runner<rollout_machine, cluster_shell>;
extern template class machine_runner<ingress_machine, cluster_shell>;
extern template class machine_runner<launch_machine, cluster_shell>;
extern template class machine_runner<slot_sharing_machine, cluster_shell>;
extern template class machine_runner<preflight_machine, cluster_shell>;

caf::behavior cluster_actor(caf::stateful_actor<cluster_shell>* self, surroundings around,
                            object_ptr primary);

}  // namespace drey
