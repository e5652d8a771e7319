/// The part of the root that sees what belongs to no FlinkDeployment any more, and has it removed
/// (protocol/decisions/0047-orphans.md).
#include <algorithm>

#include "actors/operator_actor.hpp"
#include "actors/orphan_actor.hpp"
#include "actors/planted_bugs.hpp"
#include "actors/takeover.hpp"

namespace drey {

/// What vanishes together is seen one after the other: it is looked at once that should be over.
void operator_shell::look_for_orphans_later() {
  if (!world_known_ || settings_.conduct == conduct::observes) return;
  if (is_planted(planted_bug::removal_in_one_pass)) return;  // what is left is to be seen
  if (std::exchange(orphans_due_, true)) return;
  self_->delayed_send(self_, limits::settle_wait, orphans_due{});
}

void operator_shell::look_for_orphans() {
  orphans_due_ = false;
  for (const auto& [uid, all] : owned_) {
    if (all.empty() || children_.contains(uid) || orphans_.contains(uid)) continue;
    const auto& one = all.begin()->second;
    const auto& meta = metadata_of(*one);
    if (is_unmarked(meta)) continue;  // nobody of us made it
    object_meta of_namespace;
    of_namespace.ns = meta.ns;
    const bool paused = !drey::why_paused(of_namespace, settings_.pauses).empty();
    const auto yielding = yieldings_.find(meta.ns);
    const bool left = yielding != yieldings_.end() && !yielding->second.rival().empty();
    if (paused || left || strangers_.contains({meta.ns, meta.labels.at("app")})) continue;
    auto given = around_;
    given.pause = std::make_shared<pause_gate>();
    const auto actor = self_->spawn(orphan_actor, given, one);
    self_->monitor(actor);
    orphans_.emplace(uid, orphan{meta.ns, actor, given.pause});
  }
}

/// It is there after all, or its namespace is left to another operator. The gate first, as with a
/// pause.
void operator_shell::leave_orphan(const std::string& uid) {
  const auto found = orphans_.find(uid);
  if (found == orphans_.end()) return;
  found->second.gate->close();
  self_->demonitor(found->second.actor);
  self_->send_exit(found->second.actor, caf::exit_reason::user_shutdown);
  orphans_.erase(found);
}

void operator_shell::leave_orphans_in(const std::string& ns) {
  std::vector<std::string> all;
  for (const auto& [uid, one] : orphans_)
    if (one.ns == ns) all.push_back(uid);
  for (const auto& uid : all) leave_orphan(uid);
}

/// Nothing is left, as far as it saw; what came late is seen again. True: it was one of them.
bool operator_shell::orphan_ended(const caf::actor_addr& source) {
  const auto found = std::ranges::find_if(
      orphans_, [&](const auto& one) { return one.second.actor.address() == source; });
  if (found == orphans_.end()) return false;
  const auto uid = found->first;
  orphans_.erase(found);
  if (owned_.contains(uid)) look_for_orphans_later();
  return true;
}

}  // namespace drey
