/// The part of the root that leaves namespaces to another operator, and takes them back
/// (protocol/decisions/0027-yielding.md).
#include "actors/job_status.hpp"
#include "actors/operator_actor.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

void operator_shell::look_for_rivals(const object_ptr& live) {
  if (settings_.conduct == conduct::observes || settings_.beside_rivals == beside_rivals::acts)
    return;
  const auto manager = book_.seen(*live, out_->now());
  if (!manager.empty()) machine_of(metadata_of(*live).ns).wrote(manager);
}

yielding_shell& operator_shell::machine_of(const std::string& ns) {
  const auto found = yieldings_.find(ns);
  if (found != yieldings_.end()) return found->second;
  const yielding_shell::listeners told{
      [this, ns](const leave_namespace&) { leave(ns); }, [this, ns] { take(ns); },
      [this, ns](const set_deadline& asked) {
        self_->delayed_send(self_, asked.wait, yielding_due{ns, asked.timer});
      }};
  return yieldings_.try_emplace(ns, around_, ns, told).first->second;
}

/// As with a pause: another actor, and a gate that nothing of the old one passes any more. Those
/// without a gate are just being made.
void operator_shell::leave(const std::string& ns) {
  leave_orphans_in(ns);
  for (auto& [uid, one] : children_) {
    if (metadata_of(*one.live).ns != ns || !one.gate) continue;
    replace(one);
    tell_of_rival(one);
  }
}

void operator_shell::take(const std::string& ns) {
  look_for_orphans_later();
  for (auto& [uid, one] : children_) {
    if (metadata_of(*one.live).ns != ns) continue;
    notes_->forget(*one.live);
    one.warned_of_rival = one.writes_of_rival = false;
    replace(one);
  }
}

std::string operator_shell::rival_of(const child& one) const {
  const auto found = yieldings_.find(metadata_of(*one.live).ns);
  if (found == yieldings_.end() || is_planted(planted_bug::yield_ignored)) return {};
  return found->second.rival();
}

/// What its actor is to see: with its notes, while it changes nothing.
object_ptr operator_shell::as_told(const child& one, const object_ptr& live) const {
  return is_left(one) ? notes_->shown(live) : live;
}

const gateways& operator_shell::gateways_of(const child& one) {
  if (!is_left(one)) return around_.out;
  if (!observed_) observed_ = observing_gateways(self_, around_.out, settings_.withheld, notes_);
  return *observed_;
}

/// Once: what the other operator makes of the condition is its own affair.
void operator_shell::tell_of_rival(child& one) {
  const auto manager = rival_of(one);
  if (manager.empty() || !one.paused.empty() || one.writes_of_rival) return;
  one.writes_of_rival = true;
  if (is_told_to_yield(*one.live)) return;
  if (!std::exchange(one.warned_of_rival, true))
    out_->tell(*one.live, "Warning", "AnotherOperator", text_of_yielding(manager));
  write_of_rival(one, manager);
}

/// Where somebody else was faster, the next copy brings the next try.
void operator_shell::write_of_rival(child& one, const std::string& manager) {
  auto wanted = std::make_shared<object>(*one.live);
  std::visit(
      [&]<class T>(T& primary) {
        if constexpr (requires { primary.status.conditions; })
          set_condition(primary.status.conditions,
                        yielding_to(manager, primary.metadata.generation), out_->now().wall);
      },
      *wanted);
  out_->kube(kube_write_status{wanted},
             [this, uid = metadata_of(*wanted).uid](const kube_answer& answer) {
               const auto found = children_.find(uid);
               if (found != children_.end() && std::holds_alternative<refusal>(answer.result))
                 found->second.writes_of_rival = false;
             });
}

}  // namespace drey
