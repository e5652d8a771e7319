/// A Kubernetes of the model with its clock, for tests: objects in a few words, time in one call.
#pragma once

#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "protocol/kube_call.hpp"
#include "sim/kubernetes/kubernetes.hpp"

namespace drey {
inline std::ostream& operator<<(std::ostream& out, refusal_reason x) { return out << name_of(x); }
inline std::ostream& operator<<(std::ostream& out, pod_phase x) {
  return out << static_cast<int>(x);
}
inline std::ostream& operator<<(std::ostream& out, watch_event_type x) {
  return out << static_cast<int>(x);
}
}  // namespace drey

namespace drey::sim::testing {

inline object_ptr made(object x) { return std::make_shared<const object>(std::move(x)); }

inline object_name in_prod(std::string name) { return {"prod", std::move(name)}; }

inline config_map a_config_map(std::string name, string_map data = {}) {
  config_map x;
  x.metadata.ns = "prod";
  x.metadata.name = std::move(name);
  x.data = std::move(data);
  return x;
}

inline stateful_set a_stateful_set(std::string name, std::int32_t replicas) {
  stateful_set x;
  x.metadata.ns = "prod";
  x.metadata.name = name;
  x.replicas = replicas;
  x.service_name = name;
  x.selector = {{"app", name}};
  x.pods.labels = {{"app", name}, {"component", "taskmanager"}};
  x.pods.spec = R"({"containers":[{"image":"flink:1.20","name":"flink-main-container"}]})";
  return x;
}

inline deployment a_deployment(std::string name, std::int32_t replicas = 1) {
  deployment x;
  x.metadata.ns = "prod";
  x.metadata.name = name;
  x.replicas = replicas;
  x.selector = {{"app", name}};
  x.pods.labels = {{"app", name}, {"component", "jobmanager"}};
  x.pods.spec = R"({"containers":[{"image":"flink:1.20","name":"flink-main-container"}]})";
  return x;
}

inline flink_deployment a_flink_deployment(std::string name) {
  flink_deployment x;
  x.metadata.ns = "prod";
  x.metadata.name = std::move(name);
  x.spec = std::make_shared<const flink_deployment_spec>();
  return x;
}

inline kube_watch a_watch(object_kind kind, std::string selector = "",
                          std::string resource_version = "") {
  return {1, kind, "prod", std::move(selector), std::move(resource_version)};
}

/// Refused for `reason`.
inline bool is_refused(const kube_answer& x, refusal_reason reason) {
  const auto* why = std::get_if<refusal>(&x.result);
  return why != nullptr && why->reason == reason;
}
inline bool is_accepted(const kube_answer& x) { return !std::holds_alternative<refusal>(x.result); }

inline const object_meta& meta_of(const kube_answer& x) {
  return metadata_of(*std::get<object_ptr>(x.result));
}

struct kube_world {
  explicit kube_world(std::uint64_t seed = 1, kubernetes_settings settings = {})
      : chance(seed),
        k(
            time, chance, [this](happening x) { told.push_back(std::move(x)); }, settings) {}

  /// Runs everything that is due within `span`.
  void pass(milliseconds span) {
    const auto end = time.now() + span;
    while (!time.empty() && time.next_due() <= end) time.run_next();
    time.advance_to(end);
  }
  /// Runs until nothing is planned; false: still busy after `limit`.
  bool rest(milliseconds limit = std::chrono::hours{2}) {
    const auto end = time.now() + limit;
    while (!time.empty() && time.next_due() <= end) time.run_next();
    return time.empty();
  }

  kube_answer create(object x) { return k.call(kube_create{made(std::move(x))}, "drey"); }
  kube_answer apply(object x, std::string_view user = "drey") {
    return k.call(kube_apply{made(std::move(x))}, user);
  }
  kube_answer remove(object_kind kind, const object_name& name,
                     std::string propagation = "Background", std::string uid = "") {
    return k.call(kube_delete{kind, name, std::move(uid), std::move(propagation)}, "drey");
  }
  std::vector<std::string> names(object_kind kind) const {
    std::vector<std::string> result;
    for (const auto& [name, x] : k.all(kind)) result.push_back(name.name);
    return result;
  }
  std::string uid(object_kind kind, const object_name& name) const {
    const auto x = k.find(kind, name);
    return x ? metadata_of(*x).uid : "";
  }
  const pod* pod_named(const std::string& name) const { return k.get<pod>(in_prod(name)); }
  bool was_told(std::string_view what) const {
    for (const auto& one : told)
      if (one.what == what) return true;
    return false;
  }

  timeline time;
  choices chance;
  std::vector<happening> told;
  kubernetes k;
};

}  // namespace drey::sim::testing
