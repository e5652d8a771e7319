/// The objects that a cluster consists of, computed from its FlinkDeployment and nothing else: the
/// same spec gives the same bytes in every process, so that applying them again changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/field_error.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

inline constexpr std::string_view managed_by_key = "app.kubernetes.io/managed-by";
inline constexpr std::string_view managed_by_drey = "app.kubernetes.io/managed-by=drey";
inline constexpr std::string_view owner_uid_key = "drey.io/owner-uid";
inline constexpr std::string_view config_map_key = "drey.io/config-map";
/// Hash of what was applied: a child with another one is out of date. A pod carries that of its
/// template.
inline constexpr std::string_view applied_key = "drey.io/applied";

/// In the pods' template, so that a changed nonce or version is seen in what runs.
inline constexpr std::string_view restart_nonce_key = "drey.io/restart-nonce";
inline constexpr std::string_view flink_version_key = "drey.io/flink-version";

enum class component { job_manager, task_manager };
constexpr std::string_view label_of(component x) {
  return x == component::job_manager ? "jobmanager" : "taskmanager";
}

/// The moving window of ordinals of a TaskManager StatefulSet (architecture §7.4).
struct ordinal_window {
  std::int32_t start = 0;
  std::int32_t count = 0;
  static constexpr auto names = fields("start", "count");
  bool operator==(const ordinal_window&) const = default;
};

struct cluster_children {
  /// ConfigMaps, Services and the JobManager's Deployment, in the order in which they are applied.
  std::vector<object_ptr> job_manager_side;
  /// Of an application: the JobManager's Deployment, or without high availability its Job, of no
  /// launch yet; `job_manager_side` is without it. Null: it is a session cluster.
  object_ptr application_job_manager;
  /// The StatefulSet, without its window. Null: in native mode Flink makes TaskManagers.
  object_ptr task_manager_set;
  /// Of native mode: what Flink makes them from, beside its own marks.
  std::optional<pod_template> native_task_managers;
  /// Of a native application whose JobManager is a Job: the Deployment that Flink makes the owner
  /// of its pods. It has none of its own.
  object_ptr task_manager_owner;
  /// Null: none is asked for. It stands beside the cluster and never changes it.
  object_ptr ingress;
};

/// Errors name the field of the spec that cannot be turned into objects.
std::variant<cluster_children, field_errors> children_of(const flink_deployment& cluster);

/// The StatefulSet with a window.
object_ptr with_window(const object_ptr& task_manager_set, const ordinal_window& window);

/// With a word that its controller takes for news.
inline constexpr std::string_view nudge_key = "drey.io/asked-again";
object_ptr with_nudge(const object_ptr& task_manager_set, const std::string& word);

/// `wanted`, to be applied to the object of this UID and to no other: applied late, when that one
/// is gone, it must not make a new one.
object_ptr of_incarnation(const object_ptr& wanted, const std::string& uid);

/// Where a highly available application's pods read what they restore from. `lived`: the launch
/// whose job was seen to live, or empty.
object_ptr launch_map(const flink_deployment& cluster, const std::string& restore,
                      const std::string& lived);

std::string task_manager_set_name(std::string_view cluster);
/// The place of one of its pods, by its name.
std::int32_t ordinal_of(const pod& x);
/// `taskmanager.numberOfTaskSlots`: so many slots a TaskManager offers.
std::int32_t slots_of_each(const configuration& config);
std::int32_t wanted_task_managers(const flink_deployment_spec& spec);
/// The label `type`, by which Flink tells its objects apart.
std::string type_of(deployment_mode mode);
/// It makes no pods: Flink's TaskManagers hang on it.
bool is_task_manager_owner(const object& x);
string_map selector_of(std::string_view cluster, component which, deployment_mode mode);
/// The template of its TaskManagers' pods, whoever makes these.
const pod_template& task_manager_pods_of(const cluster_children& all);
std::string text_of_selector(const string_map& selector);
/// The ConfigMaps of Flink's high availability: in both modes they alone have this label and are
/// not drey's own. `configmap-type` is there before 2.0 only.
std::string ha_metadata_selector(std::string_view cluster);

/// What drey made for this very cluster, not for another one that had its name.
std::string selector_of_children(std::string_view owner_uid);
/// The hash in these annotations; empty: there is none.
std::string applied_to(const string_map& annotations);

/// Whether `live` is what was applied last from `wanted`; how many pods a workload has is not
/// looked at.
bool is_current(const object& live, const object& wanted);

/// Whose pods a child belongs to: it may be applied when they may be restarted. None: any time.
std::optional<component> side_of(const object& child);

/// It changes in place, and belongs to a side all the same: what TaskManagers of native mode mount.
bool is_shared_map(const object& child);

/// `wanted` with the pods' template, or the settings, that `live` has: what is applied then
/// restarts nothing.
object_ptr with_template_of(const object_ptr& wanted, const object& live);

}  // namespace drey
