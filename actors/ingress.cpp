#include "actors/ingress.hpp"

#include <nlohmann/json.hpp>

#include "protocol/ingress_place.hpp"

namespace drey {

namespace {

using nlohmann::json;

json rule_of(const flink_deployment& cluster, const ingress_place& place) {
  json path{
      {"pathType", "ImplementationSpecific"},
      {"backend",
       {{"service", {{"name", cluster.metadata.name + "-rest"}, {"port", {{"number", 8081}}}}}}}};
  if (!place.path.empty()) path["path"] = place.path;
  json rule{{"http", {{"paths", json::array({path})}}}};
  if (!place.host.empty()) rule["host"] = place.host;
  return rule;
}

}  // namespace

std::optional<ingress> ingress_of(const flink_deployment& cluster) {
  const auto& asked = cluster.spec->ingress;
  if (!asked || !asked->url) return std::nullopt;
  const auto place = ingress_place_of(*asked->url, cluster.metadata.name, cluster.metadata.ns);
  if (!place) return std::nullopt;
  json spec{{"rules", json::array({rule_of(cluster, *place)})}};
  if (asked->class_name) spec["ingressClassName"] = *asked->class_name;
  if (!asked->tls.empty()) spec["tls"] = json::parse(asked->tls);
  ingress one;
  one.metadata.labels = asked->labels;
  one.metadata.labels["component"] = "ingress";
  one.metadata.annotations = asked->annotations;
  one.spec = spec.dump();
  return one;
}

}  // namespace drey
