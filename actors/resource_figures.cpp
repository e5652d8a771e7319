#include "actors/resource_figures.hpp"

#include <algorithm>

#include "actors/explanation.hpp"
#include "actors/pause.hpp"
#include "actors/replicas_contest.hpp"
#include "actors/rollout_status.hpp"
#include "actors/room.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

bool is_true(const std::vector<condition>& all, std::string_view type) {
  const auto found = std::ranges::find(all, type, &condition::type);
  return found != all.end() && found->status == "True";
}

bool waits_to_scale_down(const std::vector<condition>& all) {
  const auto found = std::ranges::find(all, "Progressing", &condition::type);
  return found != all.end() && found->reason == drey::scale_down_waits;
}

}  // namespace

resource_figures figures_of(const object& primary) {
  resource_figures told;
  told.kind = kind_of(primary);
  told.name = name_of(primary);
  std::visit(
      [&]<class T>(const T& one) {
        if constexpr (requires { one.status.restarts; }) {
          const auto& status = one.status;
          told.ready = is_true(status.conditions, "Ready");
          told.stalled = is_true(status.conditions, "Stalled");
          told.degraded = is_true(status.conditions, "Degraded");
          told.paused = is_true(status.conditions, paused_condition);
          told.resting = rests_rightly(one);
          told.over_committed = is_true(status.conditions, over_committed);
          told.contested = is_true(status.conditions, replicas_contested);
          told.scale_down_waits = waits_to_scale_down(status.conditions);
          if (status.restarts.empty()) return;
          const auto& last = status.restarts.back();
          told.last_restart = parse_timestamp(last.since);
          if (last.down_ms) told.last_downtime = milliseconds{*last.down_ms};
        }
      },
      primary);
  return told;
}

}  // namespace drey
