#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "protocol/configuration.hpp"
#include "protocol/limits.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace drey::sim {

namespace {

constexpr std::int64_t nodes_max = 1'000;
constexpr std::int64_t pods_per_node_max = 1'000;

void read_nodes(reading& from, const place& value, scenario& into) {
  if (!value.is_list()) {
    const auto count = from.integer(value, 1, nodes_max);
    for (std::int64_t i = 1; i <= count.value_or(0); ++i)
      into.nodes.push_back("node-" + std::to_string(i));
    return;
  }
  for (const auto& item : from.items(value)) {
    const auto name = from.text(item);
    if (!name) continue;
    if (std::find(into.nodes.begin(), into.nodes.end(), *name) != into.nodes.end())
      from.complain(item, "is given twice", "Give every node a name of its own");
    into.nodes.push_back(*name);
  }
}

void read_node_size(reading& from, const place& value, scenario& into) {
  if (!from.is_map_of(value, {"cpu", "memory"})) return;
  for (const std::string resource : {"cpu", "memory"}) {
    const auto amount = from.member(value, resource);
    if (!amount) continue;
    const auto text = from.text(*amount).value_or("");
    if (!parse_quantity_milli(text))
      from.complain(*amount, "is not a quantity", "Write for example `cpu: 4` and `memory: 16Gi`");
    into.node_size[resource] = text;
  }
}

void read_node_group(reading& from, const place& item, std::vector<node_group>& into) {
  const auto text = from.text(item);
  if (!text) return;
  auto group = parse_node_group(*text);
  if (const auto* wrong = std::get_if<std::string>(&group))
    return from.complain(item, "is no node group", *wrong);
  into.push_back(std::get<node_group>(std::move(group)));
}

void read_operator(reading& from, const place& value, scenario& into) {
  constexpr std::int64_t clusters_max = 1'000;
  if (!from.is_map_of(value, {"max disruptions", "max halted", "node groups"})) return;
  const auto read = [&](std::string_view name, std::int32_t& number) {
    if (const auto at = from.member(value, name))
      number = static_cast<std::int32_t>(from.integer(*at, 0, clusters_max).value_or(number));
  };
  read("max disruptions", into.brake.at_once_max);
  read("max halted", into.brake.halted_max);
  if (const auto groups = from.member(value, "node groups"); groups && from.is_list(*groups))
    for (const auto& item : from.items(*groups)) read_node_group(from, item, into.node_groups);
}

void read_faults(reading& from, const place& value, scenario& into) {
  if (value.is_map()) {
    into.faults = read_fault_profile(from, value);
    return;
  }
  const auto name = from.text(value);
  if (!name) return;
  auto profile = load_fault_profile(*name, from.file());
  if (profile.value) into.faults = std::move(*profile.value);
  for (auto& found : profile.findings)
    if (found.file == *name)
      from.complain(value, found.error.problem, found.error.remedy);
    else
      from.complain_elsewhere(std::move(found));
}

void read_store(reading& from, const place& value, scenario& into) {
  const auto word = from.text(value);
  if (word == "unlisted")
    into.listing = store_listing::unlisted;
  else if (word && word != "listed")
    from.complain(value, "is no way in which a store can be seen", "Write listed or unlisted");
}

void read_kubernetes(reading& from, const place& value, scenario& into) {
  if (!from.is_map_of(value, {"ordinals"})) return;
  if (const auto fate = from.member(value, "ordinals"))
    into.ordinals = read_ordinals_fate(from, *fate).value_or(into.ordinals);
}

void read_resources(reading& from, const place& root, scenario& into) {
  if (const auto inlined = from.member(root, "resources"); inlined && from.is_list(*inlined))
    for (const auto& item : from.items(*inlined))
      if (auto resource = read_resource(from, item)) into.resources.push_back(std::move(resource));
  if (const auto files = from.member(root, "manifests"); files && from.is_list(*files))
    for (const auto& item : from.items(*files))
      for (auto& resource : read_manifest_file(from, item))
        into.resources.push_back(std::move(resource));
  std::vector<std::pair<object_kind, object_name>> seen;
  for (const auto& one : into.resources) {
    const std::pair key{kind_of(*one), drey::name_of(*one)};
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      from.complain(root,
                    "has two resources " + std::string(drey::name_of(key.first)) + " " +
                        text_of_name(key.second),
                    "Keep one of the two, or change the second by `patch` in the timeline");
    seen.push_back(key);
  }
}

void read_timeline(reading& from, const place& value, scenario& into) {
  if (!from.is_list(value)) return;
  for (const auto& item : from.items(value)) {
    auto event = read_event(from, item);
    if (!event) continue;
    if (event->at > into.until)
      from.complain(item, "is later than the end of the run", "Raise `until` or lower `at`");
    into.events.push_back(std::move(*event));
  }
  std::stable_sort(into.events.begin(), into.events.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
}

void read_expectations(reading& from, const place& value, scenario& into) {
  if (!from.is_list(value)) return;
  for (const auto& item : from.items(value)) {
    auto one = read_expectation(from, item);
    if (!one) continue;
    if (one->by && *one->by > into.until)
      from.complain(item, "is later than the end of the run", "Raise `until` or lower `by`");
    into.expectations.push_back(std::move(*one));
  }
}

void read_scenario(reading& from, const place& root, scenario& into) {
  from.is_map_of(root, {"name", "description", "nodes", "pods per node", "node size", "kubernetes",
                        "resources", "manifests", "timeline", "faults", "store", "operator",
                        "until", "expect"});
  if (!root.is_map()) return;
  into.name = std::filesystem::path(from.file()).stem().string();
  if (const auto name = from.member(root, "name")) into.name = from.text(*name).value_or("");
  if (const auto text = from.member(root, "description"))
    into.description = from.text(*text).value_or("");
  if (const auto until = from.member(root, "until"))
    into.until = from.span(*until).value_or(into.until);
  if (into.until <= milliseconds{0})
    from.complain(root, "runs for no time at all", "Write `until: 15m`");
  if (const auto nodes = from.member(root, "nodes"))
    read_nodes(from, *nodes, into);
  else
    into.nodes = {"node-1", "node-2", "node-3"};
  if (const auto pods = from.member(root, "pods per node"))
    into.pods_per_node = from.integer(*pods, 1, pods_per_node_max).value_or(into.pods_per_node);
  if (const auto size = from.member(root, "node size")) read_node_size(from, *size, into);
  if (const auto faults = from.member(root, "faults")) read_faults(from, *faults, into);
  if (const auto store = from.member(root, "store")) read_store(from, *store, into);
  if (const auto how = from.member(root, "operator")) read_operator(from, *how, into);
  if (const auto which = from.member(root, "kubernetes")) read_kubernetes(from, *which, into);
  read_resources(from, root, into);
  if (const auto events = from.member(root, "timeline")) read_timeline(from, *events, into);
  if (const auto expectations = from.member(root, "expect"))
    read_expectations(from, *expectations, into);
  if (into.resources.empty() && into.events.empty() && from.clean())
    from.complain(root, "has neither resources nor events", "Give `resources` or `manifests`");
  if (from.clean()) check_names(from, into);
}

}  // namespace

std::optional<std::string> text_of_file(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  // One byte more than is allowed, so that a file that is too large is seen to be.
  std::string text(limits::manifest_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

loaded<scenario> parse_scenario(const std::string& text, const std::string& path) {
  reading from(path);
  scenario read;
  if (const auto root = from.parse(text)) read_scenario(from, *root, read);
  if (from.clean()) return {std::move(read), {}};
  return {std::nullopt, from.take_findings()};
}

loaded<scenario> load_scenario(const std::string& path) {
  if (const auto text = text_of_file(path)) return parse_scenario(*text, path);
  return {std::nullopt,
          {{path, {"", "cannot be read", "Give the path of a scenario's YAML file"}}}};
}

}  // namespace drey::sim
