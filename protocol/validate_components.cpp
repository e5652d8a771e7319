// Apache's rules 18–26: sizes and numbers of JobManager and TaskManagers.
#include <array>

#include "protocol/flink_leader.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/json_text.hpp"
#include "protocol/limits.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

/// `resources`: requests and limits as they were written.
struct requirements {
  string_map requests;
  string_map limits;
};

/// Quantities may be numbers; they become text.
void read_quantities(json_reader& json, std::string_view key, const std::string& path,
                     string_map& into, report& out) {
  const auto value = json.member(key);
  simdjson::dom::object members;
  if (!value) return;
  if (value->get(members) != simdjson::SUCCESS)
    return out.error(path + "." + std::string(key), "must be an object",
                     "Write 'name: quantity' pairs");
  for (const auto& member : members) {
    std::string_view text;
    double number = 0;
    auto& quantity = into[std::string(member.key)];
    if (member.value.get(text) == simdjson::SUCCESS)
      quantity = text;
    else if (member.value.get(number) == simdjson::SUCCESS)
      append_number(quantity, number);
    else if (member.value.is_null())
      into.erase(std::string(member.key));
    else
      quantity = "?";  // refused with the others
  }
}

requirements read_requirements(const json_text& text, const std::string& path, report& out) {
  requirements read;
  if (text.empty()) return read;
  field_errors errors;
  read_json_object(text, errors, [&](json_reader& json) {
    read_quantities(json, "requests", path, read.requests, out);
    read_quantities(json, "limits", path, read.limits, out);
  });
  return read;
}

std::optional<std::int64_t> amount_of(std::string_view resource, const std::string& quantity) {
  return resource == "memory" ? parse_spec_memory(quantity) : parse_quantity_milli(quantity);
}

/// "path[resource]".
std::string entry_of(std::string path, std::string_view resource) {
  return path.append("[").append(resource).append("]");
}

void check_quantities(const std::string& path, const string_map& quantities, report& out) {
  for (const auto& [resource, quantity] : quantities) {
    const auto place = entry_of(path, resource);
    const auto amount = amount_of(resource, quantity);
    const bool positive = resource == "memory" || resource == "cpu";
    if (!amount)
      out.error(place, "is not a quantity: '" + excerpt(quantity) + "'",
                "Write a quantity such as 2Gi or 500m");
    else if (positive && *amount <= 0)
      out.error(place, "must be more than 0, is " + quantity, "Write what the pod needs");
    else if (*amount < 0)
      out.error(place, "must not be negative, is " + quantity, "Write what the pod needs");
  }
}

/// Kubernetes refuses pods that ask for more than they may have.
void check_request_below_limit(const std::string& path, const requirements& read, report& out) {
  for (const std::string resource : {"cpu", "memory"}) {
    const auto request = read.requests.find(resource);
    const auto limit = read.limits.find(resource);
    if (request == read.requests.end() || limit == read.limits.end()) continue;
    const auto asked = amount_of(resource, request->second);
    const auto allowed = amount_of(resource, limit->second);
    if (asked && allowed && *asked > *allowed)
      out.error(entry_of(path + ".requests", resource),
                request->second + " is more than the limit " + limit->second,
                "Raise the limit or lower the request");
  }
}

void check_legacy_resource(const std::string& path, const resource_spec& resource, report& out) {
  if (resource.cpu && *resource.cpu < 0)
    out.error(path + ".cpu", "must not be negative", "Write CPU cores such as 0.5");
  if (resource.memory) {
    const auto bytes = parse_spec_memory(*resource.memory);
    if (!bytes || *bytes < 0)
      out.error(path + ".memory", "is not a size of memory: '" + excerpt(*resource.memory) + "'",
                "Write a size such as 2g or 2Gi");
    else if (*bytes == 0)
      out.warning(path + ".memory", "is 0", "Write a size such as 2g or 2Gi");
  }
  if (resource.ephemeral_storage && !parse_quantity_milli(*resource.ephemeral_storage))
    out.error(path + ".ephemeralStorage",
              "is not a quantity: '" + excerpt(*resource.ephemeral_storage) + "'",
              "Write a quantity such as 2Gi");
}

bool is_size(const configuration& config, std::string_view key) {
  const auto text = value_of(config, key);
  return text && parse_memory(*text).value_or(0) > 0;
}

/// Whether Flink can tell the size of the process from its own configuration alone.
bool has_memory_configured(const std::string& component, const configuration& config) {
  const auto key = [&component](std::string_view tail) {
    return component + "." + std::string(tail);
  };
  for (const std::string_view tail : {"memory.process.size", "memory.flink.size", "heap.size"})
    if (is_size(config, key(tail))) return true;
  if (is_size(config, key("heap.mb"))) return true;
  if (component == "jobmanager") return is_size(config, key("memory.heap.size"));
  return is_size(config, key("memory.task.heap.size")) &&
         is_size(config, key("memory.managed.size"));
}

/// The spec goes before the configuration.
void check_one_size(const std::string& component, const std::string& field,
                    const std::optional<std::string>& memory, const configuration& config,
                    report& out) {
  const auto key = component + ".memory.process.size";
  const auto configured = value_of(config, key);
  if (!memory || !configured) return;
  const auto bytes = parse_spec_memory(*memory);
  if (bytes && bytes != parse_memory(*configured))
    out.warning(config_path(key), "has no effect beside the memory of spec." + field,
                "Remove one of the two");
}

void check_sizes(const std::string& field, const std::string& component, const component_spec& x,
                 const configuration& config, report& out) {
  const auto path = "spec." + field;
  const auto read = read_requirements(x.resources, path + ".resources", out);
  const bool in_resource = x.resource && !is_blank(x.resource->memory.value_or(""));
  const bool in_resources = read.requests.contains("memory") || read.limits.contains("memory");
  if (!in_resource && !in_resources && !has_memory_configured(component, config))
    out.error(path + ".resource.memory", "the memory of the " + component + " is not given",
              "Set " + path + ".resource.memory or " + path + ".resources.requests.memory");
  if (x.resource) check_legacy_resource(path + ".resource", *x.resource, out);
  const auto memory_in = [](const string_map& all) {
    const auto at = all.find("memory");
    return at == all.end() ? std::optional<std::string>{} : at->second;
  };
  auto memory = memory_in(read.requests);
  if (!memory) memory = memory_in(read.limits);
  if (!memory && read.requests.empty() && read.limits.empty() && x.resource)
    memory = x.resource->memory;
  check_one_size(component, field, memory, config, out);
  check_quantities(path + ".resources.requests", read.requests, out);
  check_quantities(path + ".resources.limits", read.limits, out);
  check_request_below_limit(path + ".resources", read, out);
  if (x.resource && (!read.requests.empty() || !read.limits.empty()))
    out.warning(path + ".resource", "is ignored beside resources", "Remove one of the two");
}

/// Flink itself refuses to start with a smaller one.
void check_limit_factors(const std::string& component, const configuration& config, report& out) {
  for (const std::string_view resource : {"cpu", "memory"}) {
    const auto key = limit_factor_key(component, resource);
    const auto text = value_of(config, key);
    if (text && !parse_limit_factor(*text))
      out.error(config_path(key), "'" + excerpt(*text) + "' is not a factor from 1",
                "Write a number such as 1.5: the limit is the request times this");
  }
}

void check_replicas(const std::string& path, std::int32_t replicas, report& out) {
  if (replicas < 1)
    out.error(path, "must be at least 1, is " + std::to_string(replicas), "Write a number from 1");
  if (replicas > limits::task_managers_max)
    out.error(path, std::to_string(replicas) + " is more than any cluster runs",
              "Use at most " + std::to_string(limits::task_managers_max));
}

/// What is done about a node that does not answer, where drey can do anything.
void check_unreachable(const flink_deployment_spec& spec, const configuration& config,
                       report& out) {
  constexpr std::int32_t seconds_max = 86'400;
  constexpr std::string_view field = ".unreachableNodeSeconds";
  const auto check = [&](std::string path, const std::optional<std::int32_t>& seconds) {
    path += field;
    if (seconds && (*seconds < 1 || *seconds > seconds_max))
      out.error(path, std::to_string(*seconds) + " is not a number from 1 to 86400",
                "Write seconds, such as 30, or remove it");
    return path;
  };
  const auto leaders = check("spec.jobManager", spec.job_manager.unreachable_node_seconds);
  const auto workers = check("spec.taskManager", spec.task_manager.unreachable_node_seconds);
  if (spec.job_manager.unreachable_node_seconds && !leads_by_config_map(config))
    out.warning(leaders,
                "has no effect without high-availability.type: kubernetes: whether a JobManager on "
                "a node that does not answer still works is then not known",
                "Remove it, and set tolerationSeconds in spec.jobManager.podTemplate, or set up "
                "high availability");
  if (spec.task_manager.unreachable_node_seconds && spec.mode == deployment_mode::native)
    out.warning(workers, "has no effect in native mode", "Remove it: Flink replaces TaskManagers");
}

/// In native mode Flink itself makes TaskManagers, and lets them go.
void check_scaling(const flink_deployment_spec& spec, report& out) {
  if (spec.mode != deployment_mode::native) return;
  const auto warn = [&](const char* field) {
    out.warning("spec.taskManager." + std::string(field), "has no effect in native mode",
                "Remove it, or choose mode: standalone for a new cluster");
  };
  if (spec.task_manager.scale_down) warn("scaleDown");
  if (spec.task_manager.over_commit) warn("overCommit");
}

}  // namespace

void check_components(const flink_deployment_spec& spec, const configuration& config, report& out) {
  check_sizes("jobManager", "jobmanager", spec.job_manager, config, out);
  for (const char* component : {"jobmanager", "taskmanager"})
    check_limit_factors(component, config, out);
  const auto job_managers = spec.job_manager.replicas.value_or(1);
  check_replicas("spec.jobManager.replicas", job_managers, out);
  if (job_managers > 1 && !is_highly_available(config))
    out.error("spec.jobManager.replicas", "standby JobManagers need high availability",
              "Set high-availability.type: kubernetes and high-availability.storageDir");
  check_sizes("taskManager", "taskmanager", spec.task_manager, config, out);
  if (spec.task_manager.replicas)
    check_replicas("spec.taskManager.replicas", *spec.task_manager.replicas, out);
  check_scaling(spec, out);
  check_unreachable(spec, config, out);
}

}  // namespace drey::validation
