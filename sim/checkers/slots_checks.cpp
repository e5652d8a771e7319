/// Rule 1 for slots that TaskManagers have lost: told while it is so, and of nobody else.
#include <algorithm>

#include "actors/slots_lost.hpp"
#include "protocol/limits.hpp"
#include "sim/checkers/checkers.hpp"

namespace drey::sim {

namespace {

/// So late news may come.
constexpr milliseconds told_late{300'000};

/// Null: nothing is wrong.
const condition* trouble_told(const flink_deployment_status& status) {
  const auto found = std::ranges::find(status.conditions, "Degraded", &condition::type);
  return found == status.conditions.end() || found->status != "True" ? nullptr : &*found;
}

bool is_told(const flink_deployment_status& status) {
  const auto* told = trouble_told(status);
  return told != nullptr && told->reason == slots_lost_reason;
}

}  // namespace

/// When it is told anew.
void checkers::check_told_slots(const kube_body& body) {
  const auto* write = std::get_if<kube_write_status>(&body);
  const auto* cluster =
      write != nullptr ? std::get_if<flink_deployment>(write->wanted.get()) : nullptr;
  if (cluster == nullptr || !is_told(cluster->status)) return;
  const object_name name{cluster->metadata.ns, cluster->metadata.name};
  const auto* live = kube_.get<flink_deployment>(name);
  if (live == nullptr || is_told(live->status)) return;
  const bool lost = std::ranges::any_of(flink_.slot_losses(), [&](const slot_loss& one) {
    return one.cluster == name && one.at + limits::slots_lost_patience <= time_.now() &&
           one.end.value_or(time_.now()) + told_late >= time_.now();
  });
  if (!lost)
    fail(1, "cluster " + text_of_name(name) + " is told to have lost slots (" +
                trouble_told(cluster->status)->message + "), and no TaskManager of it has");
}

/// At rest. What a job that just ended leaves behind is not lost yet.
void checkers::check_lost_slots(const object_name& name, const flink_deployment& cluster) {
  std::optional since{milliseconds{0}};  // none: a job lives
  for (const auto& one : flink_.executions()) {
    if (one.cluster != name || !since) continue;
    since = one.live() ? std::nullopt : std::optional{std::max(*since, *one.end)};
  }
  const slot_loss* lost = nullptr;
  for (const auto& one : flink_.slot_losses()) {
    if (one.cluster != name || one.end) continue;
    const bool counts = one.lost > 0 || since;
    const auto from = one.lost > 0 ? one.at : std::max(one.at, since.value_or(one.at));
    if (counts && from + limits::slots_lost_patience + told_late / 2 <= time_.now()) lost = &one;
  }
  const auto* told = trouble_told(cluster.status);
  if (lost != nullptr && told == nullptr)
    fail(1, "a TaskManager of cluster " + text_of_name(name) + " has lost slots at " +
                std::to_string(lost->at.count() / 1'000) + " s, and nothing tells so");
  if (lost == nullptr && is_told(cluster.status))
    fail(1, "cluster " + text_of_name(name) + " is told to have lost slots (" + told->message +
                "), long after the last fault, and no TaskManager of it has");
}

}  // namespace drey::sim
