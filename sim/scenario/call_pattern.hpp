/// Calls of the operator as a scenario speaks of them: "create Deployment flink/session", "cancel".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/describe.hpp"
#include "protocol/kube_call.hpp"

namespace drey::sim {

/// In the order of `kube_body`, then in that of `flink_body`.
enum class call_verb {
  get,
  list,
  create,  ///< an apply of what is not there yet is one, too
  apply,
  status,
  finalizers,
  replace,
  remove,
  look,
  review,
  jobs,
  overview,
  dashboard,
  task_managers,
  checkpoints,
  checkpoint_config,
  upload,
  submit,
  delete_jar,
  cancel,
  stop,
  savepoint,
  checkpoint,
  savepoint_result,
  checkpoint_result,
  dispose,
  disposal_result,
  exceptions,
  job,
  rescale,
};
std::string_view name_of(call_verb);  // "delete", "delete-jar"
inline constexpr std::size_t call_verbs_count = 30;
constexpr bool is_of_kubernetes(call_verb x) { return x <= call_verb::review; }

struct call_pattern {
  call_verb verb = call_verb::create;
  std::optional<object_kind> kind;  ///< absent: any, and for every call of Flink
  std::optional<object_name> name;  ///< absent: any
  static constexpr auto names = fields("verb", "kind", "name");
  bool operator==(const call_pattern&) const = default;
};

/// "create Deployment flink/session".
std::string text_of(const call_pattern& x);

/// None: `problem` says why not.
std::optional<call_pattern> parse_call_pattern(std::string_view text, std::string& problem);

/// "`get`, `list`, …".
std::string call_verbs();

}  // namespace drey::sim
