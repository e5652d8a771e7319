#include "sim/report/json_report.hpp"

#include <nlohmann/json.hpp>

namespace drey::sim {

namespace {

using json = nlohmann::ordered_json;

json json_of(const outage_figure& x) {
  return {{"subject", name_of(x.subject)},
          {"name", x.name},
          {"total_ms", x.total.count()},
          {"longest_ms", x.longest.count()},
          {"count", x.count}};
}

template <class T>
json json_of_all(const std::vector<T>& all);

json json_of(const run_figures& x) {
  return {{"events", x.events},
          {"faults", x.faults},
          {"restores", x.restores},
          {"savepoints", x.savepoints},
          {"checkpoints", x.checkpoints},
          {"operator_restarts", x.operator_restarts},
          {"mutating_calls", x.mutating_calls},
          {"outages", json_of_all(x.outages)}};
}

json json_of(const violation& x) {
  return {
      {"rule", x.rule}, {"title", rule_title(x.rule)}, {"at_ms", x.at.count()}, {"text", x.text}};
}

json json_of(const expectation_result& x) {
  json one{{"text", x.text}, {"held", x.held}, {"at_ms", x.at.count()}};
  if (!x.found.empty()) one["found"] = x.found;
  return one;
}

json json_of(const happening& x) {
  return {{"at_ms", x.at.count()}, {"subject", name_of(x.subject)},
          {"name", x.name},        {"tone", name_of(x.tone)},
          {"what", x.what},        {"text", x.text}};
}

json json_of(const failed_seed& x) {
  return {{"seed", x.seed},
          {"violations", json_of_all(x.violations)},
          {"expectations", json_of_all(x.expectations)},
          {"replay", x.replay}};
}

template <class T>
json json_of_all(const std::vector<T>& all) {
  json items = json::array();
  for (const auto& one : all) items.push_back(json_of(one));
  return items;
}

const char* verdict_word(bool good) { return good ? "held" : "violated"; }

/// Text of a world may hold any bytes; what is not UTF-8 becomes the replacement character.
void print(std::ostream& out, const json& document) {
  out << document.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
}

}  // namespace

void write_json(std::ostream& out, const run_result& result,
                const std::vector<std::string>& trace) {
  json document{{"scenario", result.scenario},
                {"seed", result.seed},
                {"faults", result.faults},
                {"verdict", verdict_word(held(result))},
                {"end_ms", result.end.count()},
                {"figures", json_of(result.figures)},
                {"expectations", json_of_all(result.expectations)},
                {"violations", json_of_all(result.violations)},
                {"timeline", json_of_all(result.happenings)}};
  if (!trace.empty()) document["trace"] = trace;
  print(out, document);
}

void write_json(std::ostream& out, const many_seeds& seeds) {
  print(out, {{"scenario", seeds.scenario},
              {"first_seed", seeds.first_seed},
              {"seeds", seeds.seeds},
              {"faults", seeds.faults},
              {"verdict", verdict_word(held(seeds))},
              {"seeds_held", seeds.seeds_held},
              {"simulated_ms", seeds.simulated.count()},
              {"figures", json_of(seeds.sums)},
              {"failed", json_of_all(seeds.failed)}});
}

}  // namespace drey::sim
