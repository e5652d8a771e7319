/// The part of the preflight that is about where a cluster keeps its state: whether Flink's pods
/// can write there, by what they wrote, and by what they have mounted. A pod that tries it is
/// another matter (storage_probe.hpp).
#pragma once

#include <string>
#include <vector>

#include "actors/preflight.hpp"

namespace drey {

/// One of the places that the configuration names.
struct storage_place {
  std::string key;   ///< "high-availability.storageDir"
  std::string path;  ///< as it is written there
  bool operator==(const storage_place&) const = default;
};
/// Each path once: of high availability, of checkpoints, of savepoints.
std::vector<storage_place> storage_places_of(const flink_deployment& cluster);

/// The path in a pod's file system; empty: it lies in a store.
std::string path_in_pod(std::string_view uri);

/// High availability's and the checkpoints'.
preflight_checks check_storage(const cluster_read& found);

/// Whether a failure of a checkpoint, in Flink's words, is one of the place that it was to lie in.
bool is_about_storage(std::string_view failure);

}  // namespace drey
