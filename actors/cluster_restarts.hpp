/// The restarts of a session cluster's processes as its ledger tells them: JobManager lost or
/// replaced, TaskManagers lost, restarted in their pods or replaced by a rollout. What was lost
/// last is also what its jobs give as the cause of their own restarts.
///
/// Pure: compares one look with the looks before. What goes because fewer are wanted is no restart.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/children.hpp"
#include "actors/cluster_view.hpp"
#include "actors/restart_ledger.hpp"

namespace drey {

/// One TaskManager's pod.
struct task_manager_sight {
  std::string uid;
  std::string name;
  std::int32_t ordinal = 0;
  std::int32_t restarts = 0;  ///< of its container
  std::string ended;          ///< why its container ended last: "OOMKilled"; empty: not known
  bool leaves = false;        ///< it is terminating, or its node is given up
  bool registered = false;    ///< by the list that the JobManager told last
  bool busy = false;          ///< by that list: it has tasks
};

struct cluster_sight {
  moment now;
  std::string incarnation;  ///< of the JobManager that is ready; empty: none is
  std::string job_manager;  ///< its pod
  bool answers = false;     ///< that one told of its jobs
  bool high_availability = false;
  std::string rollout;  ///< what a step that is being taken is for; empty: none is
  bool rolls_job_manager = false;
  std::optional<milliseconds> registrations_told;  ///< monotonic; none: not by this JobManager
  std::int32_t wanted = 0;
  bool native = false;  ///< Flink makes TaskManagers, and lets go of those without tasks
  ordinal_window window;
  std::vector<task_manager_sight> task_managers;
};

class cluster_restarts {
public:
  cluster_restarts() = default;
  /// `recorded`: the status as it was found.
  explicit cluster_restarts(const flink_deployment_status& recorded);

  void look(const cluster_sight& seen);
  const std::vector<restart_record>& all() const { return ledger_.all(); }
  const disturbance& last() const { return last_; }

private:
  struct member {
    std::string name;
    std::int32_t ordinal = 0;
    std::int32_t restarts = 0;
    std::string registered_in;  ///< incarnation of the JobManager; empty: never
    bool told = false;          ///< its loss
    bool busy = false;          ///< it had tasks when it was registered last
    milliseconds lost_at{0};    ///< monotonic
  };

  void look_at_job_manager(const cluster_sight& seen);
  void look_at_task_managers(const cluster_sight& seen);
  void look_at(const cluster_sight& seen, const task_manager_sight& one);
  void task_manager_lost(const cluster_sight& seen, member& which, const std::string& how);
  void disturbed(std::string why, const moment& now) { last_ = {std::move(why), now.monotonic}; }
  std::string why_led_by_another(const cluster_sight& seen) const;

  restart_ledger ledger_;
  disturbance last_;
  std::string rollout_;
  bool led_ = false;    ///< a JobManager answered
  std::string led_by_;  ///< its incarnation; empty: it was before we began to look
  std::string led_pod_;
  milliseconds lost_at_{0};                ///< monotonic: the last TaskManager
  std::map<std::string, member> members_;  ///< by UID
};

}  // namespace drey
