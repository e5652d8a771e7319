/// Whether a changed spec of a session cluster that fails is undone, why, and which spec counts
/// then (decision 0025). Pure, as restore_decision.hpp.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "actors/rollout_machine.hpp"
#include "protocol/decision_table.hpp"

namespace drey {

enum class cluster_undoing {
  not_asked,       ///< kubernetes.operator.deployment.rollback.enabled
  nothing_before,  ///< no other spec was stable
  way_back,        ///< what fails is the way back
  has_state,  ///< a newer or older Flink may have written state: the stable one need not read it
  possible,
};

//                                           asked    stable   undone   other    state
//                                           for      spec              Flink    may be of it
inline constexpr std::array<rule<cluster_undoing, 5>, 6> cluster_undoing_rules{{
    {'A', {is::no, is::any, is::any, is::any, is::any}, cluster_undoing::not_asked},
    {'B', {is::yes, is::any, is::yes, is::any, is::any}, cluster_undoing::way_back},
    {'C', {is::yes, is::no, is::no, is::any, is::any}, cluster_undoing::nothing_before},
    {'D', {is::yes, is::yes, is::no, is::yes, is::yes}, cluster_undoing::has_state},
    {'E', {is::yes, is::yes, is::no, is::yes, is::no}, cluster_undoing::possible},
    {'F', {is::yes, is::yes, is::no, is::no, is::any}, cluster_undoing::possible},
}};
static_assert(decides_all(cluster_undoing_rules));

cluster_undoing undoing_of(const rollout_known& known);
bool may_be_undone(const rollout_known& known);

/// Why a step that was taken long ago did not lead anywhere; empty: nothing shows yet that it is
/// the spec's doing.
std::string failure_of(const rollout_known& known, const rollout_plan& plan,
                       const rollout_step& step);

// ── which spec counts ──

/// The newest spec failed.
struct undone_spec {
  rollback_record record;
  std::shared_ptr<const flink_deployment_spec> counts;  ///< instead of it
};
/// None: the newest spec counts. A number of TaskManagers is no other spec, and never undone.
std::optional<undone_spec> undone_in(const flink_deployment& cluster);

/// Of the spec that counts.
return_known return_of(const flink_deployment& cluster, const flink_deployment_spec& counts);

// ── for people ──

std::string text_of_decision(const rollback_record& record, const return_known& back);
/// What does not come up: objects that are refused, or new TaskManagers.
std::string text_of_lack(const rollout_known& known);
/// "; it is not undone: …", where somebody could expect that it is.
std::string text_of_no_return(const rollout_known& known);
/// While it is undone: what failed, what counts instead, what to do.
std::string text_of_return(const rollback_record& record, const return_known& back);

}  // namespace drey
