#include "runtime/storage_trial.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "actors/storage_probe.hpp"
#include "protocol/kube_http.hpp"

namespace drey {

namespace {

using clock = std::chrono::steady_clock;

bool was_done(const http_response& answer) { return answer.status >= 200 && answer.status < 300; }

/// Nobody else writes files of that name.
std::string unique_name() {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr int length = 8;
  std::random_device source;
  std::string name = "drey-storage-";
  for (int i = 0; i < length; ++i) name += digits[source() % digits.size()];
  return name;
}

/// Removes it however the trial ends; it ends by itself within a minute all the same.
class pod_made {
public:
  pod_made(const api_call& call, std::string path) : call_(call), path_(std::move(path)) {}
  ~pod_made() {
    try {
      call_({"DELETE", path_ + "?gracePeriodSeconds=0", "", ""});
    } catch (const std::exception& lost) {
      spdlog::warn("pod {} may be left: {}", path_, lost.what());
    }
  }
  pod_made(const pod_made&) = delete;
  pod_made& operator=(const pod_made&) = delete;

  const std::string& path() const { return path_; }

private:
  const api_call& call_;
  std::string path_;
};

preflight_checks run(const flink_deployment& cluster, const storage_probe& probe,
                     const api_call& call, const trial_patience& patience) {
  const auto pods = "/api/v1/namespaces/" + cluster.metadata.ns + "/pods";
  const auto made = call({"POST", pods, "application/json", probe.pod.dump()});
  if (!was_done(made))
    return {refused_probe(cluster, probe, kube_refusal(asked_for::mutation, made))};
  const pod_made pod{call, pods + "/" + probe.pod["metadata"]["name"].get<std::string>()};
  for (const auto end = clock::now() + patience.all;;) {
    std::this_thread::sleep_for(patience.between);
    const auto left = clock::now() < end ? patience_with_probe::left : patience_with_probe::over;
    const auto seen = call({"GET", pod.path(), "", ""});
    if (!was_done(seen))
      return {refused_probe(cluster, probe, kube_refusal(asked_for::reading, seen))};
    const auto live = nlohmann::json::parse(seen.body, nullptr, false);
    if (auto told = outcome_of(cluster, probe, live, left)) return *std::move(told);
  }
}

}  // namespace

preflight_checks try_storage(const flink_deployment& cluster, const api_call& call,
                             const trial_patience& patience) {
  auto all = untried_storage(cluster);
  for (const auto& probe : storage_probes_of(cluster, unique_name()))
    for (auto& one : run(cluster, probe, call, patience)) all.push_back(std::move(one));
  return all;
}

}  // namespace drey
