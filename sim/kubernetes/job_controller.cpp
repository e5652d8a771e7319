#include "sim/kubernetes/job_controller.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:job-controller";

condition verdict_of(const char* type, const char* reason, const char* message, milliseconds now) {
  condition result;
  result.type = type;
  result.status = "True";
  result.reason = reason;
  result.message = message;
  result.last_transition_time = now;
  return result;
}

}  // namespace

job_controller::job_controller(timeline& time, choices& chance, object_store& store,
                               api_server& api, const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      chance_(chance),
      queue_(time, chance, api, "job controller", settings.controller_delay_max,
             [this](const object_key& key) { reconcile(key); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

void job_controller::learn(const object_change& x) {
  const auto& meta = metadata_of(*x.after);
  if (x.kind == object_kind::batch_job) {
    if (x.type == watch_event_type::deleted)
      begun_.erase(meta.uid);
    else
      queue_.add({x.kind, {meta.ns, meta.name}});
  } else if (x.kind == object_kind::pod) {
    if (const auto* owner = owner_of(meta, object_kind::batch_job))
      queue_.add({object_kind::batch_job, {meta.ns, owner->name}});
  }
}

void job_controller::reconcile(const object_key& key) {
  const auto held = store_.find(object_kind::batch_job, key.name);
  if (!held) return;
  const auto& x = std::get<batch_job>(*held);
  if (!x.metadata.deletion_timestamp && !begun_.contains(x.metadata.uid)) create_pod(x);
  write_status(x);
}

void job_controller::create_pod(const batch_job& x) {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  constexpr int suffix_chars = 5;
  auto name = x.metadata.name + "-";
  for (int i = 0; i < suffix_chars; ++i)
    name += letters[chance_.choose("name", "job pod", letters.size())];
  const object_key key{object_kind::batch_job, {x.metadata.ns, x.metadata.name}};
  auto fresh = pod_from(x.pods, x.metadata, object_kind::batch_job, std::move(name));
  const auto answer = api_.create(std::make_shared<object>(std::move(fresh)), user);
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr) {
    begun_.insert(x.metadata.uid);
    return queue_.forget(key);
  }
  if (why->reason == refusal_reason::already_exists) return queue_.add(key);
  queue_.retry(key);
}

void job_controller::write_status(const batch_job& x) {
  std::int32_t active = 0;
  bool succeeded = false;
  for (const auto* one : pods_of(store_, x.metadata)) {
    if (!is_over(*one)) ++active;
    succeeded = succeeded || one->phase == pod_phase::succeeded;
  }
  const bool over = begun_.contains(x.metadata.uid) && active == 0;
  const bool told = !x.conditions.empty();
  if (x.active == active && (told || !over)) return;
  const object_name name{x.metadata.ns, x.metadata.name};
  api_.change<batch_job>(name, x.metadata.uid, user, [&](batch_job& next) {
    next.active = active;
    if (!over || told) return;
    next.failed = succeeded ? 0 : 1;
    next.succeeded = succeeded ? 1 : 0;
    next.conditions.push_back(
        succeeded ? verdict_of("Complete", "CompletionsReached", "Reached expected number of pods",
                               api_.stamp())
                  : verdict_of("Failed", "BackoffLimitExceeded",
                               "Job has reached the specified backoff limit", api_.stamp()));
  });
}

}  // namespace drey::sim
