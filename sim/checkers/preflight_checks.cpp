/// What the checks of a cluster find may change while nothing else does: a quota, a job more (rule
/// 8).
#include <algorithm>

#include "actors/preflight_condition.hpp"
#include "protocol/limits.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

/// News of the condition Preflight and of nothing else, at most every ten minutes by one process:
/// the next one does not know when the last one looked.
bool checkers::is_check_alone(const arrival& call) {
  const auto* write = std::get_if<kube_write_status>(call.kube);
  const auto* wanted =
      write != nullptr ? std::get_if<flink_deployment>(write->wanted.get()) : nullptr;
  if (wanted == nullptr) return false;
  const auto* live = kube_.get<flink_deployment>(drey::name_of(*write->wanted));
  if (live == nullptr || live->status == wanted->status) return false;
  auto before = live->status;
  auto after = wanted->status;
  for (auto* one : {&before, &after})
    std::erase_if(one->conditions,
                  [](const condition& x) { return x.type == preflight_condition; });
  if (before != after) return false;
  const std::pair who{live->metadata.uid, call.who->process};
  const auto last = checked_.find(who);
  if (last != checked_.end() && time_.now() - last->second < limits::preflight_spacing)
    return false;
  checked_[who] = time_.now();
  return true;
}

}  // namespace drey::sim
