/// The faults of a profile: each kind strikes again and again, at times drawn from the choices.
#include <algorithm>

#include "actors/children.hpp"
#include "sim/world/world.hpp"

namespace drey::sim {

void world::note_fault(std::string name, std::string text) {
  ++result_.figures.faults;
  if (settings_.reached != nullptr) settings_.reached->faults.insert(name);
  record({{}, subject::fault, std::move(name), tone::bad, "fault", std::move(text)});
}

/// Of a single call or event: many, so each is told quietly.
void world::note_small_fault(std::string_view site) {
  if (settings_.reached != nullptr) settings_.reached->faults.emplace(site);
  record({{}, subject::fault, std::string(site), tone::note, "fault", std::string(site)});
}

void world::plan_repeating(std::string_view site, milliseconds mean, std::function<void()> what) {
  if (mean.count() == 0) return;
  const auto wait = chance.around("fault", site, mean);
  if (time.now() + wait >= plan.faults.until) return;
  time.after(wait, [this, site, mean, what = std::move(what)] {
    if (calm_) return;
    what();
    plan_repeating(site, mean, what);
  });
}

void world::fault_pod(std::string_view site, component which,
                      const std::function<void(const object_name&)>& what) {
  std::vector<object_name> candidates;
  for (const auto& [name, live] : kube.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    const auto label = one.metadata.labels.find("component");
    if (label == one.metadata.labels.end() || label->second != label_of(which)) continue;
    if (one.phase == pod_phase::running && !one.metadata.deletion_timestamp)
      candidates.push_back(name);
  }
  if (candidates.empty()) return;
  const auto& hit = candidates[chance.choose("fault", site, candidates.size())];
  note_fault(std::string(site), std::string(site) + ": " + hit.name);
  what(hit);
}

/// Nodes go one at a time: with all of them away there is nothing to learn.
void world::fault_node(std::string_view site, bool power) {
  if (!away_.empty() || plan.nodes.empty()) return;
  const auto name = plan.nodes[chance.choose("fault", site, plan.nodes.size())];
  note_fault(std::string(site), std::string(site) + ": " + name);
  away_.push_back(name);
  power ? kube.node_power_off(name) : kube.cut_node(name);
  jobs.network_changed();
  const auto back = chance.between("fault", site, milliseconds{1'000}, plan.faults.node_back_max);
  time.after(back, [this, name, power] {
    if (std::erase(away_, name) == 0) return;
    power ? kube.node_power_on(name) : kube.heal_node(name);
    jobs.network_changed();
  });
}

void world::plan_profile() {
  const auto& f = plan.faults;
  plan_repeating("pod evicted", f.pod_eviction_every, [this] {
    const auto which = chance.choose("fault", "evicted side", 4) == 0 ? component::job_manager
                                                                      : component::task_manager;
    fault_pod("pod evicted", which,
              [this](const object_name& pod) { kube.evict_pod(pod, "node-pressure"); });
  });
  plan_repeating("TaskManager crashed", f.task_manager_crash_every, [this] {
    fault_pod("TaskManager crashed", component::task_manager,
              [this](const object_name& pod) { kube.crash_container(pod); });
  });
  plan_repeating("JobManager crashed", f.job_manager_crash_every, [this] {
    fault_pod("JobManager crashed", component::job_manager,
              [this](const object_name& pod) { kube.crash_container(pod); });
  });
  plan_repeating("node down", f.node_down_every, [this] { fault_node("node down", true); });
  plan_repeating("node cut off", f.node_partition_every,
                 [this] { fault_node("node cut off", false); });
  plan_repeating("API server away", f.api_outage_every, [this] {
    note_fault("API server away", "the API server does not answer");
    kube.set_api(api_state::down);
    jobs.network_changed();
    const auto length =
        chance.between("fault", "API server away", milliseconds{500}, plan.faults.api_outage_max);
    time.after(length, [this] {
      kube.set_api(api_state::up);
      jobs.network_changed();
    });
  });
  plan_repeating("operator crashed", f.operator_crash_every, [this] {
    note_fault("operator crashed", "the operator is killed");
    crash_operator_now(
        chance.between("fault", "operator back", milliseconds{100}, milliseconds{20'000}));
  });
  plan_repeating("operator paused", f.operator_pause_every, [this] {
    note_fault("operator paused", "the operator stands still");
    pause_operator_for(chance.between("fault", "operator paused", milliseconds{1'000},
                                      plan.faults.operator_pause_max));
  });
}

}  // namespace drey::sim
