#include "actors/disruption_brake.hpp"

#include "actors/planted_bugs.hpp"

namespace drey {

void disruption_brake::told(const std::string& uid, const object_name& cluster, disruption what) {
  if (what == disruption::none) return forget(uid);
  auto& one = members_[uid];
  if (one.asked == 0) one.asked = ++asked_;
  one.cluster = cluster;
  one.what = what;
  one.granted = one.granted || what != disruption::wanted;
  give();
}

void disruption_brake::forget(const std::string& uid) {
  members_.erase(uid);
  give();
}

brake_figures disruption_brake::figures() const {
  brake_figures all;
  for (const auto& [uid, one] : members_)
    ++(one.what == disruption::halted ? all.halted : one.granted ? all.under_way : all.waiting);
  return all;
}

bool disruption_brake::is_stopped() const {
  const auto halted = figures().halted;
  return settings_.halted_max > 0 && halted >= static_cast<std::size_t>(settings_.halted_max);
}

void disruption_brake::give() {
  if (is_stopped() && !is_planted(planted_bug::brakeless_fleet)) return;
  const auto all = figures();
  const bool bounded = settings_.at_once_max > 0 && !is_planted(planted_bug::brakeless_fleet);
  auto busy = all.under_way + all.halted;
  while (!bounded || busy < static_cast<std::size_t>(settings_.at_once_max)) {
    member* next = nullptr;
    for (auto& [uid, one] : members_)
      if (!one.granted && (next == nullptr || one.asked < next->asked)) next = &one;
    if (next == nullptr) return;
    next->granted = true;
    ++busy;
  }
}

turn disruption_brake::turn_of(const std::string& uid) const {
  const auto found = members_.find(uid);
  if (found == members_.end()) return {};
  if (found->second.granted) return {true, {}};
  if (!is_stopped())
    return {false, "as many clusters as may be at once (" + std::to_string(settings_.at_once_max) +
                       ", --max-disruptions) are being restarted for changed specs; it follows "
                       "when its turn comes"};
  std::string names;
  for (const auto& [other, one] : members_)
    if (one.what == disruption::halted)
      names += (names.empty() ? "" : ", ") + one.cluster.ns + "/" + one.cluster.name;
  return {false, "jobs did not come back from restarts of " + names +
                     ": no other cluster is restarted for a changed spec until they work, or "
                     "those specs are set back (--max-halted)"};
}

}  // namespace drey
