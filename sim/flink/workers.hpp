/// Native mode: what a JobManager knows of the pods that it makes for TaskManagers. As
/// KubernetesResourceManagerDriver and ActiveResourceManager of Flink 1.20 have it: the names carry
/// the attempt of the JobManager, and pods of earlier attempts are taken over, with high
/// availability or without.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/kubernetes/kubernetes.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

struct native_workers {
  std::string pod;           ///< the template of them, as JSON
  bool recovered = false;    ///< it has looked for pods of earlier attempts, and takes TaskManagers
  std::int64_t attempt = 0;  ///< of this JobManager
  std::int64_t pods = 0;     ///< made in it
  std::set<std::string> known;                  ///< names of those that may register
  std::map<std::string, milliseconds> awaited;  ///< that are not registered: until when they must
  std::set<std::string> released;               ///< to be deleted
  timeline::handle look = 0;                    ///< planned, at what there is and what is needed
};

/// Whether Flink's own JobManager is to make TaskManagers, and then what from. `missing`: the file
/// with the template is not there.
enum class worker_source { nobody, given, missing };
worker_source workers_in(const kubernetes& kube, const pod& x, native_workers& found);

}  // namespace drey::sim
