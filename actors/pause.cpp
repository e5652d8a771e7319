#include "actors/pause.hpp"

#include <algorithm>

#include "actors/planted_bugs.hpp"

namespace drey {

bool is_paused(const object_meta& meta) {
  const auto found = meta.annotations.find(std::string(paused_key));
  return found != meta.annotations.end() && found->second == "true" &&
         !is_planted(planted_bug::pause_ignored);
}

std::string why_paused(const object_meta& meta, const pause_settings& settings) {
  if (settings.fleet == fleet::is_paused) return "the operator was started with --paused";
  if (std::ranges::find(settings.namespaces, meta.ns) != settings.namespaces.end())
    return "the operator was started with --paused-namespaces " + meta.ns;
  if (is_paused(meta)) return "its annotation " + std::string(paused_key) + " is \"true\"";
  return {};
}

void forget_pause(std::vector<condition>& all) {
  std::erase_if(all, [](const condition& one) { return one.type == paused_condition; });
}

}  // namespace drey
