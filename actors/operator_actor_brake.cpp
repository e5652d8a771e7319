/// The root's part of the brake (decision 0034): it hears every cluster, and gives the turns.
#include "actors/operator_actor.hpp"
#include "actors/rollout_status.hpp"

namespace drey {

void operator_shell::hear(const disruption_told& told) {
  const auto found = children_.find(told.uid);
  if (found == children_.end() || !found->second.paused.empty()) return;
  if (found->second.told_turn.asked != told.asked) found->second.told_turn = {{}, told.asked};
  brake_.told(told.uid, name_of(*found->second.live), told.what);
  tell_turns();
}

/// Until its actor tells itself, what an operator before us wrote down counts: nobody else begins
/// in its place meanwhile.
void operator_shell::assume_disruption(const child& one) {
  const auto& begun = std::get<flink_deployment>(*one.live).status.rollout;
  if (!begun || begun->phase == waiting_phase) return;
  const auto what = begun->phase == halted_phase ? disruption::halted : disruption::under_way;
  brake_.told(metadata_of(*one.live).uid, name_of(*one.live), what);
}

void operator_shell::leave_brake(const std::string& uid) {
  brake_.forget(uid);
  tell_turns();
}

void operator_shell::tell_turns() {
  for (auto& [uid, one] : children_) {
    if (one.kind != object_kind::flink_deployment || !one.actor || one.told_turn.asked == 0)
      continue;
    auto now = brake_.turn_of(uid);
    if (now == one.told_turn.now) continue;
    one.told_turn.now = std::move(now);
    self_->send(one.actor, one.told_turn);
  }
}

}  // namespace drey
