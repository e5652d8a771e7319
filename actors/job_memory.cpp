#include "actors/job_memory.hpp"

namespace drey {

const lineage& later_of(const lineage& ours, const lineage& theirs) {
  return theirs.submissions > ours.submissions ? theirs : ours;
}

const savepoint_record& later_of(const savepoint_record& ours, const savepoint_record& theirs,
                                 std::optional<std::int64_t> asked) {
  if (theirs.nonce != ours.nonce) return asked && theirs.nonce == *asked ? theirs : ours;
  const bool settled = ours.state == "IN_PROGRESS" && theirs.state != ours.state;
  return settled ? theirs : ours;
}

}  // namespace drey
