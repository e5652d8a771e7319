#include "actors/storage_probe.hpp"

#include <algorithm>

#include "actors/pod_json.hpp"

namespace drey {

namespace {

using nlohmann::json;

constexpr std::int64_t run_seconds_max = 60;

/// $1 is its name; the places follow. What it says is read from the pod's status.
constexpr const char* script = R"sh(name=$1; shift
for place in "$@"; do
  file="$place/.$name"
  if why=$( (mkdir -p "$place" && echo drey >"$file" && grep -q drey "$file") 2>&1); then
    echo "well $place"
  else
    echo "wrong $place $(echo "$why" | tr '\n' ' ' | cut -c 1-300)"
  fi
  rm -f "$file" 2>/dev/null
done >/dev/termination-log
)sh";

/// What drey makes for a cluster, and is not there before the cluster is.
bool is_made_by_drey(const json& volume) {
  const auto name = text_in(volume, "name");
  return name == "flink-config-volume" || name == "pod-template-volume";
}

void drop(json& all, const auto& which) {
  if (!all.is_array()) return;
  auto kept = json::array();
  for (const auto& one : all)
    if (!which(one)) kept.push_back(one);
  all = kept;
}

/// Of the side's pod what decides whether it can write: no more, so that it is small and ends.
json spec_of(json spec, const std::string& name, const std::vector<storage_place>& places) {
  auto container = named(list_at(spec, "containers"), "flink-main-container");
  container["command"] = {"bash", "-c", script, "drey", name};
  container["args"] = json::array();
  for (const auto& one : places) container["args"].push_back(path_in_pod(one.path));
  for (const char* running : {"readinessProbe", "livenessProbe", "startupProbe", "lifecycle",
                              "ports", "terminationMessagePath", "terminationMessagePolicy"})
    container.erase(running);
  container["resources"] = {{"requests", {{"cpu", "50m"}, {"memory", "64Mi"}}},
                            {"limits", {{"cpu", "500m"}, {"memory", "128Mi"}}}};
  const auto of_drey = [](const json& one) { return is_made_by_drey(one); };
  drop(list_at(container, "volumeMounts"), of_drey);
  drop(list_at(spec, "volumes"), of_drey);
  spec["containers"] = json::array({container});
  spec["restartPolicy"] = "Never";
  spec["activeDeadlineSeconds"] = run_seconds_max;
  spec["terminationGracePeriodSeconds"] = 0;
  return spec;
}

preflight_check check_of(const flink_deployment& cluster, const std::string& side) {
  return {"FlinkDeployment " + text_of_name({cluster.metadata.ns, cluster.metadata.name}),
          "storage, tried as a " + side, verdict::well, "", ""};
}

std::string said_by(const json& pod) {
  for (const auto& one : object_in(pod, "status").value("containerStatuses", json::array())) {
    const auto ended = object_in(object_in(one, "state"), "terminated");
    if (!ended.empty()) return text_in(ended, "message");
  }
  return {};
}

/// Why it did not begin, or did not end.
std::string hindrance_of(const json& pod) {
  const auto status = object_in(pod, "status");
  for (const auto& one : status.value("conditions", json::array()))
    if (text_in(one, "type") == "PodScheduled" && text_in(one, "status") == "False")
      return text_in(one, "message");
  for (const char* list : {"initContainerStatuses", "containerStatuses"})
    for (const auto& one : status.value(list, json::array())) {
      const auto waits = object_in(object_in(one, "state"), "waiting");
      if (!waits.empty()) return text_in(waits, "reason") + " " + text_in(waits, "message");
    }
  const auto reason = text_in(status, "reason");
  return reason.empty() ? "it is " + text_in(status, "phase") : reason;
}

preflight_checks answers_of(const flink_deployment& cluster, const storage_probe& probe,
                            const std::string& said) {
  preflight_checks all;
  for (const auto& place : probe.places) {
    const auto path = path_in_pod(place.path);
    auto one = check_of(cluster, probe.side);
    const auto wrong = said.find("wrong " + path + " ");
    if (wrong != said.npos) {
      const auto from = wrong + std::string("wrong ").size() + path.size() + 1;
      one.verdict = verdict::wrong;
      one.message = place.key + " " + path + ": " + said.substr(from, said.find('\n', from) - from);
      one.remedy =
          "Mount a volume there in spec.podTemplate that the user of the image may write to "
          "(securityContext.fsGroup), and that has room";
    } else if (said.find("well " + path + "\n") != said.npos) {
      one.message = "wrote and removed a file in " + path + " (" + place.key + ")";
    } else {
      one.verdict = verdict::unchecked;
      one.message = "the pod said nothing of " + path;
      one.remedy = "ask again; its image must have bash and coreutils, as Flink's have";
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

std::vector<storage_probe> storage_probes_of(const flink_deployment& cluster,
                                             const std::string& name) {
  std::vector<storage_probe> all;
  auto places = storage_places_of(cluster);
  std::erase_if(places, [](const storage_place& one) { return path_in_pod(one.path).empty(); });
  for (const auto& side : pod_sides_of(cluster)) {
    auto own = places;
    if (side.label != "jobmanager")  // high availability is the JobManagers' alone
      std::erase_if(
          own, [](const storage_place& one) { return one.key.starts_with("high-availability"); });
    if (own.empty()) continue;
    const auto called = name + "-" + side.label;
    all.push_back({side.label,
                   {{"apiVersion", "v1"},
                    {"kind", "Pod"},
                    {"metadata",
                     {{"name", called},
                      {"namespace", cluster.metadata.ns},
                      {"labels", {{"app.kubernetes.io/managed-by", "drey-preflight"}}}}},
                    {"spec", spec_of(side.spec, called, own)}},
                   own});
  }
  return all;
}

preflight_checks untried_storage(const flink_deployment& cluster) {
  preflight_checks all;
  for (const auto& place : storage_places_of(cluster)) {
    if (!path_in_pod(place.path).empty()) continue;
    all.push_back(check_of(cluster, "pod"));
    auto& one = all.back();
    one.verdict = verdict::unchecked;
    one.message = place.key +
                  " lies in a store: Flink's own file systems alone can try it, and no "
                  "program of its image does that";
    one.remedy = "run a job with checkpoints and ask again: what it wrote, or failed to, is told";
  }
  return all;
}

std::optional<preflight_checks> outcome_of(const flink_deployment& cluster,
                                           const storage_probe& probe, const json& pod,
                                           patience_with_probe patience) {
  const auto phase = text_in(object_in(pod, "status"), "phase");
  const auto said = said_by(pod);
  if (!said.empty()) return answers_of(cluster, probe, said + "\n");
  const bool over = phase == "Failed" || phase == "Succeeded";
  if (!over && patience == patience_with_probe::left) return std::nullopt;
  auto one = check_of(cluster, probe.side);
  one.verdict = verdict::unchecked;
  one.message = "the pod did not get to it: " + hindrance_of(pod);
  one.remedy = "Mend that: Flink's pods would not start either. Or ask again";
  return preflight_checks{one};
}

preflight_check refused_probe(const flink_deployment& cluster, const storage_probe& probe,
                              const refusal& why) {
  auto one = check_of(cluster, probe.side);
  one.verdict = verdict::unchecked;
  one.message = "the pod was not made: " + std::string(name_of(why.reason)) + ": " + why.message;
  one.remedy = why.reason == refusal_reason::forbidden
                   ? "be allowed to create, get and delete pods in namespace " +
                         cluster.metadata.ns + ", for the moment of the trial"
                   : "mend that: Flink's pods would be refused, too; or ask again";
  return one;
}

}  // namespace drey
