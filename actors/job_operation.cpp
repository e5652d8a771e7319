#include "actors/job_operation.hpp"

#include <string_view>

#include "actors/job_picture.hpp"
#include "actors/job_trial.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

using m = job_machine;

template <class... States>
bool is_one_of(const m::state& now) {
  return (std::holds_alternative<States>(now) || ...);
}

const stop_order* stop_in(const m::state& now) {
  return std::visit(
      []<class S>(const S& x) -> const stop_order* {
        if constexpr (requires { x.what.way; })
          return &x.what;
        else
          return nullptr;
      },
      now);
}

/// The stop did not come about, or is done for good. A job that is to run again before it was
/// written down that it rests is still one that was stopped by us.
bool is_past_its_stop(const job_known& known, const m::state& now) {
  if (std::holds_alternative<m::suspended>(now)) return !is_wanted(known) || is_suspended(known);
  return is_one_of<m::running, m::restarting, m::ended>(now);
}

}  // namespace

std::optional<operation> operation_of(const job_known& known, const m::state& now) {
  const auto& was = known.recorded->operation;
  if (const auto* stop = stop_in(now)) {
    constexpr std::string_view kinds[] = {"stop", "drain", "cancel"};
    const auto& id = takes_savepoint(stop->way) ? stop->trigger_id : stop->job.hex;
    const bool same = was && was->id == id;
    return operation{std::string(kinds[static_cast<std::size_t>(stop->way)]),
                     stop->generation,
                     id,
                     stop->directory,
                     "",
                     known.cluster.incarnation,
                     0,
                     same ? was->started : known.now.wall.count()};
  }
  const submission* what = std::visit(
      []<class S>(const S& x) -> const submission* {
        if constexpr (requires { x.what.path; })
          return &x.what;
        else
          return nullptr;
      },
      now);
  if (what != nullptr) {
    const bool same = was && was->id == what->id.hex;
    return operation{
        "submit",   what->generation,  what->id.hex, "",
        what->path, what->incarnation, what->tries,  same ? was->started : known.now.wall.count()};
  }
  if (known.rescale && !is_planted(planted_bug::unnamed_rescale) &&
      !is_one_of<m::suspended, m::ended, m::gone>(now))
    return operation{"rescale",
                     known.rescale->generation,
                     known.rescale->job.hex,
                     "",
                     "",
                     known.cluster.incarnation,
                     0,
                     known.rescale->since.count()};
  // That it was stopped by us is kept until its next start is recorded.
  if (recorded_stop(known) && !is_past_its_stop(known, now)) return was;
  // What was under way when the position was left is kept until its outcome is known.
  const bool open = is_one_of<m::waiting, m::gathering, m::cancelling, m::releasing>(now);
  return open ? known.recorded->operation : std::nullopt;
}

}  // namespace drey
