/// What a scenario expects, looked up in the ground truth.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "protocol/object_codec.hpp"
#include "sim/checkers/jobs_there.hpp"
#include "sim/world/world.hpp"

namespace drey::sim {

namespace {

bool within(std::int32_t times, const bounds& x) {
  return times >= x.min.value_or(0) && times <= x.max.value_or(times);
}

/// "a.b.c" of a JSON value: members by their key, items of a list by their `type`. Null: not there.
nlohmann::json at_path(nlohmann::json value, std::string_view path) {
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto key = std::string(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    nlohmann::json next;
    if (value.is_array()) {
      for (const auto& item : value)
        if (item.is_object() && item.value("type", "") == key) next = item;
    } else if (value.is_object() && value.contains(key)) {
      next = value[key];
    }
    value = std::move(next);
  }
  return value;
}

bool says(const object_ptr& live, const status_says& x, std::string& found) {
  found = "it is not there";
  if (!live) return false;
  auto status = nlohmann::json::parse(encode_object(*live), nullptr, false)["status"];
  const auto value = at_path(std::move(status), x.path);
  found = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
  if (x.how == status_says::match::whole) return found == x.text;
  return found.find(x.text) != std::string::npos;
}

/// Looks one expectation up; what is there instead goes into `found`.
struct judge {
  kubernetes& kube;
  flink& jobs;
  storage& files;
  const tally& counts;
  milliseconds now;
  milliseconds last_mutation;
  std::string& found;

  bool operator()(const job_in_state& x) const {
    const auto row = jobs.job_truth(x.job);
    found = row ? row->state : "no job";
    if (!row || row->state != x.state) return false;
    if (x.state != "RUNNING") return true;
    found += ", " + std::to_string(row->tasks_running) + " of " + std::to_string(row->tasks_total) +
             " tasks";
    const auto wide = jobs.parallelism_truth(x.job);
    if (x.parallelism) found += ", parallelism " + std::to_string(wide.value_or(0));
    return row->tasks_running == row->tasks_total && (!x.parallelism || wide == x.parallelism);
  }
  bool operator()(const cluster_has& x) const {
    const auto truth = jobs.cluster_truth(x.cluster);
    if (!truth) {
      found = "no JobManager";
      return false;
    }
    found = std::to_string(truth->task_managers) + " TaskManagers, " +
            std::to_string(truth->slots_total) + " slots";
    return truth->task_managers == x.task_managers.value_or(truth->task_managers) &&
           truth->slots_total == x.slots.value_or(truth->slots_total);
  }
  bool operator()(const job_restored& x) const {
    std::int32_t times = 0;
    for (const auto& start : jobs.starts()) {
      const auto& whose = jobs.executions()[start.execution].lineage;
      if (!start.restored.empty() && resource_of(whose) == text_of_name(x.job)) ++times;
    }
    found = "restored " + std::to_string(times) + " times";
    return within(times, {x.times_min, x.times_max});
  }
  bool operator()(const job_submitted& x) const {
    std::int32_t times = 0;
    for (const auto& one : jobs.executions())
      if (one.origin == execution_origin::submitted &&
          resource_of(one.lineage) == text_of_name(x.job) &&
          one.start >= x.when.since.value_or(one.start) &&
          one.start <= x.when.until.value_or(one.start))
        ++times;
    found = std::to_string(times) + " times";
    return within(times, x.times);
  }
  bool operator()(const no_state_lost& x) const {
    for (const auto& one : jobs.executions()) {
      if (x.job && resource_of(one.lineage) != text_of_name(*x.job)) continue;
      if (one.origin == execution_origin::recovered) continue;  // Flink, by its own rules
      if (!one.restored.empty() && files.find(one.restored) == nullptr) continue;  // never ran
      if (one.newest_at_start && one.position_at_start < one.newest_at_start->position) {
        found = std::string(resource_of(one.lineage)) + " left durable state behind";
        return false;
      }
    }
    return true;
  }
  bool operator()(const savepoint_completed& x) const {
    const auto job = job_named(kube, x.job);
    const auto* said = job != nullptr && job->status.savepoint ? &*job->status.savepoint : nullptr;
    found = said != nullptr ? said->state : "no savepoint in its status";
    return said != nullptr && said->state == "COMPLETED" && files.find(said->location) != nullptr;
  }
  bool operator()(const resource_gone& x) const {
    found = "it is there";
    return kube.find(x.kind, x.name) == nullptr;
  }
  bool operator()(const resource_there& x) const {
    found = "it is not there";
    return kube.find(x.kind, x.name) != nullptr;
  }
  bool operator()(const quiet_for& x) const {
    found = "the last change was at " + std::to_string(last_mutation.count() / 1000) + " s";
    return last_mutation + x.length <= now;
  }
  bool operator()(const operator_called& x) const { return is_counted(x, x.times); }
  bool operator()(const operator_made& x) const { return is_counted(x, x.times); }
  bool operator()(const pods_kept& x) const { return is_counted(x, {{}, 0}); }
  bool operator()(const status_says& x) const { return says(kube.find(x.kind, x.name), x, found); }

  bool is_counted(const expected& what, const bounds& times) const {
    const auto& counted = counts.of(what);
    found = std::to_string(counted.times) + " times";
    if (!counted.last.empty()) found += ", last at " + counted.last;
    return within(counted.times, times);
  }
};

}  // namespace

bool world::holds(const expected& what, std::string& found) {
  return std::visit(judge{kube, jobs, files, tally_, time.now(), checks_.last_mutation(), found},
                    what);
}

/// With random faults only what must come true in any world is expected: what has a time, or counts
/// what the faults multiply, belongs to the undisturbed run.
bool world::is_expected(const expectation& one) const {
  if (plan.faults.name == "none") return true;
  if (one.by) return false;
  return std::holds_alternative<job_in_state>(one.what) ||
         std::holds_alternative<no_state_lost>(one.what) ||
         std::holds_alternative<resource_gone>(one.what) ||
         std::holds_alternative<resource_there>(one.what);
}

void world::plan_expectations() {
  for (const auto& one : plan.expectations)
    if (is_expected(one)) {
      expected_.push_back({one, result_.expectations.size(), nullptr});
      result_.expectations.push_back({sentence_of(one), false, milliseconds{0}, ""});
    }
  for (auto& one : expected_) {
    if (!one.what.by) continue;
    for (milliseconds at{500}; at <= *one.what.by; at += milliseconds{500})
      time.at(at, [this, &one] { look_for(one); });
  }
}

void world::look_for(awaited& one) {
  auto& said = result_.expectations[one.place];
  if (said.held) return;
  if (const auto* of = std::get_if<status_says>(&one.what.what)) {
    auto live = kube.find(of->kind, of->name);
    if (live && live == one.looked_at) return;
    one.looked_at = std::move(live);
  }
  if (holds(one.what.what, said.found)) said = {said.text, true, time.now(), ""};
}

/// A fault that the scenario planned and that never struck shows nothing: the scenario is wrong.
void world::judge_directed_faults() {
  auto idle = net_.directed().idle();
  idle.insert(idle.end(), idle_crashes_.begin(), idle_crashes_.end());
  if (net_.awaits_crash() && !crash_said_.empty()) idle.push_back(crash_said_);
  for (const auto& said : idle)
    result_.expectations.push_back(
        {"this strikes: " + said, false, time.now(), "it never came to it"});
}

void world::judge_expectations() {
  for (const auto& one : expected_) {
    auto& said = result_.expectations[one.place];
    if (said.held) continue;
    said.at = time.now();
    if (one.what.by) continue;
    said.held = holds(one.what.what, said.found);
    if (said.held) said.found.clear();
  }
}

}  // namespace drey::sim
