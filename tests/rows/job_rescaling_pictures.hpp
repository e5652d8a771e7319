/// Pictures of a session job whose parallelism is to change in place (decision 0031).
#pragma once

#include "tests/rows/job_pictures.hpp"

namespace drey::rows::rescaling_pictures {

using namespace job_pictures;

inline const configuration adaptive{{"jobmanager.scheduler", "adaptive"},
                                    {"execution.checkpointing.dir", "s3://c"},
                                    {"execution.checkpointing.interval", "10 s"}};

inline auto runs_with(std::int32_t parallelism) {
  return [=](job_known& x) {
    auto copy = *x.spec;
    copy.job->parallelism = parallelism;
    x.deployed = std::make_shared<const flink_session_job_spec>(std::move(copy));
  };
}
inline auto free_slots(std::int32_t count) {
  return [=](job_known& x) { x.cluster.slots_free = count; };
}
/// Two are wanted and one is had, by last-state on an adaptive cluster with room.
template <class... Changes>
m changed(Changes... changes) {
  return seeing(cluster_config(adaptive), upgrades_by(upgrade_mode::last_state), runs_with(1),
                needs(job_need::rescale), free_slots(1), listed(first, "RUNNING"), changes...);
}
inline auto in_progress(std::int64_t since = 100) {
  return [=](job_known& x) {
    x.need = job_need::nothing;
    x.deployed = x.spec;
    x.rescale = pending_rescale{first, 3, s(since)};
  };
}
inline const auto unlisted = [](job_known& x) {
  x.cluster.jobs = std::make_shared<const jobs_overview>();
};
template <class... Changes>
m begun(Changes... changes) {
  return changed(in_progress(), changes...);
}

inline std::vector<job_vertex> parts(std::int32_t parallelism, std::int32_t most = 128) {
  return {{"a", "Source", parallelism, 128, parallelism, 0},
          {"b", "Sink", parallelism, most, parallelism, 0}};
}
inline std::vector<job_vertex> with_fixed_sink() {
  return {{"a", "Source", 1, 128, 1, 0}, {"b", "Sink", 3, 128, 3, 0}};
}

inline const stop_order by_force{stop_way::cancel, first, "", "", 3};

}  // namespace drey::rows::rescaling_pictures
