#include "actors/task_manager_window.hpp"

#include <algorithm>

namespace drey {

bool is_inside(const ordinal_window& window, std::int32_t ordinal) {
  return ordinal >= window.start && ordinal < window.start + window.count;
}

bool is_old(const set_known& known, const set_member& one) {
  const bool stuck = one.going && one.standing == standing::lost;
  return one.outdated && (known.ordinals || !stuck);
}

std::int32_t lost_within(const set_known& known, const ordinal_window& window) {
  std::int32_t lost = 0;
  for (const auto& one : known.members)
    if (one.standing == standing::lost && is_inside(window, one.ordinal)) ++lost;
  return lost;
}

std::int32_t end_of_outdated(const set_known& known, const ordinal_window& window) {
  std::int32_t end = window.start;
  for (const auto& one : known.members)
    if (is_old(known, one) && is_inside(window, one.ordinal)) end = std::max(end, one.ordinal + 1);
  return end;
}

namespace {

/// One place of the window.
struct place {
  std::int32_t ordinal = 0;
  bool lost = false;
  std::int32_t slots = 0;
  std::int32_t taken = 0;
};

std::vector<place> places_of(const set_known& known, const ordinal_window& window) {
  std::vector<place> all(static_cast<std::size_t>(std::max(0, window.count)));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].ordinal = window.start + static_cast<std::int32_t>(i);
  for (const auto& one : known.members)
    if (is_inside(window, one.ordinal))
      all[static_cast<std::size_t>(one.ordinal - window.start)] = {
          one.ordinal, one.standing == standing::lost, one.slots, one.taken};
  return all;
}

}  // namespace

remainder remainder_of(const set_known& known, const ordinal_window& window, std::int32_t count) {
  const auto all = places_of(known, window);
  remainder best{{window.start, 0}, {}, 0};
  std::size_t end = 0;
  std::int32_t working = 0;
  std::int32_t busy = 0;
  std::int32_t most = -1;
  for (std::size_t begin = 0; begin < all.size(); ++begin) {
    for (; end < all.size() && working < count; ++end) {
      working += all[end].lost ? 0 : 1;
      busy += all[end].taken > 0 ? 1 : 0;
    }
    if (working < count) break;
    if (busy > most) {
      most = busy;
      best.window = {all[begin].ordinal, static_cast<std::int32_t>(end - begin)};
    }
    if (begin == end || !known.ordinals) break;  // nothing is to stay, or the bottom stays
    working -= all[begin].lost ? 0 : 1;
    busy -= all[begin].taken > 0 ? 1 : 0;
  }
  std::int32_t kept = 0;
  for (const auto& one : all)
    if (is_inside(best.window, one.ordinal))
      kept += one.slots;
    else if (one.taken > 0)
      best.occupied.push_back(one.ordinal);
  std::int32_t taken = 0;
  for (const auto& one : known.members) taken += one.taken;
  best.slots_short = std::max(0, taken - kept);
  return best;
}

namespace {

const set_member* member_at(const set_known& known, std::int32_t ordinal) {
  const auto found = std::ranges::find(known.members, ordinal, &set_member::ordinal);
  return found == known.members.end() ? nullptr : &*found;
}

bool is_lost(const set_known& known, std::int32_t ordinal) {
  const auto* member = member_at(known, ordinal);
  return member != nullptr && member->standing == standing::lost;
}

/// A place whose pod is not there, or works for nobody. While the JobManager knows of TaskManagers
/// whose pods we have not seen, what we take for gone or lost may have a successor that works.
bool may_be_left(const set_known& known, std::int32_t ordinal) {
  const auto* member = member_at(known, ordinal);
  return known.ghosts == 0 && (member == nullptr || member->idle);
}

/// The same, of one that nobody needs: no job is about to take its slots.
bool may_go(const set_known& known, std::int32_t ordinal) {
  return known.calm && may_be_left(known, ordinal);
}

/// New ones are to come up beside outdated ones, or have.
bool is_replacing(const set_known& known, const ordinal_window& window) {
  bool outdated = false;
  bool fresh = false;
  for (const auto& one : known.members)
    if (is_inside(window, one.ordinal)) (is_old(known, one) ? outdated : fresh) = true;
  return outdated && (fresh || known.spares || known.retire_below > window.start);
}

/// A place at the top that nobody needs: none has come up there, or it is of those that are to go.
bool is_vacant(const set_known& known, std::int32_t ordinal) {
  const auto* member = member_at(known, ordinal);
  if (member == nullptr || member->unschedulable) return known.ghosts == 0;
  return member->outdated && ordinal < known.retire_below;
}

/// Without ordinals outdated ones come back in their own places. As many spare ones as are wanted
/// come up beyond all others; in the step itself none that has no room waits for that of one that
/// goes.
ordinal_window replacing_from_zero(const set_known& known, ordinal_window window) {
  const auto needed = known.count + lost_within(known, window);
  if (known.retire_below > 0) {
    while (window.count > needed && is_vacant(known, window.count - 1)) --window.count;
  } else if (known.spares) {
    const auto old = std::ranges::count_if(known.members, [&](const set_member& one) {
      return one.outdated && one.standing != standing::lost && is_inside(window, one.ordinal);
    });
    window.count = std::max(window.count, needed + static_cast<std::int32_t>(old));
  }
  window.count = std::max(window.count, needed);
  return window;
}

/// Outdated ones lie at the bottom: what replaces them comes up beyond the last of them.
ordinal_window replacing_window(const set_known& known, ordinal_window window) {
  if (!known.ordinals) return replacing_from_zero(known, window);
  const auto top = window.start + window.count;
  const auto fresh_from = end_of_outdated(known, window);
  const auto start = std::clamp(known.retire_below, window.start, fresh_from);
  window = {start, top - start};
  const auto fresh = top - fresh_from - lost_within(known, {fresh_from, top - fresh_from});
  if (known.spares && fresh < known.count) {
    window.count += known.count - fresh;
  } else {
    const auto working = window.count - lost_within(known, window);
    window.count += std::max(0, known.count - working);
  }
  return window;
}

/// What is left of a change that was taken back.
struct leftovers {
  ordinal_window window;       ///< without those that may go
  bool are_undecided = false;  ///< whether somebody works on the newest is to be told first
};

/// Outdated ones above all those that are wanted go when nobody works there, and nobody is
/// restarted for it. Where somebody does they are replaced like any other.
leftovers without_leftovers(const set_known& known, ordinal_window window) {
  const auto fresh_below = [&](std::int32_t top) {
    return std::ranges::count_if(known.members, [&](const set_member& one) {
      return is_inside(window, one.ordinal) && one.ordinal < top && !one.outdated &&
             one.standing == standing::registered;
    });
  };
  for (; window.count > known.count; --window.count) {
    const auto top = window.start + window.count - 1;
    const auto* member = member_at(known, top);
    if (member == nullptr || !member->outdated || fresh_below(top) < known.count) break;
    const bool came_up = member->standing == standing::registered;
    if (!(came_up ? may_go(known, top) : may_be_left(known, top)))
      return {window, member->taken == 0};
  }
  return {window};
}

ordinal_window wanted_window(const set_known& known) {
  auto window = known.seen ? known.window : ordinal_window{0, known.count};
  if (!known.observed) return window;  // which pods are of which template is not known yet
  while (known.ordinals && window.count > 0 && is_lost(known, window.start) &&
         may_be_left(known, window.start)) {
    ++window.start;
    --window.count;
  }
  const auto left = without_leftovers(known, window);
  if (left.are_undecided) return left.window;
  window = left.window;
  if (is_replacing(known, window)) return replacing_window(known, window);
  auto working = window.count - lost_within(known, window);
  if (working < known.count) {
    const auto due = std::min(known.count, known.most.value_or(known.count));
    window.count += std::max(0, due - working);
    return window;
  }
  while (working > known.count && window.count > 0) {
    const auto top = window.start + window.count - 1;
    if (is_lost(known, top) && may_be_left(known, top)) {
      --window.count;
    } else if (may_go(known, top)) {
      --window.count;
      --working;
    } else if (known.ordinals && may_go(known, window.start) && !is_lost(known, window.start)) {
      ++window.start;
      --window.count;
      --working;
    } else {
      break;  // both ends work: nothing running is taken away unasked
    }
  }
  if (!known.down_to || !known.calm || known.ghosts > 0) return window;
  const auto stay = std::max(known.count, *known.down_to);
  if (working <= stay) return window;
  const auto smaller = remainder_of(known, window, stay);
  return smaller.slots_short == 0 ? smaller.window : window;
}

}  // namespace

ordinal_window next_window(const set_known& known) {
  auto window = wanted_window(known);
  if (known.seen && known.places_max) window.count = std::min(window.count, *known.places_max);
  return window;
}

bool lacks_ordinals(const set_known& known) {
  if (known.ordinals || !known.seen) return false;
  auto with = known;
  with.ordinals = true;
  return wanted_window(with).start != known.window.start;
}

}  // namespace drey
