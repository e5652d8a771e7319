/// What a restart plan is made of: manifests, and resources as they live.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "actors/restart_plan.hpp"
#include "protocol/manifest.hpp"

namespace drey {

inline constexpr int plan_exit_failed = 1;   ///< wrong usage, or what cannot be read
inline constexpr int plan_exit_invalid = 2;  ///< the operator would not act on these manifests

/// For `--help`.
inline constexpr std::string_view plan_exit_codes =
    "Exit code, the largest of all clusters:\n"
    "  0  no pod restarts (a job whose own resource changed may)\n"
    "  1  wrong usage, or what is asked about cannot be read\n"
    "  2  the manifests are wrong, as `drey validate` says\n"
    "  3  TaskManagers are replaced, or removed with tasks on them\n"
    "  4  the JobManager fails over\n"
    "  5  JobManager and TaskManagers restart: each job is stopped with a savepoint and started\n"
    "  6  a change is refused: it needs a new FlinkDeployment";

enum class plan_verdict { right, wrong };

/// Tells `err` all that the operator would object to, and what a plan cannot be made of.
plan_verdict tell_objections(const std::string& path, const manifest& file, std::ostream& err);

resource_set resources_of(const manifest& file);

/// A resource as it was carried out, not as its spec asks for by now: what runs is what restarts.
flink_deployment as_carried_out(flink_deployment live);
flink_session_job as_carried_out(flink_session_job live);

/// `live` with the resources of `wanted` in the place of their namesakes; the others stay.
resource_set overlaid(resource_set live, const resource_set& wanted);

}  // namespace drey
