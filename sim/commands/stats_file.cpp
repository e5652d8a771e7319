#include "sim/commands/stats_file.hpp"

#include <nlohmann/json.hpp>

namespace drey::sim {

void write_stats(std::ostream& out, const many_seeds& sums, double wall_seconds) {
  const auto events = static_cast<double>(sums.sums.events);
  const nlohmann::ordered_json stats{
      {"seeds", sums.seeds},
      {"events", sums.sums.events},
      {"virtual_seconds", static_cast<double>(sums.simulated.count()) / 1000.0},
      {"wall_seconds", wall_seconds},
      {"events_per_second", wall_seconds > 0 ? events / wall_seconds : 0.0}};
  out << stats.dump(2) << "\n";
}

}  // namespace drey::sim
