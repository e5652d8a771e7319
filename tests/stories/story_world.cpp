#include "tests/stories/story_world.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace drey::stories {

namespace {

constexpr milliseconds patience{600'000};
constexpr milliseconds back_after{5'000};

/// The ordinary latencies of a network, and no faults.
sim::fault_profile calm_network() {
  sim::fault_profile profile;
  profile.until = milliseconds::max();
  return profile;
}

std::string text_of_status(const object& wanted) {
  if (const auto* job = std::get_if<flink_session_job>(&wanted)) {
    const auto& status = job->status;
    std::string text = status.job.state.empty() ? "no state" : status.job.state;
    if (status.operation) text += ", intends to " + status.operation->kind;
    if (status.savepoint) text += ", savepoint " + status.savepoint->state;
    if (status.checkpoint) text += ", checkpoint " + status.checkpoint->state;
    return text;
  }
  if (const auto* snapshot = std::get_if<flink_state_snapshot>(&wanted)) {
    const auto& status = snapshot->status;
    return status.state + (status.operation ? ", intends to " + status.operation->kind : "");
  }
  if (const auto* cluster = std::get_if<flink_deployment>(&wanted))
    return cluster->status.job_manager_deployment_status;
  return {};
}

std::string text_of(const kube_body& body) {
  if (const auto* x = std::get_if<kube_write_status>(&body))
    return "writes status of " + drey::name_of(*x->wanted).name + ": " + text_of_status(*x->wanted);
  if (const auto* x = std::get_if<kube_write_finalizers>(&body))
    return std::string(x->finalizers.empty() ? "removes" : "adds") + " the finalizer of " +
           x->name.name;
  if (const auto* x = std::get_if<kube_delete>(&body))
    return "deletes " + std::string(name_of(x->kind)) + " " + x->name.name;
  if (const auto* x = std::get_if<kube_apply>(&body)) {
    const auto kind = kind_of(*x->wanted);
    if (const auto* told = std::get_if<event_record>(x->wanted.get()))
      return told->type == "Warning" ? "warns: " + told->reason + ": " + told->message : "";
    std::string text = "applies " + std::string(name_of(kind)) + " ";
    if (const auto* set = std::get_if<stateful_set>(x->wanted.get()))
      return text + set->metadata.name + ": " + std::to_string(set->replicas) + " from ordinal " +
             std::to_string(set->first_ordinal());
    return text + drey::name_of(*x->wanted).name;
  }
  if (const auto* x = std::get_if<kube_create>(&body);
      x != nullptr && kind_of(*x->wanted) == object_kind::flink_state_snapshot)
    return "creates FlinkStateSnapshot " + drey::name_of(*x->wanted).name;
  return {};  // Leases
}

std::string text_of(const flink_body& body) {
  if (const auto* x = std::get_if<run_jar>(&body))
    return "asks Flink to run the job" +
           (x->savepoint_path.empty()
                ? std::string(" from nothing")
                : " from " + x->savepoint_path.substr(x->savepoint_path.rfind('/') + 1));
  if (const auto* x = std::get_if<stop_job>(&body))
    return x->drain ? "asks Flink to drain the job and stop it with a savepoint"
                    : "asks Flink to stop the job with a savepoint";
  if (std::holds_alternative<trigger_savepoint>(body)) return "asks Flink for a savepoint";
  if (std::holds_alternative<trigger_checkpoint>(body)) return "asks Flink for a checkpoint";
  if (std::holds_alternative<cancel_job>(body)) return "asks Flink to cancel the job";
  if (const auto* x = std::get_if<rescale_job>(&body))
    return "asks Flink to run the job with parallelism " + std::to_string(x->parallelism);
  if (std::holds_alternative<dispose_savepoint>(body))
    return "asks Flink to dispose of a savepoint";
  return {};  // jars come and go
}

bool is_called(const std::string& name, const sim::arrival& call) {
  if (call.flink != nullptr)
    return (name == "submit" && std::holds_alternative<run_jar>(*call.flink)) ||
           (name == "stop" && std::holds_alternative<stop_job>(*call.flink)) ||
           (name == "savepoint" && std::holds_alternative<trigger_savepoint>(*call.flink)) ||
           (name == "checkpoint" && std::holds_alternative<trigger_checkpoint>(*call.flink)) ||
           (name == "disposal" && std::holds_alternative<dispose_savepoint>(*call.flink));
  return name == "status" && std::holds_alternative<kube_write_status>(*call.kube);
}

}  // namespace

std::string text_of_call(const sim::arrival& call) {
  return call.flink != nullptr ? text_of(*call.flink) : text_of(*call.kube);
}

story_world::story_world()
    : faults(calm_network()),
      kube(time, chance, [this](const sim::happening& one) { tell_of_drain(one); }),
      files(time, chance, faults),
      jobs(time, chance, faults, kube, files, [](sim::happening) {}),
      net_(time, chance, faults, kube, jobs, files, sim::wire_form::typed,
           {[this](const sim::arrival& call) { call_leaves(call); },
            [this](const sim::arrival& call) { call_arrives(call); },
            [](const sim::settled&) {},
            [this](std::uint32_t number, milliseconds) {
              net_.cut_off(number);
              dying_.push_back(number);
            },
            {},
            [this](std::string_view) {
              faults.flink_lost_answer_per_mille = faults.kube_lost_answer_per_mille = 0;
              losing_.clear();
              lost_ = true;
            }}) {
  for (const char* node : {"node-1", "node-2", "node-3"}) kube.add_node(node);
}

std::string story_world::told() { return std::exchange(told_, {}); }

void story_world::tell(const std::string& line) {
  const auto seconds = std::to_string(time.now().count() / 1000) + "s";
  told_ +=
      std::string(seconds.size() < 5 ? 5 - seconds.size() : 0, ' ') + seconds + "  " + line + "\n";
}

// ── what is told ────────────────────────────────────────────────────────────────────────────────

void story_world::tell_of_drain(const sim::happening& one) {
  const bool is_of_drain = one.what.ends_with("cordoned") || one.what == "node_drained" ||
                           one.what == "pod_evicted" || one.what == "eviction_refused";
  if (is_of_drain && shown.contains("drains")) tell(one.text);
}

void story_world::stepped(const std::string& who, const step_taken& step) {
  const auto& subject = step.subject->name;
  positions_[{std::string(step.machine), subject}] = step.to;
  if (step.machine == "leadership") positions_[{"leadership", who}] = step.to;
  if (step.from == step.to || !shown.contains(std::string(step.machine))) return;
  const bool renews = step.from == "renewing" && step.to == "leading";
  if (renews || step.to == "renewing") return;  // every two seconds, for ever
  tell((step.machine == "leadership" ? who : std::string(step.machine) + " " + subject) + ": " +
       std::string(step.from) + " -> " + std::string(step.to) + "  (" + std::string(step.fact) +
       ")");
}

void story_world::call_leaves(const sim::arrival& call) {
  if (losing_.empty() || !is_called(losing_, call)) return;
  (call.flink != nullptr ? faults.flink_lost_answer_per_mille : faults.kube_lost_answer_per_mille) =
      1000;
}

void story_world::call_arrives(const sim::arrival& call) {
  const auto text = text_of_call(call);
  if (text.empty() || !shown.contains(text.starts_with("warns") ? "warnings" : "calls")) return;
  const bool is_status =
      call.kube != nullptr && std::holds_alternative<kube_write_status>(*call.kube);
  if (is_status && !told_statuses_.insert(text).second) return;  // only its words differ
  if (is_status) forget_other_statuses(text);
  tell("  " + text + (std::exchange(lost_, false) ? "; the answer is lost" : ""));
}

/// Of each resource the status that was told last is remembered.
void story_world::forget_other_statuses(const std::string& text) {
  const auto whose = text.substr(0, text.find(':') + 1);
  std::erase_if(told_statuses_,
                [&](const std::string& one) { return one.starts_with(whose) && one != text; });
}

std::string story_world::position(const std::string& machine, const std::string& subject) const {
  const auto found = positions_.find({machine, subject});
  return found == positions_.end() ? std::string{} : found->second;
}

// ── operators ───────────────────────────────────────────────────────────────────────────────────

void story_world::start_operator(const std::string& name, const pause_settings& pauses) {
  auto& life = operators_[name];
  life.ear.world = this;
  life.ear.name = name;
  sim::operator_process_settings how;
  how.number = ++starts_;
  how.identity = name;
  how.observer = &life.ear;
  how.actors.pauses = pauses;
  life.running = std::make_unique<sim::process>(time, net_, how);
  tell(name + " starts");
}

void story_world::crash_operator(const std::string& name) { end_operator(name, " is dead"); }

void story_world::end_operator(const std::string& name, const std::string& how) {
  auto& life = operators_.at(name);
  net_.cut_off(life.running->number());
  life.running.reset();
  positions_.clear();
  tell(name + how);
}

void story_world::stop_operator(const std::string& name) {
  operators_.at(name).running->step_down();
}

void story_world::crash_at(sim::crash_moment moment, sim::effect_kind effect) {
  net_.plan_crash({moment, effect, 0});
}

void story_world::lose_answer_of(const std::string& call) { losing_ = call; }

void story_world::bury_the_dead() {
  for (auto& [name, life] : operators_) {
    if (!life.running) continue;
    const bool shot = std::ranges::find(dying_, life.running->number()) != dying_.end();
    if (!shot && !life.running->has_ended()) continue;
    end_operator(name, shot ? " is dead" : " has ended");
    if (shot) time.after(back_after, [this, name = name] { start_operator(name); });
  }
  dying_.clear();
}

// ── time ────────────────────────────────────────────────────────────────────────────────────────

bool story_world::run_ready_actor() {
  for (auto& [name, life] : operators_) {
    if (!life.running || life.running->queue().ready() == 0) continue;
    life.running->queue().run(0);
    return true;
  }
  return false;
}

bool story_world::move_on(milliseconds end) {
  std::optional<milliseconds> due;
  const auto consider = [&](milliseconds one) { due = std::min(due.value_or(one), one); };
  if (!time.empty()) consider(time.next_due());
  for (auto& [name, life] : operators_)
    if (life.running && life.running->queue().has_timer())
      consider(life.running->queue().next_timer());
  if (!due || *due > end) return false;
  const auto next = std::max(*due, time.now());
  time.advance_to(next);
  for (auto& [name, life] : operators_)
    if (life.running) life.running->queue().set_time(next);
  if (!time.empty() && time.next_due() <= next) time.run_next();
  return true;
}

bool story_world::run_until(const std::function<bool()>& done) {
  const auto end = time.now() + patience;
  while (true) {
    while (run_ready_actor()) {
    }
    bury_the_dead();
    if (done()) return true;
    if (!move_on(end)) return false;
  }
}

void story_world::advance(milliseconds by) {
  const auto end = time.now() + by;
  do {
    while (run_ready_actor()) {
    }
    bury_the_dead();
  } while (move_on(end));
  time.advance_to(end);
}

}  // namespace drey::stories
