#include "actors/job_memory.hpp"

#include <algorithm>

namespace drey {

lineage later_of(const lineage& ours, const lineage& theirs) {
  if (theirs.submissions != ours.submissions)
    return theirs.submissions > ours.submissions ? theirs : ours;
  auto both = ours;
  if (both.failure.empty()) both.failure = theirs.failure;
  for (const auto& one : theirs.triggers)
    if (std::ranges::find(both.triggers, one) == both.triggers.end()) both.triggers.push_back(one);
  return both;
}

const savepoint_record& later_of(const savepoint_record& ours, const savepoint_record& theirs,
                                 std::optional<std::int64_t> asked) {
  if (theirs.nonce != ours.nonce) return asked && theirs.nonce == *asked ? theirs : ours;
  const bool settled = ours.state == "IN_PROGRESS" && theirs.state != ours.state;
  return settled ? theirs : ours;
}

std::vector<std::string> branch_ids(const lineage& history) {
  const auto known = static_cast<std::int64_t>(history.job_ids.size());
  const auto of_branch = std::clamp<std::int64_t>(history.submissions - history.branch, 0, known);
  return {history.job_ids.end() - of_branch, history.job_ids.end()};
}

}  // namespace drey
