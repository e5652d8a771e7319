#include "actors/restore_decision.hpp"

#include "actors/planted_bugs.hpp"
#include "actors/snapshot_claims.hpp"

namespace drey {

namespace {

bool is_equal_progress(const restore_point& a, const restore_point& b) {
  return is_same_snapshot(a.path, b.path) ||
         (a.checkpoint_id != 0 && a.checkpoint_id == b.checkpoint_id);
}

}  // namespace

std::optional<restore_point> newest_of(const pointers& said,
                                       const std::optional<restore_point>& recorded) {
  const auto& linked = said.from_snapshots;
  auto newest = newer_of(
      newer_of(newer_of(newer_of(recorded, linked), said.from_ha_metadata), said.from_job_manager),
      said.from_store);
  if (!linked || !newest || !is_equal_progress(*newest, *linked)) return newest;
  auto same = *linked;
  same.end_of = newest->end_of;
  same.passed_over = newest->passed_over;
  return same;
}

std::optional<restore_point> preferred_to(const std::optional<restore_point>& newest,
                                          const pointers& said, const lineage& history) {
  const auto& linked = said.from_snapshots;
  if (!linked || is_planted(planted_bug::preference_ignored)) return std::nullopt;
  const auto& began = history.restored;
  auto chosen = *linked;
  if (!newest) {
    const bool is_its_own =
        said.taken_of == said.of || (began && is_same_snapshot(began->path, linked->path));
    if (!is_its_own) return std::nullopt;
    chosen.passed_over = "unknown";
    return chosen;
  }
  if (is_equal_progress(*newest, *linked)) return std::nullopt;
  if (began && is_same_snapshot(began->path, newest->path)) return std::nullopt;
  chosen.passed_over = newest->passed_over.empty() ? newest->path : newest->passed_over;
  return chosen;
}

}  // namespace drey
