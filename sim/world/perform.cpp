/// What people do and what the timeline of a scenario does to the world; and what is expected of
/// it.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "protocol/field_error.hpp"
#include "protocol/object_codec.hpp"
#include "protocol/overloaded.hpp"
#include "sim/world/world.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view kubectl = "kubectl";

void take_spec(object& x, const object& from) {
  std::visit(
      [&]<class T>(T& one) {
        if constexpr (requires {
                        one.spec = one.spec;
                        one.status;
                      })
          if (const auto* other = std::get_if<T>(&from)) one.spec = other->spec;
      },
      x);
}

template <class F>
void change_job(object& x, F&& change) {
  if (auto* one = std::get_if<flink_session_job>(&x)) {
    auto spec = std::make_shared<flink_session_job_spec>(*one->spec);
    if (spec->job) change(*spec->job);
    one->spec = std::move(spec);
  }
}

}  // namespace

kube_answer world::apply(const object_ptr& wanted) {
  const auto name = drey::name_of(*wanted);
  if (kube.find(kind_of(*wanted), name))
    return kube.edit(kind_of(*wanted), name, kubectl, [&](object& x) { take_spec(x, *wanted); });
  return kube.call(kube_create{wanted}, kubectl);
}

/// Of the object that is there now, as kubectl sees it.
kube_answer world::remove(object_kind kind, const object_name& name) {
  const auto seen = kube.call(kube_get{kind, name}, kubectl);
  const auto* live = std::get_if<object_ptr>(&seen.result);
  if (live == nullptr) return seen;
  return kube.call(kube_delete{kind, name, metadata_of(**live).uid, "Background"}, kubectl);
}

kube_answer world::scale(const scale_cluster& x) {
  return kube.edit(object_kind::flink_deployment, x.cluster, kubectl, [&](object& live) {
    auto& one = std::get<flink_deployment>(live);
    auto spec = std::make_shared<flink_deployment_spec>(*one.spec);
    spec->task_manager.replicas = x.task_managers;
    one.spec = std::move(spec);
  });
}

kube_answer world::ask_for_savepoint(const object_name& name) {
  return kube.edit(object_kind::flink_session_job, name, kubectl, [&](object& live) {
    change_job(live, [](job_spec& job) {
      job.savepoint_trigger_nonce = job.savepoint_trigger_nonce.value_or(0) + 1;
    });
  });
}

void world::tell_of_patience(const std::string& what) {
  record({{},
          subject::person,
          "scenario",
          tone::note,
          "scenario",
          "the API server answered at last: " + what});
}

void world::perform(const timeline_action& action) {
  const auto said = sentence_of(action);
  record({{}, subject::person, "scenario", tone::warning, "scenario", said});
  std::visit(
      overloaded{
          [&](const evict_pod& x) {
            somebody_.wants(said, [this, x] { return kube.evict_pod(x.pod, kubectl); });
          },
          [&](const delete_pod& x) {
            somebody_.wants(said, [this, x] {
              return kube.delete_pod(x.pod, pod_deletion::graceful, kubectl);
            });
          },
          [&](const crash_job_manager& x) { jobs.crash_job_manager(x.cluster); },
          [&](const crash_task_manager& x) { jobs.crash_task_manager(x.pod); },
          [&](const node_down& x) {
            kube.node_power_off(x.node);
            jobs.network_changed();
          },
          [&](const node_up& x) {
            kube.node_power_on(x.node);
            jobs.network_changed();
          },
          [&](const cut_node& x) {
            kube.cut_node(x.node);
            jobs.network_changed();
          },
          [&](const heal_node& x) {
            kube.heal_node(x.node);
            jobs.network_changed();
          },
          [&](const crash_operator& x) {
            if (x.moment == crash_moment::at_once) return crash_operator_now(x.back_after);
            net_.plan_crash({x.moment, x.effect, 0, x.back_after});
          },
          [&](const pause_operator& x) { pause_operator_for(x.length); },
          [&](const apply_object& x) {
            somebody_.wants(said, [this, x] { return apply(x.object.wanted); });
          },
          [&](const patch_spec& x) {
            somebody_.wants(said, [this, x] {
              return kube.edit(x.kind, x.name, kubectl,
                               [&](object& live) { merge_spec(live, x.spec); });
            });
          },
          [&](const delete_object& x) {
            somebody_.wants(said, [this, x] { return remove(x.kind, x.name); });
          },
          [&](const scale_cluster& x) { somebody_.wants(said, [this, x] { return scale(x); }); },
          [&](const request_savepoint& x) {
            somebody_.wants(said, [this, x] { return ask_for_savepoint(x.job); });
          },
          [&](const fail_job& x) { jobs.fail_job(x.job); },
          [&](const finish_job& x) { jobs.finish_job(x.job); },
          [&](const api_outage& x) {
            kube.set_api(api_state::down);
            jobs.network_changed();
            time.after(x.length, [this] {
              kube.set_api(api_state::up);
              jobs.network_changed();
            });
          },
          [&](const compact_history&) { kube.compact_history(); }},
      action);
}

/// A JSON merge patch of the spec, as `kubectl patch --type merge` sends it.
void world::merge_spec(object& live, const json_text& patch) {
  auto document = nlohmann::json::parse(encode_object(live), nullptr, false);
  document["spec"].merge_patch(nlohmann::json::parse(patch, nullptr, false));
  field_errors errors;
  if (const auto fresh = decode_object(document.dump(), errors)) take_spec(live, *fresh);
}

void world::plan_scenario() {
  for (const auto& event : plan.events)
    time.at(event.at, [this, &event] { perform(event.action); });
}

// ── expectations ────────────────────────────────────────────────────────────────────────────────

bool world::holds(const expected& what, std::string& found) {
  return std::visit(
      overloaded{[&](const job_in_state& x) {
                   const auto row = jobs.job_truth(x.job);
                   found = row ? row->state : "no job";
                   if (!row || row->state != x.state) return false;
                   if (x.state != "RUNNING") return true;
                   found += ", " + std::to_string(row->tasks_running) + " of " +
                            std::to_string(row->tasks_total) + " tasks";
                   return row->tasks_running == row->tasks_total;
                 },
                 [&](const cluster_has& x) {
                   const auto truth = jobs.cluster_truth(x.cluster);
                   if (!truth) {
                     found = "no JobManager";
                     return false;
                   }
                   found = std::to_string(truth->task_managers) + " TaskManagers, " +
                           std::to_string(truth->slots_total) + " slots";
                   return truth->task_managers == x.task_managers.value_or(truth->task_managers) &&
                          truth->slots_total == x.slots.value_or(truth->slots_total);
                 },
                 [&](const job_restored& x) {
                   std::int32_t times = 0;
                   for (const auto& start : jobs.starts()) {
                     const auto& whose = jobs.executions()[start.execution].lineage;
                     if (!start.restored.empty() && resource_of(whose) == text_of_name(x.job))
                       ++times;
                   }
                   found = "restored " + std::to_string(times) + " times";
                   return times >= x.times_min.value_or(0) && times <= x.times_max.value_or(times);
                 },
                 [&](const no_state_lost& x) {
                   for (const auto& one : jobs.executions()) {
                     if (x.job && resource_of(one.lineage) != text_of_name(*x.job)) continue;
                     if (one.origin == execution_origin::recovered)
                       continue;  // Flink, by its own rules
                     if (one.newest_at_start &&
                         one.position_at_start < one.newest_at_start->position) {
                       found = std::string(resource_of(one.lineage)) + " left durable state behind";
                       return false;
                     }
                   }
                   return true;
                 },
                 [&](const savepoint_completed& x) {
                   const auto* job = kube.get<flink_session_job>(x.job);
                   const auto* said =
                       job != nullptr && job->status.savepoint ? &*job->status.savepoint : nullptr;
                   found = said != nullptr ? said->state : "no savepoint in its status";
                   return said != nullptr && said->state == "COMPLETED" &&
                          files.find(said->location) != nullptr;
                 },
                 [&](const resource_gone& x) {
                   found = "it is there";
                   return kube.find(x.kind, x.name) == nullptr;
                 },
                 [&](const quiet_for& x) {
                   found = "the last change was at " +
                           std::to_string(checks_.last_mutation().count() / 1000) + " s";
                   return checks_.last_mutation() + x.length <= time.now();
                 }},
      what);
}

/// With random faults only what must come true in any world is expected: what has a time, or counts
/// what the faults multiply, belongs to the undisturbed run.
bool world::is_expected(const expectation& one) const {
  if (plan.faults.name == "none") return true;
  if (one.by) return false;
  return std::holds_alternative<job_in_state>(one.what) ||
         std::holds_alternative<no_state_lost>(one.what) ||
         std::holds_alternative<resource_gone>(one.what);
}

void world::plan_expectations() {
  for (const auto& one : plan.expectations)
    if (is_expected(one)) {
      expected_.emplace_back(one, result_.expectations.size());
      result_.expectations.push_back({sentence_of(one), false, milliseconds{0}, ""});
    }
  for (const auto& [one, index] : expected_) {
    if (!one.by) continue;
    for (milliseconds at{500}; at <= *one.by; at += milliseconds{500})
      time.at(at, [this, one = one, index = index] {
        auto& said = result_.expectations[index];
        if (!said.held && holds(one.what, said.found)) said = {said.text, true, time.now(), ""};
      });
  }
}

void world::judge_expectations() {
  for (const auto& [one, index] : expected_) {
    auto& said = result_.expectations[index];
    if (said.held) continue;
    said.at = time.now();
    if (one.by) continue;
    said.held = holds(one.what, said.found);
    if (said.held) said.found.clear();
  }
}

}  // namespace drey::sim
