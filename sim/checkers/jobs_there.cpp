#include "sim/checkers/jobs_there.hpp"

#include "actors/application.hpp"
#include "protocol/validate.hpp"

namespace drey::sim {

job_ptr job_in(const object_ptr& resource) {
  if (!resource) return nullptr;
  if (const auto* job = std::get_if<flink_session_job>(resource.get()))
    return {resource, job};  // it lives as long as the object
  const auto* cluster = std::get_if<flink_deployment>(resource.get());
  if (cluster == nullptr || !is_application(*cluster)) return nullptr;
  if (!cluster->status.application)  // a session cluster to which a job was added: refused
    if (const auto deployed = deployed_spec(*cluster); deployed && !deployed->job) return nullptr;
  return std::make_shared<const flink_session_job>(session_job_of(*cluster));
}

std::vector<job_there> jobs_there(const kubernetes& kube) {
  std::vector<job_there> all;
  for (const auto kind : {object_kind::flink_session_job, object_kind::flink_deployment})
    for (const auto& [name, live] : kube.all(kind))
      if (auto job = job_in(live)) all.push_back({live, std::move(job)});
  return all;
}

job_ptr job_named(const kubernetes& kube, const object_name& name) {
  if (auto job = job_in(kube.find(object_kind::flink_session_job, name))) return job;
  return job_in(kube.find(object_kind::flink_deployment, name));
}

}  // namespace drey::sim
