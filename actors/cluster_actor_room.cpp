/// The cluster shell's part about room to grow: what the nodes have left is asked of the root while
/// TaskManagers lack a node.
#include <algorithm>

#include "actors/cluster_actor.hpp"
#include "actors/planted_bugs.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

constexpr milliseconds ask_again{1'000};
constexpr milliseconds ask_quotas_again{10'000};
constexpr milliseconds made_at_last{10'000};

std::int32_t number_of(const std::map<std::string, cluster_task_manager>& all) {
  return static_cast<std::int32_t>(std::ranges::count_if(
      all, [](const auto& one) { return one.second.standing != standing::lost; }));
}

/// A set that may be raised, or whose pods are not made. The first set is none that grows.
bool quotas_matter(const stateful_set* set, std::int32_t wanted, over_commit policy,
                   const cluster_room& room, milliseconds now) {
  if (set == nullptr) return false;
  if (policy == over_commit::enforce && wanted > set->replicas) return true;
  return room.lacking_since && now - *room.lacking_since >= made_at_last;
}

}  // namespace

over_commit cluster_shell::guard() const {
  if (is_native()) return over_commit::off;
  return spec_ ? spec_->task_manager.over_commit.value_or(over_commit::report) : over_commit::off;
}

/// TaskManagers that have a node, and are not lost.
std::int32_t cluster_shell::placed() const {
  return static_cast<std::int32_t>(std::ranges::count_if(task_managers_, [](const auto& one) {
    return one.second.standing != standing::lost &&
           !std::get<pod>(*one.second.live).node_name.empty();
  }));
}

std::optional<growth_room> cluster_shell::room_to_grow() const {
  if (!spec_ || is_native() || !is_made() || !cluster_.machine.known.looked) return std::nullopt;
  const auto missing = wanted_task_managers(*spec_) - placed();
  if (missing <= 0) return growth_room{};
  if (!room_.rooms) return std::nullopt;
  const auto room = room_for(*room_.rooms, each_, missing);
  if (!quotas_matter(live_set(), wanted_task_managers(*spec_), guard(), room_,
                     out_->now().monotonic))
    return room;
  if (!room_.quotas) return std::nullopt;
  // Whoever was made since the quotas were read has taken of what they left then.
  return within_quotas(room, *room_.quotas, room_.each, room_.quota_pods - placed());
}

/// So many at most, while growth is held. Those that are there are not asked about, nor is whoever
/// takes the place of one: that is no growth.
std::optional<std::int32_t> cluster_shell::most() const {
  const auto* set = live_set();
  if (guard() != over_commit::enforce || set == nullptr) return std::nullopt;
  if (is_planted(planted_bug::boundless_room)) return std::nullopt;
  const auto room = room_to_grow();
  return std::max(set->replicas, room ? placed() + room->fits : 0);
}

void cluster_shell::hear(const room_told& message) {
  room_.rooms = message.rooms;
  room_.placed = placed();
  look();
}

/// One that cannot be read holds nobody back: the API server refuses what is too much.
void cluster_shell::ask_quotas() {
  const auto now = out_->now().monotonic;
  if (room_.quotas_asked.count() > 0 && now - room_.quotas_asked < ask_again) return;
  room_.quotas_asked = now;
  if (room_.each.empty())
    room_.each = quota_amounts_of(json_of_text(task_manager_pods_of(*wanted_).spec));
  out_->kube(kube_look{looked_at::resource_quotas, {known().name.ns, ""}},
             [this](const kube_answer& answer) {
               room_.quota_pods = number_of(task_managers_);
               if (const auto* seen = std::get_if<json_seen>(&answer.result))
                 room_.quotas = quotas_in(nlohmann::json::parse(seen->text, nullptr, false));
               else if (const auto* why = std::get_if<refusal>(&answer.result))
                 room_.quotas = why->message;
               look();
             });
}

/// What was told before another TaskManager found its node counts that room twice.
void cluster_shell::look_for_room() {
  const auto now = out_->now().monotonic;
  const bool grows = guard() != over_commit::off && is_made() && known().looked && spec_ &&
                     wanted_task_managers(*spec_) > placed();
  const bool stale = room_.rooms && room_.placed != placed();
  if (!grows || stale) room_.rooms.reset();
  if (!grows || number_of(task_managers_) >= wanted_task_managers(*spec_))
    room_.lacking_since.reset();
  else
    room_.lacking_since = room_.lacking_since.value_or(now);
  const bool bounded =
      grows && quotas_matter(live_set(), wanted_task_managers(*spec_), guard(), room_, now);
  if (!bounded) room_.quotas.reset();
  if (bounded && (!room_.quotas || now - room_.quotas_asked >= ask_quotas_again)) ask_quotas();
  if (!grows || (!stale && room_.asked.count() > 0 && now - room_.asked < ask_again)) return;
  room_.asked = now;
  self_->send(around_.root, room_wanted{cluster_.machine.known.uid});
}

}  // namespace drey
