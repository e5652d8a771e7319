/// The cluster shell's part about what stands against the cluster: the checks, and their condition.
#include <algorithm>
#include <functional>

#include "actors/cluster_actor.hpp"
#include "actors/preflight_condition.hpp"

namespace drey {

void cluster_shell::prepare(preflight_machine& machine) {
  const auto& k = known();
  machine.known.generation = k.generation;
  machine.known.ready = k.world_known && k.problem.empty() && !k.deleting && spec_ != nullptr;
  const auto& told = std::get<flink_deployment>(*primary_->base()).status.conditions;
  const auto last = std::ranges::find(told, preflight_condition, &condition::type);
  machine.known.told_generation = last == told.end() ? 0 : last->observed_generation;
  machine.known.turn = milliseconds{
      static_cast<std::int64_t>(std::hash<std::string>{}(k.uid) %
                                static_cast<std::size_t>(limits::preflight_spacing.count()))};
}

void cluster_shell::perform(std::uint8_t, const read_preflight& command) {
  checking_ = command.request;
  self_->send(around_.root, jobs_wanted{known().uid});
}

void cluster_shell::hear(const jobs_declared& message) {
  cluster_read found{primary_->base(), message.all, {}, std::vector<object_ptr>{}, std::nullopt};
  auto& pods = std::get<std::vector<object_ptr>>(found.pods);
  for (const auto& [uid, live] : job_manager_pods_) pods.push_back(live);
  for (const auto& [uid, one] : task_managers_) pods.push_back(one.live);
  if (const auto* set = child(object_kind::stateful_set, set_name_)) found.task_managers = *set;
  const auto generation = known().generation;
  reader_->read(std::move(found),
                [this, generation, request = checking_](const preflight_checks& all) {
                  checked_ = condition_of(all, generation);
                  preflight_.learn(preflight_read{request});
                  publish(std::nullopt);
                });
}

template class machine_runner<preflight_machine, cluster_shell>;

}  // namespace drey
