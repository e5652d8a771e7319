/// Whether there is room for more TaskManagers, as far as drey sees: what nodes can allocate, less
/// what the pods that drey sees ask for, and what declared node groups may add; no more than quotas
/// leave. Seen are the pods of its own clusters; what others run is not, so the room may be less,
/// and never is more. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/demand.hpp"
#include "actors/node_groups.hpp"
#include "actors/quota.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

/// By the requests of its containers, and where one has none by its limits, as the API server does.
demand demand_of(const json_text& pod_spec);

struct placed_pod {
  std::string node;  ///< empty: it has none yet, and takes its room where there is most
  demand taken;
};

/// What is left of each node that takes pods. What a node does not say is not bounded.
struct free_room {
  std::vector<demand> nodes;
  std::size_t to_come = 0;  ///< of them, those that a node group may still add
  bool operator==(const free_room&) const = default;
};
free_room room_on(const std::vector<const node*>& nodes, const std::vector<placed_pod>& pods,
                  const std::vector<node_group>& groups = {});

/// What a cluster may count on when it grows.
struct growth_room {
  std::int32_t fits = 0;     ///< so many of those that are missing
  std::int32_t missing = 0;  ///< that the spec asks for, and that have no node yet
  std::string lacks;         ///< of what there is too little, with numbers; empty: all fit
  std::string unread{};      ///< why quotas could not be read; empty: they were
  bool operator==(const growth_room&) const = default;
};
growth_room room_for(const free_room& rooms, const demand& each, std::int32_t missing);

/// The quotas of a namespace, or why they cannot be read.
using quotas_read = std::variant<std::vector<quota_room>, std::string>;
/// The same where quotas leave less. So many of those that are `missing` they count already, as
/// `made`; negative: so many of those that have a node they do not.
growth_room within_quotas(growth_room room, const quotas_read& quotas, const quota_amounts& each,
                          std::int32_t made);

inline constexpr std::string_view over_committed = "OverCommitted";

/// The condition as it is to stand: while not all fit, and no longer. No `room`: not known just
/// now.
void tell_of_room(std::vector<condition>& all, const std::optional<growth_room>& room,
                  over_commit policy, std::int64_t generation, milliseconds wall);

}  // namespace drey
