#include "actors/job_actor.hpp"

#include <algorithm>

#include "actors/application.hpp"
#include "actors/job_memory.hpp"
#include "actors/job_parallelism.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_rescaling.hpp"
#include "actors/job_status.hpp"
#include "actors/job_suspects.hpp"
#include "actors/refused_input.hpp"
#include "actors/rivals.hpp"
#include "actors/spec_problem.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/reconciled_spec.hpp"
#include "protocol/redaction.hpp"
#include "protocol/validate.hpp"

namespace drey {

caf::behavior job_actor(caf::stateful_actor<job_shell>* self, surroundings around,
                        object_ptr primary) {
  return self->state.start(around, primary);
}

caf::behavior job_shell::start(const surroundings& around, const object_ptr& primary) {
  around_ = around;
  tell_failures(self_, std::string(name) + " " + text_of_name(name_of(*primary)), around_.observer);
  out_ = std::make_unique<outside>(self_, around_);
  primary_ = std::make_unique<primary_shell>(
      *out_, the_log,
      primary_shell::listeners{[this] { take_over(); }, [this] { look(); },
                               [this](const log_report& told) { reported(told); },
                               [this](const log_finalizer_report& told) { finalizer_is(told); }});
  primary_->seen(primary);
  const auto first = live();
  known().history = lineage_in(first.status);
  records_are(first.status);
  known().change = first.status.change.value_or(change_record{});
  stable_is(first.status.reconciliation.last_stable_spec);
  known().trial = first.status.trial;
  known().rollback = first.status.rollback;
  known().parallelism = first.status.parallelism;
  known().rescale = rescale_in(first.status);
  restarts_ = job_restarts{first.status};
  known().progress = progress_in(first.status, out_->now().monotonic);
  known().uid = first.metadata.uid;
  known().name = {first.metadata.ns, first.metadata.name};
  seen(primary);
  return {[this](const object_seen& message) { seen(message.live); },
          [this](const directories_taken& message) {
            taken_ = message.problem;
            judge_spec();
            look();
          },
          [this](const cluster_changed& message) {
            if (cluster_ != message.cluster) {  // it has not heard of us, and takes us for moving
              told_stand_ = {};
              told_pace_ = pace::in_transition;
            }
            cluster_ = message.cluster;
            cluster_is(message.view);
            set_pace();
          },
          [this](const slots_reply& message) {
            known().granted = message.count;
            job_.learn(slots_answered{message.request, message.answer});
          },
          [this](const checkpoint_order& message) {
            checkpoint_.learn(checkpoint_wanted{message.order});
          },
          [this](const snapshot_joined& message) { join_snapshot(message); },
          [this](const snapshot_left& message) { snapshots_.erase(message.uid); },
          [this](const snapshots_seen& message) { snapshots_are(message); },
          [this](const claims_told& message) { keepers_are(message); },
          [this](const newest_wanted&) { record_newest(); },
          [this](const launch_told& message) { launched(message); },
          [this](const timer& due) { woken(due); }};
}

bool job_shell::is_application() const {
  return std::holds_alternative<flink_deployment>(*primary_->base());
}

job_reference job_shell::itself() const {
  return {kind_of(*primary_->base()), job_.machine.known.name};
}

/// The resource, or what the FlinkDeployment of an application comes to.
const flink_session_job& job_shell::live() const {
  const auto& base = primary_->base();
  if (const auto* own = std::get_if<flink_session_job>(base.get())) return *own;
  if (shown_.of != base) {
    auto fresh = session_job_of(std::get<flink_deployment>(*base));
    const auto before = shown_.job ? shown_.job->spec : nullptr;
    if (before && fresh.spec && *before == *fresh.spec) fresh.spec = before;
    shown_ = {base, std::make_shared<const flink_session_job>(std::move(fresh))};
  }
  return *shown_.job;
}

/// Of the copy that `live` is of, which it keeps.
shared_value<flink_session_job_status> job_shell::live_status() const {
  const auto& status = live().status;
  const std::shared_ptr<const void> owner =
      is_application() ? std::shared_ptr<const void>(shown_.job) : primary_->base();
  return std::shared_ptr<const flink_session_job_status>(owner, &status);
}

void job_shell::prepare(job_machine& machine) {
  machine.known.now = out_->now();
  machine.known.saving = is_saving();
  machine.known.recorded = live_status();
  compare_specs();
}

void job_shell::prepare(checkpoint_machine& machine) {
  const auto* running = std::get_if<job_machine::running>(&job_.now());
  machine.known.now = out_->now();
  machine.known.running = running != nullptr && list_is_live(known()) ? running->id : job_id{};
  machine.known.trigger = capabilities_of(known().cluster.version).checkpoint_trigger;
}

void job_shell::moved(const job_machine&) {
  set_pace();
  wake_for_retry();
  look();
  wake_for_calm();
}

/// A stop that failed is tried again when its time has come, whoever is there by then: a cluster at
/// rest tells nothing for minutes.
void job_shell::wake_for_retry() {
  const auto due = std::max(milliseconds{known().change.retry_at}, known().rests.retry_at);
  const auto wait = due - out_->now().wall;
  if (wait > milliseconds{0}) out_->wake(the_retry, {}, wait);
}

/// What is told of a crash loop ends with time alone.
void job_shell::wake_for_calm() {
  const bool runs = std::holds_alternative<job_machine::running>(job_.now());
  const auto loops = text_of_crash_loop(restarts_.all(), out_->now().wall);
  if (runs && !loops.empty()) out_->wake(the_calm, {}, looping_lasts);
}

/// Level-triggered: every position is asked what it makes of the picture, whatever brought it
/// there.
void job_shell::look() {
  look_at_start();
  job_.learn(job_seen{});
  job_.learn(cluster_seen{});
  savepoint_.learn(picture_changed{});
  asked_checkpoint_.learn(picture_changed{});
  checkpoint_.learn(picture_changed{});
  schedule_.learn(picture_changed{});
  tell_stand();
  tell_source();
  publish(std::nullopt);
}

void job_shell::seen(const object_ptr& live) {
  primary_->seen(live);
  take_over();
  look();
}

/// What the newest copy says becomes what the machines know.
void job_shell::take_over() {
  const auto& job = live();
  out_->heed(primary_->base());
  auto& k = known();
  k.generation = job.metadata.generation;
  k.deleting = job.metadata.deletion_timestamp.has_value();
  k.finalizer = has_finalizer(job.metadata, session_job_finalizer);
  const auto* cluster = std::get_if<flink_deployment>(primary_->base().get());
  spec_problem_ = cluster != nullptr ? problem_of(*cluster) : problem_of(job, around_.jars);
  k.asked = job.spec;
  if (k.rollback && k.rollback->generation != k.generation) k.rollback.reset();
  judge_spec();
  k.parallelism = newer_of(k, job.status);
  k.history = later_of(k.history, lineage_in(job.status));
  take_over_records();
}

/// What a submission is made of: its intent in status holds it, so that a spec that changes in its
/// course never mixes with it.
const flink_session_job_spec& job_shell::recorded_spec() const {
  const auto& k = job_.machine.known;
  return k.deployed && k.deployed->job ? *k.deployed : *k.spec;
}

/// Of the program, which may repeat what only its owner may know.
std::string job_shell::shown_words(const std::string& said) const {
  if (!job_.machine.known.spec) return shown_cause(said);
  const auto& spec = recorded_spec();
  const auto& args = spec.job ? spec.job->args : std::vector<std::string>{};
  return shown_cause(said, secrets_given(args, spec.flink_configuration));
}

void job_shell::cluster_is(const cluster_view& view) {
  const auto& before = known().cluster;
  const bool answers = view.phase == cluster_phase::ready;
  if (answers && (before.phase != cluster_phase::ready || before.incarnation != view.incarnation))
    known().answers_since = out_->now().monotonic;
  known().cluster = view;
  judge_spec();
  look();
  record_progress();
}

void job_shell::woken(const timer& due) {
  switch (due.machine) {
    case the_job:
      job_.learn(deadline_passed{due.which});
      break;
    case the_savepoint:
      savepoint_.learn(deadline_passed{due.which});
      break;
    case the_checkpoint:
      checkpoint_.learn(deadline_passed{due.which});
      break;
    case the_asked_checkpoint:
      asked_checkpoint_.learn(deadline_passed{due.which});
      break;
    case the_schedule:
      schedule_.learn(deadline_passed{due.which});
      break;
    case the_reference:
      if (due.which == start_look_ && !known().reference.of.empty()) read_start();
      break;
    case the_trial:
      record_progress();
      break;
    case the_retry:
    case the_calm:
      break;
    default:
      primary_->woken();
      break;
  }
  look();  // a wait that is over may be for what the picture shows
}

void job_shell::refused(ticket request, const refusal& why) {
  job_.learn(call_refused{request, why.reason, with_remedy(why.message)});
}

void job_shell::set_pace() {
  using m = job_machine;
  const auto& now = job_.now();
  const bool resting =
      std::holds_alternative<m::running>(now) || std::holds_alternative<m::ended>(now) ||
      std::holds_alternative<m::blocked>(now) || std::holds_alternative<m::waiting>(now);
  const auto wanted = resting ? pace::at_rest : pace::in_transition;
  if (wanted == told_pace_ || !cluster_) return;
  told_pace_ = wanted;
  self_->send(cluster_, pace_wanted{known().uid, wanted});
}

void job_shell::tell_stand() {
  const auto stand = stand_of(known(), job_.now());
  const auto health = stand == job_stand::working ? job_health::works : job_health::struggles;
  job_stands stands{known().uid,           current_id(known()),          stand,
                    held_because(known()), choose_rest(known(), health), refusal_of(known())};
  stands.share = share_of(known(), job_.now());
  stands.rests = rests_in(known(), job_.now());
  if (stands == told_stand_ || !cluster_) return;
  told_stand_ = stands;
  self_->send(cluster_, stands);
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────

void job_shell::publish(std::optional<ticket> intent) {
  known().now = out_->now();
  known().recorded = live_status();
  auto status = status_of(known(), job_.now(), records_);
  restarts_.look(known(), job_.now());
  status.restarts = restarts_.all();
  tell_suspicion(status);
  forget_pause(status.conditions);
  forget_yield(status.conditions);
  if (!is_application() && status == live().status) return primary_->want(primary_->base(), intent);
  primary_->want(with_job_status(*primary_->base(), status), intent);
}

/// Once, however long it takes until it is written.
void job_shell::tell_suspicion(flink_session_job_status& status) {
  const bool is_new = tell_of_suspicion(known(), status.conditions);
  const auto told = std::ranges::find(status.conditions, suspected_condition, &condition::type);
  if (is_new && !told_suspicion_)
    out_->tell(*primary_->base(), "Warning", std::string(suspected_condition), told->message);
  told_suspicion_ = told != status.conditions.end();
}

void job_shell::reported(const log_report& done) {
  const auto found = std::ranges::find(intents_, done.request, &open_intent::in_log);
  if (found == intents_.end()) return;
  const auto which = *found;
  intents_.erase(found);
  const bool durable = done.outcome == log_outcome::durable;
  if (!durable) {  // what we remembered is not what is written: take over what is
    const auto& now = live().status;
    if (which.machine == the_job) {
      known().history = lineage_in(now);
      known().change = now.change.value_or(change_record{});
      stable_is(now.reconciliation.last_stable_spec);
      known().trial = now.trial;
      known().rollback = now.rollback;
      known().parallelism = now.parallelism;
      known().rescale = rescale_in(now);
      take_over();
    }
    records_are(now);
  }
  const auto learn = [&](auto& runner) {
    durable ? runner.learn(status_written{which.request})
            : runner.learn(status_superseded{which.request});
  };
  if (which.machine == the_job) return learn(job_);
  learn(which.machine == the_savepoint ? savepoint_ : asked_checkpoint_);
}

void job_shell::finalizer_is(const log_finalizer_report& told) {
  if (told.outcome == log_outcome::durable) return job_.learn(finalizers_written{told.request});
  refused(told.request, {refusal_reason::conflict, "it is being deleted", {}});
}

template class machine_runner<job_machine, job_shell>;
template class machine_runner<savepoint_machine, job_shell>;
template class machine_runner<checkpoint_machine, job_shell>;
template class machine_runner<snapshot_schedule_machine, job_shell>;

}  // namespace drey
