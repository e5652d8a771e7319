/// What another operator made for a FlinkDeployment and drey goes on with as it is (decision 0050):
/// it carries Flink's labels, and none of drey's. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/children.hpp"
#include "actors/cluster_words.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

/// Selects what belongs to a Flink cluster, whoever made it.
inline constexpr std::string_view of_flink_clusters =
    "type in (flink-native-kubernetes,flink-standalone-kubernetes)";

/// It carries no word of drey's: somebody else made it.
bool is_unmarked(const object_meta& x);

/// Under which name the root keeps it: the UID of its FlinkDeployment, or of what is unmarked what
/// `keeper_of(namespace, cluster)` says; empty: it belongs to no cluster.
std::string keeper_of(const object_meta& x);
std::string keeper_of(std::string_view ns, std::string_view cluster);

/// Selects the Deployments of a cluster, whoever made them, but for those of TaskManagers.
std::string selector_of_job_managers(std::string_view cluster, deployment_mode mode);

/// TaskManagers of standalone mode that another operator's Deployment makes: they have the places
/// that lie before those of the StatefulSet, until a rollout moves the window past them.
ordinal_window window_of_elders(const deployment& elders, const stateful_set* set);
/// With so many places of the StatefulSet behind them.
ordinal_window joined(const ordinal_window& elders, std::int32_t behind);

/// What a window of all of them is for either.
struct parted_window {
  std::int32_t elders = 0;
  ordinal_window set;
  bool operator==(const parted_window&) const = default;
};
parted_window parted(const ordinal_window& all, const ordinal_window& elders);

/// An apply leaves in a Deployment what its maker wrote there, another operator or we ourselves by
/// the creation of a launch: such a one is replaced as a whole, whenever it changes.
bool is_replaced_whole(const object& live);
/// `wanted` in place of `live`, or applied over it.
kube_body write_over(const object& live, const object_ptr& wanted);

/// By an apply or a replacement; null: it is neither.
const object* object_written_by(const kube_body& body);

/// Whether what is unmarked was made for the resource `cluster`: it says so by its ownerReference,
/// or is a pod of one of its workloads, which have its name, and not older than it.
bool is_made_for(const object& x, const object_meta& cluster);

}  // namespace drey
