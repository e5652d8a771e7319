/// Another operator: it reconciles what it watches, and says so in every status.
#include "sim/world/other_operator.hpp"

#include <vector>

#include "sim/world/world.hpp"

namespace drey::sim {

void reconcile_as(std::string_view user, kubernetes& kube, const std::string& ns,
                  milliseconds wall) {
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job}) {
    std::vector<object_name> names;
    for (const auto& [name, live] : kube.all(kind))
      if (name.ns == ns) names.push_back(name);
    for (const auto& name : names)
      kube.edit(kind, name, user, [&](object& live) {
        std::visit(
            [&]<class T>(T& one) {
              if constexpr (requires { one.status.reconciliation; })
                one.status.reconciliation.reconciliation_timestamp = wall.count();
            },
            live);
      });
  }
}

void world::look_as_other_operator(const run_other_operator& what, milliseconds end) {
  if (time.now() >= end) return;
  reconcile_as(other_operator, kube, what.ns, time.wall());
  time.after(what.every, [this, what, end] { look_as_other_operator(what, end); });
}

}  // namespace drey::sim
