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

std::string text_of_quantity(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
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
  const auto text = text_of_quantity(request);
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

/// Memory that Kubernetes would read otherwise than Flink, in words that both read alike.
json memory_of(const json& value) {
  const auto bytes = parse_memory(text_of_quantity(value));
  return bytes ? json(std::to_string(*bytes)) : value;
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
  return requests.is_null() ? json::object() : wanted;
}

json new_form(const json_text& text) {
  auto wanted = json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!wanted.is_object()) return json::object();
  for (const char* side : {"requests", "limits"})
    if (wanted.contains(side) && wanted[side].is_object() && wanted[side].contains("memory"))
      wanted[side]["memory"] = memory_of(wanted[side]["memory"]);
  return wanted;
}

/// As the spec says it, in either form.
json said_by(const flink_deployment_spec& spec, component which) {
  const auto& side = which == component::job_manager ? spec.job_manager : spec.task_manager;
  auto wanted = new_form(side.resources);
  if (wanted.empty() && side.resource) wanted = old_form(*side.resource);
  return wanted;
}

bool says(const json& requirements, const char* side, const std::string& resource) {
  const auto at = requirements.find(side);
  return at != requirements.end() && at->is_object() && at->contains(resource);
}

bool says(const json& requirements, const std::string& resource) {
  return says(requirements, "requests", resource) || says(requirements, "limits", resource);
}

/// What only the configuration says.
void add_configured(json& wanted, const configuration& config, component which) {
  const std::string side(label_of(which));
  const auto size = value_of(config, side + ".memory.process.size");
  if (const auto bytes = size ? parse_memory(*size) : std::nullopt;
      bytes && !says(wanted, "memory"))
    wanted["requests"]["memory"] = std::to_string(*bytes);
  const auto prefix = "kubernetes." + side;
  const auto cores = value_of(config, prefix + ".cpu.amount", prefix + ".cpu");
  if (const auto milli = cores ? parse_quantity_milli(*cores) : std::nullopt;
      milli && !says(wanted, "cpu"))
    wanted["requests"]["cpu"] = quantity_of_milli(*milli);
}

}  // namespace

json_text resources_of(const flink_deployment_spec& spec, component which) {
  auto wanted = said_by(spec, which);
  add_configured(wanted, spec.flink_configuration, which);
  if (wanted.empty()) return {};
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

bool has_field_about(const flink_deployment_spec& spec, component which,
                     const std::string& resource) {
  return says(said_by(spec, which), resource);
}

std::optional<std::int64_t> process_memory_of(const flink_deployment_spec& spec, component which) {
  const auto wanted = said_by(spec, which);
  for (const char* side : {"requests", "limits"})
    if (says(wanted, side, "memory"))
      return parse_spec_memory(text_of_quantity(wanted[side]["memory"]));
  return std::nullopt;
}

taken_resources limits_of(const flink_deployment_spec& spec, component which) {
  taken_resources taken;
  const auto text = resources_of(spec, which);
  const auto wanted = json::parse(text.empty() ? "{}" : text);
  if (says(wanted, "limits", "cpu"))
    taken.cores = static_cast<double>(
                      parse_quantity_milli(text_of_quantity(wanted["limits"]["cpu"])).value_or(0)) /
                  1000;
  if (says(wanted, "limits", "memory"))
    taken.bytes = parse_spec_memory(text_of_quantity(wanted["limits"]["memory"])).value_or(0);
  return taken;
}

}  // namespace drey
