/// What a list of 1,000 pods costs to decode: the first thing that a starting operator does.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "protocol/object_codec.hpp"

namespace drey {

namespace {

constexpr int pods = 1'000;

/// As large as a real TaskManager's: containers, volumes, probes, tolerations.
json_text pod_spec() {
  json_text spec = R"({"containers":[{"name":"flink-main-container","image":"flink:1.20","env":[)";
  for (int n = 0; n < 20; ++n)
    spec += (n > 0 ? "," : "") + std::string(R"({"name":"SETTING_)") + std::to_string(n) +
            R"(","value":"a value of a typical length"})";
  return spec + R"(],"resources":{"limits":{"cpu":"1","memory":"2048Mi"}},"volumeMounts":[)"
                R"({"name":"flink-config-volume","mountPath":"/opt/flink/conf"}]}],)"
                R"("serviceAccountName":"flink","terminationGracePeriodSeconds":30})";
}

object_list listed_pods() {
  object_list list;
  list.resource_version = "1000";
  for (int n = 0; n < pods; ++n) {
    pod one;
    one.metadata.ns = "flink";
    one.metadata.name = "session-taskmanager-" + std::to_string(n);
    one.metadata.uid = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + n);
    one.metadata.resource_version = std::to_string(n);
    one.metadata.labels = {{"app", "session"}, {"component", "taskmanager"}};
    one.spec = pod_spec();
    one.node_name = "node-" + std::to_string(n % 100);
    one.phase = pod_phase::running;
    one.ready = true;
    one.pod_ip = "10.0.0.1";
    list.items.push_back(std::make_shared<const object>(std::move(one)));
  }
  return list;
}

void decode_1000_pods(benchmark::State& runs) {
  const auto json = encode_list(object_kind::pod, listed_pods());
  for (auto run : runs) {
    field_errors errors;
    const auto list = decode_list(object_kind::pod, json, errors);
    if (!list || list->items.size() != pods) throw std::runtime_error("the list was not decoded");
  }
  runs.SetBytesProcessed(runs.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK(decode_1000_pods)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace drey
