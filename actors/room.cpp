#include "actors/room.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "actors/job_status.hpp"
#include "actors/planted_bugs.hpp"
#include "protocol/configuration.hpp"
#include "protocol/json_reader.hpp"

namespace drey {

namespace {

constexpr auto unbounded = std::numeric_limits<std::int64_t>::max() / 4;
constexpr std::int64_t milli = 1'000;
constexpr auto told_max = unbounded / milli;  // added up, of as many nodes as there may be

void read_amounts(json_reader& resources, std::string_view key, string_map& into) {
  resources.object(key, [&](json_reader& all) {
    for (const std::string resource : {"cpu", "memory"}) {
      std::string text;
      double number = 0;
      const auto value = all.member(resource);
      if (!value) continue;
      std::string_view seen;
      if (value->get(seen) == simdjson::SUCCESS)
        into[resource] = seen;
      else if (value->get(number) == simdjson::SUCCESS)
        into[resource] = std::to_string(number);
    }
  });
}

std::int64_t amount_in(const string_map& all, const std::string& resource, std::int64_t absent) {
  const auto found = all.find(resource);
  if (found == all.end()) return absent;
  return parse_quantity_milli(found->second).value_or(absent);
}

std::int64_t bytes_in(const string_map& all, std::int64_t absent) {
  const auto milli_bytes = amount_in(all, "memory", -1);
  return milli_bytes < 0 ? absent : milli_bytes / milli;
}

bool takes_pods(const node& x) {
  const auto keeps_away = [](const std::string& taint) {
    return taint.ends_with(":NoSchedule") || taint.ends_with(":NoExecute");
  };
  const bool cordoned = x.unschedulable && !is_planted(planted_bug::cordoned_room);
  return x.ready == "True" && !cordoned && std::ranges::none_of(x.taints, keeps_away);
}

std::int64_t times_in(std::int64_t free, std::int64_t each) {
  if (each <= 0) return unbounded;
  return std::max<std::int64_t>(0, free) / each;
}

std::string cores_text(std::int64_t cpu_milli) {
  const auto tenths = cpu_milli / 100;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10));
}
std::string text_of_those_to_come(std::size_t nodes) {
  return nodes == 0 ? "" : ", " + std::to_string(nodes) + " of which node groups may still add";
}
std::string size_text(std::int64_t bytes) { return std::to_string(bytes >> 20) + "Mi"; }

}  // namespace

demand& operator+=(demand& to, const demand& more) {
  to.cpu_milli += more.cpu_milli;
  to.bytes += more.bytes;
  to.pods += more.pods;
  return to;
}

demand demand_of(const json_text& pod_spec) {
  demand sum{0, 0, 1};
  field_errors errors;
  read_json_object(pod_spec, errors, [&](json_reader& spec) {
    spec.each("containers", [&](json_reader& container) {
      string_map asked;
      container.object("resources", [&](json_reader& resources) {
        read_amounts(resources, "limits", asked);
        read_amounts(resources, "requests", asked);
      });
      sum += {amount_in(asked, "cpu", 0), bytes_in(asked, 0), 0};
    });
  });
  return sum;
}

free_room room_on(const std::vector<const node*>& nodes, const std::vector<placed_pod>& pods,
                  const std::vector<node_group>& groups) {
  std::vector<demand> rooms;
  std::map<std::string_view, std::size_t> places;
  for (const auto* one : nodes) {
    if (!takes_pods(*one)) continue;
    places[one->metadata.name] = rooms.size();
    rooms.push_back({amount_in(one->allocatable, "cpu", unbounded),
                     bytes_in(one->allocatable, unbounded),
                     amount_in(one->allocatable, "pods", unbounded) / milli});
  }
  const auto take = [](demand& from, const demand& taken) {
    from += {-taken.cpu_milli, -taken.bytes, -taken.pods};
  };
  for (const auto& one : pods)
    if (const auto place = places.find(one.node); place != places.end())
      take(rooms[place->second], one.taken);
  for (const auto& one : pods)
    if (one.node.empty() && !rooms.empty())
      take(*std::ranges::max_element(rooms, {}, &demand::cpu_milli), one.taken);
  const auto there = rooms.size();
  for (const auto& group : groups)
    rooms.insert(rooms.end(), static_cast<std::size_t>(nodes_to_come(group, nodes)),
                 group.allocatable);
  return {rooms, rooms.size() - there};
}

growth_room room_for(const free_room& rooms, const demand& each, std::int32_t missing) {
  std::int64_t places = 0;
  demand free;
  for (const auto& one : rooms.nodes) {
    places += std::min({times_in(one.cpu_milli, each.cpu_milli), times_in(one.bytes, each.bytes),
                        times_in(one.pods, each.pods), std::int64_t{missing}});
    free += {std::clamp<std::int64_t>(one.cpu_milli, 0, told_max),
             std::clamp<std::int64_t>(one.bytes, 0, told_max),
             std::clamp<std::int64_t>(one.pods, 0, told_max)};
  }
  const auto fits = std::min<std::int64_t>(places, missing);
  growth_room told{static_cast<std::int32_t>(fits), missing, {}};
  if (told.fits == missing) return told;
  told.lacks = "each asks for " + cores_text(each.cpu_milli) + " cores and " +
               size_text(each.bytes) + "; free on the " + std::to_string(rooms.nodes.size()) +
               " nodes that take pods" + text_of_those_to_come(rooms.to_come) + ": " +
               cores_text(free.cpu_milli) + " cores, " + size_text(free.bytes) + ", places for " +
               std::to_string(free.pods) + " pods";
  return told;
}

growth_room within_quotas(growth_room room, const quotas_read& quotas, const quota_amounts& each,
                          std::int32_t made) {
  if (room.missing == 0 || is_planted(planted_bug::unread_quota)) return room;
  if (const auto* why = std::get_if<std::string>(&quotas)) {
    room.unread = *why;
    return room;
  }
  for (const auto& quota : std::get<std::vector<quota_room>>(quotas))
    for (const auto& [resource, left] : quota.left_milli) {
      const auto taken = each.find(resource);
      if (taken == each.end()) continue;
      const auto places =
          std::max<std::int64_t>(0, std::int64_t{made} + times_in(left, taken->second));
      if (places >= room.fits) continue;
      room.fits = static_cast<std::int32_t>(places);
      room.lacks = "quota " + quota.name + " leaves " + shown_quota_amount(resource, left) +
                   " of " + resource + ", and each takes " +
                   shown_quota_amount(resource, taken->second);
    }
  return room;
}

void tell_of_room(std::vector<condition>& all, const std::optional<growth_room>& room,
                  over_commit policy, std::int64_t generation, milliseconds wall) {
  if (policy != over_commit::off && !room) return;
  if (policy == over_commit::off || room->lacks.empty()) {
    std::erase_if(all, [](const condition& one) { return one.type == over_committed; });
    return;
  }
  const bool holds = policy == over_commit::enforce;
  const std::string what =
      holds ? "the others are made when there is room; spec.taskManager.overCommit: report makes "
              "them all the same"
            : "the others wait for room; spec.taskManager.overCommit: enforce would hold them back";
  set_condition(
      all,
      {std::string(over_committed),
       "True",
       holds ? "GrowthHeld" : "NoRoom",
       std::to_string(room->fits) + " of " + std::to_string(room->missing) +
           " TaskManagers without a node fit: " + room->lacks + ". Seen are nodes, " +
           (room->unread.empty() ? "quotas " : "") +
           "and the pods of clusters that drey keeps: what else runs there takes room, "
           "too" +
           (room->unread.empty() ? "" : "; quotas cannot be read: " + room->unread) + "; " + what,
       {},
       generation},
      wall);
}

}  // namespace drey
