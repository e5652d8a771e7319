#include "actors/node_groups.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "protocol/configuration.hpp"

namespace drey {

namespace {

constexpr std::int64_t milli = 1'000;
constexpr std::string_view pods_of_a_kubelet = "110";
constexpr const char* form = "write LABEL=VALUE,max=NODES,cpu=CORES,memory=SIZE[,pods=NUMBER]";

std::optional<std::int32_t> whole_number(const std::string& text) {
  std::int32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value < 0) return std::nullopt;
  return value;
}

std::string wrong(std::string_view text, const std::string& problem) {
  return "node group \"" + std::string(text) + "\": " + problem + "; " + form;
}

}  // namespace

std::variant<node_group, std::string> parse_node_group(std::string_view text) {
  node_group group;
  std::map<std::string, std::string> sizes{{"pods", std::string(pods_of_a_kubelet)}};
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const std::string part{text.substr(begin, end - begin)};
    begin = end + 1;
    const auto equals = part.find('=');
    if (equals == 0 || equals == std::string::npos)
      return wrong(text, "\"" + part + "\" is no KEY=VALUE");
    const auto key = part.substr(0, equals);
    const auto value = part.substr(equals + 1);
    if (group.label.empty()) {
      group.label = key;
      group.value = value;
    } else if (key == "max" || key == "cpu" || key == "memory" || key == "pods") {
      sizes[key] = value;
    } else {
      return wrong(text, key + " is not known");
    }
  }
  const auto nodes = whole_number(sizes["max"]);
  const auto pods = whole_number(sizes["pods"]);
  const auto cpu = parse_quantity_milli(sizes["cpu"]);
  const auto memory = parse_quantity_milli(sizes["memory"]);
  if (!nodes) return wrong(text, "max is missing, or no number of nodes");
  if (!cpu || *cpu <= 0) return wrong(text, "cpu is missing, or no quantity");
  if (!memory || *memory <= 0) return wrong(text, "memory is missing, or no quantity");
  if (!pods) return wrong(text, "pods is no number");
  group.nodes_max = *nodes;
  group.allocatable = {*cpu, *memory / milli, *pods};
  return group;
}

std::int32_t nodes_to_come(const node_group& group, const std::vector<const node*>& nodes) {
  const auto there = std::ranges::count_if(nodes, [&](const node* one) {
    const auto found = one->metadata.labels.find(group.label);
    return found != one->metadata.labels.end() && found->second == group.value;
  });
  return std::max(0, group.nodes_max - static_cast<std::int32_t>(there));
}

}  // namespace drey
