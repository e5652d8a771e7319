/// Where the window of ordinals of a set of TaskManagers goes, from what is seen of them.
#pragma once

#include <vector>

#include "actors/task_manager_set_machine.hpp"

namespace drey {

/// What was left behind already is not a member any more, however long it takes to go.
bool is_inside(const ordinal_window& window, std::int32_t ordinal);
/// To be replaced. Without ordinals one whose deletion goes on for ever is replaced when it is gone
/// at last, by itself.
bool is_old(const set_known& known, const set_member& one);
std::int32_t lost_within(const set_known& known, const ordinal_window& window);
/// The ordinal after the last outdated member of `window`; its start: there is none.
std::int32_t end_of_outdated(const set_known& known, const ordinal_window& window);

/// What is left of a window from which those with tasks go, too.
struct remainder {
  ordinal_window window;
  std::vector<std::int32_t> occupied;  ///< that go
  std::int32_t slots_short = 0;        ///< of those that stay, for all that runs
};

/// `count` places that are not lost, one beside the other, so that as few with tasks go as can be;
/// without ordinals those at the bottom.
remainder remainder_of(const set_known& known, const ordinal_window& window, std::int32_t count);

}  // namespace drey
