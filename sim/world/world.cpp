#include "sim/world/world.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

namespace {

constexpr milliseconds default_back_after{5'000};

}  // namespace

world::world(const scenario& what, std::uint64_t seed, world_settings settings)
    : chance(seed),
      plan(what),
      kube(time, chance, [this](happening one) { record(std::move(one)); }),
      files(time, chance, plan.faults),
      jobs(time, chance, plan.faults, kube, files,
           [this](happening one) { record(std::move(one)); }),
      settings_(std::move(settings)),
      somebody_(time, [this](const std::string& wish) { tell_of_patience(wish); }),
      tally_(plan.expectations, time, kube),
      net_(time, chance, plan.faults, kube, jobs, files, settings_.form,
           {[this](const arrival& call) { checks_.leaves(call); },
            [this](const arrival& call) { checks_.arrives(call); },
            [this](const settled& call) { checks_.answered(call); },
            [this](std::uint32_t number, milliseconds back_after) {
              kill_number(number, back_after);
            },
            settings_.trace, [this](std::string_view site) { note_small_fault(site); },
            [this](const operator_call& call) { tally_.called(call); },
            [this](std::uint32_t number, const object& live) { checks_.shown(number, live); }}),
      checks_(time, kube, jobs, result_.violations, plan.brake) {
  files.set_listing(plan.listing);
  kube.on_change([this](const object_change& change) {
    tell_of_end(change);
    tally_.changed(change);
  });
  result_.seed = seed;
  result_.scenario = plan.name;
  result_.faults = plan.faults.name;
  const bool pauses = plan.faults.operator_pause_every.count() > 0 ||
                      std::ranges::any_of(plan.events, [](const timeline_event& one) {
                        return std::holds_alternative<pause_operator>(one.action);
                      });
  operators_.resize(pauses ? 2 : 1);  // a process that stands still must have somebody to take over
}

world::~world() = default;

void world::record(happening one) {
  one.at = time.now();
  result_.happenings.push_back(std::move(one));
}

/// A cluster or job that nobody wants any more is not out of service.
void world::tell_of_end(const object_change& change) {
  if (change.type != watch_event_type::deleted) return;
  const bool is_job = change.kind == object_kind::flink_session_job;
  if (!is_job && change.kind != object_kind::flink_deployment) return;
  const auto name = text_of_name(drey::name_of(*change.after));
  record({{},
          is_job ? subject::job : subject::job_manager,
          name,
          tone::note,
          "resource_gone",
          std::string(drey::name_of(change.kind)) + " " + name + " is gone"});
}

/// It is replaced by its supervisor, so that nobody need notice: in a simulation that is no excuse.
void world::failed(std::string_view actor, const std::string& why) {
  result_.violations.push_back(
      {0, time.now(), "the actor " + std::string(actor) + " failed: " + why});
}

void world::stepped(const step_taken& step) {
  if (settings_.trace && step.from != step.to)
    settings_.trace(std::to_string(time.now().count()) + "ms " + std::string(step.machine) + " " +
                    text_of_name(*step.subject) + ": " + std::string(step.from) + " --" +
                    step.fact_text() + "--> " + step.to_text());
  if (settings_.reached == nullptr || step.from == step.to) return;
  settings_.reached->transitions.insert(std::string(step.machine) + ": " + std::string(step.from) +
                                        " --" + std::string(step.fact) + "--> " +
                                        std::string(step.to));
}

// ── the operator's processes ────────────────────────────────────────────────────────────────────

void world::start_process(std::size_t which) {
  auto& at = operators_[which];
  if (at.running) return;
  operator_process_settings how;
  how.number = static_cast<std::uint32_t>(which * 1'000'000 + ++at.starts);
  how.identity = "drey-operator-" + std::to_string(which);
  how.observer = this;
  how.actors.brake = plan.brake;
  how.actors.node_groups = plan.node_groups;
  at.running = std::make_unique<process>(time, net_, how);
  at.paused = false;
  record({{},
          subject::operator_,
          how.identity,
          tone::recovered,
          "operator_started",
          at.starts == 1 ? "the operator starts" : "the operator starts again"});
  if (at.starts > 1) ++result_.figures.operator_restarts;
}

void world::end_process(std::size_t which, milliseconds back_after) {
  auto& at = operators_[which];
  if (!at.running) return;
  net_.cut_off(at.running->number());
  at.running.reset();
  record({{},
          subject::operator_,
          "drey-operator-" + std::to_string(which),
          tone::outage,
          "operator_down",
          "the operator is down"});
  time.after(back_after, [this, which] { start_process(which); });
}

/// Called from within a call of that process: it ends as soon as the world is out of its actors.
void world::kill_number(std::uint32_t number, milliseconds back_after) {
  net_.cut_off(number);
  dying_.emplace(number, back_after);
}

/// The process that leads, as the Lease says; the first one when none does.
std::size_t world::leader() const {
  for (const auto& [name, live] : kube.all(object_kind::lease))
    for (std::size_t i = 0; i < operators_.size(); ++i)
      if (std::get<lease>(*live).holder == "drey-operator-" + std::to_string(i) &&
          operators_[i].running)
        return i;
  return 0;
}

void world::crash_operator_now(milliseconds back_after) { end_process(leader(), back_after); }

void world::pause_operator_for(milliseconds length) {
  const auto which = leader();
  operators_[which].paused = true;
  time.after(length, [this, which] { operators_[which].paused = false; });
}

void world::look_after_processes() {
  for (std::size_t i = 0; i < operators_.size(); ++i) {
    auto& at = operators_[i];
    if (!at.running) continue;
    if (const auto shot = dying_.find(at.running->number()); shot != dying_.end())
      end_process(i, shot->second);
    else if (at.running->has_ended())
      end_process(i, default_back_after);
  }
  dying_.clear();
}

// ── time ────────────────────────────────────────────────────────────────────────────────────────

bool world::run_ready_actor() {
  std::size_t ready = 0;
  for (const auto& at : operators_)
    if (at.running && !at.paused) ready += at.running->queue().ready();
  if (ready == 0) return false;
  auto which = chance.choose("schedule", "actor", ready);
  for (auto& at : operators_) {
    if (!at.running || at.paused) continue;
    auto& queue = at.running->queue();
    if (which < queue.ready()) {
      queue.run(which);
      break;
    }
    which -= queue.ready();
  }
  ++result_.figures.events;
  if (!dying_.empty()) look_after_processes();
  return true;
}

std::optional<milliseconds> world::next_due() {
  std::optional<milliseconds> due;
  const auto consider = [&](milliseconds one) {
    if (!due || one < *due) due = one;
  };
  if (!time.empty()) consider(time.next_due());
  for (auto& at : operators_)
    if (at.running && !at.paused && at.running->queue().has_timer())
      consider(std::max(time.now(), at.running->queue().next_timer()));
  return due;
}

void world::move_time(milliseconds to) {
  time.advance_to(to);
  for (auto& at : operators_)
    if (at.running && !at.paused) at.running->queue().set_time(to);
}

void world::run_until(milliseconds end) {
  while (true) {
    while (run_ready_actor()) {
    }
    for (const auto& at : operators_)
      if (at.running && !at.paused) checks_.digested(at.running->number());
    look_after_processes();
    checks_.look();
    const auto due = next_due();
    if (!due || *due > end) break;
    move_time(std::max(*due, time.now()));
    if (!time.empty() && time.next_due() <= time.now()) {
      time.run_next();
      ++result_.figures.events;
    }
  }
  move_time(end);
}

// ── the run ─────────────────────────────────────────────────────────────────────────────────────

run_result world::run() {
  kube.set_ordinals(plan.ordinals);
  for (const auto& name : plan.nodes)
    kube.add_node(name, static_cast<std::size_t>(plan.pods_per_node), plan.node_size);
  plan_scenario();
  plan_profile();
  plan_expectations();
  if (settings_.crash) net_.plan_crash(*settings_.crash);
  for (std::size_t i = 0; i < operators_.size(); ++i) start_process(i);
  for (const auto& wanted : plan.resources) apply(wanted);
  run_until(plan.until);
  converge_and_judge();
  if (settings_.reached != nullptr)
    settings_.reached->faults.insert(chance.faults_struck().begin(), chance.faults_struck().end());
  result_.end = time.now();
  result_.figures.faults = net_.faults_injected() + result_.figures.faults;
  result_.figures.mutating_calls = checks_.mutating_calls();
  for (const auto& one : jobs.starts())
    if (!one.restored.empty()) ++result_.figures.restores;
  for (const auto& one : result_.happenings)
    if (one.what == "savepoint_completed") ++result_.figures.savepoints;
  result_.figures.checkpoints = jobs.checkpoints_completed();
  result_.figures.outages = outages_of(result_.happenings, result_.end);
  return std::move(result_);
}

/// Faults end, everything that was broken is mended, and then the rules of rest must hold: the
/// world converges, and a fresh operator finds nothing to do.
void world::converge_and_judge() {
  if (plan.faults.name == "none") {
    judge_expectations();
    judge_directed_faults();
  }
  calm_ = true;
  net_.stop_faults();
  for (const auto& name : away_) {
    kube.heal_node(name);
    kube.node_power_on(name);
  }
  away_.clear();
  release_held();
  kube.set_api(api_state::up);
  jobs.network_changed();
  run_until(time.now() + settings_.calm);
  if (plan.faults.name != "none") judge_expectations();
  checks_.converged();
  checks_.expect_quiet();
  crash_operator_now(default_back_after);
  run_until(time.now() + milliseconds{180'000});
}

run_result run_scenario(const scenario& what, std::uint64_t seed, world_settings settings) {
  world all{what, seed, std::move(settings)};
  return all.run();
}

}  // namespace drey::sim
