/// The cluster shell's Ingress: what its machine knows, and its commands as calls.
#include <algorithm>

#include "actors/cluster_actor.hpp"
#include "actors/job_status.hpp"

namespace drey {

void cluster_shell::prepare(ingress_machine& machine) {
  using m = cluster_machine;
  const auto& at = cluster_.now();
  const bool made = std::holds_alternative<m::starting>(at) ||
                    std::holds_alternative<m::ready>(at) ||
                    std::holds_alternative<m::unreachable>(at);
  auto& k = machine.known;
  const bool ours_to_keep =
      config_ && value_of(*config_, "kubernetes.operator.ingress.manage") != "false";
  k.active = made && known().world_known && known().problem.empty() && wanted_ && ours_to_keep;
  k.wanted = wanted_ && wanted_->ingress;
  const auto* live = child(object_kind::ingress, known().name.name);
  if (live == nullptr)
    k.sight = ingress_sight::none;
  else if (metadata_of(**live).deletion_timestamp || metadata_of(**live).uid == removed_ingress_)
    k.sight = ingress_sight::going;
  else
    k.sight = k.wanted && is_current(**live, *wanted_->ingress) ? ingress_sight::current
                                                                : ingress_sight::outdated;
}

void cluster_shell::moved(const ingress_machine&) { look(); }

void cluster_shell::perform(std::uint8_t from, const apply_ingress& command) {
  apply(from, command.request, wanted_->ingress);
}

void cluster_shell::perform(std::uint8_t from, const remove_ingress& command) {
  const auto* live = child(object_kind::ingress, known().name.name);
  if (live == nullptr) return ingress_.learn(ingress_removed{command.request});
  const auto uid = metadata_of(**live).uid;
  out_->kube(kube_delete{object_kind::ingress, known().name, uid, "Background"},
             [this, from, uid, request = command.request](const kube_answer& answer) {
               const auto* why = std::get_if<refusal>(&answer.result);
               // Gone, or another one by now, of which the watch will tell.
               const bool gone = why == nullptr || why->reason == refusal_reason::not_found ||
                                 why->reason == refusal_reason::conflict;
               if (!gone) return learn(from, request, *why);
               removed_ingress_ = uid;
               ingress_.learn(ingress_removed{request});
             });
}

/// A condition of its own while the spec asks for one: an Ingress that is refused hurts no job.
void cluster_shell::tell_of_ingress(flink_deployment_status& status) const {
  using m = ingress_machine;
  const auto& at = ingress_.now();
  const auto tell = [&](const char* value, const char* reason, const std::string& message) {
    set_condition(status.conditions,
                  {"IngressReady", value, reason, message, {}, cluster_.machine.known.generation},
                  out_->now().wall);
  };
  if (const auto* stuck = std::get_if<m::hindered>(&at))
    return tell("False", "IngressFailed", stuck->message);
  if (std::holds_alternative<m::present>(at))
    return tell("True", "Applied", "the Ingress is as the spec says");
  const auto& known = ingress_.machine.known;
  if (std::holds_alternative<m::absent>(at) && known.active && !known.wanted)
    std::erase_if(status.conditions, [](const auto& one) { return one.type == "IngressReady"; });
}

}  // namespace drey
