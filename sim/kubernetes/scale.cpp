#include "sim/kubernetes/scale.hpp"

#include <memory>

namespace drey::sim {

scale scale_of(const flink_deployment& x) {
  const auto asked_for = x.spec ? x.spec->task_manager.replicas.value_or(0) : 0;
  return {asked_for, x.status.task_manager_replicas, x.status.task_manager_label_selector};
}

kube_answer write_scale(api_server& api, const object_name& cluster, std::int32_t replicas,
                        std::string_view user) {
  return api.edit(object_kind::flink_deployment, cluster, user, [&](object& live) {
    auto& one = std::get<flink_deployment>(live);
    if (!one.spec) return;
    auto spec = std::make_shared<flink_deployment_spec>(*one.spec);
    spec->task_manager.replicas = replicas;
    one.spec = std::move(spec);
  });
}

}  // namespace drey::sim
