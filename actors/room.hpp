/// Whether the nodes have room for more TaskManagers, as far as drey sees: what nodes can allocate,
/// less what the pods that drey sees ask for. Those are the pods of its own clusters; what others
/// run is not seen, so the room may be less, and never is more. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/kube_call.hpp"

namespace drey {

/// What one pod asks for, or what pods together do.
struct demand {
  std::int64_t cpu_milli = 0;
  std::int64_t bytes = 0;
  std::int64_t pods = 0;
  bool operator==(const demand&) const = default;
};
demand& operator+=(demand& to, const demand& more);

/// By the requests of its containers, and where one has none by its limits, as the API server does.
demand demand_of(const json_text& pod_spec);

struct placed_pod {
  std::string node;  ///< empty: it has none yet, and takes its room where there is most
  demand taken;
};

/// What is left of each node that takes pods. What a node does not say is not bounded.
using free_room = std::vector<demand>;
free_room room_on(const std::vector<const node*>& nodes, const std::vector<placed_pod>& pods);

/// What a cluster may count on when it grows.
struct growth_room {
  std::int32_t fits = 0;     ///< so many of those that are missing
  std::int32_t missing = 0;  ///< that the spec asks for, and that have no node yet
  std::string lacks;         ///< of what there is too little, with numbers; empty: all fit
  bool operator==(const growth_room&) const = default;
};
growth_room room_for(const free_room& rooms, const demand& each, std::int32_t missing);

inline constexpr std::string_view over_committed = "OverCommitted";

/// The condition as it is to stand: while not all fit, and no longer. No `room`: not known just
/// now.
void tell_of_room(std::vector<condition>& all, const std::optional<growth_room>& room,
                  over_commit policy, std::int64_t generation, milliseconds wall);

}  // namespace drey
