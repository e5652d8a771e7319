/// The part of the root about what stands against drey and its clusters (decision 0026): the
/// definitions of our kinds, and what the clusters' own checks need and found.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "actors/operator_actor.hpp"
#include "actors/preflight_condition.hpp"

namespace drey {

namespace {

constexpr object_kind primaries[] = {object_kind::flink_deployment, object_kind::flink_session_job,
                                     object_kind::flink_state_snapshot};

}  // namespace

void operator_shell::look_at_definitions() {
  for (const auto kind : primaries) {
    const auto which = std::string(info_of(kind).plural) + ".flink.apache.org";
    out_->kube(kube_look{looked_at::definition, {"", which}},
               [this, kind](const kube_answer& answer) { definition_seen(kind, answer); });
  }
}

/// What is wrong is told once, and looked at again: a person may be about to mend it.
void operator_shell::definition_seen(object_kind primary, const kube_answer& answer) {
  read_or<nlohmann::json> live = refusal{};
  if (const auto* seen = std::get_if<json_seen>(&answer.result))
    live = nlohmann::json::parse(seen->text, nullptr, false);
  else if (const auto* no = std::get_if<refusal>(&answer.result))
    live = *no;
  auto all = check_crd(primary, live);
  std::erase_if(all, [](const preflight_check& one) { return one.verdict != verdict::wrong; });
  const auto before = std::exchange(definitions_[primary], all);
  for (const auto& one : all) {
    const bool news = std::ranges::none_of(
        before, [&](const preflight_check& old) { return old.message == one.message; });
    if (news && around_.observer != nullptr)
      around_.observer->warned(one.about + ": " + one.message + "; to do: " + one.remedy);
  }
  if (!all.empty()) self_->delayed_send(self_, limits::preflight_spacing, definitions_due{});
}

/// The lists that an operator begins with may be older than what the one before did (rabbitmq#653):
/// no cluster is touched before a quorum read has said what it is.
void operator_shell::confirm(const std::string& uid) {
  const auto found = children_.find(uid);
  if (found == children_.end() || found->second.confirmed) return;
  out_->kube(kube_get{object_kind::flink_deployment, name_of(*found->second.live)},
             [this, uid](const kube_answer& answer) {
               const auto* live = std::get_if<object_ptr>(&answer.result);
               if (live == nullptr || metadata_of(**live).uid != uid)
                 return self_->delayed_send(self_, limits::poll_in_transition,
                                            confirmation_due{uid});
               seen(*live);
               const auto now = children_.find(uid);
               if (now == children_.end()) return;
               now->second.confirmed = true;
               if (now->second.actor) self_->send(now->second.actor, world_known{});
             });
}

/// Of definitions, and of the clusters by the first check of each that failed.
std::map<std::string, std::size_t> operator_shell::failed_checks() const {
  std::map<std::string, std::size_t> failed;
  for (const auto& [kind, all] : definitions_)
    if (!all.empty()) ++failed["Definition"];
  for (const auto& [uid, one] : children_) {
    const auto* cluster = std::get_if<flink_deployment>(one.live.get());
    if (cluster == nullptr) continue;
    for (const auto& told : cluster->status.conditions)
      if (told.type == preflight_condition && told.status == "False") ++failed[told.reason];
  }
  return failed;
}

void operator_shell::tell_declared(const jobs_wanted& asked) {
  const auto found = children_.find(asked.uid);
  if (found == children_.end() || !found->second.actor) return;
  const auto cluster = name_of(*found->second.live);
  jobs_declared told;
  for (const auto& [uid, one] : children_) {
    const auto* job = std::get_if<flink_session_job>(one.live.get());
    if (job != nullptr && job->spec && job->metadata.ns == cluster.ns &&
        job->spec->deployment_name == cluster.name)
      told.all.push_back(one.live);
  }
  self_->send(found->second.actor, std::move(told));
}

}  // namespace drey
