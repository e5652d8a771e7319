#include "sim/report/run_result.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace drey::sim {

std::string_view rule_title(std::int32_t number) {
  constexpr std::array<std::string_view, 9> titles{"our own code does not fail",
                                                   "level-triggered",
                                                   "intent before effect",
                                                   "unknown is not empty, and not failed",
                                                   "fenced",
                                                   "state never regresses",
                                                   "one execution per resource",
                                                   "destroy last, in order",
                                                   "quiet when done"};
  if (number < 0 || number >= static_cast<std::int32_t>(titles.size())) return "unknown rule";
  return titles.at(static_cast<std::size_t>(number));
}

bool held(const run_result& result) {
  return result.violations.empty() &&
         std::all_of(result.expectations.begin(), result.expectations.end(),
                     [](const expectation_result& one) { return one.held; });
}

namespace {

struct running_outage {
  outage_figure figure;
  std::optional<milliseconds> since;
};

void close(running_outage& open, milliseconds at) {
  if (!open.since) return;
  const auto length = at - *open.since;
  open.figure.total += length;
  open.figure.longest = std::max(open.figure.longest, length);
  open.since.reset();
}

}  // namespace

std::vector<outage_figure> outages_of(const std::vector<happening>& happenings, milliseconds end) {
  std::map<std::pair<subject, std::string>, running_outage> all;
  for (const auto& one : happenings) {
    if (one.subject != subject::cluster && one.subject != subject::job) continue;
    auto& open = all[{one.subject, one.name}];
    open.figure.subject = one.subject;
    open.figure.name = one.name;
    if (one.tone == tone::outage && !open.since) {
      open.since = one.at;
      ++open.figure.count;
    } else if (one.tone == tone::recovered) {
      close(open, one.at);
    }
  }
  std::vector<outage_figure> figures;
  for (auto& [key, open] : all) {
    close(open, end);
    figures.push_back(std::move(open.figure));
  }
  return figures;
}

}  // namespace drey::sim
