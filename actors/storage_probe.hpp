/// A pod like Flink's that writes to where a cluster keeps its state, reads it back and removes it:
/// made by whoever runs the preflight with `--try-storage`, before anything depends on it. It has
/// the image, account, volumes, variables and nodes of the side that it stands for, and runs a few
/// lines of shell. What lies in a store (S3, HDFS, …) it cannot try: that takes Flink's own file
/// systems, and no program of a Flink image opens one (decision 0049). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "actors/preflight_storage.hpp"

namespace drey {

struct storage_probe {
  std::string side;                   ///< "jobmanager" or "taskmanager"
  nlohmann::json pod;                 ///< to be created; its name is of the caller
  std::vector<storage_place> places;  ///< that it tries
};

/// One for each side of the cluster; none: nothing of it lies in a file system. `name` is unique,
/// and so are the files that are written.
std::vector<storage_probe> storage_probes_of(const flink_deployment& cluster,
                                             const std::string& name);

/// The places that no pod can try.
preflight_checks untried_storage(const flink_deployment& cluster);

/// What came of it: the Pod as it is at last. None: it is not over. `waited_long`: nobody waits any
/// longer.
enum class patience_with_probe { left, over };
std::optional<preflight_checks> outcome_of(const flink_deployment& cluster,
                                           const storage_probe& probe, const nlohmann::json& pod,
                                           patience_with_probe patience);

/// It could not be made: `why`, in the API server's words.
preflight_check refused_probe(const flink_deployment& cluster, const storage_probe& probe,
                              const refusal& why);

}  // namespace drey
