/// A scenario: a small world, what happens in it, and what must hold. Read from a YAML file such as
/// configs/scenarios/session-cluster.yaml, whose comments are the reference of the format.
#pragma once

#include <string>
#include <vector>

#include "actors/disruption_brake.hpp"
#include "actors/node_groups.hpp"
#include "protocol/kube_call.hpp"
#include "sim/faults.hpp"
#include "sim/scenario/expectation.hpp"
#include "sim/scenario/scenario_finding.hpp"
#include "sim/scenario/timeline_event.hpp"
#include "sim/storage/storage.hpp"

namespace drey::sim {

struct scenario {
  std::string name;
  std::string description;
  std::vector<object_ptr> resources;  ///< in the order in which a person would apply them
  std::vector<std::string> nodes;
  std::int64_t pods_per_node = 110;  ///< a kubelet's default (`maxPods`)
  string_map node_size;              ///< "cpu" and "memory" of each; absent: any
  /// What its API servers do with `spec.ordinals` of StatefulSets.
  ordinals_fate ordinals = ordinals_fate::kept;
  std::vector<timeline_event> events;  ///< by time; equal times in the order of the file
  fault_profile faults;
  /// Whether drey can list the checkpoint store; Flink always can.
  store_listing listing = store_listing::listed;
  brake_settings brake;                 ///< of the operator
  std::vector<node_group> node_groups;  ///< which it is told of
  milliseconds until{900'000};          ///< virtual length of the run
  std::vector<expectation> expectations;
};

/// Reads `path`; `manifests:` are found relative to it, a fault profile's name as
/// `load_fault_profile` finds it. Every fault of the file is reported, not only the first.
loaded<scenario> load_scenario(const std::string& path);

/// The same from memory; `path` is what findings name and what relative files are found from.
loaded<scenario> parse_scenario(const std::string& text, const std::string& path);

/// A profile by the path of its file (it ends in .yaml), or by its name: `<name>.yaml` in the
/// folder
/// `../faults/` seen from `near`'s folder (`near` is the scenario's file), else in configs/faults/
/// of the current directory. "none" needs no file.
loaded<fault_profile> load_fault_profile(const std::string& path_or_name,
                                         const std::string& near = {});

loaded<fault_profile> parse_fault_profile(const std::string& text, const std::string& path);

}  // namespace drey::sim
