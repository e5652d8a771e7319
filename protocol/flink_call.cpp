/// What can be looked up in an answer of Flink's.
#include "protocol/flink_call.hpp"

#include <algorithm>

namespace drey {

const checkpoint_info* checkpoint_with_id(const checkpoints& told, std::int64_t id) {
  for (const auto* latest : {&told.completed, &told.savepoint})
    if (*latest && (*latest)->id == id) return &**latest;
  const auto found = std::ranges::find_if(told.history, [&](const triggered_checkpoint& one) {
    return one.what.id == id && one.status == "COMPLETED";
  });
  return found != told.history.end() ? &found->what : nullptr;
}

}  // namespace drey
