/// Flink's options about its pods, Services and addresses: not for Flink's processes but for who
/// makes the pods, which in a standalone cluster is drey. What becomes of each is said here once;
/// `drey validate` and the operator tell people of those that do nothing. Sources: Flink's
/// KubernetesConfigOptions (1.12 … 2.x), and which of them the Apache operator's standalone mode
/// looks at (its decorators; operator-facts §11.2).
#pragma once

#include <span>
#include <string_view>

namespace drey {

enum class option_use {
  honoured,     ///< drey makes of it what Flink's own deployment would
  set_by_drey,  ///< drey gives it a value of its own, or takes it away
  native_only,  ///< in native mode Flink itself reads it; else it has no effect
  no_effect,    ///< of Flink's client
};

enum class option_shape { text, list, map, maps, cores };

struct deployment_option {
  std::string_view key;
  option_use use;
  option_shape shape;
  /// Of `set_by_drey` the value, if it is always the same; of what has no effect what to do
  /// instead.
  std::string_view say;
};

std::span<const deployment_option> deployment_options();

/// Null: none of these. A member of a map ("kubernetes.jobmanager.labels.team") is its option.
const deployment_option* deployment_option_of(std::string_view key);

/// Environment of one side, after which the variable's name follows.
inline constexpr std::string_view job_manager_env_prefix = "containerized.master.env.";
inline constexpr std::string_view task_manager_env_prefix = "containerized.taskmanager.env.";

/// Whether Flink's processes have a use for it: not a deployment option, and not the operator's.
bool is_for_flink(std::string_view key);

}  // namespace drey
