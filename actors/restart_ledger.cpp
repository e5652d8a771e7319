#include "actors/restart_ledger.hpp"

#include <algorithm>

#include "protocol/limits.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

restart_ledger::place restart_ledger::find_open(std::string_view what) const {
  return std::ranges::find_if(
      all_, [&](const restart_record& one) { return one.what == what && !one.down_ms; });
}

const restart_record* restart_ledger::open(std::string_view what) const {
  const auto found = find_open(what);
  return found == all_.end() ? nullptr : &*found;
}

restart_record* restart_ledger::lasting(std::string_view what) {
  const auto found = find_open(what);
  return found == all_.end() ? nullptr : &all_[static_cast<std::size_t>(found - all_.begin())];
}

void restart_ledger::begin(std::string_view what, std::string why, milliseconds wall) {
  if (open(what) != nullptr) return;
  auto since = timestamp_millis(wall);
  const auto ended_now = std::ranges::find_if(
      all_, [&](const restart_record& one) { return one.what == what && one.since == since; });
  if (ended_now != all_.end()) all_.erase(ended_now);  // it goes on
  all_.push_back({std::move(since), std::string(what), std::move(why), {}, {}});
  if (all_.size() > limits::restarts_told_max) all_.erase(all_.begin());
}

void restart_ledger::explain(std::string_view what, std::string why) {
  if (auto* one = lasting(what)) one->why = std::move(why);
}

void restart_ledger::comes_from(std::string_view what, std::string from) {
  if (auto* one = lasting(what)) one->from = std::move(from);
}

/// A clock that was set back does not make a time without work negative.
void restart_ledger::end(std::string_view what, milliseconds wall) {
  auto* one = lasting(what);
  if (one == nullptr) return;
  const auto since = parse_timestamp(one->since).value_or(wall);
  one->down_ms = std::max<std::int64_t>(0, (wall - since).count());
}

void restart_ledger::forget(std::string_view what) {
  const auto found = find_open(what);
  if (found != all_.end()) all_.erase(found);
}

}  // namespace drey
