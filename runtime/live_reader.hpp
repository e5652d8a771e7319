/// Reads resources of a live cluster, one call after the other, for commands that people run.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <string>
#include <vector>

#include "protocol/kube_call.hpp"
#include "protocol/wire.hpp"
#include "runtime/http_client.hpp"

namespace drey {

class live_reader {
public:
  /// With the person's own rights; both may be empty. Throws when no cluster is configured.
  live_reader(const std::string& kubeconfig, const std::string& context);
  ~live_reader();
  live_reader(const live_reader&) = delete;
  live_reader& operator=(const live_reader&) = delete;

  /// Null: it is not there. Throws what stands against reading it.
  object_ptr get(object_kind kind, const object_name& name);

  /// Throws what stands against listing them.
  std::vector<object_ptr> list(object_kind kind, const std::string& ns,
                               const std::string& selector);
  /// What cannot be listed is told in `unread`.
  std::vector<object_ptr> list(object_kind kind, const std::string& ns, const std::string& selector,
                               std::vector<std::string>& unread);

private:
  kube_answer call(kube_body body);

  http_client client_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  kube_gateway gateway_;
};

}  // namespace drey
