/// The eight rules, each checked in every run against the ground truth of the models. A checker
/// sees calls as they arrive and executions as they begin; it never reads what the operator
/// believes. What jobs lose, and whether they run twice, is judged in state_checks.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/checkers/jobs_there.hpp"
#include "sim/checkers/pause_checker.hpp"
#include "sim/checkers/told_paths.hpp"
#include "sim/checkers/write_storms.hpp"
#include "sim/checkers/yield_checker.hpp"
#include "sim/flink/flink.hpp"
#include "sim/kubernetes/kubernetes.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/timeline.hpp"
#include "sim/world/fabric.hpp"

namespace drey::sim {

class checkers {
public:
  checkers(const timeline& time, kubernetes& kube, flink& jobs, std::vector<violation>& found,
           const brake_settings& brake)
      : time_(time),
        kube_(kube),
        flink_(jobs),
        found_(found),
        brake_(brake),
        pauses_(kube),
        yields_(kube) {}

  /// A mutating call leaves the operator: what it must have made sure of before.
  void leaves(const arrival& call);
  /// It arrives, perhaps much later; nothing is applied yet.
  void arrives(const arrival& call);
  /// The operator was told what came of a Flink call.
  void answered(const settled& call);
  /// A process of the operator reads an object; and it has dealt with all that it has read.
  void shown(std::uint32_t process, const object& live) {
    pauses_.shown(process, live);
    yields_.shown(process, live, time_.wall());
  }
  void digested(std::uint32_t process) {
    pauses_.digested(process);
    yields_.digested(process);
  }
  /// After every move of time: new executions are judged.
  void look();
  /// The world is at peace: rule 1.
  void converged();
  /// From here on nothing may change: rule 8.
  void expect_quiet() {
    quiet_since_ = time_.now();
    must_be_quiet_ = true;
  }

  std::int64_t mutating_calls() const { return mutating_calls_; }
  milliseconds last_mutation() const { return last_mutation_; }

private:
  void fail(int rule, std::string text);
  /// The resource that this id was decided for; null: none that is there.
  job_ptr owner_of(const job_id& id);
  void check_intent(const run_jar& run);                            // rule 2
  void check_savepoint_intent(const trigger_savepoint& trigger);    // rule 2
  void check_checkpoint_intent(const trigger_checkpoint& trigger);  // rule 2
  void check_disposal(const dispose_savepoint& what);               // rules 2 and 7
  /// Why the files at `path` must stay; empty: nobody needs them.
  std::string need_of(const flink_session_job& job, const std::string& path);
  void check_clusters_at_rest();
  void check_rests(const object_name& name, const flink_deployment& cluster);
  void check_snapshots();                                         // rule 1
  void check_stop_intent(const stop_job& stop);                   // rule 2
  void check_resolved(const run_jar& run);                        // rule 3
  void check_fence(const caller& who, const kube_body* body);     // rule 4
  void check_replacement(const kube_delete& what);                // rule 3
  bool check_abandoned(const pod& one, const std::string& text);  // rule 3
  void check_preconditions(const kube_body& body);                // rule 4
  void check_execution(const execution& began);                   // rules 5 and 6
  void check_policy(const execution& began);                      // rule 1
  void note_suspended(const kube_body& body);
  void check_preference(const execution& began);  // rule 5
  /// Rules 1 and 2.
  void check_parallelism(const job_id& id, std::int32_t parallelism);
  void check_rescale(const rescale_job& what);
  void check_launched_parallelism(const job_id& id, const std::string& pods);
  void check_shared_slots();
  bool is_preferred(const execution& began);
  static bool ended_by_itself(const execution& one);
  /// Of the same lineage; null: it is the first.
  const execution* execution_before(const execution& began) const;
  void check_rollback(const execution& began);  // rules 1 and 5
  static bool tells_of_ends(const condition& told);
  void check_told_ends(const kube_body& body);                                      // rule 1
  void check_suspicion(const kube_body& body);                                      // rule 1
  void check_told_slots(const kube_body& body);                                     // rule 1
  void check_lost_slots(const object_name& name, const flink_deployment& cluster);  // rule 1
  bool is_acquittal(const kube_body& body);
  void check_undone(const flink_session_job& job, const execution& began,
                    const std::set<std::string>& failed);
  bool asks_for_rollback(const flink_session_job& job, const flink_session_job_spec& undone) const;
  bool lacks_its_beginning(const flink_session_job& job) const;
  bool is_refused(const flink_session_job& job) const;
  void check_choice(const kube_body& body);                                         // rule 5
  void check_removed(const kube_delete& what);                                      // rule 5
  void check_launch(const kube_create& launch);                                     // rule 2
  void check_farewell(const cancel_job& cancel);                                    // rule 5
  void check_last_savepoint(const kube_body& body);                                 // rules 5 and 7
  void check_last_state(const flink_session_job& job, const std::string& lineage);  // rule 5
  void check_drained(const execution& began);                                       // rule 5
  void check_disturbed(const object_name& cluster,
                       const std::set<std::string>* only);                   // rule 5
  void check_brake(const object_name& cluster, const std::string& lineage);  // rule 4
  bool is_back(const std::string& lineage, milliseconds since);
  struct disturbance {
    milliseconds since{0};
    std::uint32_t process = 0;  ///< of the operator
  };
  bool is_known_of(const object_name& cluster, const disturbance& one) const;
  void check_stopped(const object_name& cluster);  // rule 5
  bool may_take_task_managers(const object_name& cluster) const;
  bool began_just_now(const std::string& lineage) const;
  std::optional<milliseconds> began_at(const std::string& lineage) const;
  void check_order(const kube_body& body);  // rule 7
  void check_cluster_rollback(const object_name& name,
                              const flink_deployment& cluster);                // rule 1
  void check_scale(const object_name& name, const flink_deployment& cluster);  // rule 1
  /// True: its growth is held for want of room.
  bool check_held_growth(const object_name& name, const flink_deployment& cluster);     // rule 1
  void check_told_trouble(const object_name& name, const flink_deployment& cluster);    // rule 1
  void check_left_behind();                                                             // rule 7
  void check_ledger(const std::string& whose, const std::vector<restart_record>& all);  // rule 1
  void count(const arrival& call);                                                      // rule 8
  static bool is_made_by_flink(const pod& x);
  static bool is_of_set(const pod& x);
  void check_replaced(const pod& x);                                            // rule 5
  void check_native_removal(const pod& x);                                      // rule 5
  void check_inherited(const object_meta& workload);                            // rule 6
  void check_native(const object_name& name, const flink_deployment& cluster);  // rule 1
  bool is_progress(const kube_body& body);
  bool is_check_alone(const arrival& call);

  const timeline& time_;
  kubernetes& kube_;
  flink& flink_;
  std::vector<violation>& found_;
  brake_settings brake_;
  /// The beginning of a branch: where a person rewound a job to, and when.
  struct rewind {
    milliseconds at{0};
    std::int64_t position = 0;
  };
  bool is_rewound(const execution& began);

  pause_checker pauses_;
  yield_checker yields_;
  told_paths paths_;
  write_storms storms_;
  std::size_t executions_seen_ = 0;
  std::map<std::string, rewind> rewinds_;           // by lineage
  std::set<std::string> rightly_cancelled_;         // job ids
  std::map<std::string, std::string> carried_out_;  // lineage → spec of its newest execution
  /// Of a lineage: the spec of its newest execution, and the job ids that ran under it and under
  /// the one before.
  struct spec_memory {
    std::string spec;
    std::set<std::string> ids;
    std::int64_t undone = 0;  ///< when the one before it was undone that was looked at last
  };
  std::map<std::string, spec_memory> under_spec_;
  /// Of a lineage under one spec.
  struct policy_memory {
    std::string spec;
    std::int32_t failures = 0;
    bool suspended = false;  ///< its status said so since its last start
  };
  std::map<std::string, policy_memory> under_policy_;
  /// The newest start of a job, and when its raise was decided last.
  struct raise_memory {
    std::string id;
    std::int32_t least = 0;
    std::int32_t parallelism = 0;
    std::optional<milliseconds> raised;
  };
  std::map<std::string, raise_memory> raises_;  // by UID
  /// Submissions whose outcome the operator does not know, by job id; gone once it has read the
  /// list.
  std::map<std::string, std::string> unresolved_;  // job id → lineage
  /// Cluster → lineages of jobs that it was about to restart by choice.
  std::map<object_name, std::map<std::string, disturbance>> disturbed_;
  std::uint32_t acting_ = 0;                      ///< the process whose call is looked at
  std::map<std::string, milliseconds> progress_;  // UID → last record of mere progress
  /// UID and process → last news of the condition Preflight
  std::map<std::pair<std::string, std::uint32_t>, milliseconds> checked_;
  std::int64_t mutating_calls_ = 0;
  milliseconds last_mutation_{0};
  milliseconds quiet_since_{0};
  bool must_be_quiet_ = false;
};

}  // namespace drey::sim
