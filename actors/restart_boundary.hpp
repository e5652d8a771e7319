/// The restart boundary: what each change of a FlinkDeployment needs, and nothing more. One table
/// decides it for the operator, for `drey plan` and for which process's configuration file a key
/// stands in, so that what is foretold is what happens. Pure, as restore_decision.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/flink_resources.hpp"

namespace drey {

/// By weight.
enum class restart_action {
  nothing,
  patch,  ///< objects change beside processes that run on; pods made later may be others
  scale,
  remove_task_managers,  ///< those with tasks, too: their jobs move to the others
  replace_task_managers,
  fail_over_job_manager,
  restart_both,
  refuse,
};
std::string_view name_of(restart_action x);    // "replace_task_managers"
std::string_view words_for(restart_action x);  // "replace the TaskManagers"

/// What a changed field is for: one row of the table each.
enum class change_of {
  operator_setting,
  set_by_drey,
  used_elsewhere,
  native_only,
  said_by_field,
  other_words,
  submission_default,
  job_manager_default,
  restart_asked,
  nonce_removed,
  mode,
  mode_named,
  cluster_kind,
  application_job,
  image,
  flink_version,
  image_pull,
  service_account,
  ingress,
  service,
  log_configuration,
  job_manager_count,
  job_manager_side,
  task_manager_count,
  task_manager_removal,
  task_manager_side,
  task_manager_placement,
  both_sides,
  pod_template,
  template_merging,
  high_availability,
  heartbeat,
  security,
  unknown_field,
};
std::string_view name_of(change_of x);  // "task_manager_side"

/// A row of the table. The reasons are for people; none of its own in native mode: the same.
struct boundary_row {
  change_of what;
  restart_action standalone;
  restart_action native;
  std::string_view why;
  std::string_view why_in_native = {};

  constexpr restart_action in(deployment_mode mode) const {
    return mode == deployment_mode::standalone ? standalone : native;
  }
  constexpr std::string_view why_in(deployment_mode mode) const {
    return mode == deployment_mode::standalone || why_in_native.empty() ? why : why_in_native;
  }
};
std::span<const boundary_row> restart_boundary();
const boundary_row& row_of(change_of x);

/// What a key of Flink's configuration is for: the first row whose pattern fits. A pattern is a
/// key, or with '*' at its end what keys begin with; the last one fits all.
struct key_row {
  std::string_view pattern;
  change_of what;
};
std::span<const key_row> configuration_keys();
change_of purpose_of(std::string_view key, flink_version version);

/// Whose configuration file holds the keys that are for something.
enum class readers { nobody, job_manager, task_managers, both };
readers readers_of(change_of what, deployment_mode mode);

/// One field that changed. The path is as in a manifest: spec.taskManager.resource.memory,
/// spec.flinkConfiguration[taskmanager.numberOfTaskSlots].
struct spec_change {
  std::string path;
  change_of what;
  restart_action action;
  bool operator==(const spec_change&) const = default;
};

/// The same with what stood there before and what stands there now, as JSON; empty: nothing.
struct valued_change {
  spec_change change;
  json_text before, after;
};

/// `mode`: the one that was chosen for this cluster once (mode_when_new).
std::vector<valued_change> valued_changes_between(const flink_deployment_spec& before,
                                                  const flink_deployment_spec& after,
                                                  deployment_mode mode);
std::vector<spec_change> changes_between(const flink_deployment_spec& before,
                                         const flink_deployment_spec& after, deployment_mode mode);

/// The smallest action that serves all changes: TaskManagers and JobManager both → restart_both;
/// refuse wins.
restart_action action_of(const std::vector<spec_change>& changes);

/// As recorded; of a cluster that has no record as for a new one.
deployment_mode mode_of(const flink_deployment& cluster);

/// The mode of a cluster that is new: as its manifest says; else standalone when it says how many
/// TaskManagers there shall be.
deployment_mode mode_when_new(const flink_deployment_spec& spec);

}  // namespace drey
