#include "actors/pod_resources.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "protocol/configuration.hpp"

namespace drey {

namespace {

using json = nlohmann::json;

std::string quantity_of_milli(std::int64_t milli) {
  return milli % 1000 == 0 ? std::to_string(milli / 1000) : std::to_string(milli) + "m";
}

/// Of one component and one of its resources, "cpu" or "memory". A factor that is none was refused
/// with the spec.
double limit_factor(const configuration& config, component which, const std::string& resource) {
  const auto text = value_of(
      config,
      limit_factor_key(which == component::job_manager ? "jobmanager" : "taskmanager", resource));
  return text ? parse_limit_factor(*text).value_or(1) : 1;
}

/// The limit of a request; with a factor of 1 in the very words of the request.
json limit_of(const json& request, const std::string& resource, double factor) {
  if (factor == 1) return request;
  const auto text = request.is_string() ? request.get<std::string>() : request.dump();
  if (resource == "memory") {
    const auto bytes = parse_spec_memory(text);
    return bytes ? json(std::to_string(
                       std::llround(std::floor(static_cast<double>(*bytes) * factor))))
                 : request;
  }
  const auto milli = parse_quantity_milli(text);
  return milli ? json(quantity_of_milli(std::llround(static_cast<double>(*milli) * factor)))
               : request;
}

/// The old form: cores, memory in Flink's or Kubernetes' words, local storage.
json old_form(const resource_spec& spec) {
  json wanted;
  auto& requests = wanted["requests"];
  if (spec.cpu) requests["cpu"] = quantity_of_milli(std::llround(*spec.cpu * 1000));
  if (spec.memory)
    if (const auto bytes = parse_spec_memory(*spec.memory))
      requests["memory"] = std::to_string(*bytes);
  if (spec.ephemeral_storage)
    requests["ephemeral-storage"] = wanted["limits"]["ephemeral-storage"] = *spec.ephemeral_storage;
  return requests.is_null() ? json{} : wanted;
}

bool says(const json& requirements, const char* side, const std::string& resource) {
  const auto at = requirements.find(side);
  return at != requirements.end() && at->is_object() && at->contains(resource);
}

}  // namespace

json_text resources_of(const flink_deployment_spec& spec, component which) {
  const auto& side = which == component::job_manager ? spec.job_manager : spec.task_manager;
  auto wanted = json::parse(side.resources.empty() ? "{}" : side.resources, nullptr, false);
  if (!wanted.is_object() || wanted.empty())
    wanted = side.resource ? old_form(*side.resource) : json{};
  if (!wanted.is_object()) return {};
  for (const std::string resource : {"cpu", "memory"}) {
    const bool requested = says(wanted, "requests", resource);
    const bool limited = says(wanted, "limits", resource);
    if (requested == limited) continue;
    if (limited) wanted["requests"][resource] = wanted["limits"][resource];
    wanted["limits"][resource] = limit_of(wanted["requests"][resource], resource,
                                          limit_factor(spec.flink_configuration, which, resource));
  }
  return wanted.dump();
}

}  // namespace drey
