#include "actors/job_manager_place.hpp"

#include <algorithm>

#include "actors/planted_bugs.hpp"

namespace drey {

std::optional<std::int32_t> job_manager_place::look(const sight& seen) {
  if (!seen.wanted || is_planted(planted_bug::hoarded_places)) {
    since_.reset();
    return std::nullopt;
  }
  most_ = since_ ? std::min(most_, seen.places) : seen.places;
  if (!since_) since_ = seen.now;
  if (!seen.free_to || !is_due(seen.now)) return most_;
  since_ = seen.now;
  most_ = std::max(0, most_ - seen.idle_top - 1);
  return most_;
}

}  // namespace drey
