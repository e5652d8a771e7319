// Items of `timeline:` about what lies in the store.
#include "sim/scenario/scenario_reader.hpp"

namespace drey::sim {

std::optional<timeline_action> read_laid(reading& from, const place& value) {
  if (!from.is_map_of(value, {"at", "format"})) return std::nullopt;
  const auto at = from.member(value, "at");
  const auto format = from.member(value, "format");
  if (!at || !format) {
    from.complain(value, "must say where, and which version of Flink's format it has",
                  "Write `at: s3://BUCKET/PATH` and `format: N`, 0 for what is no snapshot");
    return std::nullopt;
  }
  auto path = from.text(*at);
  constexpr std::int64_t far_above_flinks = 1'000;
  const auto number = from.integer(*format, 0, far_above_flinks);
  if (!path || !number) return std::nullopt;
  return lay_snapshot{std::move(*path), static_cast<std::int32_t>(*number)};
}

}  // namespace drey::sim
