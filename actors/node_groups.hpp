/// Node groups that an autoscaler of machines may still let grow, as a person declared them: their
/// headroom counts as room (decision 0043).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/demand.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

struct node_group {
  std::string label;  ///< which its nodes carry, …
  std::string value;  ///< … with this value
  std::int32_t nodes_max = 0;
  demand allocatable;  ///< of one node: what its pods may ask for together
  bool operator==(const node_group&) const = default;
};

/// "LABEL=VALUE,max=10,cpu=8,memory=32Gi,pods=110"; without `pods` 110, the kubelet's own number.
/// Else what is wrong with it, and the remedy.
std::variant<node_group, std::string> parse_node_group(std::string_view text);

/// So many nodes may still come: those that are there count, whatever is wrong with them.
std::int32_t nodes_to_come(const node_group& group, const std::vector<const node*>& nodes);

}  // namespace drey
