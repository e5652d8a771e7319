/// What a changed FlinkSessionJob needs, and how its execution is ended for it. Pure, as
/// restore_decision.hpp.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "protocol/decision_table.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

struct job_id;
struct job_known;

/// From the spec that was carried out last to the present one.
enum class job_need {
  nothing,
  suspend,
  restart,
  rescale,   ///< a restart that only its parallelism asks for: Flink may do it by itself
  redeploy,  ///< a person rewinds it to `initialSavepointPath`
};
constexpr std::string_view name_of(job_need x) {
  constexpr std::string_view texts[] = {"nothing", "suspend", "restart", "rescale", "redeploy"};
  return texts[static_cast<std::size_t>(x)];
}

/// `before`: null when it was not written down; what is there is then as good as `after`, but for
/// being there.
job_need need_between(const flink_session_job_spec* before, const flink_session_job_spec& after);

enum class stop_choice {
  with_savepoint,
  by_cancelling,
  hold,  ///< its state could not be kept: it runs on as it is
};
constexpr std::string_view name_of(stop_choice x) {
  constexpr std::string_view texts[] = {"with_savepoint", "by_cancelling", "hold"};
  return texts[static_cast<std::size_t>(x)];
}

/// The table. `works`: all tasks run. `fallback`: a job that does not work may be cancelled
/// although its upgradeMode is savepoint
/// (kubernetes.operator.job.upgrade.last-state-fallback.enabled). `retained`: its checkpoints
/// outlive its cancelling (decision 0045); where they do not, last-state takes a savepoint.
// clang-format off
//            state    savepoint works    savepoint checkpoint fallback retained
//            is given mode               directory directory
//            up
inline constexpr auto stop_rules = [] {
  using enum stop_choice;
  return std::array<rule<stop_choice, 7>, 12>{{
    {'A', {is::yes, is::any, is::any, is::any, is::any, is::any, is::any}, by_cancelling},
    {'B', {is::no,  is::yes, is::yes, is::yes, is::any, is::any, is::any}, with_savepoint},
    {'C', {is::no,  is::yes, is::yes, is::no,  is::any, is::any, is::any}, hold},
    {'D', {is::no,  is::yes, is::no,  is::any, is::yes, is::yes, is::yes}, by_cancelling},
    {'E', {is::no,  is::yes, is::no,  is::any, is::yes, is::yes, is::no},  hold},
    {'F', {is::no,  is::yes, is::no,  is::any, is::yes, is::no,  is::any}, hold},
    {'G', {is::no,  is::yes, is::no,  is::any, is::no,  is::any, is::any}, hold},
    {'H', {is::no,  is::no,  is::any, is::any, is::yes, is::any, is::yes}, by_cancelling},
    {'I', {is::no,  is::no,  is::yes, is::yes, is::yes, is::any, is::no},  with_savepoint},
    {'J', {is::no,  is::no,  is::yes, is::no,  is::yes, is::any, is::no},  hold},
    {'K', {is::no,  is::no,  is::no,  is::any, is::yes, is::any, is::no},  hold},
    {'L', {is::no,  is::no,  is::any, is::any, is::no,  is::any, is::any}, hold},
  }};
}();
// clang-format on
static_assert(decides_all(stop_rules));

enum class job_health { works, struggles };
stop_choice choose_stop(const job_known& known, job_health health);

/// The same for a job whose cluster is to be restarted: its state is kept whatever its upgradeMode.
// clang-format off
//            works    savepoint checkpoint retained
//                     directory directory
inline constexpr std::array<rule<stop_choice, 4>, 7> rest_rules{{
    {'A', {is::yes, is::yes, is::any, is::any}, stop_choice::with_savepoint},
    {'B', {is::yes, is::no,  is::yes, is::yes}, stop_choice::by_cancelling},
    {'C', {is::yes, is::no,  is::yes, is::no},  stop_choice::hold},
    {'D', {is::yes, is::no,  is::no,  is::any}, stop_choice::hold},
    {'E', {is::no,  is::any, is::yes, is::yes}, stop_choice::by_cancelling},
    {'F', {is::no,  is::any, is::yes, is::no},  stop_choice::hold},
    {'G', {is::no,  is::any, is::no,  is::any}, stop_choice::hold},
}};
// clang-format on
static_assert(decides_all(rest_rules));
stop_choice choose_rest(const job_known& known, job_health health);

/// By cancelling it would be stopped so that its state is kept, and whether Flink keeps its
/// checkpoints then is not known yet.
bool must_learn_retention(const job_known& known, const job_id& id, stop_choice choice);

/// Why it is held, and what to do about it.
std::string hold_message(const job_known& known, job_health health);

/// Its state is given up on purpose: its spec changed and it is stateless, or a person names
/// another beginning.
bool gives_up_state(const job_known& known);

}  // namespace drey
