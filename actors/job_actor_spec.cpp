/// The job shell's part about specs: which of them counts, and what it needs beside the one that
/// was carried out last.
#include "actors/directory_claims.hpp"
#include "actors/job_actor.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/validate.hpp"

namespace drey {

namespace {

/// One that ran with them before keeps them, whoever else names them.
bool has_its_directories(const flink_session_job_spec* deployed,
                         const flink_session_job_spec* asked) {
  return deployed != nullptr && asked != nullptr &&
         directories_named(*deployed) == directories_named(*asked);
}

}  // namespace

void job_shell::stable_is(const std::string& text) {
  auto& k = known();
  if (k.stable_text == text) return;
  k.stable_text = text;
  if (text == deployed_text(compared_.status->reconciliation)) {
    k.stable = compared_.deployed;
    return;
  }
  auto stable = stable_spec(text);
  k.stable = stable ? std::make_shared<const flink_session_job_spec>(*std::move(stable)) : nullptr;
}

/// A wrong one leaves what runs as it is; so does one that is undone.
void job_shell::judge_spec() {
  auto& k = known();
  const auto& job = live();
  k.problem = spec_problem_;
  if (spec_problem_.empty() && k.cluster.config && !is_application()) {
    const auto& cluster = k.cluster;
    if (beside_.spec != job.spec || beside_.cluster != cluster.config ||
        beside_.version != cluster.version)
      beside_ = {job.spec, cluster.config, cluster.version,
                 problem_beside(job, *cluster.config, cluster.version)};
    k.problem = beside_.problem;
  }
  if (k.problem.empty() && !taken_.empty() &&
      !has_its_directories(compared_.deployed.get(), job.spec.get()))
    k.problem = taken_;
  if (!k.stable) k.rollback.reset();
  if (k.rollback)
    k.spec = k.stable;
  else if (k.problem.empty())
    k.spec = job.spec;
  else if (k.spec && job.spec && *k.spec == *job.spec)
    k.spec = nullptr;  // nothing was known to be wrong with it before
  compare_specs();
  const bool elsewhere =
      k.spec && k.deployed && k.spec->deployment_name != k.deployed->deployment_name;
  if (!k.spec || (elsewhere && !is_application())) {
    k.spec = k.deployed;
    compare_specs();
  }
  // The root is about to bring it to the one that it names now.
  const auto& joined = k.cluster.cluster_id;
  if (!is_application() && k.spec && !joined.empty() && joined != k.spec->deployment_name)
    k.cluster.phase = cluster_phase::unknown;
}

/// Texts are read once: most looks find the ones of the look before.
void job_shell::compare_specs() {
  auto& k = known();
  const auto& job = live();
  const auto& text = deployed_text(job.status.reconciliation);
  const bool same = deployed_text(compared_.status->reconciliation) == text;
  compared_.status = live_status();
  if (!same) {
    auto deployed = deployed_spec(job);
    compared_.deployed =
        deployed ? std::make_shared<const flink_session_job_spec>(*std::move(deployed)) : nullptr;
    compared_.wanted = nullptr;
  }
  if (compared_.wanted != k.spec) {
    compared_.wanted = k.spec;
    if (k.spec && compared_.deployed && *compared_.deployed == *k.spec) compared_.deployed = k.spec;
    compared_.need = k.spec ? need_between(compared_.deployed.get(), *k.spec) : job_need::nothing;
  }
  k.deployed = compared_.deployed;
  k.need = compared_.need;
}

}  // namespace drey
