// Fault profiles: a YAML map with the very names of `fault_profile`'s fields.
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <type_traits>
#include <utility>
#include <variant>

#include "sim/scenario/reading.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace drey::sim {

namespace {

using rate_field = std::uint32_t fault_profile::*;
using span_field = milliseconds fault_profile::*;

struct profile_field {
  std::string_view name;
  std::variant<rate_field, span_field> member;
};

#define DREY_FIELD(name) \
  profile_field { #name, &fault_profile::name }
constexpr std::array profile_fields{
    DREY_FIELD(kube_unavailable_per_mille),
    DREY_FIELD(kube_throttled_per_mille),
    DREY_FIELD(kube_lost_request_per_mille),
    DREY_FIELD(kube_lost_answer_per_mille),
    DREY_FIELD(kube_late_request_per_mille),
    DREY_FIELD(kube_rival_write_per_mille),
    DREY_FIELD(kube_latency_max),
    DREY_FIELD(watch_broken_per_mille),
    DREY_FIELD(watch_expired_per_mille),
    DREY_FIELD(watch_delay_max),
    DREY_FIELD(flink_unavailable_per_mille),
    DREY_FIELD(flink_lost_request_per_mille),
    DREY_FIELD(flink_lost_answer_per_mille),
    DREY_FIELD(flink_late_request_per_mille),
    DREY_FIELD(flink_garbage_per_mille),
    DREY_FIELD(flink_latency_max),
    DREY_FIELD(late_max),
    DREY_FIELD(storage_unavailable_per_mille),
    DREY_FIELD(artifact_unavailable_per_mille),
    DREY_FIELD(checkpoint_failure_per_mille),
    DREY_FIELD(savepoint_failure_per_mille),
    DREY_FIELD(job_failure_every),
    DREY_FIELD(task_manager_crash_every),
    DREY_FIELD(job_manager_crash_every),
    DREY_FIELD(pod_eviction_every),
    DREY_FIELD(node_down_every),
    DREY_FIELD(node_partition_every),
    DREY_FIELD(node_back_max),
    DREY_FIELD(api_outage_every),
    DREY_FIELD(api_outage_max),
    DREY_FIELD(operator_crash_every),
    DREY_FIELD(operator_pause_every),
    DREY_FIELD(operator_pause_max),
    DREY_FIELD(crash_after_effect_per_mille),
    DREY_FIELD(until),
};
#undef DREY_FIELD

struct anything {
  template <class T>
  operator T() const;
};

/// How many fields the aggregate `T` has.
template <class T, class... Found>
consteval std::size_t count_of_fields() {
  if constexpr (requires { T{Found{}..., anything{}}; })
    return count_of_fields<T, Found..., anything>();
  else
    return sizeof...(Found);
}
static_assert(count_of_fields<fault_profile>() == profile_fields.size() + 1,
              "every field of fault_profile but its name stands in the table above");

void read_field(reading& from, const place& value, const profile_field& field,
                fault_profile& into) {
  if (const auto* rate = std::get_if<rate_field>(&field.member)) {
    if (const auto number = from.integer(value, 0, 1000))
      into.*(*rate) = static_cast<std::uint32_t>(*number);
  } else if (const auto span = from.span(value)) {
    into.*std::get<span_field>(field.member) = *span;
  }
}

std::vector<std::string> places_to_look(const std::string& name, const std::string& near) {
  namespace fs = std::filesystem;
  if (name.ends_with(".yaml") || name.ends_with(".yml")) return {name};
  std::vector<std::string> all;
  if (!near.empty())
    all.push_back((fs::path(near).parent_path() / ".." / "faults" / (name + ".yaml"))
                      .lexically_normal()
                      .string());
  all.push_back("configs/faults/" + name + ".yaml");
  return all;
}

}  // namespace

fault_profile read_fault_profile(reading& from, const place& map) {
  fault_profile profile;
  profile.name = "inline";
  std::vector<std::string_view> known{"name"};
  for (const auto& field : profile_fields) known.push_back(field.name);
  from.is_map_of(map, known);
  if (!map.is_map()) return profile;
  if (const auto name = from.member(map, "name"))
    profile.name = from.text(*name).value_or(profile.name);
  for (const auto& field : profile_fields)
    if (const auto value = from.member(map, field.name)) read_field(from, *value, field, profile);
  return profile;
}

loaded<fault_profile> parse_fault_profile(const std::string& text, const std::string& path) {
  reading from(path);
  const auto root = from.parse(text);
  fault_profile profile;
  if (root) profile = read_fault_profile(from, *root);
  if (from.clean()) return {std::move(profile), {}};
  return {std::nullopt, from.take_findings()};
}

loaded<fault_profile> load_fault_profile(const std::string& path_or_name, const std::string& near) {
  if (path_or_name == "none") return {fault_profile{}, {}};
  std::string looked;
  for (const auto& path : places_to_look(path_or_name, near)) {
    if (const auto text = text_of_file(path)) return parse_fault_profile(*text, path);
    looked += (looked.empty() ? "" : " and ") + path;
  }
  return {std::nullopt,
          {{path_or_name,
            {"", "no such fault profile (looked for " + looked + ")",
             "Give `none`, `light`, `heavy` or the path of a profile that ends in .yaml"}}}};
}

}  // namespace drey::sim
