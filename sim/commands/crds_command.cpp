#include "sim/commands/crds_command.hpp"

#include <ostream>

#include "protocol/crd.hpp"

namespace drey::sim {

int run_crds(std::ostream& out) {
  const char* separator = "";
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job,
                          object_kind::flink_state_snapshot}) {
    out << separator << crd_yaml(kind);
    separator = "---\n";
  }
  return 0;
}

}  // namespace drey::sim
