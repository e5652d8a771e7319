#include "protocol/kube_call.hpp"

#include <array>

#include "protocol/flink_call.hpp"

namespace drey {

namespace {

constexpr std::array<kind_info, 13> kinds{{
    {object_kind::flink_deployment, "FlinkDeployment", "flink.apache.org/v1beta1",
     "flinkdeployments", "Namespaced"},
    {object_kind::flink_session_job, "FlinkSessionJob", "flink.apache.org/v1beta1",
     "flinksessionjobs", "Namespaced"},
    {object_kind::flink_state_snapshot, "FlinkStateSnapshot", "flink.apache.org/v1beta1",
     "flinkstatesnapshots", "Namespaced"},
    {object_kind::deployment, "Deployment", "apps/v1", "deployments", "Namespaced"},
    {object_kind::stateful_set, "StatefulSet", "apps/v1", "statefulsets", "Namespaced"},
    {object_kind::service, "Service", "v1", "services", "Namespaced"},
    {object_kind::config_map, "ConfigMap", "v1", "configmaps", "Namespaced"},
    {object_kind::pod, "Pod", "v1", "pods", "Namespaced"},
    {object_kind::node, "Node", "v1", "nodes", "Cluster"},
    {object_kind::lease, "Lease", "coordination.k8s.io/v1", "leases", "Namespaced"},
    {object_kind::event, "Event", "v1", "events", "Namespaced"},
    {object_kind::ingress, "Ingress", "networking.k8s.io/v1", "ingresses", "Namespaced"},
    {object_kind::batch_job, "Job", "batch/v1", "jobs", "Namespaced"},
}};
static_assert(kinds.size() == std::variant_size_v<object>);

constexpr std::array<std::string_view, 10> refusal_names{
    "not found", "conflict",          "already exists", "invalid",         "forbidden",
    "gone",      "too many requests", "unavailable",    "unknown outcome", "malformed answer"};

}  // namespace

const kind_info& info_of(object_kind kind) { return kinds.at(static_cast<std::size_t>(kind)); }

std::optional<object_kind> kind_named(std::string_view group_version, std::string_view kind) {
  for (const auto& one : kinds)
    if (one.api_version == group_version && one.name == kind) return one.kind;
  return std::nullopt;
}

const object_meta& metadata_of(const object& x) {
  return std::visit([](const auto& one) -> const object_meta& { return one.metadata; }, x);
}

object_meta& metadata_of(object& x) {
  return std::visit([](auto& one) -> object_meta& { return one.metadata; }, x);
}

bool is_mutating(const kube_body& body) {
  return !std::holds_alternative<kube_get>(body) && !std::holds_alternative<kube_list>(body) &&
         !std::holds_alternative<kube_look>(body) && !std::holds_alternative<kube_review>(body);
}

bool is_mutating(const flink_body& body) {
  return std::holds_alternative<upload_jar>(body) || std::holds_alternative<run_jar>(body) ||
         std::holds_alternative<delete_jar>(body) || std::holds_alternative<cancel_job>(body) ||
         std::holds_alternative<stop_job>(body) ||
         std::holds_alternative<trigger_savepoint>(body) ||
         std::holds_alternative<trigger_checkpoint>(body) ||
         std::holds_alternative<dispose_savepoint>(body) ||
         std::holds_alternative<rescale_job>(body);
}

std::string_view name_of(refusal_reason x) { return refusal_names.at(static_cast<std::size_t>(x)); }

}  // namespace drey
