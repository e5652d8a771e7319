/// Rows of the pods that a spec becomes: what is given, and what stands at one place of the pod.
#pragma once

#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "actors/pod_spec.hpp"

namespace drey::rows {

using nlohmann::json;

struct pod_row {
  std::string because;
  configuration config;
  std::string common;  ///< spec.podTemplate
  std::string own;     ///< of the component
  component which = component::job_manager;
  std::string at;    ///< a path into {"metadata", "spec"}; `name=x` is an item of a list, '~' a '/'
  std::string then;  ///< JSON; empty: there is nothing
};

inline flink_deployment cluster_of(const pod_row& row) {
  flink_deployment_spec spec;
  spec.image = "flink:1.20";
  spec.flink_version = flink_version::v1_20;
  spec.service_account = "flink";
  spec.flink_configuration = row.config;
  spec.mode = deployment_mode::standalone;
  spec.pod_template = row.common;
  auto& side = row.which == component::job_manager ? spec.job_manager : spec.task_manager;
  side.pod_template = row.own;
  flink_deployment cluster;
  cluster.metadata.name = "session";
  cluster.metadata.uid = "uid-1";
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

inline json pod_of(const flink_deployment& cluster, component which) {
  const auto pods = pod_template_of(cluster, {which, "config", "logs"});
  return {{"metadata", {{"labels", pods.labels}, {"annotations", pods.annotations}}},
          {"spec", json::parse(pods.spec)}};
}

/// Follows a path whose steps are members, or `name=x` for the item of a list.
inline const json* found_at(const json& from, const std::string& path) {
  const json* here = &from;
  std::size_t at = 0;
  while (at < path.size()) {
    const auto end = std::min(path.find('/', at + 1), path.size());
    auto step = path.substr(at + 1, end - at - 1);
    at = end;
    std::replace(step.begin(), step.end(), '~', '/');
    const auto equals = step.find('=');
    const json* next = nullptr;
    if (equals == std::string::npos) {
      if (here->is_object() && here->contains(step)) next = &(*here)[step];
    } else if (here->is_array()) {
      for (const auto& one : *here)
        if (one.value(step.substr(0, equals), "") == step.substr(equals + 1)) next = &one;
    }
    if (next == nullptr) return nullptr;
    here = next;
  }
  return here;
}

inline const std::string main_path = "/spec/containers/name=flink-main-container";
inline constexpr auto jm = component::job_manager;
inline constexpr auto tm = component::task_manager;

inline std::string in_main(const std::string& members) {
  return R"({"spec":{"containers":[{"name":"flink-main-container",)" + members + "}]}}";
}

inline void hold(const pod_row& row) {
  BOOST_TEST_CONTEXT("row: " << row.because) {
    const auto pod = pod_of(cluster_of(row), row.which);
    const auto* seen = found_at(pod, row.at);
    BOOST_REQUIRE_EQUAL(seen == nullptr, row.then.empty());
    if (seen != nullptr) BOOST_TEST(*seen == json::parse(row.then), seen->dump());
  }
}

}  // namespace drey::rows
